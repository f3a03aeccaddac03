/**
 * The log of an ended job, from the two endpoints that return it. Both have faults: the stored log has no pages, and the
 * activity log may return the last lines if the first of many were requested. If one answers 404, the other is used.
 */
import type { LocalId } from '../../src/core/model.ts';
import type { LogQuery, LogRead } from '../../src/core/provider.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isNotFound, orElse } from '../_kit/errors.ts';
import { refusalKey } from './errors.ts';
import type { Jobs } from './jobs.ts';
import { hasBorgEvent, isErrorInPlaceOfLog, toLogLine, withoutEmptyEnd } from './log-map.ts';
import { type LogReply, logReply } from './wire.ts';

interface Requests {
  /**
   * The product does not ask whether the account may see the repository of this call. It is made only for a backup
   * that this account was shown just before, by the list or by its status.
   */
  activity(id: LocalId, query: Readonly<Record<string, number>>, signal: AbortSignal): Promise<LogReply>;
  /** From `offset` to the end. */
  stream(id: LocalId, offset: number, signal: AbortSignal): Promise<LogReply>;
}

interface StoredLogs {
  /** State `discarded` if the product has no log (yet). */
  read(id: LocalId, query: LogQuery, signal: AbortSignal): Promise<LogRead>;
}

/** A successful run keeps no log file, only its last lines in the record. A log of this many lines may have had more. */
const recordLines = 1_000;
const fileMark = 'Logs saved to: ';

const nothingKept: LogRead = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };

/** Contents that are in order and without a hole, of a log of `total` lines. */
interface Part {
  readonly contents: readonly string[];
  readonly firstNumber: number;
  readonly total: number;
}

export const toRequests = (upstream: Upstream): Requests => ({
  activity: (id, query, signal) =>
    upstream.read(path`/api/activity/backup/${id}/logs`, { schema: logReply, query, size: 'list' }, signal),
  stream: (id, offset, signal) =>
    upstream.read(path`/api/backup/logs/${id}/stream`, { schema: logReply, query: { offset }, size: 'list' }, signal),
});

export function createStoredLogs({ activity, stream }: Requests, jobs: Jobs): StoredLogs {
  /** Everything after `offset`; null where there is no log. */
  async function readRest(id: LocalId, offset: number, signal: AbortSignal): Promise<Part | null> {
    const reply = await stream(id, offset, signal).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      const other = await readActivity(id, offset, null, signal).catch(nullIfMissing);
      // A job that is not there is missing at both, and the product says so of the job, not of its log.
      if (!other && !isNoLog(error)) throw error;
      return other;
    });
    if (!reply) return null;
    const contents = replyContents(reply);
    if (offset === 0 ? isNoLogAtAll(reply) : isPast(reply, offset)) return null;
    return { contents: withoutEmptyEnd(contents), firstNumber: firstNumberOf(reply, offset), total: reply.total_lines };
  }

  /** Asks for as many lines as it takes where the first ones were asked for and the last ones came. */
  async function readActivity(
    id: LocalId,
    offset: number,
    limit: number | null,
    signal: AbortSignal,
  ): Promise<LogReply | null> {
    const reply = await activity(id, limit === null ? { offset } : { offset, limit }, signal);
    const isWanted = reply.lines.length === 0 || firstNumberOf(reply, offset) === offset + 1;
    const isAll = limit !== null || !(reply.has_more || reply.total_lines > offset + reply.lines.length);
    const left = reply.total_lines - offset;
    const whole = (isWanted && isAll) || left <= 0 ? reply : await activity(id, { offset, limit: left }, signal);
    if (whole.total_lines > fewLines || hasBorgEvent(replyContents(whole))) return whole;
    // A few lines that are no events may be the error message of the job.
    return (await jobs.readLogPlace(id, signal)).logs ? whole : null;
  }

  /** A page of a log that is known to be longer; null where the answer is not that page for certain. */
  async function readPage(id: LocalId, offset: number, limit: number, signal: AbortSignal): Promise<Part | null> {
    const reply = await activity(id, { offset, limit }, signal).catch(nullIfMissing);
    if (!reply || reply.lines.length === 0 || reply.lines.length > limit) return null;
    if (reply.lines[0]?.line_number !== offset + 1) return null;
    return { contents: replyContents(reply), firstNumber: offset + 1, total: reply.total_lines };
  }

  async function isWindow(id: LocalId, { total }: Part, signal: AbortSignal): Promise<boolean> {
    return total === recordLines && isWindowInRecord((await jobs.readLogPlace(id, signal)).logs);
  }

  /** The lines after `offset` are none of a log that is shorter, or there is no log. */
  async function readPast(id: LocalId, offset: number, signal: AbortSignal): Promise<LogRead> {
    const part = await readRest(id, 0, signal);
    if (!part) return nothingKept;
    if (await isWindow(id, part, signal)) return toWindow(part);
    return { lines: [], firstNumber: offset + 1, hasMore: false, state: 'complete' };
  }

  return {
    async read(id, { offset, limit }, signal) {
      const page = limit !== null && offset > 0 ? await readPage(id, offset, limit, signal) : null;
      const part = page ?? (await readRest(id, offset, signal));
      if (!part) return offset === 0 ? nothingKept : readPast(id, offset, signal);
      if (await isWindow(id, part, signal)) {
        const whole = offset === 0 && !page ? part : await readRest(id, 0, signal);
        return whole ? toWindow(whole) : nothingKept;
      }
      const { contents, firstNumber, total } = part;
      const shown = limit === null ? contents : contents.slice(0, limit);
      const hasMore = page ? offset + contents.length < total : shown.length < contents.length;
      return { lines: shown.map(toLogLine), firstNumber, hasMore, state: 'complete', total };
    },
  };
}

