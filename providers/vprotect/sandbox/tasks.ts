/** The tasks of the runs: rows, filters and changes. */
import { type Backup, toTypedReference } from './backups.ts';
import { vprotectGuid } from './fixtures.ts';
import { progressAt, type Step, spansOf, type TaskSpan, type TaskState, taskStateAt } from './run.ts';
import { type Reference, readFlag, readWords, type Wording } from './wire.ts';

export const taskStates = ['CANCELLED', 'FAILED', 'FINISHED', 'QUEUED', 'RUNNING'] as const;

export const taskTypes = [
  'BACKUP_CLEANUP',
  'BACKUP_DESTINATION_INIT',
  'BACKUP_DESTINATION_SYNC',
  'CONNECTIVITY_TEST',
  'DELETE',
  'EJECT_TAPE',
  'EXPORT',
  'IMPORT',
  'IMPORT_TAPE',
  'INVENTORY_SYNC',
  'LIVE_MIGRATION',
  'MOUNT',
  'RESTORE',
  'SCOPED_INVENTORY_SYNC',
  'SNAPSHOT',
  'SNAPSHOT_CLEANUP',
  'SNAPSHOT_REVERSION',
  'STAGING_CLEANUP',
  'STORE',
  'TAPE_MANAGER_INVENTORY_SYNC',
  'UNMOUNT',
  'UPLOAD',
] as const;

/** A task at a moment, times in milliseconds since 1970. */
export interface VProtectTask {
  readonly guid: string;
  readonly type: Step;
  readonly state: TaskState;
  /** 0 to 100, one decimal. */
  readonly progress: number;
  readonly statusInfo: string | null;
  readonly startTime: number | null;
  readonly finishTime: number | null;
  readonly windowStart: number;
  readonly windowEnd: number | null;
  readonly priority: number;
  /** The requested type, which may differ from that of the record. */
  readonly backupType: string;
  /** The protected entity's guid. */
  readonly entity: string;
  /** Of a STORE task: its EXPORT task. */
  readonly parentTask: string | null;
  readonly workflowExecution: string;
  /** Null until there is a record. */
  readonly backup: string | null;
}

export interface ListedTask {
  readonly task: VProtectTask;
  readonly backup: Backup;
}

/** `hasRecord` says whether the backup can be seen yet; a task that ended before `purgedBeforeMs` is forgotten. */
export function tasksOf(backup: Backup, hasRecord: boolean, nowMs: number, purgedBeforeMs: number): ListedTask[] {
  const { exported, stored } = spansOf(backup.run);
  return (stored ? [exported, stored] : [exported]).flatMap((span) => {
    const state = taskStateAt(span, nowMs);
    const isRemoved = nowMs >= (backup.run.removals[span.step] ?? Number.POSITIVE_INFINITY);
    const isPurged = nowMs >= span.endAtMs && span.endAtMs <= purgedBeforeMs;
    if (state === null || isRemoved || isPurged) return [];
    return [{ backup, task: taskAt(backup, hasRecord, span, state, nowMs) }];
  });
}

function taskAt(backup: Backup, hasRecord: boolean, span: TaskSpan, state: TaskState, nowMs: number): VProtectTask {
  const { run, number, priority, requestedType, entity, guid } = backup;
  const hasStarted = span.startAtMs !== null && nowMs >= span.startAtMs;
  const hasEnded = nowMs >= span.endAtMs;
  return {
    guid: taskGuid(span.step, number),
    type: span.step,
    state,
    progress: progressAt(run, span, nowMs),
    statusInfo: hasEnded ? span.statusInfo : null,
    startTime: hasStarted ? Math.floor(span.startAtMs ?? 0) : null,
    finishTime: hasEnded ? Math.floor(span.endAtMs) : null,
    windowStart: run.windowStartMs,
    windowEnd: run.windowEndMs,
    priority,
    backupType: requestedType,
    entity: entity.guid,
    parentTask: span.step === 'STORE' ? taskGuid('EXPORT', number) : null,
    workflowExecution: vprotectGuid('workflow', number),
    backup: hasRecord ? guid : null,
  };
}

export const taskGuid = (step: Step, number: number): string =>
  vprotectGuid(step === 'EXPORT' ? 'export' : 'store', number);

/** The origin of a run, as the vendor's user interface shows it. */
const toOrigin = ({ origin, number }: Backup, word: Wording) => ({
  guid: vprotectGuid('origin', origin === 'USER' ? 1 : number),
  name: origin === 'USER' ? 'admin' : 'Nightly',
  type: word(origin),
});

