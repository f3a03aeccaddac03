/** One page of a log in either direction, with only the lines that a filter selects. */
import { type LogLevel, type LogLine, logLevels } from '../core/model.ts';
import { toSearchable } from '../core/unicode.ts';
import type { LogGapAt, LogSource, SeqLine } from './log-source.ts';

export interface LogFilter {
  /** Only lines of at least this severity; null: all lines. */
  readonly minLevel: Exclude<LogLevel, 'UNKNOWN'> | null;
  /** Only lines that contain this text, in any case; null: all lines. */
  readonly search: string | null;
}

export interface LogScan {
  /** Oldest first. */
  readonly lines: readonly SeqLine[];
  readonly gaps: readonly LogGapAt[];
  /** More selected lines may follow in the direction of the walk. */
  readonly hasMore: boolean;
  /** Position from which this walk started. */
  readonly start: number;
  /** Position from which the next page goes on: after (forward) or up to it (backward). */
  readonly seq: number;
  /** Lines read and left out by `minLevel` because their level is not known. */
  readonly unknownLevelCount: number;
}

interface ScanOptions {
  readonly isForward: boolean;
  readonly size: number;
  /** Walk from this position; null: from the start (forward) or from the end. */
  readonly from: number | null;
  readonly filter: LogFilter;
}

/** Lines read for one page at most; then the page ends early, and the next one goes on. */
export const maxScannedLines = 20_000;
const windowLines = 1_000;

const severity = Object.fromEntries(logLevels.map((level, index) => [level, index])) as Record<LogLevel, number>;

export async function scanLog(source: LogSource, options: ScanOptions, signal: AbortSignal): Promise<LogScan> {
  const { isForward, size, filter } = options;
  const isFiltered = filter.minLevel !== null || filter.search !== null;
  const selects = toSelector(filter);
  // Without a filter, the source itself says whether more lines follow.
  const wantedLines = isFiltered ? size + 1 : Math.max(size, 1);
  const step = isFiltered ? windowLines : wantedLines;
  const start = options.from ?? (isForward ? 0 : await source.end(signal));
  const found: SeqLine[] = [];
  const gaps: LogGapAt[] = [];
  let unknownLevelCount = 0;
  let scanned = 0;
  let seq = start;
  let isOver = false;
  while (!isOver && found.length < wantedLines && scanned < maxScannedLines) {
    const low = isForward ? seq : toLow(seq - step, source.start);
    const window = await source.read(low, isForward ? seq + step : seq, signal);
    const upper = isForward ? Number.POSITIVE_INFINITY : seq;
    const read = window.lines.filter((line) => line.seq <= upper);
    const selected = read.filter(({ line }) => selects(line));
    if (isForward) found.push(...selected);
    else found.unshift(...selected);
    gaps.push(...window.gaps);
    unknownLevelCount += filter.minLevel === null ? 0 : countUnknown(read);
    scanned += step;
    isOver = isForward ? window.isEnd : low === 0;
    seq = isForward ? window.seq : low;
  }
  const lines = isForward ? found.slice(0, size) : found.slice(Math.max(0, found.length - size));
  const hasExtra = found.length > size;
  const edge = isForward ? lines.at(-1)?.seq : lines[0] && lines[0].seq - 1;
  const end = hasExtra ? (edge ?? start) : seq;
  return {
    lines,
    gaps: gaps.filter((gap) => (isForward ? gap.seq <= end : gap.seq >= end)).sort((a, b) => a.seq - b.seq),
    hasMore: hasExtra || !isOver,
    start,
    seq: end,
    unknownLevelCount,
  };
}

const countUnknown = (lines: readonly SeqLine[]): number =>
  lines.reduce((count, { line }) => (line.level === 'UNKNOWN' ? count + 1 : count), 0);

/** The lowest window also reads what is missing before the oldest line. */
const toLow = (low: number, start: number): number => (low <= start ? 0 : low);

function toSelector({ minLevel, search }: LogFilter): (line: LogLine) => boolean {
  const wanted = search === null ? null : toSearchable(search);
  return ({ level, text, raw }) =>
    (minLevel === null || (level !== 'UNKNOWN' && severity[level] >= severity[minLevel])) &&
    (wanted === null || toSearchable(text).includes(wanted) || toSearchable(raw).includes(wanted));
}
