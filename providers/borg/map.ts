/** Maps Borg UI's rows to the model. Pure: the time of reading is an argument. */
import type { Instant } from '../../src/core/instant.ts';
import {
  type Backup,
  type BackupSize,
  type BackupStatus,
  type BackupTrigger,
  isFinished,
  noSize,
  type Origin,
  type Progress,
} from '../../src/core/model.ts';
import { noTime } from '../../src/core/order.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { moment, serial } from '../../src/core/tolerant-reader.ts';
import { toErrorMessage } from './error-message.ts';
import { type ListRow, type ProgressDetails, type StatusRow, statusRow } from './wire.ts';

export interface BorgDetails {
  readonly jobId: string;
  /** Path of the repository; empty where it cannot be read. */
  readonly repository: string;
  /** What the product does after a backup (prune, compact, check), in its own words. */
  readonly maintenanceStatus: string | null;
  /** Null where no schedule started it, or where that is not known. */
  readonly scheduledJobId: string | null;
  /** Of the backup plan that started it. */
  readonly backupPlanId: string | null;
  readonly backupPlanName: string | null;
  /** Whether the product has log lines; null if it does not say. */
  readonly hasLog: boolean | null;
}

export type BorgBackup = Backup<BorgDetails>;

const statuses = new Map<string, BackupStatus>([
  ['pending', 'QUEUED'],
  ['running', 'RUNNING'],
  ['completed', 'SUCCEEDED'],
  ['completed_with_warnings', 'SUCCEEDED_WITH_WARNINGS'],
  ['failed', 'FAILED'],
  ['cancelled', 'CANCELLED'],
  ['skipped', 'SKIPPED'],
]);

export const toStatus = (word: string): BackupStatus => statuses.get(word) ?? 'UNKNOWN';

/** Every status that a job of this product can have. */
export const knownStatuses: ReadonlySet<BackupStatus> = new Set([...statuses.values(), 'UNKNOWN']);

/** A backup plan runs by its schedule or by hand, and the product does not tell which. */
const triggers = new Map<string, BackupTrigger>([
  ['manual', 'MANUAL'],
  ['schedule', 'SCHEDULED'],
  ['backup_plan', 'UNKNOWN'],
]);

function toTrigger(row: ListRow | StatusRow): BackupTrigger {
  if (row.triggered_by) return triggers.get(row.triggered_by) ?? 'UNKNOWN';
  if (!('scheduled_job_id' in row)) return 'UNKNOWN';
  return row.scheduled_job_id == null ? 'MANUAL' : 'SCHEDULED';
}

const originKinds: Readonly<Record<BackupTrigger, Origin['kind']>> = {
  MANUAL: 'USER',
  SCHEDULED: 'SCHEDULE',
  UNKNOWN: 'UNKNOWN',
};

/** The product names neither users nor schedules, and of plans not whether one ran by its schedule. */
function toOrigin(row: ListRow | StatusRow): Pick<BorgBackup, 'origin'> {
  const name = row.backup_plan_name || null;
  const kind = originKinds[toTrigger(row)];
  return kind === 'UNKNOWN' && name === null ? {} : { origin: { kind, name } };
}

/** What the order of lists needs of a row; null where it has no id. `hasTime`: false where its time cannot be read. */
export function toPlaceInOrder(row: unknown, provider: string, times: TimeReader) {
  const fields = (row ?? {}) as Partial<Record<keyof ListRow, unknown>>;
  const id = serial(fields.id, ignore);
  if (id === null) return null;
  const started = readTime(fields.started_at, times);
  const completed = readTime(fields.completed_at, times);
  const status = toStatus(typeof fields.status === 'string' ? fields.status : '');
  const hasTime = started !== undefined && (started !== null || completed !== undefined);
  const sortedAt = toSortedAt(started ?? null, completed ?? null, status);
  const externalId = String(id);
  return { key: { provider, sortedAt: hasTime ? sortedAt : noTime, externalId }, localId: externalId, hasTime };
}

const ignore = () => undefined;

/** Null for none, undefined for one that cannot be read. */
export function readTime(value: unknown, times: TimeReader): Instant | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  return times.read(moment(value, ignore)) ?? undefined;
}

const toSortedAt = (startedAt: Instant | null, completedAt: Instant | null, status: BackupStatus): Instant | null =>
  startedAt ?? completedAt ?? timeless(status);

export interface Reading {
  readonly provider: string;
  readonly times: TimeReader;
  /** When the row was read. */
  readonly readAt: Instant;
  /** The product may still change what it says of a job that has ended. */
  readonly isSettling?: boolean;
}

