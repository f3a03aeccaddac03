/** Maps Borg's log lines, which are JSON events, to readable lines and to progress. */
import { toInstant as toWhen } from '../../src/core/instant.ts';
import type { Backup, LogLevel, LogLine, Progress } from '../../src/core/model.ts';
import { joinLines } from '../../src/core/text.ts';
import { toWellFormed } from '../../src/core/unicode.ts';
import { isErrorLine } from './error-message.ts';
import { toPercent } from './map.ts';
import { type BorgEvent, borgEvent } from './wire.ts';

const levels = new Map<string, LogLevel>([
  ['DEBUG', 'DEBUG'],
  ['INFO', 'INFO'],
  ['WARNING', 'WARNING'],
  ['ERROR', 'ERROR'],
  ['CRITICAL', 'ERROR'],
]);

/** A line that is not a Borg event (of a hook or an agent) keeps its text. */
export function toLogLine(content: string): LogLine {
  const raw = toWellFormed(content);
  const event = parseEvent(raw);
  if (!event) return { text: joinLines(raw), raw, at: null, level: 'UNKNOWN' };
  // A message of Borg's may hold a whole traceback.
  return { text: joinLines(toText(event) ?? raw), raw, at: toInstant(event), level: toLevel(event) };
}

/** The first answers of a running job, before Borg has printed anything. */
const placeholderStarts = new Set(['Backup is running...', 'Backup is currently running...']);
const placeholderEnd = 'Note: Showing last 500 lines from in-memory buffer.';

export const isWaiting = (contents: readonly string[]): boolean =>
  placeholderStarts.has(contents[0] ?? '') && contents.at(-1)?.startsWith(placeholderEnd) === true;

/** The lines of a running job, without the placeholders that the product shows at first. */
export const toLiveLines = (contents: readonly string[]): LogLine[] =>
  isWaiting(contents) ? [] : contents.map(toLogLine);

/** A log file ends with an empty line that is not part of the log. */
export const withoutEmptyEnd = (contents: readonly string[]): readonly string[] =>
  contents.at(-1) === '' ? contents.slice(0, -1) : contents;

/** Whether the lines are no log but the error message of the job, which the product shows if there is no log. */
export const isErrorInPlaceOfLog = (contents: readonly string[]): boolean =>
  contents.length > 0 &&
  contents.every((text) => text.trim() === '' || isErrorLine(text)) &&
  contents.some(isErrorLine);

export const hasBorgEvent = (contents: readonly string[]): boolean =>
  contents.some((text) => parseEvent(text) !== null);

/** Borg itself has ended; a log that ends with this line is whole. */
export const isLastLine = (text: string | undefined): boolean =>
  text?.includes('borg.output.show-rc') === true && parseEvent(text)?.name === 'borg.output.show-rc';

function parseEvent(raw: string): BorgEvent | null {
  if (!raw.startsWith('{')) return null;
  try {
    return borgEvent(JSON.parse(raw));
  } catch {
    return null;
  }
}

/** Seconds with a fraction; a double holds them to about a quarter of a microsecond. */
const toInstant = ({ time }: BorgEvent): number | null => (time === null ? null : toWhen(Math.round(time * 1_000_000)));

const fileLevels = new Map<string, LogLevel>([
  ['C', 'WARNING'],
  ['E', 'ERROR'],
]);

function toLevel({ type, levelname, status }: BorgEvent): LogLevel {
  if (type === 'file_status') return fileLevels.get(status ?? '') ?? 'INFO';
  if (levelname) return levels.get(levelname.toUpperCase()) ?? 'UNKNOWN';
  return type.endsWith('progress') || type.startsWith('progress_') ? 'INFO' : 'UNKNOWN';
}

function toText(event: BorgEvent): string | null {
  if (event.type === 'archive_progress') return toProgressText(event);
  if (event.type === 'file_status') return toFileText(event);
  if (event.message?.trim()) return event.message;
  if (event.type.startsWith('progress_')) return event.finished ? 'Step finished.' : 'Step goes on.';
  return event.type === 'log_message' ? 'Borg wrote an empty message.' : null;
}

