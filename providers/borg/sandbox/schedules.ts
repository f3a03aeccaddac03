/**
 * The schedules, as `GET /api/schedule/` of the product lists them (its source; not recorded): a nightly one of each
 * repository, by its number, and a weekly one of several, which is switched off.
 */
import type { SandboxReply } from '../../_kit/sandbox/http.ts';
import type { SandboxUser } from './access.ts';
import { type BorgRepository, isScheduled, nextNight } from './repositories.ts';
import type { BorgServer } from './server.ts';
import { ok, refuseWith, wireTime } from './wire.ts';

const dayMs = 86_400_000;

/** The product leaves out schedules of which the account may not see every repository. */
export function listSchedules(server: BorgServer, user: SandboxUser): SandboxReply {
  if (server.failsSchedules) return refuseWith(500, 'schedule.failedRetrieveScheduledJobs', { error: 'locked' });
  const nightly = server.repositories.filter(isScheduled);
  const weekly = server.repositories.filter(({ id, mode }) => mode === 'full' && id <= 3);
  const isVisible = ({ path }: BorgRepository) => server.mayRead(user, path);
  const jobs = nightly.filter(isVisible).map((one) => toNightly(one, server.clock.now()));
  if (weekly.every(isVisible)) jobs.push(toWeekly(weekly, server.clock.now()));
  return ok({ success: true, jobs });
}

function toNightly({ id, name }: BorgRepository, nowMs: number) {
  const next = nextNight(nowMs);
  return {
    id,
    name: `Nightly ${name}`,
    cron_expression: '0 2 * * *',
    timezone: 'UTC',
    repository: null as string | null,
    repository_id: id as number | null,
    repository_ids: null as number[] | null,
    enabled: true,
    last_run: wireTime(next - dayMs) as string | null,
    next_run: wireTime(next) as string | null,
    ...unusedSettings(nowMs),
  };
}

const toWeekly = (repositories: readonly BorgRepository[], nowMs: number) => ({
  id: 900,
  name: 'Weekly',
  cron_expression: '0 4 * * 0',
  timezone: 'UTC',
  repository: null,
  repository_id: null,
  repository_ids: repositories.map(({ id }) => id),
  enabled: false,
  last_run: null,
  next_run: null,
  ...unusedSettings(nowMs),
});

const unusedSettings = (nowMs: number) => ({
  created_at: wireTime(nowMs - 400 * dayMs),
  updated_at: null,
  description: null,
  archive_name_template: '{job_name}-{now}',
  run_repository_scripts: false,
  pre_backup_script_id: null,
  post_backup_script_id: null,
  pre_backup_script_parameters: null,
  post_backup_script_parameters: null,
  run_prune_after: true,
  run_compact_after: false,
  prune_keep_hourly: 0,
  prune_keep_daily: 7,
  prune_keep_weekly: 4,
  prune_keep_monthly: 6,
  prune_keep_quarterly: 0,
  prune_keep_yearly: 1,
  last_prune: null,
  last_compact: null,
});
