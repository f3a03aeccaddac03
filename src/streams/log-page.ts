/** A log as a list and as text: from the product if it stores the log, otherwise from the replay log. */
import { badInput } from '../core/errors.ts';
import { type Backup, isFinished, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { defaultPageSize, maxPageSize } from '../lists/page.ts';
import type { Hub } from '../polling/hub.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { decodeLogCursor, encodeLogCursor } from '../replay/log-cursor.ts';
import type { GapReason, NumberedLine } from '../replay/log-parts.ts';

export interface LogPageQuery {
  /** Null: the default. */
  readonly first: number | null;
  readonly after: string | null;
}

export interface LogPage {
  readonly lines: readonly NumberedLine[];
  readonly cursorAt: (index: number) => string;
  /** Cursor of the last line; on an empty page, the requested start. */
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** No line is missing from the first line to the last one written so far. */
  readonly isComplete: boolean;
  /** Where lines are missing in or right after this page. */
  readonly gaps: readonly { readonly afterCursor: string | null; readonly reason: GapReason }[];
}

export async function readLogPage(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  { first: wanted, after }: LogPageQuery,
  signal: AbortSignal,
): Promise<LogPage> {
  const size = wanted ?? defaultPageSize;
  if (size < 0 || size > maxPageSize)
    throw badInput(`"first" is ${size}; it must be from 0 to ${maxPageSize}.`, ['first']);
  const position = after === null ? null : decodeLogCursor(backup, after);
  if (!isSettled(backup)) {
    return pageOfBook(await hub.refreshBuffer(provider, backup, signal), backup, size, after);
  }
  const buffer = hub.bufferOf(backup);
  if (position?.epoch && buffer?.locate(position) != null) return pageOfBook(buffer, backup, size, after);
  const offset = position?.epoch === null ? position.seq : 0;
  const read = await provider.readLog?.(backup, { offset, limit: Math.max(size, 1) }, signal);
  if (!read || read.state === 'discarded') {
    if (buffer) hub.noteLostEnd(backup, buffer);
    return buffer ? pageOfBook(buffer, backup, size, after) : unknownLog(after);
  }
  // A window without line numbers is joined to the known lines, which gives each line a position.
  if (read.firstNumber === null) return pageOfBook(hub.joinRead(backup, read), backup, size, after);
  const { firstNumber } = read;
  const known = Math.max(0, offset + 1 - firstNumber);
  const first = firstNumber + known;
  const lines = read.lines.slice(known, known + size).map((line, index) => ({ ...line, number: first + index }));
  const gaps: GapReason[] = [
    // The cursor is of an incomplete replay log and has no line number, so the stored log starts again.
    ...(position?.epoch ? (['RESTARTED'] as const) : []),
    ...(first > offset + 1 ? (['UPSTREAM_TRUNCATED'] as const) : []),
  ];
  // The product reports more lines but returns none: another page would be the same.
  const isStuck = lines.length === 0 && size > 0 && read.hasMore;
  return {
    lines,
    cursorAt: (index) => encodeLogCursor(backup, { epoch: null, seq: first + index }),
    endCursor: after,
    hasNextPage: !isStuck && (read.hasMore || read.lines.length - known > size),
    hasPreviousPage: after !== null,
    isComplete: !isStuck && !gaps.includes('UPSTREAM_TRUNCATED'),
    gaps: gaps.map((reason) => ({ afterCursor: after, reason })),
  };
}

/** The product discarded the log, and it was not watched while it was written. */
const unknownLog = (after: string | null): LogPage => ({
  lines: [],
  cursorAt: () => '',
  endCursor: after,
  hasNextPage: false,
  hasPreviousPage: after !== null,
  isComplete: false,
  gaps: [{ afterCursor: after, reason: 'UPSTREAM_TRUNCATED' }],
});

function pageOfBook(buffer: LogBuffer, backup: Backup, size: number, after: string | null): LogPage {
  const cursorOf = (seq: number) => encodeLogCursor(backup, buffer.positionAt(seq));
  const position = after === null ? null : decodeLogCursor(backup, after);
  const start = position === null ? 0 : buffer.locate(position);
  const lines: { line: NumberedLine; seq: number }[] = [];
  const gaps: { afterCursor: string | null; reason: GapReason }[] = [];
  if (start === null) gaps.push({ afterCursor: after, reason: 'RESTARTED' });
  let seq = start ?? 0;
  for (;;) {
    const part = buffer.after(seq, size - lines.length);
    if (!part || (part.type === 'lines' && part.lines.length === 0)) break;
    if (part.type === 'gap') gaps.push({ afterCursor: seq === 0 ? null : cursorOf(seq), reason: part.gap.reason });
    else lines.push(...part.lines.map((line, index) => ({ line, seq: seq + 1 + index })));
    seq = part.seq;
  }
  return {
    lines: lines.map(({ line }) => line),
    cursorAt: (index) => cursorOf(lines[index]?.seq ?? seq),
    endCursor: after,
    hasNextPage: seq < buffer.lastSeq && (lines.length > 0 || size === 0),
    hasPreviousPage: after !== null,
    // While the log of an ended backup is not stored yet, its last lines are not known.
    isComplete: buffer.isComplete && (buffer.hasEnd || !isFinished(backup.status)),
    gaps,
  };
}

/** Returns the product's own log text if it has one; otherwise the lines of the replay log, with a note at each gap. */
export async function logText(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array | string> | null> {
  const stored = isSettled(backup) ? await provider.downloadLog?.(backup.localId, signal) : null;
  if (stored) return stored;
  // Lines written after the last known one are reported as missing, like any other gap.
  const buffer = await hub.refreshBuffer(provider, backup, signal);
  const isGrowing = isFinished(backup.status) && !isSettled(backup) && !buffer.hasEnd;
  return hasLines(buffer) ? textOf(buffer, isGrowing) : null;
}

function hasLines(buffer: LogBuffer): boolean {
  const first = buffer.after(0, 1);
  return first?.type === 'lines' || (first?.type === 'gap' && first.seq < buffer.lastSeq);
}

async function* textOf(buffer: LogBuffer, isGrowing: boolean): AsyncGenerator<string> {
  let seq = 0;
  for (let part = buffer.after(seq, 200); part; part = buffer.after(seq, 200)) {
    yield part.type === 'gap'
      ? `[lines are missing here: ${part.gap.reason}]\n`
      : part.lines.map(({ raw }) => `${raw}\n`).join('');
    seq = part.seq;
  }
  if (isGrowing) yield '[the log is not stored yet: more lines may follow]\n';
}
