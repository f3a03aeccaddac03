/** Starting, retrying and cancelling a backup. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import type { SandboxUser } from './access.ts';
import { statusOf } from './jobs.ts';
import type { BorgServer } from './server.ts';
import { jobId, ok, readObject, readText, refuseWith, wireTime } from './wire.ts';

export function startBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
  const path = readText(readObject(call.body), 'repository') ?? 'default';
  const refusal = refuseStart(server, user, path);
  if (refusal) return refusal;
  return ok({ job_id: server.start(path), status: 'pending', message: 'Backup job started' });
}

/** The limit is checked first, even for an unregistered path. */
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

export function retryBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
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

export function cancelBackup(server: BorgServer, call: SandboxCall, user: SandboxUser): SandboxReply {
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
