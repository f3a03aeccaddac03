/**
 * Epochs of one log: a random name for each run of the process. A position is an epoch and a number. Entries that a run
 * did not store before it ended are lost, and their numbers are reused; the epoch keeps such positions from matching.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Number of former epochs that are stored. Positions of older ones are not found. */
const maxFormer = 50;

/** Former epochs, each with its last number, and the epoch that stored them. */
export const wireEpochs = z.object({ former: z.array(z.tuple([z.string(), z.int().min(0)])), current: z.string() });
export type KeptEpochs = z.infer<typeof wireEpochs>;

export class Epochs {
  readonly current: string;
  readonly #former: readonly (readonly [string, number])[];

  /** `isSameRun`: several processes write the log, and none of its numbers is reused. `kept`: epochs stored by the previous run, and `lastSeq` its last number; null for a new log. */
  constructor(kept: KeptEpochs | null = null, lastSeq = 0, { isSameRun = false } = {}) {
    if (kept && isSameRun) {
      this.current = kept.current;
      this.#former = kept.former;
      return;
    }
    this.current = randomBytes(6).toString('base64url');
    this.#former = kept ? [...kept.former, [kept.current, lastSeq] as const].slice(-maxFormer) : [];
  }

  /** Whether this log has the position. `lastSeq`: the newest number of the current epoch. */
  has(epoch: string, seq: number, lastSeq: number): boolean {
    if (epoch === this.current) return seq <= lastSeq;
    return this.#former.some(([name, last]) => name === epoch && seq <= last);
  }

  toKept(): KeptEpochs {
    return { former: this.#former.map(([name, last]) => [name, last]), current: this.current };
  }
}
