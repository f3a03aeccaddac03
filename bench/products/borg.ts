/** Borg UI: one list of all repositories, of which only the newest rows can be asked for. */
import { credentials, repositoryCount } from '../systems.ts';
import { findRuns, type Run, readWindow, runByNumber } from './history.ts';
import { json, notFound, numberOf, type Product } from './product.ts';

const words = { good: 'completed', failed: 'failed', cancelled: 'cancelled' } as const;

/** Python's way of writing a time, with microseconds. */
const pythonTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}204+00:00`;

export const repositoryRow = (place: number) => ({
  id: place + 1,
  name: `Files ${place}`,
  path: `/backups/repo-${place}`,
  mode: 'full',
  borg_version: 1,
  archive_count: 3,
});

/** With the fields that nobody reads, since they must be parsed all the same. */
export function borgRow(run: Run) {
  const isGood = run.outcome === 'good';
  return {
    id: run.number,
    repository: repositoryRow(run.number % repositoryCount).path,
    status: words[run.outcome],
    started_at: pythonTime(run.startedMs),
    completed_at: pythonTime(run.startedMs + run.seconds * 1000),
    progress: isGood ? 100 : 1,
    error_message: run.outcome === 'failed' ? 'Connection closed by remote host' : null,
    has_logs: !isGood,
    maintenance_status: isGood ? 'prune_completed' : null,
    scheduled_job_id: run.number % 3 === 0 ? null : 1 + (run.number % 4),
    backup_plan_id: null,
    backup_plan_run_id: null,
    backup_plan_name: null,
    triggered_by: run.number % 3 === 0 ? 'manual' : 'schedule',
    archive_name: `backup-${run.number}`,
    execution_mode: 'local',
    route_strategy: 'server_direct',
    retry_attempt: 1,
    retry_original_job_id: null,
    retry_source_job_id: null,
    retry_requested_by_user_id: null,
    retry_requested_at: null,
    progress_details: {
      current_file: '',
      progress_percent: isGood ? 100 : 40,
      backup_speed: 12.5,
      total_expected_size: run.bytes,
      estimated_time_remaining: 0,
      nfiles: 100 + (run.number % 900),
      original_size: run.bytes,
      compressed_size: Math.floor(run.bytes / 2),
      deduplicated_size: Math.floor(run.bytes / 7),
    },
  };
}

export const borg: Product = ({ collections: [collection] }, { call, query }) => {
  if (!collection) return null;
  switch (call) {
    case 'POST /api/auth/login':
      return json({ access_token: credentials.token, token_type: 'bearer' });
    case 'GET /api/auth/me':
      return json({ id: 1, username: credentials.username, role: 'admin' });
    case 'GET /api/repositories/':
      return json({ repositories: Array.from({ length: repositoryCount }, (_, place) => repositoryRow(place)) });
    case 'GET /api/backup/jobs': {
      const limit = numberOf(query, 'limit', 50);
      const repository = query.get('repository');
      const runs =
        repository === null
          ? readWindow(collection, { skip: 0, limit }).runs
          : findRuns(collection, ({ number }) => repositoryRow(number % repositoryCount).path === repository, limit);
      return json({ jobs: runs.map(borgRow) }, { rows: runs.length });
    }
    default: {
      const number = /^GET \/api\/backup\/status\/(\d+)$/.exec(call)?.[1];
      const run = number === undefined ? null : runByNumber(collection, Number(number));
      return run ? json(borgRow(run)) : notFound;
    }
  }
};
