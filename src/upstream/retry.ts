/** Decides how often and when a failed read is repeated. */
import type { GatewayError } from '../core/errors.ts';
import type { UpstreamLimits } from './limits.ts';

export interface Retries {
  /** A new request adds `retryShare` to the budget. */
  noteRequest(): void;
  /** Wait before retry `number`, counted from 1; null if there is none within `leftMs`. */
  waitMs(number: number, error: GatewayError, leftMs: number): number | null;
}

type RetryLimits = Pick<UpstreamLimits, 'retries' | 'retrySeconds' | 'retryShare' | 'retriesPerMinute'>;

/**
 * A retry budget keeps retries from overloading a struggling product. New requests and time add to it, and each retry takes
 * one out.
 */
export function createRetries(limits: RetryLimits): Retries {
  const { retries, retryShare, retriesPerMinute } = limits;
  // At least one retry must fit, or shares would never add up to one when `retriesPerMinute` is 0.
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
      // Up to half more, so that calls that failed together do not retry together.
      const waitMs = Math.max(backoffMs, (retryAfterSeconds ?? 0) * 1000) + Math.random() * 0.5 * backoffMs;
      if (waitMs >= leftMs) return null;
      fill(0);
      // Rounding: five fifths may add up to a little less than one.
      if (budget < 1 - 1e-6) return null;
      budget -= 1;
      return waitMs;
    },
  };
}
