/** Which of several gateways on one database polls a product for all of them. */
import { type Held, type Lease, LeaseLostError } from '../storage/leases.ts';
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
