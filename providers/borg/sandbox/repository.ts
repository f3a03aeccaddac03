/** A registered repository as the server lists it, with the many fields that nobody asks for. */
import type { BorgRepository } from './history.ts';
import type { JobRow } from './jobs.ts';
import { wireTime } from './wire.ts';

export function toRepositoryReply(repository: BorgRepository, newestFirst: readonly JobRow[], nowMs: number) {
  const jobs = newestFirst.filter(({ repository: path }) => path === repository.path);
  const archives = jobs.filter(({ status }) => status.startsWith('completed'));
  const isAgent = repository.executor === 'agent';
  const isRemote = repository.path.startsWith('ssh://');
  const createdAt = wireTime(Math.floor(nowMs / 86_400_000 - 420) * 86_400_000 + repository.id * 1234.567);
  return {
    id: repository.id,
    name: repository.name,
    path: repository.path,
    encryption: 'repokey-blake2',
    compression: 'lz4',
    source_directories: [repository.source],
    source_locations: [sourceOf(repository, isAgent)],
    exclude_patterns: [],
    repository_type: isRemote ? 'ssh' : 'local',
    execution_target: isAgent ? 'agent' : 'local',
    executor_type: repository.executor,
    agent_machine_id: isAgent ? 1 : null,
    agent_machine_name: isAgent ? 'warehouse-hub' : null,
    agent_machine_status: isAgent ? 'online' : null,
    host: isRemote ? 'vault.example.net' : null,
    port: 22,
    username: isRemote ? 'backup' : null,
    ssh_key_id: isRemote ? 1 : null,
    remote_path: null,
    last_backup: archives[0]?.completed_at ?? null,
    last_check: null,
    last_compact: null,
    total_size: archives.length > 0 ? `${(repository.bytes / 1e9).toFixed(2)} GB` : null,
    archive_count: archives.length,
    created_at: createdAt,
    updated_at: createdAt,
    ...unusedSettings,
    mode: repository.mode,
    has_running_maintenance: jobs.some(({ maintenance_status }) => maintenance_status?.startsWith('running_')),
    has_schedule: repository.mode === 'full',
    schedule_enabled: repository.mode === 'full',
    schedule_name: repository.mode === 'full' ? `Nightly ${repository.name}` : null,
    borg_version: repository.borgVersion,
  };
}

const sourceOf = (repository: BorgRepository, isAgent: boolean) => ({
  source_type: isAgent ? 'agent' : 'local',
  source_ssh_connection_id: null,
  agent_machine_id: isAgent ? 1 : null,
  paths: [repository.source],
});

const unusedSettings = {
  pre_backup_script: null,
  post_backup_script: null,
  pre_backup_script_parameters: null,
  post_backup_script_parameters: null,
  hook_timeout: 300,
  pre_hook_timeout: 300,
  post_hook_timeout: 300,
  continue_on_hook_failure: false,
  skip_on_hook_failure: false,
  bypass_lock: false,
  custom_flags: null,
  upload_ratelimit_kib: null,
  schedule_timezone: null,
  next_run: null,
  has_keyfile: false,
  source_ssh_connection_id: null,
};
