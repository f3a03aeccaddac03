/** Stopping a backup, which is stopping the task that works on it. It takes a while, and its record then says FAILED. */
import { GatewayError } from '../../src/core/errors.ts';
import { isFinished, type LocalId } from '../../src/core/model.ts';
import type { CancelResult } from '../../src/core/provider.ts';
import { path } from '../../src/core/upstream/path.ts';
import type { Upstream } from '../../src/core/upstream/upstream.ts';
import { isCode, noSuchBackup } from './errors.ts';
import type { Finder } from './find.ts';
import { isLive } from './map.ts';
import type { Memory } from './memory.ts';
import type { Tasks } from './tasks.ts';
import { changeReply, type TaskRow } from './wire.ts';

interface CancelOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly tasks: Tasks;
  readonly finder: Finder;
  readonly memory: Memory;
}

type Cancel = (id: LocalId, signal: AbortSignal) => Promise<CancelResult>;

export function createCancel({ provider, upstream, tasks, finder, memory }: CancelOptions): Cancel {
  /** A running task is told to stop; one that waits is taken away, and its backup will never say why. */
  async function stop(id: LocalId, { guid, state }: TaskRow, signal: AbortSignal): Promise<void> {
    if (state?.name === 'RUNNING') {
      const json = { state: { name: 'CANCELLED' }, statusInfo: 'Cancelled through the backup gateway' };
      await upstream.command(path`/tasks/${guid}/state`, { schema: changeReply, method: 'PUT', json }, signal);
      return;
    }
    await upstream.command(path`/tasks/${guid}`, { schema: changeReply, method: 'DELETE' }, signal);
    memory.judge(id, true);
  }

  /** Each task is told once in each of its states: one that was refused has gone on to another, or stays refused. */
  async function stopTasks(
    id: LocalId,
    signal: AbortSignal,
  ): Promise<{ isStopped: boolean; refusal: GatewayError | null }> {
    const told = new Set<string>();
    let refusal: GatewayError | null = null;
    for (;;) {
      const live = (await tasks.ofBackup(id, signal)).filter(isLive);
      const open = live.filter((task) => !told.has(keyOf(task)));
      if (open.length === 0) return { isStopped: false, refusal };
      let isStopped = false;
      for (const task of open) {
        told.add(keyOf(task));
        try {
          await stop(id, task, signal);
          isStopped = true;
        } catch (error) {
          if (!isCode(error, 'CONFLICT', 'NOT_FOUND')) throw error;
          refusal = error;
        }
      }
      if (isStopped) return { isStopped, refusal };
    }
  }

  async function read(id: LocalId, signal: AbortSignal) {
    const [backup] = await finder.find([id], signal);
    if (!backup) throw noSuchBackup(provider);
    if (isFinished(backup.status)) throw isOver(provider);
    return backup;
  }

  return async (id, signal) => {
    const before = await read(id, signal);
    const { isStopped, refusal } = await stopTasks(id, signal);
    if (!isStopped) {
      // It may have ended meanwhile, which says more than the refusal.
      await read(id, signal);
      throw refusal ?? nothingToStop(provider);
    }
    const [backup] = await finder.find([id], signal).catch((cause: unknown) => {
      throw new GatewayError(
        'OUTCOME_UNKNOWN',
        `${provider} took the request to stop, but does not show what became of it.`,
        {
          cause,
        },
      );
    });
    return { backup: backup ?? before, processTerminated: null };
  };
}

const keyOf = ({ guid, state }: TaskRow): string => `${guid} ${state?.name}`;

const isOver = (provider: string): GatewayError =>
  new GatewayError('CONFLICT', `This backup has ended in ${provider}, and cannot be stopped any more.`);

const nothingToStop = (provider: string): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `${provider} shows no task of this backup that could be stopped now: ask again in a moment.`,
  );
