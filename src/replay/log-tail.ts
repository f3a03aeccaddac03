/**
 * Short hashes of the lines right before the first line in a replay log. The next window of the product is joined to
 * them if the replay log holds fewer lines than the window.
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

  /** Whether lines are missing before the first hash. Otherwise the log begins there, or older hashes were dropped. */
  get isAfterGap(): boolean {
    return this.#isAfterGap;
  }

  toKept(): KeptTail {
    return { hashes: this.#hashes, isAfterGap: this.#isAfterGap };
  }

  /** `linesAfter`: number of lines in the replay log after this one. */
  addLine(raw: string, linesAfter: number): void {
    if (linesAfter >= maxJoinedLines) {
      this.#hashes = [];
      this.#isAfterGap = false;
      return;
    }
    this.#hashes.push(hashLine(raw));
    // Trimmed only at twice the size, since each trim copies the array.
    if (this.#hashes.length < 2 * maxJoinedLines) return;
    this.#hashes = this.#hashes.slice(-maxJoinedLines);
    this.#isAfterGap = false;
  }

  addGap(): void {
    this.#hashes = [];
    this.#isAfterGap = true;
  }
}
