/** The endpoints: what each one answers, and in which order it refuses. */
import type { SandboxCall, SandboxReply, SandboxRoutes } from '../../_kit/sandbox.ts';
import type { SandboxUser } from './access.ts';
import { isKept, type Job, logFile, statusOf, storedLog, toListItem, toStatusReply } from './jobs.ts';
import { logAt } from './lines.ts';
import { toRepositoryReply } from './repository.ts';
import type { BorgServer } from './server.ts';
import {
  Refusal,
  readInteger,
  readObject,
  readQueryBoolean,
  readQueryInteger,
  readText,
  refuse,
  refuseWith,
  unauthorized,
  wireTime,
} from './wire.ts';

type Handler = SandboxRoutes[number][1];
type UserHandler = (call: SandboxCall, user: SandboxUser) => SandboxReply;

const ok = (body: unknown): SandboxReply => ({ status: 200, body });
const page: SandboxReply = {
  status: 200,
  body: '<!doctype html><title>Borg UI</title><div id="root"></div>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};

export function borgRoutes(server: BorgServer): SandboxRoutes {
  const { access } = server;
  const signedIn = (handler: UserHandler): Handler =>
    refusing((call) => {
      const user = access.userOfHeaders(call.headers);
      return user ? handler(call, user) : unauthorized();
    });
  const start = signedIn((call, user) => startBackup(server, call, user));
  return [
    ['POST /api/auth/login', refusing(access.login)],
    ['POST /api/auth/login/totp', refusing(access.loginTotp)],
    ['POST /api/auth/refresh', access.refresh],
    ['POST /api/auth/logout', access.logout],
    ['GET /api/auth/me', access.me],
    ['GET /api/auth/config', () => ok(authConfig(server))],
    ['POST /api/settings/tokens', refusing(access.createToken)],
    ['GET /api/repositories/', signedIn((_call, user) => listRepositories(server, user))],
    ['GET /api/repositories/:id/archives', signedIn((call, user) => listArchives(server, call, user))],
    ['GET /api/backup/jobs', signedIn((call, user) => listJobs(server, call, user))],
    ['GET /api/backup/status/:id', signedIn((call, user) => getStatus(server, call, user))],
    ['POST /api/backup/start', start],
    ['POST /api/backup/run', start],
    ['POST /api/backup/cancel/:id', signedIn((call, user) => cancelBackup(server, call, user))],
    ['POST /api/backup/jobs/:id/retry', signedIn((call, user) => retryBackup(server, call, user))],
    ['GET /api/backup/logs/:id/stream', signedIn((call, user) => pollLog(server, call, user))],
    ['GET /api/backup/logs/:id/download', refusing((call) => downloadLog(server, call))],
    ['GET /api/activity/recent', signedIn((call, user) => recentActivity(server, call, user))],
    ['GET /api/activity/:type/:id/logs', signedIn((call) => activityLog(server, call))],
    ['GET /api/events/stream', (call) => streamEvents(server, call)],
    // The product shadows these two with its web page.
    ['GET /health', () => page],
    ['GET /api', () => page],
  ];
}

/** Lets the readers of a handler refuse by throwing. */
const refusing =
  (handler: Handler): Handler =>
  async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };

const authConfig = (server: BorgServer) => ({
  proxy_auth_enabled: false,
  local_login_enabled: server.localLogin,
  oidc_enabled: false,
  passkeys_enabled: false,
});

const jobId = (call: SandboxCall): number => readInteger(call.params.id ?? '', 'path', 'job_id');

function listRepositories(server: BorgServer, user: SandboxUser): SandboxReply {
  const visible = server.repositories.filter(({ path }) => server.mayRead(user, path));
  const jobs = server.jobs;
  const repositories = visible.map((one) => toRepositoryReply(one, jobs, server.clock.now()));
  return ok({ success: true, repositories });
}

