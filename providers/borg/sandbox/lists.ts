/** Repositories, archives, jobs and the activity of recent jobs. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import type { SandboxUser } from './access.ts';
import { type Job, logFile, statusOf, toListItem, toStatusReply } from './jobs.ts';
import { toRepositoryReply } from './repositories.ts';
import type { BorgServer } from './server.ts';
import { jobId, ok, readInteger, readQueryBoolean, readQueryInteger, refuse, refuseWith } from './wire.ts';

export function listRepositories(server: BorgServer, user: SandboxUser): SandboxReply {
  const visible = server.repositories.filter(({ path }) => server.mayRead(user, path));
  const jobs = server.jobs;
  const repositories = visible.map((one) => toRepositoryReply(one, jobs, server.clock.now()));
  return ok({ success: true, repositories });
}

/** What `borg list` gives: the archives that no retention has pruned. */
export function listArchives(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const id = readInteger(call.params.id ?? '', 'path', 'repo_id');
  const repository = server.repositories.find((one) => one.id === id);
  if (!repository || !server.mayRead(user, repository.path)) return refuseWith(404, 'repo.notFound');
  if (server.failsArchives) return refuse(500, 'Failed to list archives');
  const archives = server.jobs
    .filter(({ repository: path, status }) => path === repository.path && status.startsWith('completed'))
    .flatMap(({ id: job, archive_name: name, started_at: start }) =>
      name === null || server.pruned.has(job)
        ? []
        : [{ archive: name, barchive: name, id: `${job}`, name, start, time: start }],
    );
  return ok({ success: true, archives, repository: { id, name: repository.name, path: repository.path } });
}

/** The limit is applied before the permissions, so a page may be short without being the last. */
export function listJobs(server: BorgServer, { query }: SandboxCall, user: SandboxUser): SandboxReply {
  const limit = readQueryInteger(query, 'limit', 200);
  const isScheduledOnly = readQueryBoolean(query, 'scheduled_only');
  const isManualOnly = readQueryBoolean(query, 'manual_only') && !isScheduledOnly;
  const repository = query.get('repository');
  const asked = server.newestFirst().filter(({ identity }) => {
    if (repository !== null && identity.repository !== repository) return false;
    if (isScheduledOnly) return identity.scheduled_job_id !== null;
    return !isManualOnly || identity.scheduled_job_id === null;
  });
  const limited = limit < 0 ? asked : asked.slice(0, limit);
  const visible = limited.filter(({ identity }) => server.mayRead(user, identity.repository));
  return ok({ jobs: visible.map((job) => toListItem(server.rowOf(job))) });
}

/** The product answers 500 instead of 404 and 403. */
export function getStatus(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const job = server.find(jobId(call));
  if (!job || !server.mayRead(user, job.identity.repository)) return refuseWith(500, 'backup.failedGetBackupStatus');
  return ok(toStatusReply(server.rowOf(job)));
}

export function recentActivity(server: BorgServer, { query }: SandboxCall, user: SandboxUser): SandboxReply {
  const limit = readQueryInteger(query, 'limit', 50);
  const jobType = query.get('job_type') ?? 'backup';
  const status = query.get('status');
  const jobs = jobType === 'backup' ? server.newestFirst() : [];
  const wanted = jobs.filter((job) => {
    const isVisible = server.mayRead(user, job.identity.repository);
    return isVisible && (status === null || statusOf(job, server.clock.now()) === status);
  });
  return ok(wanted.slice(0, Math.max(0, limit)).map((job) => toActivity(server, job)));
}

function toActivity(server: BorgServer, job: Job) {
  const row = server.rowOf(job);
  const { repository: path, status, started_at, completed_at, error_message, triggered_by, archive_name } = row;
  const { backup_plan_id, backup_plan_run_id, backup_plan_name, has_logs } = row;
  return {
    activity_key: null,
    id: row.id,
    type: 'backup',
    status,
    started_at,
    completed_at,
    error_message,
    repository: server.repositories.find((one) => one.path === path)?.name ?? path,
    log_file_path: row.logs?.startsWith('Logs saved to') ? `/data/logs/${logFile(job)}` : null,
    triggered_by,
    schedule_id: row.scheduled_job_id,
    schedule_name: null,
    backup_plan_id,
    backup_plan_run_id,
    backup_plan_name,
    skip_reason: null,
    archive_name,
    package_name: null,
    has_logs,
    repository_path: path,
  };
}
