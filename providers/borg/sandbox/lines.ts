/** The output of Borg: JSON events, one on each line. */
import {
  bodyCount,
  bodySeconds,
  bytesAt,
  elapsedSeconds,
  endMs,
  filesAt,
  firstBytesSeconds,
  firstLineSeconds,
  pathAt,
  type Run,
  startMs,
  statusAt,
  storedSizes,
} from './run.ts';
import { toPythonJson } from './wire.ts';

/** The lines so far, generated on demand. */
export interface LineSource {
  readonly count: number;
  slice(from: number, to?: number): string[];
}

export function logAt(run: Run, nowMs: number): LineSource {
  const elapsed = elapsedSeconds(run, nowMs);
  const hasProcess = run.outcome !== 'skipped' && run.outcome !== 'failed-at-once' && nowMs >= startMs(run);
  if (!hasProcess) return toLog(0, () => '');
  const head = headSeconds.filter((seconds) => seconds <= elapsed).length;
  const body = bodyCount(run, elapsed);
  const tail = nowMs >= endMs(run) ? tailCount : 0;
  return toLog(head + body + tail, (index) => {
    if (index < head) return headLine(run, index);
    if (index < head + body) return bodyLine(run, index - head);
    return tailLines(run, statusAt(run, nowMs))[index - head - body] ?? '';
  });
}

function toLog(count: number, lineAt: (index: number) => string): LineSource {
  return {
    count,
    slice(from, to = count) {
      const first = Math.max(0, from);
      const length = Math.max(0, Math.min(to, count) - first);
      return Array.from({ length }, (_, index) => lineAt(first + index));
    },
  };
}

const headSeconds = [0, 0.024, 0.0243, 0.0245, 0.0247].map((later) => firstLineSeconds + later);
const cacheParts = ['config', 'chunks', 'files'];

/** A first sign of life and the opening of the cache. */
function headLine(run: Run, index: number): string {
  const time = startMs(run) / 1000 + (headSeconds[index] ?? 0);
  if (index === 0) return progressLine(run, 0, pathAt(run, 0), time);
  const event = { operation: 1, msgid: 'cache.begin_transaction', type: 'progress_message' };
  const part = cacheParts[index - 1];
  if (part === undefined) return toPythonJson({ ...event, finished: true, time });
  const message = `Initializing cache transaction: Reading ${part}`;
  return toPythonJson({ message, ...event, finished: false, time });
}

function bodyLine(run: Run, index: number): string {
  const time = startMs(run) / 1000 + firstBytesSeconds + bodySeconds(run, index);
  const bytes = bytesAt(run, index);
  const path = pathAt(run, filesAt(run, bytes));
  if (run.outcome !== 'warnings' || index % 12 !== 2) return progressLine(run, bytes, path, time);
  return logLine('WARNING', 'borg.archiver', `${path}: file changed while we backed it up`, time);
}

function progressLine(run: Run, bytes: number, path: string, time: number): string {
  return toPythonJson({
    original_size: bytes,
    ...(run.borgVersion === 1 ? storedSizes(run, bytes) : {}),
    nfiles: filesAt(run, bytes),
    path,
    time,
    type: 'archive_progress',
    finished: false,
  });
}

const tailCount = 2;

function tailLines(run: Run, status: string): string[] {
  const time = endMs(run) / 1000;
  const last = (level: string, message: string) => logLine(level, 'borg.output.show-rc', message, time - 0.0002);
  const finished = toPythonJson({ type: 'archive_progress', finished: true, time: time - 0.02 });
  if (status === 'cancelled') {
    const signal = logLine('ERROR', 'borg.archiver', 'Received SIGTERM', time - 0.0004, 'Signal.SIGTERM');
    return [signal, last('ERROR', 'terminating with signal status, rc 143')];
  }
  if (status === 'failed') {
    const isLock = run.errorMessage.startsWith('LOCK_ERROR::');
    const message = isLock ? 'Failed to create/acquire the lock' : `${run.repository}: the operation did not finish`;
    const reason = logLine('ERROR', 'borg.archiver', message, time - 0.0004, isLock ? 'LockTimeout' : 'Error');
    return [reason, last('ERROR', 'terminating with error status, rc 2')];
  }
  if (status === 'completed_with_warnings') return [finished, last('WARNING', 'terminating with warning status, rc 1')];
  return [finished, last('INFO', 'terminating with success status, rc 0')];
}

function logLine(levelname: string, name: string, message: string, time: number, msgid?: string): string {
  const line = { type: 'log_message', time, message, levelname, name };
  return toPythonJson(msgid === undefined ? line : { ...line, msgid });
}
