/** Backups that were started through the gateway: polled at the slow interval until they end, even without watchers. */
import { type Instant, now } from '../core/instant.ts';
import { type Backup, isSettled, type LocalId } from '../core/model.ts';

/** A backup that has not ended by then is no longer followed. */
const maxFollowMicroseconds = 7 * 24 * 3_600_000_000;

interface Follow {
  readonly since: Instant;
  readonly onEnd: () => void;
}

export class Follows {
  readonly #follows = new Map<LocalId, Follow>();
  readonly #everyMs: number;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  get size(): number {
    return this.#follows.size;
  }

  has(id: LocalId): boolean {
    return this.#follows.has(id);
  }

  /** `since`: time of the start request. `onEnd` is called once: when the backup has ended, is gone, or is given up. */
  add(id: LocalId, since: Instant, onEnd: () => void): void {
    if (isTooOld(since)) {
      onEnd();
      return;
    }
    if (this.#follows.size === 0) this.#readAtMs = performance.now();
    this.#follows.set(id, { since, onEnd });
  }

  /** The ids to read now; empty if they were read less than one interval ago. */
  due(): readonly LocalId[] {
    // Timers jitter by 10 %: a poll that comes that early must not skip these ids.
    if (performance.now() - this.#readAtMs < this.#everyMs * 0.85) return [];
    this.#readAtMs = performance.now();
    return [...this.#follows.keys()];
  }

  /** Records the result of a read; null if the product no longer has the backup. */
  take(id: LocalId, backup: Backup | null): void {
    const follow = this.#follows.get(id);
    if (!follow) return;
    const isOver = backup === null || isSettled(backup) || isTooOld(follow.since);
    if (isOver && this.#follows.delete(id)) follow.onEnd();
  }
}

const isTooOld = (since: Instant): boolean => now() - since > maxFollowMicroseconds;
