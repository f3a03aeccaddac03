/** Cancelling a backup by cancelling its tasks. It takes a while, and the backup record then says FAILED. */
import { GatewayError } from '../../src/core/errors.ts';
import { isFinished, type LocalId } from '../../src/core/model.ts';
import type { CancelResult } from '../../src/core/provider-commands.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, noSuchBackup } from '../_kit/errors.ts';
import type { Finder } from './find.ts';
import type { Memory } from './memory.ts';
import { isLive } from './task-map.ts';
import type { Tasks } from './tasks.ts';
import { changeReply, type TaskRow } from './wire.ts';

export interface CancelOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly tasks: Tasks;
  readonly finder: Finder;
  readonly memory: Memory;
}

interface StoppedTasks {
  readonly stopped: number;
  /** Why a queued or running task was not stopped; null if none is left. */
  readonly refusal: GatewayError | null;
}

type Cancel = (id: LocalId, signal: AbortSignal) => Promise<CancelResult>;

export function createCancel({ provider, upstream, tasks, finder, memory }: CancelOptions): Cancel {
  /** Cancels a running task; deletes a queued one, whose backup then has no reason for its failure. */
  async function stop(id: LocalId, { guid, state }: TaskRow, signal: AbortSignal): Promise<void> {
    if (state?.name === 'RUNNING') {
      const json = { state: { name: 'CANCELLED' }, statusInfo: 'Cancelled through the backup gateway' };
      await upstream.command(path`/tasks/${guid}/state`, { schema: changeReply, method: 'PUT', json }, signal);
      return;
    }
    await upstream.command(path`/tasks/${guid}`, { schema: changeReply, method: 'DELETE' }, signal);
    memory.judge(id, true);
  }

  /**
   * Each task gets one request in each of its states: a refused task has changed its state, or stays refused. A failure
   * after a task was stopped is not a refusal of the whole command.
   */
  async function stopTasks(id: LocalId, signal: AbortSignal): Promise<StoppedTasks> {
    const told = new Set<string>();
    const refused = new Set<string>();
    let refusal: GatewayError | null = null;
    let stopped = 0;
    try {
      for (;;) {
        const live = (await tasks.ofBackup(id, signal)).filter(isLive);
        const open = live.filter((task) => !told.has(keyOf(task)));
        if (open.length === 0) {
          const isRefused = live.some((task) => refused.has(keyOf(task)));
          return { stopped, refusal: isRefused || stopped === 0 ? refusal : null };
        }
        const refusedBefore = refused.size;
        for (const task of open) {
          told.add(keyOf(task));
          try {
            await stop(id, task, signal);
            stopped += 1;
          } catch (error) {
            if (!isCode(error, 'CONFLICT', 'NOT_FOUND')) throw error;
            refused.add(keyOf(task));
            refusal = error;
          }
        }
        if (stopped > 0 && refused.size === refusedBefore) return { stopped, refusal: null };
      }
    } catch (error) {
      if (!(error instanceof GatewayError) || stopped === 0) throw error;
      return { stopped, refusal: error };
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
    const { stopped, refusal } = await stopTasks(id, signal);
    if (stopped === 0) {
      // If it has ended meanwhile, that is the better error.
      await read(id, signal);
      throw refusal ?? nothingToStop(provider);
    }
    if (refusal) throw partlyStopped(provider, stopped, refusal);
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

/** Whether the backup ends by it is read from its record, as after a lost answer. */
function partlyStopped(provider: string, stopped: number, cause: GatewayError): GatewayError {
  const tasks = stopped === 1 ? 'one task' : `${stopped} tasks`;
  const message = `${provider} took the request to stop ${tasks} of this backup, but not all: ${cause.message} Read the backup to see whether it ends.`;
  return new GatewayError('OUTCOME_UNKNOWN', message, { cause });
}

const nothingToStop = (provider: string): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `${provider} shows no task of this backup that could be stopped now: ask again in a moment.`,
  );
