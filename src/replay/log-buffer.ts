/**
 * The replay log of one backup: its log lines in order, each once, with a gap entry wherever lines are known to be
 * missing. It is append-only and bounded. Readers keep their own positions. One class, since every method works on the
 * same lines and positions.
 */

import type { LogLine } from '../core/model.ts';
import type { LogRead } from '../core/provider.ts';
import { Epochs } from './epochs.ts';
import {
  type LogEntry,
  type LogGap,
  type LogPosition,
  type NumberedLine,
  readEntry,
  type StoredBuffer,
  wireHead,
} from './log-parts.ts';
import { hashLine, LogTail, maxJoinedLines } from './log-tail.ts';
import { matchesOfEnd } from './overlap.ts';

/** Lines or one gap. `seq` is the position after it. */
export type LogPart =
  | { readonly type: 'lines'; readonly lines: readonly NumberedLine[]; readonly seq: number }
  | { readonly type: 'gap'; readonly gap: LogGap; readonly seq: number };

export interface LogBufferLimits {
  readonly maxLines: number;
  /** Total size of the raw text as UTF-16. */
  readonly maxBytes: number;
}

export class LogBuffer {
  #epochs = new Epochs();
  readonly #limits: LogBufferLimits;
  #entries: LogEntry[] = [];
  /** Number of evicted entries: the seq of `#entries[0]` is one more. */
  #evicted = 0;
  #bytes = 0;
  /** Number of the next line; null once line numbers are lost. */
  #nextNumber: number | null = 1;
  /** Up to this seq, the seq equals the line number. */
  #plainThrough = 0;
  #hasEnd = false;
  /** The newest evicted lines: the next window of the product may contain them. */
  #tail = new LogTail();

