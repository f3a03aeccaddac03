/** The job table: rows as they are listed, and the stored log of a job. */
import { type LineSource, logAt } from './lines.ts';
import { type RunState, stateAt } from './record.ts';
import { createRun, jobEndMs, type Run, type RunOutcome, startMs, statusAt, storedMs } from './run.ts';
import { wireTime } from './wire.ts';

export type LogPolicy = 'failed_only' | 'failed_and_warnings' | 'all_jobs';

/** The fields that do not change during the life of a job, named as on the wire. */
export interface JobIdentity {
  readonly id: number;
  readonly repository: string;
  readonly scheduled_job_id: number | null;
  readonly backup_plan_id: number | null;
  readonly backup_plan_run_id: number | null;
  readonly backup_plan_name: string | null;
  readonly triggered_by: string;
  readonly archive_name: string | null;
  readonly execution_mode: string;
  readonly route_strategy: string | null;
  readonly retry_attempt: number;
  readonly retry_original_job_id: number | null;
  readonly retry_source_job_id: number | null;
  readonly retry_requested_by_user_id: number | null;
  readonly retry_requested_at: string | null;
}

/** Every field of a job; the list leaves out one and the status leaves out three. */
export interface JobRow extends JobIdentity, RunState {
  readonly has_logs: boolean;
  readonly logs: string | null;
}

export interface Job {
  readonly identity: JobIdentity;
  readonly run: Run;
  /** Fields that override those of the run. */
  readonly fixed: Partial<JobRow>;
  /** Stored lines that replace those of the run. */
  readonly lines: readonly string[] | null;
}

export function toIdentity(id: number, repository: string, known: Partial<JobIdentity> = {}): JobIdentity {
  return {
    id,
    repository,
    scheduled_job_id: null,
    backup_plan_id: null,
    backup_plan_run_id: null,
    backup_plan_name: null,
    triggered_by: 'manual',
    archive_name: null,
    execution_mode: 'local',
    route_strategy: 'server_direct',
    retry_attempt: 1,
    retry_original_job_id: null,
    retry_source_job_id: null,
    retry_requested_by_user_id: null,
    retry_requested_at: null,
    ...known,
  };
}

export function rowAt(job: Job, nowMs: number, policy: LogPolicy): JobRow {
  const state = { ...stateAt(job.run, nowMs), ...job.fixed };
  const kept = storedLog(job, nowMs, policy);
  return {
    ...job.identity,
    archive_name: job.identity.archive_name ?? archiveName(job, state.started_at),
    // The product says so from the error message alone, which it shows where there is no log.
    has_logs: state.status === 'running' || kept.count > 0 || state.error_message !== null,
    logs: logsField(job, kept),
    ...state,
  };
}

function logsField(job: Job, kept: StoredLog): string | null {
  if (kept.isFile) return `Logs saved to: ${logFile(job)}`;
  return job.run.isAgent || kept.count === 0 ? null : kept.slice(0).join('\n');
}

function archiveName(job: Job, startedAt: string | null): string | null {
  if (startedAt === null) return null;
  const prefix = job.identity.triggered_by === 'manual' ? 'manual' : 'scheduled';
  return `${prefix}-backup-${startedAt.slice(0, 19)}`;
}

export const toListItem = ({ logs: _logs, ...item }: JobRow): Omit<JobRow, 'logs'> => item;

export function toStatusReply(row: JobRow): Omit<JobRow, 'has_logs' | 'scheduled_job_id' | 'archive_name'> {
  const { has_logs: _hasLogs, scheduled_job_id: _scheduledJobId, archive_name: _archiveName, ...reply } = row;
  return reply;
}

export function logFile(job: Job): string {
  const [date = '', time = ''] = wireTime(startMs(job.run)).slice(0, 19).split('T');
  return `backup_job_${job.identity.id}_${date.replaceAll('-', '')}_${time.replaceAll(':', '')}.log`;
}