/** What `borg list` gives: the archives that no retention has pruned. */
function listArchives(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
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

/** The limit comes before the permissions, so a page may be shorter than asked without being the last. */
function listJobs(server: BorgServer, { query }: SandboxCall, user: SandboxUser): SandboxReply {
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

/** The product swallows the 404 and the 403 of this call into a 500. */
function getStatus(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const job = server.find(jobId(call));
  if (!job || !server.mayRead(user, job.identity.repository)) return refuseWith(500, 'backup.failedGetBackupStatus');
  return ok(toStatusReply(server.rowOf(job)));
}

function startBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const path = readText(readObject(call.body), 'repository') ?? 'default';
  const refusal = refuseStart(server, user, path);
  if (refusal) return refusal;
  return ok({ job_id: server.start(path), status: 'pending', message: 'Backup job started' });
}

/** The limit comes first, even for a path that nobody has registered. */
function refuseStart(server: BorgServer, user: SandboxUser, path: string): SandboxReply | null {
  const active = server.activeJobs();
  const manual = active.filter(({ identity }) => identity.triggered_by === 'manual').length;
  if (manual >= server.manualLimit) {
    return refuseWith(409, 'backup.concurrentLimitReached', { limit: server.manualLimit, active: manual });
  }
  if (!server.mayOperate(user, path)) return refuseWith(403, 'auth.notEnoughPermissions');
  const repository = server.repositories.find((one) => one.path === path);
  if (repository?.mode === 'observe') return refuseWith(400, 'repo.cannotBackupObserveRepository');
  const busy = repository && server.operationOn(path);
  if (!busy) return null;
  const params = {
    repository_id: repository.id,
    repository: path,
    requested_operation: 'backup',
    active_operation: 'backup',
    active_operation_class: 'repository_write',
    active_job_table: 'backup_jobs',
    active_job_id: busy.identity.id,
    active_status: statusOf(busy, server.clock.now()),
  };
  return refuseWith(409, 'jobs.repositoryOperationActive', params);
}

function retryBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const job = server.find(jobId(call));
  if (!job) return refuseWith(404, 'backup.backupJobNotFound');
  const { id, repository, retry_attempt, retry_original_job_id, triggered_by } = job.identity;
  if (!server.mayOperate(user, repository)) return refuseWith(403, 'auth.notEnoughPermissions');
  const hasStopped = ['failed', 'cancelled'].includes(statusOf(job, server.clock.now()));
  if (!hasStopped || triggered_by !== 'manual') return refuseWith(400, 'backup.retryOnlyTerminalFailedCancelled');
  const refusal = refuseStart(server, user, repository);
  if (refusal) return refusal;
  const lineage = {
    retry_attempt: retry_attempt + 1,
    retry_original_job_id: retry_original_job_id ?? id,
    retry_source_job_id: id,
    retry_requested_by_user_id: user.id,
    retry_requested_at: wireTime(server.preciseNow(id)),
  };
  const job_id = server.start(repository, lineage);
  return {
    status: 202,
    body: { job_id, status: 'pending', message: 'Backup job retry started', ...lineage },
  };
}

function cancelBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const job = server.find(jobId(call));
  if (!job) return refuseWith(404, 'backup.backupJobNotFound');
  if (!server.mayOperate(user, job.identity.repository)) return refuseWith(403, 'auth.notEnoughPermissions');
  const { status, maintenance_status } = server.rowOf(job);
  const message = 'backend.success.backup.backupCancelled';
  if (status === 'running') {
    server.cancel(job);
    return ok({ message, process_terminated: !job.run.isAgent && server.processFound });
  }
  if (!maintenance_status?.startsWith('running_')) return refuseWith(400, 'backup.canOnlyCancelRunningJobs');
  job.run.maintenanceStoppedAtMs = server.clock.now();
  return ok({ message, process_terminated: server.processFound });
}

const numbered = (lines: readonly string[], before = 0) =>
  lines.map((content, index) => ({ line_number: before + index + 1, content }));

/** A log kept in a file ends with an empty line that Borg never printed, and the total counts it. */
function pollLog(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  if (server.missingLogs === 'stream') return refuse(404, 'Not Found');
  const offset = Math.max(0, readQueryInteger(call.query, 'offset', 0));
  const job = server.find(jobId(call));
  if (!job) return refuse(500, "Failed to fetch logs: 404: {'key': 'backend.errors.backup.backupJobNotFound'}");
  if (!server.mayRead(user, job.identity.repository)) {
    return refuse(500, "Failed to fetch logs: 403: {'key': 'backend.errors.auth.notEnoughPermissions'}");
  }
  const now = server.clock.now();
  const kept = storedLog(job, now, server.logPolicy);
  const total = kept.count + (kept.isFile ? 1 : 0);
  const lines = kept.slice(offset);
  if (kept.isFile && offset <= kept.count) lines.push('');
  return ok({
    job_id: job.identity.id,
    status: statusOf(job, now),
    lines: numbered(lines, offset),
    total_lines: total,
    has_more: false,
  });
}