  /**
   * `kept`: the result of `toKept`; its first entries may be missing. `isSameRun`: several processes write the log. Throws if it
   * is malformed.
   */
  constructor(limits: LogBufferLimits, kept: StoredBuffer | null = null, { isSameRun = false } = {}) {
    this.#limits = limits;
    if (!kept) return;
    const head = wireHead.parse(kept.head);
    this.#epochs = new Epochs(head.epochs, kept.lastSeq, { isSameRun });
    this.#entries = kept.entries.map(readEntry);
    this.#evicted = kept.lastSeq - this.#entries.length;
    for (const entry of this.#entries) if ('line' in entry) this.#bytes += 2 * entry.line.raw.length;
    this.#nextNumber = head.nextNumber;
    this.#plainThrough = head.plainThrough;
    this.#hasEnd = head.hasEnd;
    this.#tail = new LogTail(head.tail);
    this.#evict();
  }

  get epoch(): string {
    return this.#epochs.current;
  }

  /** Whether the end of the log is reached: its last line, or a gap for lost lines at the end. */
  get hasEnd(): boolean {
    return this.#hasEnd;
  }

  /** The newest evicted seq; 0 if none was evicted. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Returns the state of the buffer with only the entries after `seq`. */
  toKept(seq: number): StoredBuffer {
    return {
      head: {
        epochs: this.#epochs.toKept(),
        nextNumber: this.#nextNumber,
        plainThrough: this.#plainThrough,
        hasEnd: this.#hasEnd,
        tail: this.#tail.hashes.length > 0 || this.#tail.isAfterGap ? this.#tail.toKept() : undefined,
      },
      entries: this.#entries.slice(Math.max(0, seq - this.#evicted)),
      lastSeq: this.lastSeq,
    };
  }

  /** A copy. With `isNewEpoch`, positions of what is added to it are not found in the original. */
  fork({ isNewEpoch = false } = {}): LogBuffer {
    const fork = new LogBuffer(this.#limits);
    fork.adopt(this);
    if (isNewEpoch) fork.#epochs = new Epochs(this.#epochs.toKept(), this.lastSeq);
    fork.#entries = [...this.#entries];
    fork.#tail = new LogTail(this.#tail.toKept());
    return fork;
  }

  /** Becomes what the other one is, which must not be used any more. */
  adopt(other: LogBuffer): void {
    this.#epochs = other.#epochs;
    this.#entries = other.#entries;
    this.#evicted = other.#evicted;
    this.#bytes = other.#bytes;
    this.#nextNumber = other.#nextNumber;
    this.#plainThrough = other.#plainThrough;
    this.#hasEnd = other.#hasEnd;
    this.#tail = other.#tail;
  }

  /** Takes over what other processes have appended to this log, or made of it. */
  follow(stored: StoredBuffer): void {
    const { epochs, ...head } = wireHead.parse(stored.head);
    const firstSeq = stored.lastSeq - stored.entries.length + 1;
    if (epochs.current !== this.epoch || firstSeq > this.lastSeq + 1 || stored.lastSeq < this.lastSeq) {
      this.adopt(new LogBuffer(this.#limits, stored, { isSameRun: true }));
      return;
    }
    for (const entry of stored.entries.slice(this.lastSeq + 1 - firstSeq).map(readEntry)) {
      this.#entries.push(entry);
      if ('line' in entry) this.#bytes += 2 * entry.line.raw.length;
    }
    this.#nextNumber = head.nextNumber;
    this.#plainThrough = head.plainThrough;
    this.#hasEnd = head.hasEnd;
    this.#evict();
  }

  /** The newest position; 0 before the first entry. */
  get lastSeq(): number {
    return this.#evicted + this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of lines known from the first without a gap; null if line numbers are lost. */
  get knownFromStart(): number | null {
    return this.#nextNumber === null ? null : this.#nextNumber - 1;
  }

  /** Whether no line is missing from the first line to the last one written so far. */
  get isComplete(): boolean {
    return this.#evicted === 0 && this.#plainThrough === this.lastSeq;
  }

  /** Appends a read of the product: skips known lines and adds a gap for missed ones. */
  add(read: LogRead): void {
    const before = this.lastSeq;
    if (read.firstNumber === null) this.#addWindow(read.lines);
    else this.#addNumbered(read.lines, read.firstNumber);
    if (read.state === 'complete' && !read.hasMore) this.#hasEnd = true;
    // The assumed end was not the end: more lines followed.
    else if (this.lastSeq > before) this.#hasEnd = false;
  }

  /** Ends a log that the product discarded: lines after the last known one may be lost. */
  addLostEnd(): void {
    if (this.#hasEnd) return;
    this.#hasEnd = true;
    this.#addGap({ fromLine: this.#nextNumber, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
  }

  #addWindow(window: readonly LogLine[]): void {
    if (window.length === 0) return;
    const overlap = this.#overlapWith(window);
    if (overlap === 0) this.#addGap({ fromLine: this.#nextNumber, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
    this.#addLines(window.slice(overlap));
  }

  /**
   * Returns how many lines of the window are known, by the smallest shift that matches. Either the known lines end with
   * the first lines of the window, or the window contains all known lines and begins within the gap before them.
   */
  #overlapWith(window: readonly LogLine[]): number {
    const { known, isAfterGap, shown } = this.#toCompare(window, window.length + 1);
    if (known.length === 0) return 0;
    const last = matchesOfEnd(known, shown).findLastIndex(
      (length, index) => length === index + 1 || (isAfterGap && length === known.length),
    );
    return last + 1;
  }

  #addNumbered(lines: readonly LogLine[], firstNumber: number): void {
    if (lines.length === 0) return;
    if (this.#nextNumber === null) {
      this.#addRest(lines, firstNumber);
      return;
    }
    const known = this.#nextNumber - firstNumber;
    if (known < 0) {
      this.#addGap({ fromLine: this.#nextNumber, toLine: firstNumber - 1, reason: 'UPSTREAM_TRUNCATED' });
      this.#nextNumber = firstNumber;
    }
    this.#addLines(lines.slice(Math.max(0, known)));
  }

  /** Appends what a complete log has after the known lines. Line numbers are known again from there. */
  #addRest(whole: readonly LogLine[], firstNumber: number): void {
    const end = this.#endWithin(whole);
    if (end === 0) this.#addGap({ fromLine: null, toLine: null, reason: 'RESTARTED' });
    this.#nextNumber = firstNumber + end;
    this.#addLines(whole.slice(end));
  }

  /**
   * Returns the index in a complete log after the known lines: behind the longest match, the last one of equal length.
   */
  #endWithin(whole: readonly LogLine[]): number {
    const { known, shown } = this.#toCompare(whole, maxJoinedLines);
    let best = { end: 0, length: 0 };
    for (const [index, length] of matchesOfEnd(known, shown).entries())
      if (length > 0 && length >= best.length) best = { end: index + 1, length };
    return best.end;
  }

  /**
   * Returns the newest known lines, at most `count` and without a gap between them, and the lines of the product in the
   * same form. A gap at the very end is ignored: the product may still have the lines that were assumed lost.
   */
  #toCompare(lines: readonly LogLine[], count: number) {
    const end = this.#entries.findLastIndex((entry) => 'line' in entry) + 1;
    const gap = this.#entries.findLastIndex((entry, index) => index < end && 'gap' in entry);
    const entries = this.#entries.slice(Math.max(gap + 1, end - count), end);
    const held = entries.flatMap((entry) => ('line' in entry ? [entry.line] : []));
    const { hashes } = this.#tail;
    const missing = count - held.length;
    const isAfterGap = gap >= 0 || this.#tail.isAfterGap;
    if (gap >= 0 || missing <= 0 || hashes.length === 0)
      return { known: held.map(toRaw), shown: lines.map(toRaw), isAfterGap };
    return { known: [...hashes.slice(-missing), ...held.map(toHash)], shown: lines.map(toHash), isAfterGap };
  }

