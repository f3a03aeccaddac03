/** The tasks that do the work of a backup: how far they are, and whether somebody stopped one. */
import { z } from 'zod';
import { mapBounded } from '../../src/core/lists/readers/collections.ts';
import { path } from '../../src/core/upstream/path.ts';
import type { Upstream } from '../../src/core/upstream/upstream.ts';
import { isCode } from './errors.ts';
import { createList, type Query } from './lists.ts';
import { isStep, type VProtectBackup } from './map.ts';
import { type TaskRow, taskRow } from './wire.ts';

export interface Tasks {
  /** Null: there is none, or it has been cleared away. */
  read(guid: string, signal: AbortSignal): Promise<TaskRow | null>;
  ofBackup(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  ofEntity(guid: string, signal: AbortSignal): Promise<readonly TaskRow[]>;
  /** Those that wait, run or were cancelled, by backup: one call for all where tasks name their backup. */
  ofBackups(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<TasksByBackup>;
}

export type TasksByBackup = ReadonlyMap<string, readonly TaskRow[]>;

const maxTasks = 5000;
const parallelReads = 8;

export function createTasks(upstream: Upstream): Tasks {
  const list = createList(upstream, '/tasks', z.array(taskRow));
  const read = async (query: Query, signal: AbortSignal) => (await list.all(query, maxTasks, signal)).rows;
  const ofBackup = (guid: string, signal: AbortSignal) => read({ backup: guid }, signal);

  return {
    async read(guid, signal) {
      try {
        return await upstream.read(path`/tasks/${guid}`, { schema: taskRow }, signal);
      } catch (error) {
        if (isCode(error, 'NOT_FOUND')) return null;
        throw error;
      }
    },
    ofBackup,
    ofEntity: (guid, signal) => read({ 'protected-entity': guid }, signal),
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
