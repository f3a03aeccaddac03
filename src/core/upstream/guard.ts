/** What stands between a call and the network: its turn, whether the provider is asked at all, and how often. */
import { type Breaker, createBreaker } from './breaker.ts';
import type { Outcome } from './failure.ts';
import { createGate, type Gate } from './gate.ts';
import { slotsOf, type UpstreamLimits } from './limits.ts';
import { createRetries, pause } from './retry.ts';

/** Which turn a call waits for. */
export type Lane = 'reads' | 'commands' | 'readsOfCommands' | 'polls' | 'downloads' | 'logReads';

export interface Guard {
  readonly breaker: Breaker;
  /**
   * Attempts that may be repeated are, within `endsAt` (by `performance.now()`). Rejects with the signal's reason, and
   * with RATE_LIMITED where too many wait: nothing was asked then.
   */
  run<T>(lane: Lane, call: GuardedCall, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** Ends the turn of a successful call that keeps it. */
  leave(lane: Lane): void;
  /** Calls wait for their turn. */
  hasWaiting(lane: Lane): boolean;
}

interface GuardedCall {
  readonly isCommand: boolean;
  readonly signal: AbortSignal;
  readonly endsAt: number;
  /** Its turn goes on after it has succeeded, until `leave`. */
  readonly keepsTurn?: boolean;
}

export function createGuard(provider: string, limits: UpstreamLimits): Guard {
  const { commands, queue } = limits;
  const { reads, polls, downloads, logReads } = slotsOf(limits);
  const breaker = createBreaker(provider, limits);
  const retries = createRetries(limits);
  const gates: Readonly<Record<Lane, Gate>> = {
    reads: createGate({ provider, what: 'reads', slots: reads, queue }),
    polls: createGate({ provider, what: 'polls', slots: polls, queue }),
    commands: createGate({ provider, what: 'commands', slots: commands, queue }),
    readsOfCommands: createGate({ provider, what: 'reads for commands', slots: commands, queue }),
    downloads: createGate({ provider, what: 'downloads', slots: downloads, queue }),
    logReads: createGate({ provider, what: 'logs', slots: logReads, queue }),
  };

  async function once<T>(gate: Gate, call: GuardedCall, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await gate.enter(call.signal);
    let isKept = false;
    try {
      const outcome = await breaker.run(attempt, call);
      isKept = call.keepsTurn === true && outcome.error === null;
      return outcome;
    } finally {
      if (!isKept) gate.leave();
    }
  }

  return {
    breaker,
    leave: (lane) => gates[lane].leave(),
    hasWaiting: (lane) => gates[lane].hasWaiting,
    async run(lane, call, attempt) {
      const gate = gates[lane];
      retries.noteRequest();
      for (let number = 1; ; number++) {
        const outcome = await once(gate, call, attempt);
        if (outcome.error === null || !outcome.isWorthRetry) return outcome;
        const waitMs = retries.waitMs(number, outcome.error, call.endsAt - performance.now());
        if (waitMs === null) return outcome;
        // The turn is another's meanwhile.
        await pause(waitMs, call.signal);
      }
    },
  };
}