  #addLines(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const number = this.#nextNumber;
      this.#entries.push({ line: { ...line, number } });
      this.#bytes += 2 * line.raw.length;
      if (number === null) continue;
      this.#nextNumber = number + 1;
      if (number === this.lastSeq && this.#plainThrough === number - 1) this.#plainThrough = number;
    }
    this.#evict();
  }

  /** Adds a gap, unless the last entry is one already. */
  #addGap(gap: LogGap): void {
    const last = this.#entries.at(-1);
    if (last && 'gap' in last) return;
    this.#entries.push({ gap });
    this.#nextNumber = null;
    this.#evict();
  }

  #evict(): void {
    let count = 0;
    while (
      this.#entries.length - count > this.#limits.maxLines ||
      (this.#bytes > this.#limits.maxBytes && count < this.#entries.length)
    ) {
      const entry = this.#entries[count++];
      if (entry && 'line' in entry) {
        this.#bytes -= 2 * entry.line.raw.length;
        this.#tail.addLine(entry.line.raw, this.#entries.length - count);
      } else {
        this.#tail.addGap();
      }
    }
    if (count === 0) return;
    this.#entries = this.#entries.slice(count);
    this.#evicted += count;
  }

  /** The newest lines, oldest first. */
  newest(count: number): readonly NumberedLine[] {
    return this.#entries.slice(-count).flatMap((entry) => ('line' in entry ? [entry.line] : []));
  }

  /** Returns what follows `seq`, at most `maxLines` lines; null if nothing follows yet. */
  after(seq: number, maxLines: number): LogPart | null {
    if (seq >= this.lastSeq) return null;
    if (seq < this.#evicted) {
      const isPlain = this.#evicted <= this.#plainThrough;
      const gap = {
        fromLine: isPlain ? seq + 1 : null,
        toLine: isPlain ? this.#evicted : null,
        reason: 'EVICTED',
      } as const;
      return { type: 'gap', gap, seq: this.#evicted };
    }
    const start = seq - this.#evicted;
    const first = this.#entries[start];
    if (first && 'gap' in first) return { type: 'gap', gap: first.gap, seq: seq + 1 };
    const lines: NumberedLine[] = [];
    for (let index = start; index < this.#entries.length && lines.length < maxLines; index++) {
      const entry = this.#entries[index];
      if (!entry || 'gap' in entry) break;
      lines.push(entry.line);
    }
    return { type: 'lines', lines, seq: seq + lines.length };
  }

  positionAt(seq: number): LogPosition {
    return { epoch: seq <= this.#plainThrough ? null : this.epoch, seq };
  }

  /** Returns the seq of a position; null if the position is not in this buffer. */
  locate({ epoch, seq }: LogPosition): number | null {
    if (epoch === null) return seq <= this.#plainThrough ? seq : null;
    return this.#epochs.has(epoch, seq, this.lastSeq) ? seq : null;
  }
}

const toRaw = ({ raw }: LogLine): string => raw;
const toHash = ({ raw }: LogLine): string => hashLine(raw);