/** What Borg did with a file, by its letter; a lower-case one is what the file is. */
const fileStatuses = new Map<string, string>([
  ['A', 'added'],
  ['M', 'modified'],
  ['U', 'unchanged'],
  ['C', 'changed while it was read'],
  ['E', 'could not be read'],
  ['d', 'directory'],
  ['b', 'block device'],
  ['c', 'character device'],
  ['h', 'hard link'],
  ['s', 'symbolic link'],
  ['f', 'named pipe'],
  ['i', 'standard input'],
  ['-', 'not backed up'],
  ['x', 'excluded'],
]);

const toFileText = ({ status, path }: BorgEvent): string =>
  `${path || 'A file'}: ${fileStatuses.get(status ?? '') ?? 'status not known'}.`;

function toProgressText({ finished, nfiles, original_size: bytes, path }: BorgEvent): string | null {
  if (finished) return 'All files were read.';
  if (bytes == null) return path ? `Now at ${path}.` : 'Reading files.';
  const soFar = `${nfiles ?? 0} ${nfiles === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  return path ? `${soFar}, now at ${path}` : soFar;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** A line with the progress at a time. */
interface Mark {
  readonly at: number;
  readonly bytes: number;
  readonly event: BorgEvent;
}

/**
 * The product writes its record every three seconds or so, and Borg prints about five lines a second: the newest of
 * them is the better measurement, unless the record is ahead of what was read of the log.
 */
export function refineFromLog(backup: Backup, newest: readonly LogLine[]): Backup {
  const { progress } = backup;
  if (backup.status !== 'RUNNING' || !progress) return backup;
  const marks = newest.flatMap(toMark);
  const last = marks.at(-1);
  if (!last || last.bytes < (progress.processedBytes ?? 0)) return backup;
  return { ...backup, ...totalsOf(backup, last.event), progress: refineProgress(progress, last, speedOf(marks, last)) };
}

function toMark(line: LogLine): Mark[] {
  const event = line.raw.includes('archive_progress') ? parseEvent(line.raw) : null;
  if (event?.type !== 'archive_progress' || event.original_size == null || line.at === null) return [];
  return [{ at: line.at, bytes: event.original_size, event }];
}

function refineProgress(progress: Progress, { at, bytes, event }: Mark, speed: number | null): Progress {
  const { totalBytes } = progress;
  const bytesPerSecond = speed ?? progress.bytesPerSecond;
  const bytesLeft = totalBytes === null ? null : Math.max(0, totalBytes - bytes);
  return {
    percent: toPercent(bytes, totalBytes) ?? progress.percent,
    processedBytes: bytes,
    totalBytes,
    processedItems: Math.max(event.nfiles ?? 0, progress.processedItems ?? 0),
    currentItem: event.path || progress.currentItem,
    bytesPerSecond,
    secondsRemaining: bytesLeft !== null && bytesPerSecond ? bytesLeft / bytesPerSecond : null,
    updatedAt: at,
  };
}

/** The end of a good run has zeros in its record, so what was counted on the way is worth keeping. */
function totalsOf({ size, itemCount }: Backup, event: BorgEvent): Pick<Backup, 'size' | 'itemCount'> {
  return {
    size: {
      ...size,
      originalBytes: event.original_size || size.originalBytes,
      compressedBytes: event.compressed_size || size.compressedBytes,
      deduplicatedBytes: event.deduplicated_size || size.deduplicatedBytes,
    },
    itemCount: event.nfiles || itemCount,
  };
}

const speedWindowMicroseconds = 5_000_000;
/** Two lines that are closer say more about the disk cache than about the speed. */
const shortestMicroseconds = 500_000;

function speedOf(marks: readonly Mark[], last: Mark): number | null {
  const first = marks.find(({ at }) => last.at - at <= speedWindowMicroseconds);
  if (!first || last.at - first.at < shortestMicroseconds || last.bytes < first.bytes) return null;
  return ((last.bytes - first.bytes) * 1_000_000) / (last.at - first.at);
}
