/** The tasks that do the work of a backup: how far they are, and whether somebody stopped one. */
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode } from '../_kit/errors.ts';
import { createList, type Query } from './lists.ts';
import { isStep, type VProtectBackup } from './map.ts';
import type { TaskRow, Wire } from './wire.ts';

export interface Tasks {
  /** Null: there is none, or it has been cleared away. */
  read(guid: string, signal: AbortSignal): Promise<TaskRow | null>;
  ofBackup(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  ofEntity(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  /** Those that wait, run or were cancelled, by backup: one call for all where tasks name their backup. */
  ofBackups(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<TasksByBackup>;
  /** Those that made these backups, whatever became of them, as far as one call shows them. */
  ofOrigin(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<SomeTasks>;
}

/** The newest tasks of one call. */
export interface SomeTasks {
  readonly byBackup: TasksByBackup;
  /** False: the server has more tasks, and those of a backup may be among them. */
  readonly isWhole: boolean;
}

export type TasksByBackup = ReadonlyMap<string, readonly TaskRow[]>;

const maxTasks = 5000;
/** Servers clear tasks away that have ended, so that their whole list is short. */
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
        // FilterQuery for one backup, a server need not say of which it is.
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
      // A task that names no backup may be any of its entity's, which only the server can tell.
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
