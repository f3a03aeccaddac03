/**
 * A provider that keeps failing is left alone for a while, so that nobody waits for what will not come and it is not
 * kept from coming back; then one read tries.
 */
import { type CircuitBreakerPolicy, CircuitState, CountBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { createDeadline, untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import type { Outcome } from './failure.ts';
import type { UpstreamLimits } from './limits.ts';

export interface Breaker {
  /** Why nothing may be asked now; null where something may. */
  refusal(): GatewayError | null;
  /** Runs it, or gives the refusal. What it says of the provider is remembered. Rejects where the signal aborts first. */
  run<T>(attempt: () => Promise<Outcome<T>>, call: { isCommand: boolean; signal: AbortSignal }): Promise<Outcome<T>>;
}

type BreakerLimits = Pick<
  UpstreamLimits,
  'breakerCalls' | 'breakerMinimumCalls' | 'breakerFailureShare' | 'breakerSeconds' | 'breakerHalfOpenSeconds'
>;

export function createBreaker(provider: string, limits: BreakerLimits): Breaker {
  const openMs = limits.breakerSeconds * 1000;
  /** By `performance.now()`. */
  let openUntil = 0;
  let trial: Promise<unknown> = Promise.resolve();

  /** Cockatiel compares times of day, and a clock that is set back must not leave a provider alone for an hour. */
  const untilReopened = {
    get duration() {
      return performance.now() < openUntil ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    },
    next: () => untilReopened,
  };

  const policy: CircuitBreakerPolicy = circuitBreaker(
    // Whoever tries and goes before the answer has proven nothing, so it stays as it was.
    handleWhenResult((result) => {
      const { says } = result as Outcome<unknown>;
      return says === 'outage' || (says === 'nothing' && policy.state === CircuitState.HalfOpen);
    }),
    {
      halfOpenAfter: untilReopened,
      breaker: new CountBreaker({
        size: limits.breakerCalls,
        minimumNumberOfCalls: limits.breakerMinimumCalls,
        threshold: limits.breakerFailureShare,
      }),
    },
  );
  policy.onBreak(() => {
    openUntil = performance.now() + openMs;
  });

  const isTrying = () => policy.state === CircuitState.HalfOpen;

  function refusal(): GatewayError | null {
    const leftMs = openUntil - performance.now();
    if (policy.state === CircuitState.Closed || (policy.state === CircuitState.Open && leftMs <= 0)) return null;
    const retryAfterSeconds = Math.ceil((isTrying() ? Math.min(openMs, 1000) : leftMs) / 100) / 10;
    const message = `${provider} has failed again and again, and is not asked for the moment. Ask again in ${retryAfterSeconds} s.`;
    return new GatewayError('PROVIDER_UNAVAILABLE', message, { retryAfterSeconds });
  }

  /** The list that comes first after an outage is many reads at once, and would be full of holes without. */
  async function waitForTrial(signal: AbortSignal): Promise<void> {
    using patience = createDeadline(signal, limits.breakerHalfOpenSeconds * 1000);
    await untilAborted(trial, patience.signal).catch(() => undefined);
    signal.throwIfAborted();
  }

  /** Thrown past the policy, so that an attempt counts neither as a success nor as a failure. */
  const uncounted = new Error('It says nothing of the provider.');

  async function runCounted<T>(attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    let outcome: Outcome<T> | null = null;
    const isTrial = policy.state === CircuitState.Open;
    const work = policy.execute(async () => {
      outcome = await attempt();
      if (outcome.says === 'nothing' && policy.state === CircuitState.Closed) throw uncounted;
      return outcome;
    });
    if (isTrial) trial = work;
    try {
      return await work;
    } catch (thrown) {
      if (thrown === uncounted && outcome) return outcome;
      throw thrown;
    }
  }

  return {
    refusal,
    async run(attempt, { isCommand, signal }) {
      if (isTrying()) await waitForTrial(signal);
      const error = refusal();
      if (error) return { says: 'nothing', error, isWorthRetry: false };
      // A command may take a quarter of an hour, and is no question: it goes, and does not try for the others.
      return isCommand && policy.state !== CircuitState.Closed ? attempt() : runCounted(attempt);
    },
  };
}
