/** The log of a job is a stream that always begins at the first line, and stays open while the job runs. */
import { createDeadline } from '../../src/core/deadline.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type Backup, isFinished, type LocalId, type LogLine } from '../../src/core/model.ts';
import type { LogQuery, LogRead } from '../../src/core/provider.ts';
import { giveRequest, requestOf } from '../../src/core/request-scope.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isNotFound, noSuchBackup, orElse } from '../_kit/errors.ts';
import { isMissingRoute } from './errors.ts';
import { createLineReader, withoutPrefix } from './log-map.ts';
import { type FlosumBackup, isNumberId, parseLocalId } from './map.ts';

interface LogReader {
  read(backup: Backup, query: LogQuery, signal: AbortSignal): Promise<LogRead>;
  download(id: LocalId, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
  /** The text of the last error in the log of a job that has ended; null where it has none, or there is no log. */
  lastError(backup: FlosumBackup, signal: AbortSignal): Promise<string | null>;
}

/** After so long without a piece, what a running job has written so far is taken to be here. */
const backoffMs = 300;
/** A job that writes without a pause is read for so long at a time. */
const longestLookMs = 2000;
/** Longest read of a stored log of any size. */
const longestReadMs = 60_000;

/** Pages of a stored log come one after the other, and each would be read from the first line. */
const staysMs = 30_000;
const maxKeptLines = 200_000;

const discarded: LogRead = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };

export function createLogReader(
  provider: string,
  upstream: Upstream,
  find: (ids: readonly LocalId[], signal: AbortSignal) => Promise<readonly (FlosumBackup | null)[]>,
): LogReader {
  let kept: { readonly id: LocalId; readonly lines: readonly LogLine[]; readonly until: number } | null = null;

  const open = (connectionId: string, jobId: string, signal: AbortSignal, lane?: 'downloads' | 'logReads') =>
    upstream.download(path`/api/v1/connections/${connectionId}/jobs/${jobId}/logs/details`, signal, lane);

  async function readWhole(connectionId: string, jobId: string, signal: AbortSignal): Promise<readonly LogLine[]> {
    using deadline = createDeadline(signal, longestReadMs);
    const reader = createLineReader(provider);
    for await (const piece of await open(connectionId, jobId, deadline.signal, 'logReads')) reader.add(piece);
    return reader.finish(true);
  }

  /** The lines up to now; the stream may stay open as long as the job runs. */
  async function readSoFar(connectionId: string, jobId: string, signal: AbortSignal): Promise<readonly LogLine[]> {
    const cut = new AbortController();
    const stop = () => cut.abort();
    const reader = createLineReader(provider);
    const until = giveRequest(AbortSignal.any([signal, cut.signal]), requestOf(signal));
    const pieces = await open(connectionId, jobId, until, 'logReads');
    const longest = setTimeout(stop, longestLookMs);
    let quiet = setTimeout(stop, backoffMs);
    try {
      for await (const piece of pieces) {
        reader.add(piece);
        clearTimeout(quiet);
        quiet = setTimeout(stop, backoffMs);
      }
    } catch (error) {
      if (!cut.signal.aborted || signal.aborted) throw error;
    } finally {
      clearTimeout(longest);
      clearTimeout(quiet);
    }
    return reader.finish(false);
  }

  /** The backup if it exists and has ended. Its row has the number of its job. */
  async function findFinished(id: LocalId, signal: AbortSignal): Promise<FlosumBackup | null> {
    const [backup] = await find([id], signal);
    return backup && isFinished(backup.status) ? backup : null;
  }

  async function readStored(id: LocalId, signal: AbortSignal): Promise<readonly LogLine[] | null> {
    if (kept?.id === id && performance.now() < kept.until) return kept.lines;
    const backup = await findFinished(id, signal);
    if (!backup) throw noSuchBackup(provider);
    return readStoredOf(backup, signal);
  }

  async function readStoredOf(backup: FlosumBackup, signal: AbortSignal): Promise<readonly LogLine[] | null> {
    const { localId: id, entityId, details } = backup;
    if (kept?.id === id && performance.now() < kept.until) return kept.lines;
    if (!isNumberId(details.jobId)) throw noJob();
    const lines = await readWhole(entityId ?? '', details.jobId, signal).catch(nullIfNoLog);
    if (lines && lines.length <= maxKeptLines) kept = { id, lines, until: performance.now() + staysMs };
    return lines;
  }

  async function readGrowing(backup: Backup, signal: AbortSignal): Promise<readonly LogLine[] | null> {
    const address = parseLocalId(backup.localId);
    const { jobId } = (backup as FlosumBackup).details;
    if (!address) throw noSuchBackup(provider);
    if (!isNumberId(jobId)) throw noJob();
    return readSoFar(address.connectionId, jobId, signal).catch(nullIfNoLog);
  }

  const noJob = () =>
    new GatewayError(
      'PROVIDER_INVALID_RESPONSE',
      `${provider} does not say which job made this backup, and logs go by the job.`,
    );

  return {
    async read(backup, { offset, limit }, signal) {
      if (!parseLocalId(backup.localId)) throw noSuchBackup(provider);
      const isOver = isFinished(backup.status);
      const lines = await (isOver ? readStored(backup.localId, signal) : readGrowing(backup, signal));
      if (!lines) return discarded;
      const end = limit === null ? lines.length : Math.min(offset + limit, lines.length);
      const read = { lines: lines.slice(offset, end), firstNumber: offset + 1, hasMore: end < lines.length };
      return isOver ? { ...read, state: 'complete', total: lines.length } : { ...read, state: 'growing' };
    },
    async download(id, signal) {
      const backup = await findFinished(id, signal);
      if (backup && !isNumberId(backup.details.jobId)) throw noJob();
      return backup && open(backup.entityId ?? '', backup.details.jobId, signal).catch(nullIfNoLog);
    },
    async lastError(backup, signal) {
      const lines = await readStoredOf(backup, signal);
      const line = lines?.findLast(({ level }) => level === 'ERROR');
      return line ? withoutPrefix(line.text) || null : null;
    },
  };
}

/** Some servers have no such call, and logs are deleted after a while. */
const nullIfNoLog = orElse(null, (error) => isNotFound(error) || isMissingRoute(error));
