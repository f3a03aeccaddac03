/** Where a job's log is depends on whether it runs, on who runs it, and on what the server keeps. */
import { GatewayError } from '../../src/core/errors.ts';
import { type Backup, isFinished, type LocalId } from '../../src/core/model.ts';
import type { LogQuery, LogRead } from '../../src/core/provider.ts';
import { path } from '../../src/core/upstream/path.ts';
import type { Upstream } from '../../src/core/upstream/upstream.ts';
import { isNotFound, refusalKey } from './errors.ts';
import { isJobId, type Jobs } from './jobs.ts';
import { toLiveLines, toLogLine, toStoredLines } from './log.ts';
import { type LogReply, logReply } from './wire.ts';

interface LogReader {
  read(backup: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead>;
  download(id: LocalId, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
}

/** The product shows the last lines of a running job, numbered from 1 with every answer. */
const windowLines = 500;

const nothingYet: LogRead = { lines: [], firstNumber: 1, hasMore: false, state: 'growing' };
const nothingKept: LogRead = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };

export function createLogReader(provider: string, upstream: Upstream, jobs: Jobs): LogReader {
  /**
   * The product does not ask whether the account may see the repository of this call. It is made only for a backup
   * that this account was shown just before, by the list or by its status.
   */
  const readActivity = (id: LocalId, query: Readonly<Record<string, number>>, signal: AbortSignal) =>
    upstream.read(path`/api/activity/backup/${id}/logs`, { schema: logReply, query, size: 'list' }, signal);

  /** From `offset` to the end, as the product keeps it. */
  async function readRest(id: LocalId, offset: number, signal: AbortSignal): Promise<LogRead> {
    const options = { schema: logReply, query: { offset }, size: 'list' as const };
    const reply = await upstream.read(path`/api/backup/logs/${id}/stream`, options, signal);
    if (reply.total_lines === 0 || isFileGone(reply)) return nothingKept;
    return { lines: toStoredLines(contentsOf(reply)), firstNumber: offset + 1, hasMore: false, state: 'complete' };
  }

  async function readPage(id: LocalId, offset: number, limit: number, signal: AbortSignal): Promise<LogRead> {
    const reply = await readActivity(id, { offset, limit }, signal).catch(nullIfNoLog);
    if (!reply) return nothingKept;
    // Unlike the whole log, its pages have no empty line at the end.
    const lines = contentsOf(reply).map(toLogLine);
    return { lines, firstNumber: offset + 1, hasMore: reply.has_more ?? false, state: 'complete' };
  }

  const readStored = (id: LocalId, { offset, limit }: LogQuery, signal: AbortSignal): Promise<LogRead> =>
    limit === null ? readRest(id, offset, signal) : readPage(id, offset, limit, signal);

  /** It was running when it was last seen, but this answer is not that of a running job. */
  async function readAgain(id: LocalId, query: LogQuery, signal: AbortSignal): Promise<LogRead> {
    const { status } = await jobs.read(id, signal);
    if (status === 'QUEUED') return nothingYet;
    const read = await readStored(id, query, signal);
    if (isFinished(status)) return read;
    // An agent's lines are kept while it runs, and are read from where we are.
    return read.state === 'discarded' ? nothingYet : { ...read, state: 'growing' };
  }

  async function readLive(id: LocalId, query: LogQuery, signal: AbortSignal): Promise<LogRead> {
    const reply = await readActivity(id, {}, signal).catch(nullIfNoLog);
    if (!reply || reply.has_more || reply.total_lines > reply.lines.length) return readAgain(id, query, signal);
    const firstNumber = reply.lines.length < windowLines ? 1 : null;
    return { lines: toLiveLines(contentsOf(reply)), firstNumber, hasMore: false, state: 'growing' };
  }

  return {
    async read(backup, query, signal) {
      const { localId: id, status } = backup;
      if (!isJobId(id)) throw new GatewayError('NOT_FOUND', `${provider} has no such backup.`);
      if (status === 'QUEUED') return nothingYet;
      return isFinished(status) ? readStored(id, query, signal) : readLive(id, query, signal);
    },
    async download(id, signal) {
      if (!isJobId(id)) return null;
      return upstream.download(path`/api/backup/logs/${id}/download`, signal).catch((error: unknown) => {
        if (isNotFound(error) || (error instanceof GatewayError && error.code === 'CONFLICT')) return null;
        throw error;
      });
    },
  };
}

const contentsOf = ({ lines }: LogReply): string[] => lines.map(({ content }) => content);

/** The file was removed, and one line says so whatever the offset. */
const isFileGone = ({ lines, total_lines }: LogReply): boolean =>
  total_lines === 1 && lines[0]?.content.startsWith('Log file not found: ') === true;

function nullIfNoLog(error: unknown): null {
  if (refusalKey(error) === 'activity.noLogsAvailableForJob') return null;
  throw error;
}
