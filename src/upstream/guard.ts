/** Guards every call to a provider: a slot of its queue, the circuit breaker, and retries. */
import { setTimeout as sleep } from 'node:timers/promises';
import { observer } from '../core/observer.ts';
import type { Stop } from '../core/stop.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Outcome } from './failure.ts';
import { slotsOf, type UpstreamLimits } from './limits.ts';
import { createRetries } from './retry.ts';
import { createSemaphore, type Semaphore } from './semaphore.ts';

/** Each queue has slots of its own. */
export type Queue = 'reads' | 'commands' | 'readsOfCommands' | 'polls' | 'history' | 'downloads' | 'logReads';

export interface Guard {
  readonly breaker: Breaker;
  /**
   * Runs the attempt, and repeats it where that may help, until `endsAt` (by `performance.now()`). Rejects with the
   * reason of `stop`, and with RATE_LIMITED if the queue is full: then nothing was sent.
   */
  run<T>(queue: Queue, call: GuardedCall, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** Releases the slot of a call with `keepsSlot` that has succeeded. */
  leave(queue: Queue): void;
  /** Calls wait for a slot. */
  hasWaiting(queue: Queue): boolean;
}

interface GuardedCall {
  readonly isCommand: boolean;
  readonly stop: Stop;
  readonly endsAt: number;
  /** A successful call keeps its slot until `leave`. */
  readonly keepsSlot?: boolean;
}

export function createGuard(provider: string, limits: UpstreamLimits): Guard {
  const { commands, queue, sharedBy } = limits;
  const { reads, polls, history, downloads, logReads } = slotsOf(limits);
  const breaker = createBreaker(provider, limits);
  const retries = createRetries(limits);
  const shared = { provider, queue, sharedBy };
  const semaphores: Readonly<Record<Queue, Semaphore>> = {
    reads: createSemaphore({ ...shared, what: 'reads', slots: reads }),
    polls: createSemaphore({ ...shared, what: 'polls', slots: polls }),
    history: createSemaphore({ ...shared, what: 'reads for history', slots: history }),
    commands: createSemaphore({ ...shared, what: 'commands', slots: commands }),
    readsOfCommands: createSemaphore({ ...shared, what: 'reads for commands', slots: commands }),
    downloads: createSemaphore({ ...shared, what: 'downloads', slots: downloads }),
    logReads: createSemaphore({ ...shared, what: 'logs', slots: logReads }),
  };

  async function once<T>(
    semaphore: Semaphore,
    call: GuardedCall,
    attempt: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const turn = semaphore.enter(call.stop);
    if (turn !== undefined) await turn;
    let isKept = false;
    try {
      const outcome = await breaker.run(attempt, call);
      isKept = call.keepsSlot === true && outcome.error === null;
      return outcome;
    } finally {
      if (!isKept) semaphore.leave();
    }
  }

  return {
    breaker,
    leave: (queue) => semaphores[queue].leave(),
    hasWaiting: (queue) => semaphores[queue].hasWaiting,
    async run(queue, call, attempt) {
      const semaphore = semaphores[queue];
      retries.noteRequest();
      for (let number = 1; ; number++) {
        const outcome = await once(semaphore, call, attempt);
        if (outcome.error === null || !outcome.isWorthRetry) return outcome;
        const waitMs = retries.waitMs(number, outcome.error, call.endsAt - performance.now());
        if (waitMs === null) return outcome;
        observer()?.upstreamRetry(provider);
        // The slot is free for another call meanwhile.
        await sleep(waitMs, undefined, { signal: call.stop.signal }).catch(() => call.stop.throwIfAborted());
      }
    },
  };
}
