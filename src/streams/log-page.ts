/** A log as a list and as text: from the product if it stores the log, otherwise from the replay log. */
import { type Backup, isFinished, isSettled } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { type PageArguments, toPageInfo, toWalk, type Walk } from '../lists/page.ts';
import type { Hub } from '../polling/hub.ts';
import type { LogBuffer } from '../replay/log-buffer.ts';
import { decodeLogCursor } from '../replay/log-cursor.ts';
import type { GapReason, LogPosition, NumberedLine } from '../replay/log-parts.ts';
import { type LogFilter, type LogScan, scanLog } from './log-scan.ts';
import { bufferSource, type LogSource, storedSource } from './log-source.ts';

export interface LogPageQuery extends PageArguments, LogFilter {}

export interface LogPage {
  readonly lines: readonly NumberedLine[];
  readonly cursorAt: (index: number) => string;
  /** Where the page before this one ends; null at the start of the log. */
  readonly startCursor: string | null;
  /** Where the next page goes on. With a filter, the last line that was read, which may not be one of the page. */
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** No line is missing from the first line to the last one written so far. */
  readonly isComplete: boolean;
  /** Where lines are missing in or right after this page. */
  readonly gaps: readonly { readonly afterCursor: string | null; readonly reason: GapReason }[];
  /** Lines that `minLevel` left out because their level is not known. */
  readonly unknownLevelCount: number;
}

/** Throws BAD_USER_INPUT for wrong paging arguments. */
export async function readLogPage(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  query: LogPageQuery,
  signal: AbortSignal,
): Promise<LogPage> {
  const walk = toWalk(query);
  const position = walk.cursor === null ? null : decodeLogCursor(backup, walk.cursor, walk.cursorArgument);
  const source = await openSource(hub, provider, backup, { walk, position }, signal);
  if (!source) return unknownLog(walk);
  const located = position && source.locate(position);
  // The line of `before` itself is not part of the page.
  const from = located === null || walk.isForward ? located : Math.max(0, located - 1);
  const scan = await scanLog(source, { ...walk, from, filter: query }, signal);
  return toLogPage(source, walk, scan, position !== null && from === null);
}

/** Null: the product discarded the log, and it was not watched while it was written. */
async function openSource(
  hub: Hub,
  provider: Provider,
  backup: Backup,
  { walk, position }: { readonly walk: Walk; readonly position: LogPosition | null },
  signal: AbortSignal,
): Promise<LogSource | null> {
  // While the log of an ended backup is not stored yet, its last lines are not known.
  const ofBuffer = (buffer: LogBuffer) =>
    bufferSource(buffer, backup, buffer.isComplete && (buffer.hasEnd || !isFinished(backup.status)));
  if (!isSettled(backup)) return ofBuffer(await hub.refreshBuffer(provider, backup, signal));
  const buffer = await hub.bufferOf(backup);
  if (position?.epoch && buffer?.locate(position) != null) return ofBuffer(buffer);
  const known = position?.epoch === null ? position.seq : 0;
  const limit = Math.max(walk.size, 1);
  // Any page after the first line tells the number of lines; the first line would make some products read the whole log.
  const offset = walk.isForward ? known : known === 0 ? 1 : Math.max(0, known - 1 - limit);
  const probe = { offset, limit };
  const read = await provider.readLog?.(backup, probe, signal);
  if (!read || read.state === 'discarded') {
    return buffer ? ofBuffer(await hub.noteLostEnd(backup, buffer)) : null;
  }
  // A window without line numbers is joined to the known lines, which gives each line a position.
  if (read.firstNumber === null) return ofBuffer(await hub.joinRead(backup, read));
  return storedSource(provider, backup, { read, ...probe });
}

function toLogPage(source: LogSource, walk: Walk, scan: LogScan, isRestarted: boolean): LogPage {
  const { lines, gaps, hasMore, seq, start } = scan;
  const reasons: LogPage['gaps'] = gaps.map((gap) => ({
    afterCursor: gap.seq === 0 ? null : source.cursorOf(gap.seq),
    reason: gap.reason,
  }));
  const outer = seq === start ? walk.cursor : source.cursorOf(walk.isForward ? seq : seq + 1);
  const first = lines[0];
  const last = lines.at(-1);
  const pageInfo = toPageInfo(walk, hasMore && (seq !== start || walk.size === 0));
  return {
    ...pageInfo,
    lines: lines.map(({ line }) => line),
    cursorAt: (index) => source.cursorOf(lines[index]?.seq ?? seq),
    startCursor: walk.isForward ? (first ? source.cursorOf(first.seq) : null) : seq === 0 && !first ? null : outer,
    endCursor: walk.isForward ? outer : last ? source.cursorOf(last.seq) : null,
    isComplete: source.isComplete && !gaps.some(({ reason }) => reason === 'UPSTREAM_TRUNCATED'),
    gaps: isRestarted ? [{ afterCursor: walk.cursor, reason: 'RESTARTED' }, ...reasons] : reasons,
    unknownLevelCount: scan.unknownLevelCount,
  };
}

const unknownLog = (walk: Walk): LogPage => ({
  lines: [],
  cursorAt: () => '',
  startCursor: walk.isForward ? null : walk.cursor,
  endCursor: walk.isForward ? walk.cursor : null,
  ...toPageInfo(walk, false),
  isComplete: false,
  gaps: [{ afterCursor: walk.cursor, reason: 'UPSTREAM_TRUNCATED' }],
  unknownLevelCount: 0,
});

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
