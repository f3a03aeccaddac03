/** What belongs to one operation: who asks, until when, and what it has loaded already. */
import DataLoader from 'dataloader';
import type { Authentication } from '../src/auth/authentication.ts';
import type { Catalog } from '../src/catalog/catalog.ts';
import type { ScanOf, SuccessesOf } from '../src/catalog/reads.ts';
import { createDeadline, type Deadline } from '../src/core/deadline.ts';
import type { Backup, BackupTrigger, ProtectedEntity, Ref } from '../src/core/model.ts';
import type { Latest } from '../src/lists/latest.ts';
import type { MergeSource } from '../src/lists/merge.ts';
import type { Presence } from '../src/lists/presence.ts';
import { type Scan, scanKey } from '../src/lists/scan.ts';
import type { EventStream } from '../src/streams/event-stream.ts';

export interface Context {
  readonly catalog: Catalog;
  readonly authentication: Authentication;
  /** Aborts when the client has gone or the operation's time is over. */
  readonly signal: AbortSignal;
  /** Of `signal`: queries and mutations have one from the moment that they are executed. */
  readonly deadline: Deadline;
  /** Origin that the client reached us at, without a trailing slash. */
  readonly origin: string;
  /** Null where it is none: over WebSocket a client has the argument `after` alone. */
  readonly eventStream: EventStream | null;
  readonly loaders: Loaders;
}

/** Each gathers what one pass of the executor asks for into one call for each provider. */
export interface Loaders {
  readonly backup: DataLoader<Ref, Backup | null, string>;
  readonly entity: DataLoader<Ref, ProtectedEntity | null, string>;
  /** The newest backup of an entity, in any state. */
  readonly latestBackup: DataLoader<Ref, Backup | null, string>;
  /** The newest success of an entity: the same for its protection, for filters by it, and for numbers over it. */
  readonly newestSuccess: DataLoader<Ref, Latest, string>;
  readonly newestSuccesses: SuccessesOf;
  /** The newest success whose data is not known to be gone, after a look at what is there. */
  readonly presentSuccess: DataLoader<Ref, Latest, string>;
  /** Whether the data of a backup is still there. */
  readonly presence: DataLoader<Backup, Presence>;
  /** The same where another field of this operation asks for it; null where none does. */
  askedPresence(backup: Backup): Promise<Presence> | null;
  /** `presentSuccess` likewise. */
  askedPresentSuccess(ref: Ref): Promise<Latest> | null;
  /** What started a backup whose row does not tell. */
  readonly trigger: DataLoader<Backup, BackupTrigger>;
  /** Every backup that one provider has of a filter: statistics and timelines of one operation share it. */
  readonly scanOf: ScanOf;
  /** A stream calls it for each event: what was true at the last one, or failed then, is not kept. */
  clear(): void;
}

/** `clientLeft` aborts when the client has gone. */
export function createContext(
  catalog: Catalog,
  authentication: Authentication,
  clientLeft: AbortSignal,
  origin: string,
  eventStream: EventStream | null,
): Context {
  const deadline = createDeadline(clientLeft);
  const { signal } = deadline;
  const { reads } = catalog;
  const load = <T>(read: (refs: readonly Ref[]) => Promise<readonly (T | Error)[]>) =>
    new DataLoader<Ref, T, string>(read, { cacheKeyFn: keyOf });
  const backup = load<Backup | null>((refs) => reads.getBackups(refs, signal));
  const entity = load<ProtectedEntity | null>((refs) => reads.getEntities(refs, signal));
  const latestBackup = load<Backup | null>((refs) => reads.latestBackups(refs, signal));
  const newestSuccess = load<Latest>((refs) => reads.newestSuccesses(refs, signal));
  const newestSuccesses: SuccessesOf = (refs) => Promise.all(refs.map((ref) => newestSuccess.load(ref)));
  const presentSuccesses = new Map<string, Promise<Latest>>();
  const presentSuccess = new DataLoader<Ref, Latest, string>(
    async (refs) => reads.presentSuccesses(refs, await newestSuccesses(refs), signal),
    { cacheKeyFn: keyOf, cacheMap: presentSuccesses },
  );
  const presences = new Map<Backup, Promise<Presence>>();
  const presence = new DataLoader((backups: readonly Backup[]) => reads.dataPresences(backups, signal), {
    cacheMap: presences,
  });
  const trigger = new DataLoader((backups: readonly Backup[]) => reads.triggers(backups, signal));
  const scan = new DataLoader<MergeSource, Scan, string>(
    (sources) => Promise.all(sources.map((source) => reads.scan(source, signal))),
    // Each is a read of its own: none waits for another.
    { batch: false, cacheKeyFn: scanKey },
  );
  const scanOf: ScanOf = (source) => scan.load(source);
  const clear = () => {
    for (const loader of [backup, entity, latestBackup, newestSuccess, presentSuccess, presence, trigger, scan])
      loader.clearAll();
  };
  const loaders = {
    backup,
    entity,
    latestBackup,
    newestSuccess,
    newestSuccesses,
    presentSuccess,
    presence,
    askedPresence: (one: Backup) => presences.get(one) ?? null,
    askedPresentSuccess: (ref: Ref) => presentSuccesses.get(keyOf(ref)) ?? null,
    trigger,
    scanOf,
    clear,
  };
  return { catalog, authentication, signal, deadline, origin, eventStream, loaders };
}

const keyOf = ({ provider, localId }: Ref): string => `${provider}\n${localId}`;
