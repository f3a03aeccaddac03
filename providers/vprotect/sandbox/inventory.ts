/** The lists of tasks, workflows, machines and backup destinations. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import type { Listed } from './backups.ts';
import type { Destination, ScheduleFacts, VProtectEntity } from './fixtures.ts';
import { sortRows, toPageReply } from './query.ts';
import type { VProtectServer } from './server.ts';
import { groupBy } from './statistics.ts';
import { type ListedTask, taskFilter, toTask, toWorkflowExecution } from './tasks.ts';
import { Refusal, readArray, readGuid, readJson, readPage } from './wire.ts';

const ok = (body: unknown): SandboxReply => ({ status: 200, body });

const taskKeys: Readonly<Record<string, (row: ListedTask) => string | number>> = {
  priority: ({ task }) => task.priority,
  startTime: ({ task }) => task.startTime ?? Number.MAX_SAFE_INTEGER,
  state: ({ task }) => task.state,
  type: ({ task }) => task.type,
  windowStart: ({ task }) => task.windowStart,
};

export function listTasks(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const page = readPage(query);
  const rows = sortRows(server.listedTasks().filter(taskFilter(query)), query, taskKeys, server);
  return toPageReply(rows, page, (row) => toTask(row, server.word, server.linksTasks), server);
}

function toMachine(backups: readonly Listed[], entity: VProtectEntity) {
  const { guid, uuid, name, isPresent, policy, rule, hypervisor, hypervisorManager, project, tags } = entity;
  const whole = backups.filter(({ facts }) => {
    const isWhole = facts.type === 'FULL' && ['SUCCESS', 'PARTIAL_SUCCESS'].includes(facts.status);
    return isWhole && facts.entity === guid;
  });
  const last = whole.at(-1)?.facts;
  return {
    guid,
    uuid,
    name,
    present: isPresent,
    backupUpToDate: last !== undefined,
    lastSuccessfulFullBackup: last && { guid: last.guid, name: last.guid },
    lastSuccessfulFullBackupSize: last?.size,
    vmBackupPolicy: { ...policy, rules: [rule] },
    hypervisor,
    hypervisorManager,
    project,
    tags,
  };
}

/** The name filter of the inventory lists. */
const matching = <Row extends { readonly name: string }>(
  rows: readonly Row[],
  query: URLSearchParams,
): readonly Row[] => {
  const part = (query.get('filter') ?? '').toLowerCase();
  return rows.filter(({ name }) => name.toLowerCase().includes(part));
};

const byName = { name: ({ name }: { readonly name: string }) => name };

/** The vendor's OpenStack extension sends `project-uuid` with every call (SRC); that it narrows this list is inferred (INF). */
function machinesOf(server: VProtectServer, query?: URLSearchParams): readonly VProtectEntity[] {
  const project = query?.get('project-uuid') ?? null;
  const isMeant = (entity: VProtectEntity) => project === null || entity.project?.guid === project;
  return server.visibleEntities().filter((entity) => entity.type === 'VM' && isMeant(entity));
}

export function listMachines(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const page = readPage(query);
  const rows = sortRows(matching(machinesOf(server, query), query), query, byName, server);
  const backups = server.visibleBackups();
  return toPageReply(rows, page, (row) => toMachine(backups, row), server);
}

export function getMachine(server: VProtectServer, { params }: SandboxCall): SandboxReply {
  const machine = machinesOf(server).find(({ guid }) => guid === params['guid']);
  if (!machine) throw new Refusal(404, 'Virtual machine not found');
  return ok(toMachine(server.visibleBackups(), machine));
}

const toDestination = (server: VProtectServer, { guid, name, type, usedBytes, availableBytes }: Destination) => ({
  guid,
  name,
  type: server.word(type),
  totalUsedSpace: usedBytes,
  totalAvailableSpace: availableBytes,
});

export function listDestinations(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const page = readPage(query);
  const rows = sortRows(matching(server.estate.destinations, query), query, byName, server);
  return toPageReply(rows, page, (row) => toDestination(server, row), server);
}

/**
 * As the vendor's extension for oVirt reads them (SRC); the form of one that runs by interval is that of the extension's
 * own form (SRC), and that older servers send policies in place of rules is inferred from its first model (INF).
 */
function toSchedule(server: VProtectServer, one: ScheduleFacts) {
  const { guid, name, active, hour, frequency, days, rules } = one;
  const isOld = server.schedulesHavePolicies;
  return {
    guid,
    name,
    active,
    type: server.word('VM_BACKUP'),
    backupType: server.word('FULL'),
    executionType: server.word(hour === null ? 'INTERVAL' : 'TIME'),
    hour,
    startWindowLength: hour === null ? null : 6 * 3_600_000,
    interval: frequency === null ? null : { frequency, startHour: 0, endHour: 86_340_000 },
    daysOfWeek: days.map((day) => server.word(day)),
    dayOfWeekOccurrences: [],
    months: [],
    ...(isOld
      ? { policies: rules.map(({ policy }) => policy) }
      : { rules: rules.map(({ guid, name }) => ({ guid, name })) }),
  };
}

/** `type` is the kind of entity and of work; the vendor's clients send no page. */
export function listSchedules(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const isMeant = (query.get('type') ?? 'VM_BACKUP') === 'VM_BACKUP';
  return ok(isMeant ? server.estate.schedules.map((one) => toSchedule(server, one)) : []);
}

export function usableDestinations(server: VProtectServer, call: SandboxCall): SandboxReply {
  const known = new Set(machinesOf(server).map(({ guid }) => guid));
  const guids = readArray(readJson(call), 'machines').map((one) => readGuid(one, 'machines'));
  if (!guids.every((guid) => known.has(guid))) throw new Refusal(404, 'Virtual machine not found');
  const usable = server.estate.destinations.filter(({ isForMachines }) => isForMachines);
  return ok(usable.map((one) => toDestination(server, one)));
}

export function listWorkflows(server: VProtectServer, { query }: SandboxCall): SandboxReply {
  const page = readPage(query);
  const groups = groupBy(server.listedTasks(), ({ task }) => task.workflowExecution).map(([, tasks]) => tasks);
  const part = (query.get('filter') ?? '').toLowerCase();
  const found = groups.filter(([first]) => first?.backup.entity.name.toLowerCase().includes(part));
  const keys = {
    state: (tasks: readonly ListedTask[]) => tasks.at(-1)?.task.state ?? '',
    type: () => 'BACKUP',
    step: (tasks: readonly ListedTask[]) => tasks.at(-1)?.task.type ?? '',
    instance: (tasks: readonly ListedTask[]) => tasks[0]?.backup.entity.name ?? '',
    originEntity: (tasks: readonly ListedTask[]) => tasks[0]?.backup.entity.name ?? '',
    priority: (tasks: readonly ListedTask[]) => tasks[0]?.task.priority ?? 0,
  };
  const rows = sortRows(found, query, keys, server);
  return toPageReply(rows, page, (tasks) => toWorkflowExecution(tasks, server.word), server);
}
