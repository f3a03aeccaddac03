import type { Backup } from '../core/model.ts';
import { observer } from '../core/observer.ts';
import type { LogBuffer } from './log-buffer.ts';
import { encodeLogCursor } from './log-cursor.ts';
import type { LogGap, LogPosition } from './log-parts.ts';
import type { Gap, Lines } from './stream-events.ts';

/** Maximum of lines in one event. */
export const maxLinesInEvent = 200;

/** A reader of a replay log with its own position. */
export class BufferReader {
  readonly #buffer: LogBuffer;
  readonly #backup: Backup;
  readonly #after: LogPosition | null;
  #seq: number | null = null;
  /** The position that `#seq` is, and the epoch of the log at that time. */
  #position: LogPosition | null = null;
  #epoch: string | null = null;

  constructor(buffer: LogBuffer, backup: Backup, after: LogPosition | null) {
    this.#buffer = buffer;
    this.#backup = backup;
    this.#after = after;
  }

  get cursor(): string {
    return encodeLogCursor(this.#backup, this.#seq === null ? this.#after : this.#buffer.positionAt(this.#seq));
  }

  next(): Lines | Gap | null {
    if (this.#seq === null || this.#epoch !== this.#buffer.epoch) {
      const known = this.#position ?? this.#after;
      const seq = known === null ? 0 : this.#buffer.locate(known);
      this.#moveTo(seq ?? 0);
      // The client's position is not in this log: it gets a gap, then every line that the log holds.
      if (seq === null) return this.#gap({ fromLine: null, toLine: null, reason: 'RESTARTED' });
    }
    const part = this.#buffer.after(this.#seq ?? 0, maxLinesInEvent);
    if (!part) return null;
    this.#moveTo(part.seq);
    return part.type === 'gap' ? this.#gap(part.gap) : { type: 'lines', cursor: this.cursor, lines: part.lines };
  }

  #moveTo(seq: number): void {
    this.#seq = seq;
    this.#position = this.#buffer.positionAt(seq);
    this.#epoch = this.#buffer.epoch;
  }

  #gap(gap: LogGap): Gap {
    observer()?.streamGap(gap.reason);
    return { type: 'gap', cursor: this.cursor, gap };
  }
}
