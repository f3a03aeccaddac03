/** What belongs to one operation: who asks, until when, and what it has loaded already. */
import DataLoader from 'dataloader';
import type { Authentication } from '../src/auth/authentication.ts';
import type { Links } from '../src/auth/links.ts';
import type { Catalog } from '../src/catalog/catalog.ts';
import type { ScanOf, SuccessesOf } from '../src/catalog/reads.ts';
import { createDeadline, type Deadline } from '../src/core/deadline.ts';
import type { Run } from '../src/core/history.ts';
import type {
  Backup,
  BackupTrigger,
  Copy,
  LocalId,
  Origin,
  ProtectedEntity,
  Ref,
  Schedule,
} from '../src/core/model.ts';
import type { Anomaly } from '../src/lists/anomalies.ts';
import type { DaysQuery, EntityDay } from '../src/lists/entity-days.ts';
import type { Latest } from '../src/lists/latest.ts';
import type { MergeSource } from '../src/lists/merge.ts';
import type { Presence } from '../src/lists/presence.ts';
import type { LastKnownProtection } from '../src/lists/protection.ts';
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
  readonly links: Links;
  /** The header `Idempotency-Key` of the request; null without one, and over WebSocket. */
  readonly requestKey: string | null;
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
  /** Whether an entity was protected when its provider answered last; null where that is not known. */
  readonly storedEntity: DataLoader<Ref, ProtectedEntity | null, string>;
  readonly lastKnown: DataLoader<Ref, LastKnownProtection | null, string>;
  /** What ran of an entity on each of its last days; null where nothing is stored of its provider. */
  entityDays(query: DaysQuery): DataLoader<Ref, readonly EntityDay[] | null, string>;
  /** The last successes of an entity, oldest first; null without a history. */
  entityTrend(last: number): DataLoader<Ref, readonly Run[] | null, string>;
  /** What is unusual of a backup; null without a history. */
  readonly anomalies: DataLoader<Backup, readonly Anomaly[] | null>;
  /** Whether the data of a backup is still there. */
  readonly presence: DataLoader<Backup, Presence>;
  /** The same where another field of this operation asks for it; null where none does. */
  askedPresence(backup: Backup): Promise<Presence> | null;
  /** `presentSuccess` likewise. */
  askedPresentSuccess(ref: Ref): Promise<Latest> | null;
  /** What started a backup whose row does not tell. */
  readonly trigger: DataLoader<Backup, BackupTrigger>;
  /** What started a backup, by name; null where nobody tells. */
  readonly origin: DataLoader<Backup, Origin | null>;
  /** Where the data of a backup is; null where the product does not tell. */
  readonly copies: DataLoader<Backup, readonly Copy[] | null>;
  /** The id of the first backup of a chain; null where the product does not tell. */
  readonly chainRoot: DataLoader<Backup, LocalId | null>;
  /** When the product starts backups of an entity by itself; null where it does not tell. */
  readonly schedules: DataLoader<ProtectedEntity, readonly Schedule[] | null>;
  /** Whether the settings of the start of a backup are recorded. */
  readonly isRecorded: DataLoader<Backup, boolean>;
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
  links: Links,
  requestKey: string | null = null,
): Context {
  const deadline = createDeadline(clientLeft);
  const { signal } = deadline;
  const loaders = new OperationLoaders(catalog, signal);
  return { catalog, authentication, signal, deadline, origin, eventStream, loaders, links, requestKey };
}

interface Clearable {
  clearAll(): unknown;
}

/** Each loader is made for the first field that uses it: most operations use one or two. */
class OperationLoaders implements Loaders {
  readonly #catalog: Catalog;
  readonly #signal: AbortSignal;
  /** By the name of their property. */
  readonly #made = new Map<string, Clearable>();
  readonly #presentSuccesses = new Map<string, Promise<Latest>>();
  readonly #presences = new Map<Backup, Promise<Presence>>();

  constructor(catalog: Catalog, signal: AbortSignal) {
    this.#catalog = catalog;
    this.#signal = signal;
  }

