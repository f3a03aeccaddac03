/** The registered repositories, and each as the server lists it, including the fields that the adapter does not read. */
import type { JobIdentity, JobRow } from './jobs.ts';
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
    has_schedule: isScheduled(repository),
    schedule_enabled: isScheduled(repository),
    schedule_name: isScheduled(repository) ? `Nightly ${repository.name}` : null,
    schedule_timezone: isScheduled(repository) ? 'UTC' : null,
    next_run: isScheduled(repository) ? wireTime(nextNight(nowMs)) : null,
    borg_version: repository.borgVersion,
  };
}

const sourceOf = (repository: BorgRepository, isAgent: boolean) => ({
  source_type: isAgent ? 'agent' : 'local',
  source_ssh_connection_id: null,
  agent_machine_id: isAgent ? 1 : null,
  paths: [repository.source],
});

/** Repositories of a backup plan, and those that are only observed, have no schedule of their own. */
export const isScheduled = ({ id, mode }: BorgRepository): boolean => mode === 'full' && id % 5 !== 0;

/** At 02:00 UTC, as `0 2 * * *` says. */
export const nextNight = (nowMs: number): number => {
  const night = Math.floor(nowMs / 86_400_000) * 86_400_000 + 2 * 3_600_000;
  return night > nowMs ? night : night + 86_400_000;
};

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
  has_keyfile: false,
  source_ssh_connection_id: null,
};

export interface BorgRepository {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly mode: 'full' | 'observe';
  readonly executor: 'server' | 'agent';
  readonly borgVersion: 1 | 2;
  /** Size of the newest backup. */
  readonly bytes: number;
  readonly source: string;
}

type RepositoryKind = Partial<Omit<BorgRepository, 'id'>> & Pick<BorgRepository, 'name' | 'path' | 'bytes'>;

const wellKnown: readonly RepositoryKind[] = [
  { name: 'Accounting', path: '/backups/accounting', bytes: 41_300_000_000, source: '/srv/accounting' },
  {
    name: 'Research cluster',
    path: '/backups/research',
    bytes: 3_400_000_000_000,
    borgVersion: 2,
    source: '/srv/research',
  },
  { name: 'Warehouse laptops', path: '/backups/warehouse-laptops', bytes: 96_000_000_000, executor: 'agent' },
  { name: 'Partner mirror', path: '/backups/partner-mirror', bytes: 12_000_000_000, mode: 'observe' },
  { name: 'Mail archive', path: '/backups/mail', bytes: 780_000_000_000, source: '/var/lib/mail' },
  { name: 'Grünwald studio', path: 'ssh://backup@vault.example.net:22/./studio', bytes: 5_200_000_000 },
];

export function createRepositories(count: number): BorgRepository[] {
  return Array.from({ length: count }, (_, index) => {
    const branch = {
      name: `Branch office ${index + 1}`,
      path: `/backups/branch-${index + 1}`,
      bytes: 900_000_000 * (index + 1),
    };
    return {
      id: index + 1,
      mode: 'full',
      executor: 'server',
      borgVersion: 1,
      source: '/srv/files',
      ...(wellKnown[index] ?? branch),
    };
  });
}

export function routeOf(repository: BorgRepository): Pick<JobIdentity, 'execution_mode' | 'route_strategy'> {
  if (repository.executor === 'agent') return { execution_mode: 'agent', route_strategy: 'agent' };
  return { execution_mode: 'local', route_strategy: 'server_direct' };
}