const refer = (guid: string): Reference => ({ guid, name: guid });

/** `isLinked`: whether this server shows the backup of a task. */
export function toTask({ task, backup }: ListedTask, word: Wording, isLinked: boolean) {
  const { entity, destination, retryCount } = backup;
  const isAtWork = task.state === 'RUNNING' || task.finishTime !== null;
  return {
    guid: task.guid,
    type: word(task.type),
    state: word(task.state),
    windowStart: task.windowStart,
    windowEnd: task.windowEnd ?? undefined,
    progress: task.progress,
    statusInfo: task.statusInfo,
    startTime: task.startTime ?? undefined,
    finishTime: task.finishTime ?? undefined,
    priority: task.priority,
    backupType: word(task.backupType),
    protectedEntity: toTypedReference(entity, word),
    protectedEntityDisplayName: entity.name,
    originEntity: toOrigin(backup, word),
    node: isAtWork ? entity.node : undefined,
    hypervisor: entity.hypervisor ?? undefined,
    hypervisorManager: entity.hypervisorManager ?? undefined,
    backupDestination: { guid: destination.guid, name: destination.name },
    parentTask: task.parentTask === null ? undefined : refer(task.parentTask),
    workflowExecution: refer(task.workflowExecution),
    retryCount,
    processedObjectCount: Math.floor(task.progress / 50),
    totalObjectCount: 2,
    backup: isLinked && task.backup !== null ? refer(task.backup) : undefined,
  };
}

const isSame = (reference: Reference | null, guid: string): boolean => reference?.guid === guid;
const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

type TaskTest = (value: string, listed: ListedTask) => boolean;

const tests: Readonly<Record<string, TaskTest>> = {
  backup: (value, { task }) => task.backup === value,
  'backup-destination': (value, { backup }) => backup.destination.guid === value,
  filter: (value, { backup, task }) =>
    [backup.entity.name, task.guid, task.statusInfo ?? ''].some((text) => holds(text, value)),
  hypervisor: (value, { backup }) => isSame(backup.entity.hypervisor, value),
  'hypervisor-manager': (value, { backup }) => isSame(backup.entity.hypervisorManager, value),
  nameLike: (value, { backup }) => holds(backup.entity.name, value),
  node: (value, { backup }) => isSame(backup.entity.node, value),
  'parent-task': (value, { task }) => task.parentTask === value,
  'project-uuid': (value, { backup }) => isSame(backup.entity.project, value),
  'protected-entity': (value, { task }) => task.entity === value,
  // No run here was made by a schedule or for a restore.
  'restore-job': () => false,
  schedule: () => false,
  'storage-provider': (value, { backup }) => isSame(backup.entity.storageProvider, value),
  'workflow-execution': (value, { task }) => task.workflowExecution === value,
};

export function taskFilter(query: URLSearchParams): (listed: ListedTask) => boolean {
  const states = [...readWords(query, 'state', taskStates).slice(0, 1), ...readWords(query, 'states', taskStates)];
  const [type] = readWords(query, 'type', taskTypes);
  const isMounted = readFlag(query, 'mounted-backup-assigned');
  const given = Object.entries(tests).flatMap(([name, test]) => {
    const value = query.get(name);
    return value === null ? [] : [(listed: ListedTask) => test(value, listed)];
  });
  return (listed) => {
    const { state, type: own } = listed.task;
    if (isMounted || (states.length > 0 && !states.includes(state))) return false;
    return (type === undefined || type === own) && given.every((test) => test(listed));
  };
}

/** The newer grouping: one execution for the two tasks of a run. */
export function toWorkflowExecution(tasks: readonly ListedTask[], word: Wording) {
  const last = tasks.at(-1);
  if (!last) throw new Error('a workflow execution without a task');
  const { task, backup } = last;
  const stepsDone = task.type === 'STORE' ? 100 : 0;
  const isOver = task.finishTime !== null && (task.type === 'STORE' || task.state !== 'FINISHED');
  return {
    guid: task.workflowExecution,
    state: word(isOver ? task.state : 'RUNNING'),
    averageProgress: (stepsDone + task.progress) / 2,
    currentStep: word(task.type),
    definitionName: word('BACKUP'),
    protectedEntity: toTypedReference(backup.entity, word),
    originEntity: toTypedReference(backup.entity, word),
    backupDestinations: [{ guid: backup.destination.guid, name: backup.destination.name }],
    priority: task.priority,
    startTime: backup.run.submittedAtMs,
    finishTime: isOver ? (task.finishTime ?? undefined) : undefined,
  };
}