  #once<Loader extends Clearable>(name: string, make: () => Loader): Loader {
    const known = this.#made.get(name);
    if (known) return known as Loader;
    const loader = make();
    this.#made.set(name, loader);
    return loader;
  }

  #byRef<T>(name: string, read: (refs: readonly Ref[]) => Promise<readonly (T | Error)[]>): DataLoader<Ref, T, string> {
    return this.#once(name, () => new DataLoader<Ref, T, string>(read, { cacheKeyFn: keyOf }));
  }

  get backup() {
    return this.#byRef<Backup | null>('backup', (refs) => this.#catalog.reads.getBackups(refs, this.#signal));
  }

  get entity() {
    return this.#byRef<ProtectedEntity | null>('entity', (refs) => this.#catalog.reads.getEntities(refs, this.#signal));
  }

  get latestBackup() {
    return this.#byRef<Backup | null>('latestBackup', (refs) => this.#catalog.reads.latestBackups(refs, this.#signal));
  }

  get newestSuccess() {
    return this.#byRef<Latest>('newestSuccess', (refs) => this.#catalog.reads.newestSuccesses(refs, this.#signal));
  }

  readonly newestSuccesses: SuccessesOf = (refs) => {
    const loader = this.newestSuccess;
    return Promise.all(refs.map((ref) => loader.load(ref)));
  };

  get presentSuccess() {
    const read = async (refs: readonly Ref[]) =>
      this.#catalog.reads.presentSuccesses(refs, await this.newestSuccesses(refs), this.#signal);
    const options = { cacheKeyFn: keyOf, cacheMap: this.#presentSuccesses };
    return this.#once('presentSuccess', () => new DataLoader<Ref, Latest, string>(read, options));
  }

  /** As the provider listed it last; null where nothing is stored of it. */
  get storedEntity() {
    return this.#byRef<ProtectedEntity | null>('storedEntity', (refs) => this.#catalog.history.entities(refs));
  }

  get lastKnown() {
    return this.#byRef<LastKnownProtection | null>('lastKnown', (refs) => this.#catalog.history.lastKnown(refs));
  }

  readonly entityDays = (query: DaysQuery) =>
    this.#byRef<readonly EntityDay[] | null>(`days ${query.last} ${query.timeZone}`, (refs) =>
      this.#catalog.history.days(refs, query),
    );

  readonly entityTrend = (last: number) =>
    this.#byRef<readonly Run[] | null>(`trend ${last}`, (refs) => this.#catalog.history.trends(refs, last));

  get anomalies() {
    const read = (backups: readonly Backup[]) => this.#catalog.history.anomalies(backups);
    return this.#once('anomalies', () => new DataLoader<Backup, readonly Anomaly[] | null>(read));
  }

  get presence() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.presences(backups, this.#signal);
    return this.#once('presence', () => new DataLoader(read, { cacheMap: this.#presences }));
  }

  readonly askedPresence = (backup: Backup) => this.#presences.get(backup) ?? null;

  readonly askedPresentSuccess = (ref: Ref) => this.#presentSuccesses.get(keyOf(ref)) ?? null;

  get trigger() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.triggers(backups, this.#signal);
    return this.#once('trigger', () => new DataLoader(read));
  }

  get copies() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.copies(backups, this.#signal);
    return this.#once('copies', () => new DataLoader<Backup, readonly Copy[] | null>(read));
  }

  get origin() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.origins(backups, this.#signal);
    return this.#once('origin', () => new DataLoader<Backup, Origin | null>(read));
  }

  get chainRoot() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.chainRoots(backups, this.#signal);
    return this.#once('chainRoot', () => new DataLoader<Backup, LocalId | null>(read));
  }

  get isRecorded() {
    const read = (backups: readonly Backup[]) => this.#catalog.details.areRecorded(backups);
    return this.#once('isRecorded', () => new DataLoader<Backup, boolean>(read));
  }

  get schedules() {
    const read = (entities: readonly ProtectedEntity[]) => this.#catalog.details.schedules(entities, this.#signal);
    return this.#once('schedules', () => new DataLoader<ProtectedEntity, readonly Schedule[] | null>(read));
  }

  readonly scanOf: ScanOf = (source) => {
    const read = (sources: readonly MergeSource[]) =>
      Promise.all(sources.map((one) => this.#catalog.reads.scan(one, this.#signal)));
    // Each is a read of its own: none waits for another.
    const options = { batch: false, cacheKeyFn: scanKey };
    return this.#once('scan', () => new DataLoader<MergeSource, Scan, string>(read, options)).load(source);
  };

  readonly clear = () => {
    for (const loader of this.#made.values()) loader.clearAll();
  };
}

const keyOf = ({ provider, localId }: Ref): string => `${provider}\n${localId}`;
