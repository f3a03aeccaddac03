/** What stands between a call and the network: its turn, whether the provider is asked at all, and how often. */
import { type Breaker, createBreaker } from './breaker.ts';
import type { Outcome } from './failure.ts';
import { createGate, type Gate } from './gate.ts';
import type { UpstreamLimits } from './limits.ts';
import { createRetries, pause } from './retry.ts';

/** Which turn a call waits for. */
export type Lane = 'reads' | 'commands' | 'readsOfCommands' | 'downloads';

export interface Guard {
  readonly breaker: Breaker;
  /**
   * Attempts that may be repeated are, within `endsAt` (by `performance.now()`). Rejects with the signal's reason, and
   * with RATE_LIMITED where too many wait: nothing was asked then.
   */
  run<T>(lane: Lane, call: GuardedCall, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

interface GuardedCall {
  readonly isCommand: boolean;
  readonly signal: AbortSignal;
  readonly endsAt: number;
}

export function createGuard(provider: string, limits: UpstreamLimits): Guard {
  const { requests, commands, queue } = limits;
  const breaker = createBreaker(provider, limits);
  const retries = createRetries(limits);
  const gates: Readonly<Record<Lane, Gate>> = {
    reads: createGate({ provider, what: 'reads', slots: requests, queue }),
    commands: createGate({ provider, what: 'commands', slots: commands, queue }),
    readsOfCommands: createGate({ provider, what: 'reads for commands', slots: commands, queue }),
    // Their turn is over with the head; as many as there are connections may take as long as they like after it.
    downloads: createGate({ provider, what: 'downloads', slots: requests, queue }),
  };

  async function once<T>(gate: Gate, call: GuardedCall, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    await gate.enter(call.signal);
    try {
      return await breaker.run(attempt, call);
    } finally {
      gate.leave();
    }
  }

  return {
    breaker,
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
