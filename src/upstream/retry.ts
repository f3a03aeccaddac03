/** How often, and when, a read that failed on the way is repeated. */
import type { GatewayError } from '../core/errors.ts';
import type { UpstreamLimits } from './limits.ts';

export interface Retries {
  /** A request goes out for the first time: it earns a share of a repetition. */
  noteRequest(): void;
  /** How long to wait before repetition `number`, counted from 1, or null where there is none within `leftMs`. */
  waitMs(number: number, error: GatewayError, leftMs: number): number | null;
}

type RetryLimits = Pick<UpstreamLimits, 'retries' | 'retrySeconds' | 'retryShare' | 'retriesPerMinute'>;

/**
 * The budget keeps repetitions from being the storm that holds a struggling product down: it fills with the requests
 * that are made, and a little with time, and each repetition takes one out.
 */
export function createRetries(limits: RetryLimits): Retries {
  const { retries, retryShare, retriesPerMinute } = limits;
  // A whole one must fit, or the share of a provider without a floor would never come to one.
  const most = Math.max(1, retriesPerMinute);
  let budget = retriesPerMinute;
  let filledAt = performance.now();

  function fill(earned: number): void {
    const at = performance.now();
    budget = Math.min(most, budget + earned + ((at - filledAt) / 60_000) * retriesPerMinute);
    filledAt = at;
  }

  return {
    noteRequest: () => fill(retryShare),
    waitMs(number, { retryAfterSeconds }, leftMs) {
      if (number > retries) return null;
      const backoffMs = limits.retrySeconds * 1000 * 2 ** (number - 1);
      // Up to a half more, so that many who failed together do not come back together.
      const waitMs = Math.max(backoffMs, (retryAfterSeconds ?? 0) * 1000) + Math.random() * 0.5 * backoffMs;
      if (waitMs >= leftMs) return null;
      fill(0);
      // Five fifths may come to a little less than one.
      if (budget < 1 - 1e-6) return null;
      budget -= 1;
      return waitMs;
    },
  };
}
