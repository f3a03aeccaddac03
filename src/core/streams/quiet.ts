/** What a failed poll means: what its watchers are told, and how long the provider is left alone. */
import { GatewayError } from '../errors.ts';
import type { Problem, Provider } from '../provider.ts';

/** Until when a provider asked to be left alone, by `performance.now()`; it holds for its next loop as well. */
const quietUntil = new WeakMap<Provider, number>();

/** How long the provider wants not to be asked yet; 0 or less where it may be. */
export const quietMs = (provider: Provider): number => (quietUntil.get(provider) ?? 0) - performance.now();

/** Why a provider does not answer; it is left alone for as long as it asked. A fault of ours is INTERNAL, and goes to `onBug`. */
export function toProblem(provider: Provider, thrown: unknown, onBug: (error: unknown) => void): Problem {
  if (!(thrown instanceof GatewayError)) onBug(thrown);
  const error =
    thrown instanceof GatewayError
      ? thrown
      : new GatewayError('INTERNAL', 'Reading this provider failed in an unexpected way.', { cause: thrown });
  const untilMs = performance.now() + (error.retryAfterSeconds ?? 0) * 1000;
  quietUntil.set(provider, Math.max(quietUntil.get(provider) ?? 0, untilMs));
  return { provider: provider.name, entityId: null, error };
}
