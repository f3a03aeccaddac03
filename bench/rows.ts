/** Made-up histories by arithmetic: any window of any history costs what its rows cost, however deep it lies. */

/** Rows at equal distances in time, newest first; row 0 is the newest. */
export interface History {
  readonly rows: number;
  readonly newestMs: number;
  readonly stepMs: number;
}

/** Both products use the same words for how a run ended; a dashboard is mostly green. */
const outcomes = ['good', 'good', 'good', 'failed', 'good', 'good', 'cancelled'] as const;
const outcomeOf = (number: number) => outcomes[number % outcomes.length] ?? 'good';

const durationSeconds = (number: number): number => 60 + ((number * 37) % 3000);
const byteCount = (number: number): number => 1_000_000 + ((number * 7_919) % 900_000_000);

const timeOf = ({ newestMs, stepMs }: History, index: number): number => newestMs - index * stepMs;

/** Rows within inclusive bounds, as the first and the last index. */
export function indexRange(history: History, fromMs: number, toMs: number): { first: number; last: number } {
  const { rows, newestMs, stepMs } = history;
  return {
    first: Math.max(0, Math.ceil((newestMs - toMs) / stepMs)),
    last: Math.min(rows - 1, Math.floor((newestMs - fromMs) / stepMs)),
  };
}

const flosumWords = { good: 'Completed', failed: 'Exception', cancelled: 'Aborted' } as const;

/** A row of Flosum's list of one connection's backups. */
export function flosumRow(history: History, connectionId: number, index: number) {
  const number = history.rows - index;
  const seconds = durationSeconds(number);
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return {
    id: connectionId * 10_000_000 + number,
    name: `Nightly backup ${number} of connection ${connectionId}`,
    jobId: connectionId * 20_000_000 + number,
    jobStatus: flosumWords[outcomeOf(number)],
    startedDate: new Date(timeOf(history, index)).toISOString(),
    duration: parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':'),
    size: byteCount(number),
    records: 1000 + (number % 5000),
    operationType: 'Composite Backup',
  };
}

const borgWords = { good: 'completed', failed: 'failed', cancelled: 'cancelled' } as const;

/** Python's way of writing a time, with microseconds. */
const pythonTime = (ms: number, microseconds: number): string =>
  `${new Date(ms).toISOString().slice(0, 23)}${String(microseconds).padStart(3, '0')}+00:00`;

/** A row of Borg UI's job list, with the fields that nobody reads, since they must be parsed all the same. */
export function borgRow(history: History, index: number) {
  const id = history.rows - index;
  const startMs = timeOf(history, index);
  const outcome = outcomeOf(id);
  const size = byteCount(id);
  return {
    id,
    repository: `/data/repository-${id % 5}`,
    status: borgWords[outcome],
    started_at: pythonTime(startMs, id % 1000),
    completed_at: pythonTime(startMs + durationSeconds(id) * 1000, id % 997),
    progress: outcome === 'good' ? 100 : 1,
    error_message: outcome === 'failed' ? 'Connection closed by remote host' : null,
    has_logs: outcome !== 'good',
    maintenance_status: outcome === 'good' ? 'prune_completed' : null,
    scheduled_job_id: id % 3 === 0 ? null : 1 + (id % 4),
    backup_plan_id: null,
    backup_plan_run_id: null,
    backup_plan_name: null,
    triggered_by: id % 3 === 0 ? 'manual' : 'schedule',
    archive_name: `nightly-${id}`,
    execution_mode: 'local',
    route_strategy: 'server_direct',
    retry_attempt: 1,
    retry_original_job_id: null,
    retry_source_job_id: null,
    retry_requested_by_user_id: null,
    retry_requested_at: null,
    progress_details: {
      current_file: '',
      progress_percent: outcome === 'good' ? 100 : 40,
      backup_speed: 12.5,
      total_expected_size: size,
      estimated_time_remaining: 0,
      nfiles: 100 + (id % 900),
      original_size: size,
      compressed_size: Math.floor(size / 2),
      deduplicated_size: Math.floor(size / 7),
    },
  };
}
