/** Logs of jobs: the stored log, its download, and the activity log. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import type { SandboxUser } from './access.ts';
import { isKept, type Job, statusOf, storedLog } from './jobs.ts';
import { logAt } from './lines.ts';
import type { BorgServer } from './server.ts';
import { jobId, ok, readQueryInteger, refuse, refuseWith } from './wire.ts';

const numbered = (lines: readonly string[], before = 0) =>
  lines.map((content, index) => ({ line_number: before + index + 1, content }));

/** A log file ends with an empty line, which the total counts, although Borg did not print it. */
export function pollLog(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
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

/** Accepts a token in the query, for links; a header takes precedence. */
export function downloadLog(server: BorgServer, call: SandboxCall): SandboxReply {
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

/** Does not check whether the user may see the repository; neither does the product. */
export function activityLog(server: BorgServer, call: SandboxCall): SandboxReply {
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
    // The error message, which the product's page shows instead of a log, as one line.
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

/** The last lines in memory, always numbered from 1; the offset matters only before the first line. */
function liveWindow(job: Job, nowMs: number, offset: number) {
  const log = logAt(job.run, nowMs);
  const printed = job.lines ?? log.slice(log.count - windowLines);
  const waiting = offset > 0 ? [] : placeholders;
  const lines = printed.length > 0 ? printed : waiting;
  return { lines: numbered(lines), total_lines: lines.length, has_more: false };
}
