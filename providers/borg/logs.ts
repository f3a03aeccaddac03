/** Where a job's log is depends on whether it runs, on who runs it, and on what the server keeps. */
import { type Backup, isFinished, type LocalId } from '../../src/core/model.ts';
import type { LogQuery, LogRead } from '../../src/core/provider.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, noSuchBackup, nullIfNotFound, orElse } from '../_kit/errors.ts';
import { isJobId, type Jobs } from './jobs.ts';
import { hasBorgEvent, isErrorInPlaceOfLog, isLastLine, isWaiting, toLiveLines } from './log-map.ts';
import type { Settling } from './settling.ts';
import { createStoredLogs, isWindowInRecord, nullIfMissing, replyContents, toRequests } from './stored-log.ts';

interface LogReader {
  read(backup: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead>;
  download(id: LocalId, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
}

/** The product shows the last lines of a running job, numbered from 1 with every answer. */
const windowLines = 500;

const nothingYet: LogRead = { lines: [], firstNumber: 1, hasMore: false, state: 'growing' };

export function createLogReader(provider: string, upstream: Upstream, jobs: Jobs, settling: Settling): LogReader {
  const requests = toRequests(upstream);
  const stored = createStoredLogs(requests, jobs);

  /** The stored log of an ended job. While the job settles, a missing log may still be stored. */
  async function readEnded({ localId, isSettling }: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead> {
    const read = await stored.read(localId, query, signal);
    return read.state === 'discarded' && isSettling ? nothingYet : read;
  }

  /** The job was running when it was last read, but this reply may be of an ended one. */
  async function readAgain(
    id: LocalId,
    contents: readonly string[],
    query: LogQuery,
    signal: AbortSignal,
  ): Promise<LogRead> {
    const backup = await jobs.read(id, signal);
    if (backup.status === 'QUEUED') return nothingYet;
    if (isFinished(backup.status)) return readEnded(backup, query, signal);
    // What a hook prints before Borg prints anything is no event of Borg's.
    if (contents.length > 0) return toLive(id, contents);
    const read = await stored.read(id, query, signal);
    // An agent's lines are kept while it runs, and are read from where we are.
    return read.state === 'discarded' ? nothingYet : { ...read, state: 'growing' };
  }

  function toLive(id: LocalId, contents: readonly string[]): LogRead {
    const isWhole = isLastLine(contents.at(-1));
    if (isWhole) settling.sawLastLine(id);
    return {
      lines: toLiveLines(contents),
      firstNumber: contents.length < windowLines ? 1 : null,
      hasMore: false,
      state: isWhole ? 'complete' : 'growing',
    };
  }

  async function readLive(id: LocalId, query: LogQuery, signal: AbortSignal): Promise<LogRead> {
    const reply = await requests.activity(id, {}, signal).catch(nullIfMissing);
    const contents = reply ? replyContents(reply) : [];
    if (!reply || reply.has_more || reply.total_lines > contents.length || isErrorInPlaceOfLog(contents))
      return readAgain(id, [], query, signal);
    if (contents.length > 0 && !isWaiting(contents) && !hasBorgEvent(contents))
      return readAgain(id, contents, query, signal);
    return toLive(id, contents);
  }

  return {
    async read(backup, query, signal) {
      const { localId: id, status } = backup;
      if (!isJobId(id)) throw noSuchBackup(provider);
      if (status === 'QUEUED') return nothingYet;
      return isFinished(status) ? readEnded(backup, query, signal) : readLive(id, query, signal);
    },
    async download(id, signal) {
      if (!isJobId(id)) return null;
      const place = await jobs.readLogPlace(id, signal).catch(nullIfNotFound);
      // Only a whole log is offered for download.
      if (!place || (!place.logs && place.execution_mode !== 'agent') || isWindowInRecord(place.logs)) return null;
      const hasNone = (error: unknown) => isCode(error, 'NOT_FOUND', 'CONFLICT');
      return upstream.download(path`/api/backup/logs/${id}/download`, signal).catch(orElse(null, hasNone));
    },
  };
}
