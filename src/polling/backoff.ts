/** What a failed poll means: what its watchers are told, and how long the provider is left alone. */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { inRequest } from '../core/request-scope.ts';

/** Until when a provider asked to be left alone, by `performance.now()`; it holds for its next loop as well. */
const backoffUntil = new WeakMap<Provider, number>();

/** How long the provider wants not to be asked yet; 0 or less where it may be. */
export const backoffMs = (provider: Provider): number => (backoffUntil.get(provider) ?? 0) - performance.now();

/** Why a provider does not answer; it is left alone for as long as it asked. A fault of ours is INTERNAL, and goes to `onBug`. */
export function toProblem(provider: Provider, thrown: unknown, onBug: (error: unknown) => void): Problem {
  const error = thrown instanceof GatewayError ? thrown : reported(thrown, onBug);
  const untilMs = performance.now() + (error.retryAfterSeconds ?? 0) * 1000;
  backoffUntil.set(provider, Math.max(backoffUntil.get(provider) ?? 0, untilMs));
  return { provider: provider.name, entityId: null, error };
}

/** The failure says nothing of the backup itself, so its stream stays open and reads again later. */
export const keepsStreamOpen = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && (error.isOutage || error.isRetryable);

/** A poll is nobody's request, and its fault has an id of its own: watchers get it, and the log has the cause under it. */
function reported(thrown: unknown, onBug: (error: unknown) => void): GatewayError {
  const requestId = randomUUID();
  inRequest(requestId, () => onBug(thrown));
  const message = `Reading this provider failed in an unexpected way. The gateway's log has the cause under requestId ${requestId}.`;
  return new GatewayError('INTERNAL', message, { cause: thrown });
}
