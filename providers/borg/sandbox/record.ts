/** The job record at a time. It lags behind the log, since the database is updated every three seconds. */
import {
  bodyCount,
  bodySeconds,
  bytesAt,
  elapsedSeconds,
  endMs,
  fileCount,
  filesAt,
  firstBytesSeconds,
  jobEndMs,
  pathAt,
  type Run,
  startMs,
  statusAt,
  storedSizes,
} from './run.ts';
import { toPythonJson, wireTime } from './wire.ts';

/** Borg 2 reports neither the compressed nor the deduplicated size. */
interface ProgressDetails {
  readonly current_file: string;
  readonly progress_percent: number;
  readonly backup_speed: number;
  readonly total_expected_size: number;
  readonly estimated_time_remaining: number;
  readonly nfiles: number;
  readonly original_size: number;
  readonly compressed_size?: number;
  readonly deduplicated_size?: number;
}

export interface RunState {
  readonly status: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly progress: number;
  readonly error_message: string | null;
  readonly maintenance_status: string | null;
  readonly progress_details: ProgressDetails;
}

const databaseWriteSeconds = 3.1;
const directoryBytes = 96_256;
const mebibyte = 1_048_576;

export function stateAt(run: Run, nowMs: number): RunState {
  const status = statusAt(run, nowMs);
  const hasEnded = status !== 'pending' && status !== 'running';
  const isWhole = status === 'completed' || status === 'completed_with_warnings';
  const details = detailsAt(run, nowMs, status);
  return {
    status,
    started_at: status === 'pending' || run.outcome === 'failed-at-once' ? null : wireTime(startMs(run)),
    completed_at: hasEnded ? wireTime(jobEndMs(run)) : null,
    progress: isWhole ? 100 : details.progress_percent > 0 ? 1 : 0,
    error_message: errorAt(run, status),
    maintenance_status: isWhole ? maintenanceAt(run, nowMs) : null,
    progress_details: details,
  };
}

function errorAt(run: Run, status: string): string | null {
  if (status === 'failed') return run.errorMessage;
  if (status === 'cancelled') return toPythonJson({ key: 'backend.errors.backup.cancelledByUser' });
  if (status !== 'completed_with_warnings') return null;
  return '{"key": "backend.errors.service.backupCompletedWithWarning", "params": {"exitCode": 1}}';
}

function maintenanceAt(run: Run, nowMs: number): string | null {
  const atMs = Math.min(nowMs, run.maintenanceStoppedAtMs ?? nowMs);
  const share = (atMs - endMs(run)) / (run.maintenanceSeconds * 1000);
  if (run.maintenanceSeconds === 0 || share >= 1) return run.maintenanceEnd;
  const step = share < 0.5 ? 'prune' : 'compact';
  return run.maintenanceStoppedAtMs === null ? `running_${step}` : `${step}_failed`;
}

function detailsAt(run: Run, nowMs: number, status: string): ProgressDetails {
  const elapsed = elapsedSeconds(run, nowMs);
  if (status === 'pending' || run.outcome === 'skipped' || run.outcome === 'failed-at-once') return toDetails(run, {});
  if (status === 'completed' || status === 'completed_with_warnings') return finalDetails(run, status, nowMs);
  const isSizeUnknown = elapsed < 0.3 && run.seed % 2 === 1;
  const expected = isSizeUnknown ? 0 : expectedBytes(run);
  if (elapsed < firstBytesSeconds) return toDetails(run, { total_expected_size: expected });
  const writes = Math.floor((elapsed - firstBytesSeconds) / databaseWriteSeconds);
  const isCancelled = status === 'cancelled';
  const readAt = isCancelled ? elapsed : firstBytesSeconds + writes * databaseWriteSeconds;
  const index = bodyCount(run, readAt) - 1;
  if (writes === 0 && !isCancelled) {
    return toDetails(run, {
      original_size: bytesAt(run, index),
      progress_percent: 1,
      total_expected_size: expected,
    });
  }
  return movedDetails(run, index, status);
}

function movedDetails(run: Run, index: number, status: string): ProgressDetails {
  const bytes = bytesAt(run, index);
  const expected = expectedBytes(run);
  const speed = speedAt(bytes, bodySeconds(run, index));
  const secondsPerFile = run.durationSeconds / fileCount(run);
  return toDetails(run, {
    original_size: bytes,
    nfiles: filesAt(run, bytes),
    total_expected_size: expected,
    progress_percent: expected === 0 ? 1 : Math.min(100, (bytes / expected) * 100),
    backup_speed: speed,
    estimated_time_remaining: speed === 0 ? 0 : Math.floor((expected - bytes) / mebibyte / speed),
    current_file: status === 'running' && secondsPerFile > 3 ? pathAt(run, filesAt(run, bytes)) : '',
  });
}

function finalDetails(run: Run, status: string, nowMs: number): ProgressDetails {
  const { finalSizesSeconds } = run;
  const isRewritten = finalSizesSeconds !== null && nowMs >= jobEndMs(run) + finalSizesSeconds * 1000;
  const keepsSizes = finalSizesSeconds === null ? run.keepsSizes || status === 'completed_with_warnings' : isRewritten;
  return toDetails(run, {
    original_size: keepsSizes ? run.totalBytes : 0,
    nfiles: keepsSizes ? fileCount(run) : 0,
    total_expected_size: expectedBytes(run),
    progress_percent: 100,
    backup_speed: speedAt(run.totalBytes, run.durationSeconds),
    estimated_time_remaining: keepsSizes ? 2 : 0,
  });
}

function toDetails(run: Run, known: Partial<ProgressDetails>): ProgressDetails {
  const details: ProgressDetails = {
    current_file: '',
    progress_percent: 0,
    backup_speed: 0,
    total_expected_size: 0,
    estimated_time_remaining: 0,
    nfiles: 0,
    original_size: 0,
    ...known,
  };
  return run.borgVersion === 2 ? details : { ...details, ...storedSizes(run, details.original_size) };
}

const expectedBytes = (run: Run): number => (run.totalBytes === 0 ? 0 : run.totalBytes + directoryBytes);
const speedAt = (bytes: number, seconds: number): number => (seconds > 0 ? bytes / mebibyte / seconds : 0);