const toWindow = ({ contents }: Part): LogRead => ({
  lines: contents.map(toLogLine),
  firstNumber: null,
  hasMore: false,
  state: 'complete',
});

/** The text of a log that is in the record itself, and so long that the product may have cut its beginning. */
export const isWindowInRecord = (logs: string | null | undefined): boolean =>
  logs != null && !logs.startsWith(fileMark) && logs.trimEnd().split('\n').length >= recordLines;

export const replyContents = ({ lines }: LogReply): string[] => lines.map(({ content }) => content);

/** By the first line that has a number: the number of a line before it may be unreadable. */
function firstNumberOf({ lines }: LogReply, offset: number): number {
  const index = lines.findIndex(({ line_number: number }) => number !== null);
  const number = lines[index]?.line_number ?? null;
  return number === null ? offset + 1 : Math.max(1, number - index);
}

/** Error messages have fewer. */
const fewLines = 20;

const isNoLogAtAll = (reply: LogReply): boolean =>
  reply.lines.length === 0 || isErrorInPlaceOfLog(replyContents(reply)) || isFileGone(reply);

/** No line is left, which an offset at the very end explains only where the log is that long. */
const isPast = (reply: LogReply, offset: number): boolean =>
  (reply.lines.length === 0 && reply.total_lines !== offset) ||
  isFileGone(reply) ||
  (reply.total_lines <= fewLines && isErrorInPlaceOfLog(replyContents(reply)));

/** The file was removed: one line says so at every offset. */
const isFileGone = ({ lines, total_lines }: LogReply): boolean =>
  total_lines === 1 && lines[0]?.content.startsWith('Log file not found: ') === true;

/** The endpoint is not there, or has no log of this job. */
const isMissing = (error: unknown): boolean => isNotFound(error) || refusalKey(error) === 'route.unknown';

const noLogKeys = new Set(['activity.noLogsAvailableForJob', 'backup.noLogsAvailable', 'backup.logFileNotFound']);

/** The error says that there is no log, not that there is no job. */
const isNoLog = (error: unknown): boolean => noLogKeys.has(refusalKey(error) ?? '') || !isNotFound(error);

export const nullIfMissing = orElse(null, isMissing);
