/** The tasks of backups: their progress, and whether one was cancelled. */
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode } from '../_kit/errors.ts';
import { createList, type Query } from './lists.ts';
import type { VProtectBackup } from './map.ts';
import { isStep } from './task-map.ts';
import type { TaskRow, Wire } from './wire.ts';

export interface Tasks {
  /** Null if there is no such task, or the server has deleted it. */
  read(guid: string, signal: AbortSignal): Promise<TaskRow | null>;
  ofBackup(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  ofEntity(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  /** Queued, running and cancelled tasks, by backup. One call for all if tasks name their backup. */
  ofBackups(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<TasksByBackup>;
  /** The tasks of these backups in any state, as far as one call returns them. */
  ofOrigin(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<SomeTasks>;
}

/** The newest tasks of one call. */
export interface SomeTasks {
  readonly byBackup: TasksByBackup;
  /** False if the server has more tasks, which may be of these backups. */
  readonly isWhole: boolean;
}

export type TasksByBackup = ReadonlyMap<string, readonly TaskRow[]>;

const maxTasks = 5000;
/** Servers delete ended tasks, so the list is short. */
const originPageSize = 2000;
const parallelReads = 8;

export function createTasks(upstream: Upstream, { task, taskReply }: Wire): Tasks {
  const list = createList(upstream, '/tasks', task);
  const read = async (query: Query, signal: AbortSignal) => (await list.all(query, maxTasks, signal)).rows;
  const ofBackup = (guid: string, signal: AbortSignal) => read({ backup: guid }, signal);

  return {
    async read(guid, signal) {
      try {
        return await upstream.read(path`/tasks/${guid}`, { schema: taskReply }, signal);
      } catch (error) {
        if (isCode(error, 'NOT_FOUND')) return null;
        throw error;
      }
    },
    ofBackup,
    ofEntity: (guid, signal) => read({ 'protected-entity': guid }, signal),
    async ofOrigin(backups, signal) {
      const [first] = backups;
      if (!first) return { byBackup: new Map(), isWhole: true };
      const isOne = backups.length === 1;
      const entities = new Set(backups.map(({ entityId }) => entityId));
      const query = isOne
        ? { backup: first.localId }
        : { 'protected-entity': entities.size === 1 ? first.entityId : null };
      const { rows, total } = await list.page({ query, page: 0, size: originPageSize }, signal);
      const byBackup = new Map<string, TaskRow[]>();
      for (const task of rows) {
        // In a list of one backup, tasks need not name it.
        const guid = task.backup?.guid ?? (isOne ? first.localId : null);
        if (guid !== null) byBackup.set(guid, [...(byBackup.get(guid) ?? []), task]);
      }
      const isNamed = isOne || rows.every(({ backup }) => backup);
      return { byBackup, isWhole: isNamed && total !== null && rows.length >= total };
    },
    async ofBackups(backups, signal) {
      const [first] = backups;
      if (!first) return new Map();
      if (backups.length === 1) return new Map([[first.localId, await ofBackup(first.localId, signal)]]);
      const tasks = (await read({ states: ['RUNNING', 'QUEUED', 'CANCELLED'] }, signal)).filter(isStep);
      const found = new Map(
        backups.map(({ localId }) => [localId, tasks.filter(({ backup }) => backup?.guid === localId)]),
      );
      // A task that names no backup may be of any backup of its entity: only the server knows.
      const strays = new Set(tasks.filter(({ backup }) => !backup).map(({ protectedEntity }) => protectedEntity?.guid));
      const mayOwnStray = (entityId: string | null) =>
        strays.has(undefined) || entityId === null || strays.has(entityId);
      const open = strays.size === 0 ? [] : backups.filter(({ entityId }) => mayOwnStray(entityId));
      const own = await mapBounded(open, parallelReads, ({ localId }) => ofBackup(localId, signal));
      for (const [index, { localId }] of open.entries()) found.set(localId, [...(own[index] ?? [])]);
      return found;
    },
  };
}
