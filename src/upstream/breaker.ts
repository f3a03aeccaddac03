/**
 * Circuit breaker: a provider that keeps failing is not asked for a while, so that callers fail at once and it can
 * recover. Then one read tries it (half open), and its outcome closes the breaker or opens it again.
 */
import { createDeadline, untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { type BreakerState, observer } from '../core/observer.ts';
import type { Stop } from '../core/stop.ts';
import type { Outcome } from './failure.ts';
import type { UpstreamLimits } from './limits.ts';

export interface Breaker {
  /** Why no request may be sent now; null if one may. */
  refusal(): GatewayError | null;
  /** Runs the attempt and counts its outcome, or returns the refusal. Rejects with the reason of `stop` while it waits. */
  run<T>(attempt: () => Promise<Outcome<T>>, call: { isCommand: boolean; stop: Stop }): Promise<Outcome<T>>;
}

type BreakerLimits = Pick<
  UpstreamLimits,
  'breakerCalls' | 'breakerMinimumCalls' | 'breakerFailureShare' | 'breakerSeconds' | 'breakerHalfOpenSeconds'
>;

export function createBreaker(provider: string, limits: BreakerLimits): Breaker {
  const openMs = limits.breakerSeconds * 1000;
  const newest = createWindow(limits.breakerCalls);
  let state: BreakerState = 'closed';
  /** By `performance.now()`, which no change of the clock moves. */
  let openUntil = 0;
  let trial: Promise<unknown> = Promise.resolve();

  function enter(next: BreakerState): void {
    state = next;
    observer()?.breakerChanged(provider, next);
  }

  function open(): void {
    enter('open');
    openUntil = performance.now() + openMs;
  }

  function close(): void {
    enter('closed');
    newest.clear();
    newest.add(false);
  }

  function count(isFailure: boolean): void {
    newest.add(isFailure);
    const { calls, failures } = newest;
    if (isFailure && calls >= limits.breakerMinimumCalls && failures > limits.breakerFailureShare * calls) open();
  }

  function refusal(): GatewayError | null {
    const leftMs = openUntil - performance.now();
    if (state === 'closed' || (state === 'open' && leftMs <= 0)) return null;
    const retryAfterSeconds = Math.ceil((state === 'half_open' ? Math.min(openMs, 1000) : leftMs) / 100) / 10;
    const message = `${provider} has failed again and again, and is not asked for the moment. Ask again in ${retryAfterSeconds} s.`;
    return new GatewayError('PROVIDER_UNAVAILABLE', message, { retryAfterSeconds });
  }

  /** The first list after an outage sends many reads at once: all but one of them would fail if they did not wait. */
  async function waitForTrial(stop: Stop): Promise<void> {
    using deadline = createDeadline(stop.signal, limits.breakerHalfOpenSeconds * 1000);
    await untilAborted(trial, deadline.signal).catch(() => undefined);
    stop.throwIfAborted();
  }

  async function runTrial<T>(attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    enter('half_open');
    let isProven = false;
    try {
      const outcome = await attempt();
      // A caller that went before the answer has proven nothing.
      isProven = outcome.verdict === 'healthy';
      return outcome;
    } finally {
      if (isProven) close();
      else open();
    }
  }

  async function runCounted<T>(attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await attempt();
    if (state === 'closed' && outcome.verdict !== 'none') count(outcome.verdict === 'outage');
    return outcome;
  }

  async function runGuarded<T>(
    attempt: () => Promise<Outcome<T>>,
    { isCommand, stop }: { isCommand: boolean; stop: Stop },
  ): Promise<Outcome<T>> {
    if (state === 'half_open') await waitForTrial(stop);
    const error = refusal();
    if (error) return { verdict: 'none', error, isWorthRetry: false };
    if (state === 'closed') return runCounted(attempt);
    // A command may take a quarter of an hour: it is sent, and does not hold up the reads as their trial.
    if (isCommand) return attempt();
    const work = runTrial(attempt);
    trial = work;
    return work;
  }

  return {
    refusal,
    run: (attempt, call) => (state === 'closed' ? runCounted(attempt) : runGuarded(attempt, call)),
  };
}

/** The outcomes of the newest `size` calls. */
function createWindow(size: number) {
  let outcomes: boolean[] = [];
  let oldest = 0;
  let failures = 0;
  return {
    add(isFailure: boolean): void {
      if (outcomes[oldest]) failures--;
      if (isFailure) failures++;
      outcomes[oldest] = isFailure;
      oldest = (oldest + 1) % size;
    },
    clear(): void {
      outcomes = [];
      oldest = 0;
      failures = 0;
    },
    get calls(): number {
      return outcomes.length;
    },
    get failures(): number {
      return failures;
    },
  };
}