/** A row of the list or the status of one job, as it was when it was read. */
export function toBackup(
  row: ListRow | StatusRow,
  { provider, times, readAt, isSettling = false }: Reading,
): BorgBackup {
  const unreadable = [...row.unreadable];
  const read = (name: 'started_at' | 'completed_at'): Instant | null => {
    const at = readTime(row[name], times);
    if (at === undefined) unreadable.push(name);
    return at ?? null;
  };
  const startedAt = read('started_at');
  const completedAt = read('completed_at');
  const status = toStatus(row.status ?? '');
  const isTimeUnreadable =
    unreadable.includes('started_at') || (startedAt === null && unreadable.includes('completed_at'));
  const repository = row.repository ?? '';
  return {
    kind: 'borg',
    provider,
    localId: String(row.id),
    externalId: String(row.id),
    entityId: row.repository,
    name: ('archive_name' in row && row.archive_name) || null,
    description: null,
    type: 'FULL',
    status,
    upstreamStatus: row.status || 'none',
    trigger: toTrigger(row),
    ...toOrigin(row),
    sortedAt: isTimeUnreadable ? noTime : toSortedAt(startedAt, completedAt, status),
    startedAt,
    endedAt: isFinished(status) ? completedAt : null,
    size: toSize(row.progress_details, status),
    itemCount: positive(row.progress_details?.nfiles),
    isRemoved: false,
    progress: status === 'RUNNING' ? toProgress(row.progress_details, readAt) : null,
    errorMessage: toErrorMessage(row.error_message),
    warnings: [],
    ...(isSettling ? { isSettling } : {}),
    details: {
      jobId: String(row.id),
      repository,
      maintenanceStatus: row.maintenance_status,
      scheduledJobId: 'scheduled_job_id' in row && row.scheduled_job_id !== null ? String(row.scheduled_job_id) : null,
      backupPlanId: row.backup_plan_id === null ? null : String(row.backup_plan_id),
      backupPlanName: row.backup_plan_name || null,
      hasLog: isSettling ? ('logs' in row && Boolean(row.logs)) || null : hasLog(row, status),
    },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** A job that was just started and of which only the id is known. */
export function toQueuedBackup(jobId: number, repository: string, reading: Reading): BorgBackup {
  const row = statusRow({ id: jobId, repository, status: 'pending', triggered_by: 'manual' }) as StatusRow;
  return { ...toBackup(row, reading), entityId: repository };
}

/**
 * A queued job has no time yet and comes first. Any other one without a time never will have one: at the end of
 * the order (1970) it keeps one place for as long as it lives, where null would keep it above all others.
 */
const timeless = (status: BackupStatus): Instant | null => (status === 'QUEUED' ? null : noTime);

/** Null for zero, which this product also writes for "not known": a good run of the real one ends with zeros. */
const positive = (value: number | null | undefined): number | null => (value && value > 0 ? value : null);

function toSize(details: ProgressDetails | null, status: BackupStatus): BackupSize {
  if (!details) return noSize;
  const deduplicatedBytes = positive(details.deduplicated_size);
  return {
    originalBytes: positive(details.original_size),
    compressedBytes: positive(details.compressed_size),
    deduplicatedBytes,
    storedBytes: isFinished(status) ? deduplicatedBytes : null,
  };
}

/** A status row has `logs` instead of `has_logs`, which is empty while the job runs although there are lines. */
function hasLog(row: ListRow | StatusRow, status: BackupStatus): boolean | null {
  if ('has_logs' in row) return row.has_logs;
  return 'logs' in row && isFinished(status) ? Boolean(row.logs) : null;
}

const bytesInMiB = 1_048_576;

function toProgress(details: ProgressDetails | null, updatedAt: Instant): Progress {
  const processedBytes = details?.original_size ?? null;
  const totalBytes = positive(details?.total_expected_size);
  const speed = positive(details?.backup_speed);
  return {
    percent: toPercent(processedBytes, totalBytes) ?? reportedPercent(details),
    processedBytes,
    totalBytes,
    processedItems: details?.nfiles ?? null,
    currentItem: details?.current_file || null,
    bytesPerSecond: speed === null ? null : speed * bytesInMiB,
    secondsRemaining: positive(details?.estimated_time_remaining),
    updatedAt,
  };
}

/** 100 would say that it is over; there is still an archive to be written when the last byte was read. */
const maxRunningPercent = 99.9;

/**
 * The product's own formula (see the recordings), but from the first byte on: the product reports 1 until its next
 * look, which is more than the truth at first, so that the number would fall back.
 */
export function toPercent(processedBytes: number | null, totalBytes: number | null): number | null {
  if (processedBytes === null || totalBytes === null) return null;
  return Math.min((processedBytes / totalBytes) * 100, maxRunningPercent);
}

/** Without an expected size the product says 1 for a started job, which is no measurement. */
function reportedPercent(details: ProgressDetails | null): number | null {
  const percent = details?.progress_percent;
  return percent && percent > 1 ? Math.min(percent, maxRunningPercent) : null;
}
