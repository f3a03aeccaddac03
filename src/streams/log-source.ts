/** Windows of one log, from the product if it stores the log, otherwise from the replay log. */
import type { Backup } from '../core/model.ts';
import type { LogRead, Provider } from '../core/provider.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { encodeLogCursor } from '../replay/log-cursor.ts';
import type { GapReason, LogPosition, NumberedLine } from '../replay/log-parts.ts';

export interface SeqLine {
  readonly line: NumberedLine;
  readonly seq: number;
}

export interface LogGapAt {
  /** The missing lines follow this position. */
  readonly seq: number;
  readonly reason: GapReason;
}

export interface LogWindow {
  /** Oldest first. */
  readonly lines: readonly SeqLine[];
  readonly gaps: readonly LogGapAt[];
  /** Position of the last entry that was read; the start of the window if there is none. */
  readonly seq: number;
  /** No entry follows. */
  readonly isEnd: boolean;
}

/** Positions count from 1; 0 is the start of the log. */
export interface LogSource {
  /** Position before the oldest line that exists. */
  readonly start: number;
  /** Position of the newest line; asks the product if needed. */
  end(signal: AbortSignal): Promise<number>;
  /** At most `to - from` entries after `from`. Entries after `to` only if those before it are missing. */
  read(from: number, to: number, signal: AbortSignal): Promise<LogWindow>;
  /** Null: the position is not in this log. */
  locate(position: LogPosition): number | null;
  cursorOf(seq: number): string;
  readonly isComplete: boolean;
}

export function bufferSource(buffer: LogBuffer, backup: Backup, isComplete: boolean): LogSource {
  const oldest = buffer.after(0, 1);
  return {
    start: oldest?.type === 'gap' ? oldest.seq : 0,
    end: () => Promise.resolve(buffer.lastSeq),
    read(from, to) {
      const lines: SeqLine[] = [];
      const gaps: LogGapAt[] = [];
      let seq = from;
      while (seq < to) {
        const part = buffer.after(seq, to - seq);
        if (!part) break;
        if (part.type === 'gap') gaps.push({ seq, reason: part.gap.reason });
        else for (const [index, line] of part.lines.entries()) lines.push({ line, seq: seq + 1 + index });
        seq = part.seq;
      }
      return Promise.resolve({ lines, gaps, seq, isEnd: seq >= buffer.lastSeq });
    },
    locate: (position) => buffer.locate(position),
    cursorOf: (seq) => encodeLogCursor(backup, buffer.positionAt(seq)),
    isComplete,
  };
}

/** A read that was made to find out where the log is. */
interface Probe {
  readonly offset: number;
  readonly limit: number;
  readonly read: LogRead;
}

/** The log that a product stores, by its line numbers. The lines of `probe` are not read again. */
export function storedSource(provider: Provider, backup: Backup, probe: Probe): LogSource {
  const read = async (offset: number, limit: number | null, signal: AbortSignal): Promise<LogRead> =>
    offset === probe.offset && limit === probe.limit
      ? probe.read
      : ((await provider.readLog?.(backup, { offset, limit }, signal)) ?? nothing);
  return {
    start: 0,
    async end(signal) {
      if (probe.read.total !== undefined) return probe.read.total;
      const whole = await read(0, null, signal);
      return (whole.firstNumber ?? 1) - 1 + whole.lines.length;
    },
    async read(from, to, signal) {
      const { lines, firstNumber, hasMore } = await read(from, to - from, signal);
      const first = firstNumber ?? from + 1;
      const numbered = lines.map((line, index) => ({ line: { ...line, number: first + index }, seq: first + index }));
      // A product that lacks the first lines may return later ones.
      const wanted = numbered.filter(({ seq }) => seq > from).slice(0, to - from);
      const isStuck = wanted.length === 0 && hasMore;
      const last = wanted.at(-1)?.seq ?? from;
      return {
        lines: wanted,
        gaps: isStuck || first > from + 1 ? [{ seq: from, reason: 'UPSTREAM_TRUNCATED' }] : [],
        seq: last,
        // A product that reports more lines but returns none would be asked forever.
        isEnd: wanted.length === 0 || (!hasMore && last === numbered.at(-1)?.seq),
      };
    },
    locate: ({ epoch, seq }) => (epoch === null ? seq : null),
    cursorOf: (seq) => encodeLogCursor(backup, { epoch: null, seq }),
    isComplete: true,
  };
}

const nothing: LogRead = { lines: [], firstNumber: 1, hasMore: false, state: 'discarded' };
