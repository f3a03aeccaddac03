/** Backups that were started here: polled at the slow pace until they end, with or without watchers. */
import { type Instant, now } from '../core/instant.ts';
import { type Backup, isSettled, type LocalId } from '../core/model.ts';

/** What still has not ended by then is followed no more. */
const maxFollowMicroseconds = 7 * 24 * 3_600_000_000;

interface Follow {
  readonly since: Instant;
  readonly onEnd: () => void;
}

export class Follows {
  readonly #follows = new Map<LocalId, Follow>();
  readonly #everyMs: number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  get size(): number {
    return this.#follows.size;
  }

  has(id: LocalId): boolean {
    return this.#follows.has(id);
  }

  /** `since`: when it was asked for. `onEnd` is called once, when it has ended, is gone, or is given up. */
  add(id: LocalId, since: Instant, onEnd: () => void): void {
    if (isTooOld(since)) {
      onEnd();
      return;
    }
    if (this.#follows.size === 0) this.#lookedAtMs = performance.now();
    this.#follows.set(id, { since, onEnd });
  }

  /** The ids to look at now; none where that was done a short while ago. */
  due(): readonly LocalId[] {
    // Timers jitter by a tenth: one that is that early must not wait for another turn.
    if (performance.now() - this.#lookedAtMs < this.#everyMs * 0.85) return [];
    this.#lookedAtMs = performance.now();
    return [...this.#follows.keys()];
  }

  /** What a look has found; null where the product has it no more. */
  take(id: LocalId, backup: Backup | null): void {
    const follow = this.#follows.get(id);
    if (!follow) return;
    const isOver = backup === null || isSettled(backup) || isTooOld(follow.since);
    if (isOver && this.#follows.delete(id)) follow.onEnd();
  }
}

const isTooOld = (since: Instant): boolean => now() - since > maxFollowMicroseconds;