/** Takes a token from the query, for links; a header wins. */
function downloadLog(server: BorgServer, call: SandboxCall): SandboxReply {
  const hasHeader = (call.headers['x-borg-authorization'] ?? call.headers.authorization) !== undefined;
  const user = hasHeader
    ? server.access.userOfHeaders(call.headers)
    : server.access.userOfToken(call.query.get('token') ?? '');
  if (!user) return refuseWith(401, 'auth.invalidOrExpiredToken');
  const job = server.find(jobId(call));
  if (!job) return refuseWith(404, 'backup.backupJobNotFound');
  const { id, repository } = job.identity;
  if (!server.mayRead(user, repository)) return refuseWith(403, 'auth.notEnoughPermissions');
  const now = server.clock.now();
  if (statusOf(job, now) === 'running') return refuseWith(400, 'backup.cannotDownloadLogsForRunningBackup');
  const kept = storedLog(job, now, server.logPolicy);
  if (kept.count === 0) return refuseWith(404, 'backup.noLogsAvailable');
  return {
    status: 200,
    body: `${kept.slice(0).join('\n')}${kept.isFile ? '\n' : ''}`,
    headers: { 'content-disposition': `attachment; filename="backup_job_${id}_logs.txt"` },
  };
}

const jobTypes = [
  'backup',
  'restore',
  'check',
  'restore_check',
  'compact',
  'prune',
  'package',
  'script_execution',
  'rclone_sync',
  'rclone_hydrate',
];

/** Asks nobody whether the caller may see the repository; the product does not either. */
function activityLog(server: BorgServer, call: SandboxCall): SandboxReply {
  if (server.missingLogs === 'activity') return refuse(404, 'Not Found');
  const id = jobId(call);
  const offset = Math.max(0, readQueryInteger(call.query, 'offset', 0));
  const limit = Math.max(0, readQueryInteger(call.query, 'limit', 500));
  const jobType = call.params.type ?? '';
  if (!jobTypes.includes(jobType)) return refuseWith(400, 'activity.invalidJobType', { jobType });
  const job = jobType === 'backup' ? server.find(id) : undefined;
  if (!job) return refuseWith(404, 'activity.jobNotFound');
  const now = server.clock.now();
  const isRunning = statusOf(job, now) === 'running';
  if (isRunning && !job.run.isAgent) return ok(liveWindow(job, now, offset));
  const kept = storedLog(job, now, server.logPolicy);
  const { error_message, status } = server.rowOf(job);
  if (kept.count === 0 && !isRunning) {
    // What is shown on its own page in the place of a log, a line whatever is in it.
    if (error_message === null || !isKept(job, status, server.logPolicy))
      return refuseWith(404, 'activity.noLogsAvailableForJob');
    return ok({ lines: numbered([error_message].slice(offset), offset), total_lines: 1, has_more: false });
  }
  if (status === 'cancelled' && offset === 0 && kept.count > limit) {
    const before = kept.count - limit;
    return ok({ lines: numbered(kept.slice(before), before), total_lines: kept.count, has_more: false });
  }
  const lines = numbered(kept.slice(offset, offset + limit), offset);
  return ok({ lines, total_lines: kept.count, has_more: offset + lines.length < kept.count });
}

const windowLines = 500;
const placeholders = [
  'Backup is running...',
  '',
  'Processing started, waiting for first log output...',
  '',
  `Note: Showing last ${windowLines} lines from in-memory buffer. Full logs not saved to disk.`,
];

/** The last lines in memory, numbered from 1 each time; offset matters only before the first of them. */
function liveWindow(job: Job, nowMs: number, offset: number) {
  const log = logAt(job.run, nowMs);
  const printed = job.lines ?? log.slice(log.count - windowLines);
  const waiting = offset > 0 ? [] : placeholders;
  const lines = printed.length > 0 ? printed : waiting;
  return { lines: numbered(lines), total_lines: lines.length, has_more: false };
}

function recentActivity(server: BorgServer, { query }: SandboxCall, user: SandboxUser): SandboxReply {
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

const heartbeatMs = 30_000;

/** Greets, then only shows that it is alive. No backup has ever made an event here. */
function streamEvents(server: BorgServer, { headers, query, response }: SandboxCall): SandboxReply | null {
  const header = headers['x-borg-authorization'] ?? headers.authorization;
  const token = typeof header === 'string' ? header.replace(/^Bearer /, '') : query.get('token');
  if (token === null) return refuseWith(401, 'events.notAuthenticated');
  const user = server.access.isPersonal(token) ? null : server.access.userOfToken(token);
  if (!user) return refuseWith(401, 'events.invalidAuthCredentials');
  const greeting = { type: 'connection_established', user_id: user.id };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.write(`event: connection_established\ndata: ${JSON.stringify(greeting)}\n\n`);
  const heartbeat = setInterval(() => response.write(': keepalive\n\n'), heartbeatMs);
  response.once('close', () => clearInterval(heartbeat));
  return null;
}
