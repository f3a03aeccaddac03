/**
 * Names for the runs of one log. A position is a run and a number; what a run that ended had not kept by then was never
 * written down, and a position in it is not found, rather than taken for what the next run wrote there.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Runs that are remembered; a position of an older one is not found any more. */
const maxFormer = 50;

/** Former runs with their last number, then the name of the one that kept them. */
export const wireEpochs = z.object({ former: z.array(z.tuple([z.string(), z.int().min(0)])), current: z.string() });
export type KeptEpochs = z.infer<typeof wireEpochs>;

export class Epochs {
  readonly current = randomBytes(6).toString('base64url');
  readonly #former: readonly (readonly [string, number])[];

  /** `kept`: what the run before left, and `lastSeq` its last number; null for a log that begins. */
  constructor(kept: KeptEpochs | null = null, lastSeq = 0) {
    this.#former = kept ? [...kept.former, [kept.current, lastSeq] as const].slice(-maxFormer) : [];
  }

  /** Whether a position of `epoch` is one of this log, which goes on to `lastSeq` now. */
  has(epoch: string, seq: number, lastSeq: number): boolean {
    if (epoch === this.current) return seq <= lastSeq;
    return this.#former.some(([name, last]) => name === epoch && seq <= last);
  }

  toKept(): KeptEpochs {
    return { former: this.#former.map(([name, last]) => [name, last]), current: this.current };
  }
}
