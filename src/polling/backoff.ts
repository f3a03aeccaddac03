/** What a failed poll means: the problem for its watchers, and how long the provider is not polled. */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { inRequest } from '../core/request-scope.ts';

/** When a provider may be polled again, by `performance.now()`. Outlives the poll loop. */
const backoffUntil = new WeakMap<Provider, number>();

/** Milliseconds until the provider may be polled again; 0 or less: now. */
export const backoffMs = (provider: Provider): number => (backoffUntil.get(provider) ?? 0) - performance.now();

/**
 * The problem for what a poll threw; also keeps the provider from being polled before its `retryAfterSeconds`. Anything
 * but a GatewayError is reported to `onBug` and becomes INTERNAL.
 */
export function toProblem(provider: Provider, thrown: unknown, onBug: (error: unknown) => void): Problem {
  const error = thrown instanceof GatewayError ? thrown : reported(thrown, onBug);
  const untilMs = performance.now() + (error.retryAfterSeconds ?? 0) * 1000;
  backoffUntil.set(provider, Math.max(backoffUntil.get(provider) ?? 0, untilMs));
  return { provider: provider.name, entityId: null, error };
}

/** The failure says nothing of the backup itself, so its stream stays open and reads again later. */
export const keepsStreamOpen = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.isOutage || error.isRetryable);

/** A poll belongs to no request, so its bug gets an id of its own: watchers see it, and the log has the cause under it. */
function reported(thrown: unknown, onBug: (error: unknown) => void): GatewayError {
  const requestId = randomUUID();
  inRequest(requestId, () => onBug(thrown));
  const message = `Reading this provider failed in an unexpected way. The gateway's log has the cause under requestId ${requestId}.`;
  return new GatewayError('INTERNAL', message, { cause: thrown });
}
