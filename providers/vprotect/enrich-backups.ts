/** Rows as backups, with what only their tasks know: that one was cancelled, and how far another is. */
import { GatewayError } from '../../src/core/errors.ts';
import { now } from '../../src/core/instant.ts';
import { type BackupTrigger, isFinished, type Origin } from '../../src/core/model.ts';
import { mapInTurns } from '../../src/core/turns.ts';
import { orElse } from '../_kit/errors.ts';
import { isDenied } from './errors.ts';
import { asCancelled, toBackup, type VProtectBackup } from './map.ts';
import type { Memory } from './memory.ts';
import { isLive, toOrigin, toProgress, toTrigger, wasCancelled } from './task-map.ts';
import type { SomeTasks, Tasks, TasksByBackup } from './tasks.ts';
import type { BackupRow } from './wire.ts';

export interface BackupEnrichment {
  /** Asks for tasks only where one FAILED and it is not known yet why: once for each such backup. */
  read(rows: readonly BackupRow[], signal: AbortSignal): Promise<VProtectBackup[]>;
  /** The same, with the progress of those that run, in the same call. */
  readWithProgress(rows: readonly BackupRow[], signal: AbortSignal): Promise<VProtectBackup[]>;
  addProgress(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<VProtectBackup[]>;
  /** What started each, by one call of tasks at most. */
  readTriggers(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<BackupTrigger[]>;
  /** The same with names; null if no task says. */
  readOrigins(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<(Origin | null)[]>;
  /** The same backups with what started them. */
  addTriggers(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<VProtectBackup[]>;
}

export function createBackupEnrichment(provider: string, tasks: Tasks, memory: Memory): BackupEnrichment {
  async function complete(backups: readonly VProtectBackup[], wantsProgress: boolean, signal: AbortSignal) {
    const failed = backups.filter(({ status, localId }) => status === 'FAILED' && memory.verdict(localId) === null);
    const running = backups.filter(({ status }) => wantsProgress && status === 'RUNNING');
    const found = await findTasks(failed, running, signal);
    for (const { localId } of found ? failed : []) {
      const own = found?.get(localId) ?? [];
      // The record may be ahead of a task that is still being stopped.
      if (!own.some(isLive)) memory.judge(localId, wasCancelled(own));
    }
    const readAt = now();
    return backups.map((backup) => {
      if (backup.status === 'FAILED') return memory.verdict(backup.localId) ? asCancelled(backup) : backup;
      if (!running.includes(backup)) return backup;
      return { ...backup, progress: toProgress(found?.get(backup.localId) ?? [], readAt) };
    });
  }

  /** Null if this account may not see tasks. */
  async function findTasks(
    failed: readonly VProtectBackup[],
    running: readonly VProtectBackup[],
    signal: AbortSignal,
  ): Promise<TasksByBackup | null> {
    try {
      return await tasks.ofBackups([...failed, ...running], signal);
    } catch (error) {
      // A backup must not be called failed today and cancelled tomorrow; a missing percentage is no lie.
      if (isDenied(error) || (failed.length === 0 && !signal.aborted && isPassingOutage(error))) return null;
      throw error;
    }
  }

  async function readOrigins(backups: readonly VProtectBackup[], signal: AbortSignal): Promise<(Origin | null)[]> {
    const open = backups.filter(({ localId }) => memory.origin(localId) === undefined);
    const found = await tasks.ofOrigin(open, signal).catch(orElse(noTasks, isDenied));
    return backups.map(({ localId, status }) => {
      const kept = memory.origin(localId);
      if (kept !== undefined) return kept;
      const origin = toOrigin(found.byBackup.get(localId) ?? []);
      // The tasks of what has ended do not come again.
      if (origin !== null || (found.isWhole && isFinished(status))) memory.keepOrigin(localId, origin);
      return origin;
    });
  }

  const readTriggers = async (backups: readonly VProtectBackup[], signal: AbortSignal): Promise<BackupTrigger[]> =>
    (await readOrigins(backups, signal)).map(toTrigger);

  const toBackups = (rows: readonly BackupRow[], signal: AbortSignal) =>
    mapInTurns(rows, (row) => toBackup(row, provider), signal);
  return {
    read: async (rows, signal) => complete(await toBackups(rows, signal), false, signal),
    readWithProgress: async (rows, signal) => complete(await toBackups(rows, signal), true, signal),
    addProgress: (backups, signal) => complete(backups, true, signal),
    readTriggers,
    readOrigins,
    async addTriggers(backups, signal) {
      const triggers = await readTriggers(backups, signal);
      return backups.map((backup, index) => ({ ...backup, trigger: triggers[index] ?? 'UNKNOWN' }));
    },
  };
}

/** For an account that may not see tasks. */
const noTasks: SomeTasks = { byBackup: new Map(), isWhole: true };

/** An outage other than a refused login, which lasts until an operator corrects the configuration. */
const isPassingOutage = (error: unknown): boolean =>
  error instanceof GatewayError && error.isOutage && !error.traits.isLoginRefused;
