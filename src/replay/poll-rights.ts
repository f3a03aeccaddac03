/** Which of several gateways on one database polls a product, or a watched backup, for all of them. */
import type { LocalId } from '../core/model.ts';
import { type Found, type Held, type Lease, LeaseLostError } from '../storage/leases.ts';
import type { Replica } from '../storage/replicas.ts';
import type { StorageHealth } from '../storage/storage-health.ts';

export { type Held, type Lease, LeaseLostError };

export interface PollRights {
  /** How often the right is prolonged by its holder, and asked for by the others. */
  readonly everyMs: number;
  /** Rejects with STORAGE_UNAVAILABLE. */
  hold(provider: string): Promise<Held>;
  release(lease: Lease): Promise<void>;
  /** What the others are told of the holder's polls; null: nothing. */
  note(lease: Lease, note: string | null): Promise<void>;
  /** A command has changed something at this provider: the gateway that polls it should look soon. */
  wake(provider: string): void;
  /** Calls `woken` with the name of the provider; null: any of them. Returns a function that removes the listener. */
  onWake(woken: (provider: string | null) => void): () => void;
}

/** A backup that clients of this gateway watch. */
export interface WatchWish {
  readonly id: LocalId;
  readonly wantsLog: boolean;
}

/** Which gateway polls each watched backup for the watchers of all. */
export interface WatchRights {
  /** How often the rights are prolonged by their holders, and asked for by the others. */
  readonly everyMs: number;
  /** `isWanted`: a gateway has watchers of the log. Rejects with STORAGE_UNAVAILABLE. */
  hold(provider: string, wishes: readonly WatchWish[]): Promise<ReadonlyMap<LocalId, Found>>;
  /** What the holders last told of each backup. */
  notes(provider: string, ids: readonly LocalId[]): Promise<ReadonlyMap<LocalId, string | null>>;
  /** Tells all gateways the state of a backup. Nothing is told if the right is another gateway's. */
  note(provider: string, lease: Lease, note: string): Promise<void>;
  release(provider: string, lease: Lease): Promise<void>;
  /** The watchers of this provider want something new of the holders. */
  askHolders(provider: string): void;
  /**
   * Calls `asked` when a holder should look at what is wanted, and `told` when a holder may have told something of this
   * provider. Returns a function that removes the listeners.
   */
  listen(provider: string, listeners: { readonly asked: () => void; readonly told: () => void }): () => void;
}

/** Another gateway polls within so long after the holder was killed. */
const longestTermMs = 6_000;

export function createPollRights({ leases, notices, takeoverMs }: Replica, health: StorageHealth): PollRights {
  const termMs = Math.min(longestTermMs, takeoverMs);
  return {
    everyMs: termMs / 6,
    hold: (provider) => health.write(() => leases.hold(`poll ${provider}`, termMs), 'lease'),
    release: (lease) => health.write(() => leases.release(lease), 'lease'),
    note: (lease, note) => health.write(() => leases.note(lease, note), 'lease'),
    wake: (provider) => notices.tell('command', provider),
    onWake: (woken) =>
      notices.onNotice((notice) => {
        if (notice === null) woken(null);
        else if (notice.topic === 'command') woken(notice.of);
      }),
  };
}

/** The topic of notices that a log has grown, or a watched backup has changed. */
export const toldTopic = 'told';
const askTopic = 'ask';
/** Leases of backups that nobody watches any more are deleted after that. */
const forgetAfterMs = 3_600_000;

export function createWatchRights({ leases, notices, takeoverMs }: Replica, health: StorageHealth): WatchRights {
  const termMs = Math.min(longestTermMs, takeoverMs);
  const everyMs = termMs / 6;
  let forgotAtMs = performance.now();
  const nameOf = (provider: string, id: LocalId) => `${watchPrefix}${provider}\n${id}`;
  const byId = <T>(provider: string, ids: readonly LocalId[], found: ReadonlyMap<string, T>) =>
    new Map(
      ids.flatMap((id) => {
        const value = found.get(nameOf(provider, id));
        return value === undefined ? [] : [[id, value] as const];
      }),
    );

  async function forgetOld(): Promise<void> {
    if (performance.now() - forgotAtMs < forgetAfterMs) return;
    forgotAtMs = performance.now();
    await health.write(() => leases.forget(watchPrefix, forgetAfterMs), 'lease');
  }

  return {
    everyMs,
    async hold(provider, wishes) {
      const names = wishes.map(({ id, wantsLog }) => ({ name: nameOf(provider, id), wantsMore: wantsLog }));
      const found = await health.write(() => leases.holdAll(names, termMs, everyMs * 3), 'lease');
      await forgetOld();
      return byId(
        provider,
        wishes.map(({ id }) => id),
        found,
      );
    },
    async notes(provider, ids) {
      const found = await health.read(() => leases.notes(ids.map((id) => nameOf(provider, id))));
      return byId(provider, ids, found);
    },
    async note(provider, lease, note) {
      await health.write(() => leases.note(lease, note), 'lease');
      notices.tell(toldTopic, provider);
    },
    async release(provider, lease) {
      await health.write(() => leases.release(lease), 'lease');
      notices.tell(askTopic, provider);
    },
    askHolders: (provider) => notices.tell(askTopic, provider),
    listen: (provider, { asked, told }) =>
      notices.onNotice((notice) => {
        if (notice === null) asked();
        else if (notice.of !== provider) return;
        else if (notice.topic === askTopic) asked();
        else if (notice.topic === toldTopic) told();
      }),
  };
}

const watchPrefix = 'watch ';
