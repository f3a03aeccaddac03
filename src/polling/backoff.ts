/** Turns a failed poll into a problem for its watchers, and delays the next poll of that provider. */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { inRequest } from '../core/request-scope.ts';

/** Earliest time of the next poll of each provider, by `performance.now()`. Outlives the poll loop. */
const backoffUntil = new WeakMap<Provider, number>();

/** Milliseconds until the provider may be polled again; 0 or less: now. */
export const backoffMs = (provider: Provider): number => (backoffUntil.get(provider) ?? 0) - performance.now();

/**
 * Returns the problem for an error that a poll threw, and delays the next poll by its `retryAfterSeconds`. Anything but
 * a GatewayError is reported to `onBug` and becomes INTERNAL.
 */
export function toProblem(provider: Provider, thrown: unknown, onBug: (error: unknown) => void): Problem {
  const error = thrown instanceof GatewayError ? thrown : reported(thrown, onBug);
  const untilMs = performance.now() + (error.retryAfterSeconds ?? 0) * 1000;
  backoffUntil.set(provider, Math.max(backoffUntil.get(provider) ?? 0, untilMs));
  return { provider: provider.name, entityId: null, error };
}

/** The failure is not about the backup itself: its stream stays open, and the read is retried later. */
export const keepsStreamOpen = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.isOutage || error.isRetryable);

/** A poll belongs to no request, so a bug gets a request id of its own. The log records the cause under this id. */
function reported(thrown: unknown, onBug: (error: unknown) => void): GatewayError {
  const requestId = randomUUID();
  inRequest({ requestId }, () => onBug(thrown));
  const message = `Reading this provider failed in an unexpected way. The gateway's log has the cause under requestId ${requestId}.`;
  return new GatewayError('INTERNAL', message, { cause: thrown });
}