export const statusOf = (job: Job, nowMs: number): string => job.fixed.status ?? statusAt(job.run, nowMs);

export const isActive = (job: Job, nowMs: number): boolean => ['pending', 'running'].includes(statusOf(job, nowMs));

/** The stored log: a file of lines, a text in the job row, or nothing. */
interface StoredLog extends LineSource {
  readonly isFile: boolean;
}

/**
 * A local run keeps nothing before it ends, and afterwards only what the policy asks for; a run that never
 * started keeps a sentence in its row. An agent sends its lines as they come, and they stay.
 */
export function storedLog(job: Job, nowMs: number, policy: LogPolicy): StoredLog {
  const status = statusOf(job, nowMs);
  const nothing: StoredLog = { ...toLineSource([]), isFile: false };
  if (status === 'pending' || status === 'skipped') return nothing;
  if (job.run.outcome === 'failed-at-once') {
    const text = `Repository record not found in database: ${job.identity.repository}`;
    return { ...toLineSource(job.lines ?? [text]), isFile: false };
  }
  const isAgent = job.run.isAgent;
  if (!isAgent && (status === 'running' || !isKept(job, status, policy) || isLate(job, nowMs))) return nothing;
  const source = job.lines ? toLineSource(job.lines) : logAt(job.run, nowMs);
  // A clean run is not worth a file: its last lines stay in its row.
  if (!isAgent && status === 'completed' && policy !== 'all_jobs')
    return { ...toLineSource(source.slice(source.count - recordLines)), isFile: false };
  return { ...source, isFile: !isAgent && source.count > 0 };
}

const recordLines = 1_000;

/** Whether the job has ended and its log has been stored. */
const isLate = ({ run }: Job, nowMs: number): boolean => nowMs >= jobEndMs(run) && nowMs < storedMs(run);

const toLineSource = (lines: readonly string[]): LineSource => ({
  count: lines.length,
  slice: (from, to) => lines.slice(from, to),
});

export function isKept(job: Job, status: string, policy: LogPolicy): boolean {
  if (policy === 'all_jobs' || status === 'failed' || status === 'cancelled') return true;
  if (policy === 'failed_only') return false;
  // The product searches the text for these words, so the name of a file is enough.
  const texts = job.lines ?? job.run.paths ?? [];
  return status !== 'completed' || texts.some((text) => /warning|error/i.test(text));
}

const outcomes: Record<string, RunOutcome> = {
  completed_with_warnings: 'warnings',
  failed: 'failed',
  skipped: 'skipped',
};

/** An ended job, from the fields that a test sets. */
export function toFinishedJob(
  id: number,
  repository: string,
  nowMs: number,
  given: Partial<JobRow> & { lines?: readonly string[] },
): Job {
  const { lines, id: _id, repository: _repository, ...fixed } = given;
  const startedMs = given.started_at ? Date.parse(given.started_at) : Math.floor(nowMs) - 600_000 + (id % 997) / 1000;
  const completedMs = given.completed_at ? Date.parse(given.completed_at) : Math.max(startedMs, nowMs - 60_000);
  const neverStarted = given.status === 'failed' && given.started_at === null;
  const outcome = neverStarted ? 'failed-at-once' : (outcomes[given.status ?? ''] ?? 'completed');
  const isCancelled = given.status === 'cancelled';
  const seconds = (completedMs - startedMs) / 1000;
  const run = createRun(
    {
      outcome,
      durationSeconds: isCancelled ? 2 * seconds + 1 : seconds,
      linesPerSecond: 1,
      keepsSizes: true,
    },
    { seed: id, repository, queuedAtMs: startedMs, isAgent: given.execution_mode === 'agent' },
  );
  if (isCancelled) run.cancelledAtMs = completedMs;
  return { identity: toIdentity(id, repository, fixed), run, fixed, lines: lines ?? null };
}
