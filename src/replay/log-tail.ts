/**
 * The lines right before the first that a replay log still holds, as short hashes. The next window of the product is
 * joined to them, so they must outlive the lines where the replay log holds fewer lines than a window shows.
 */
import { createHash } from 'node:crypto';

/** Larger than any window of a product. */
export const maxJoinedLines = 2_000;

export const hashLine = (raw: string): string => createHash('sha256').update(raw).digest('base64url').slice(0, 16);

export interface KeptTail {
  readonly hashes: readonly string[];
  readonly isAfterGap: boolean;
}

export class LogTail {
  #hashes: string[];
  #isAfterGap: boolean;

  constructor({ hashes, isAfterGap }: KeptTail = { hashes: [], isAfterGap: false }) {
    this.#hashes = [...hashes];
    this.#isAfterGap = isAfterGap;
  }

  get hashes(): readonly string[] {
    return this.#hashes;
  }

  /** Lines are missing before the first of these. Otherwise the log begins here, or older lines were dropped. */
  get isAfterGap(): boolean {
    return this.#isAfterGap;
  }

  toKept(): KeptTail {
    return { hashes: this.#hashes, isAfterGap: this.#isAfterGap };
  }

  /** `linesAfter`: how many lines the replay log still holds after this one. */
  addLine(raw: string, linesAfter: number): void {
    if (linesAfter >= maxJoinedLines) {
      this.#hashes = [];
      this.#isAfterGap = false;
      return;
    }
    this.#hashes.push(hashLine(raw));
    // Now and then, since dropping the first of an array costs a copy of the rest.
    if (this.#hashes.length < 2 * maxJoinedLines) return;
    this.#hashes = this.#hashes.slice(-maxJoinedLines);
    this.#isAfterGap = false;
  }

  addGap(): void {
    this.#hashes = [];
    this.#isAfterGap = true;
  }
}
