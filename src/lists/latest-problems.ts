/** Why the newest match of an entity is not proven. */
import { GatewayError } from '../core/errors.ts';
import type { Problem } from '../core/provider.ts';

/** Maximum of entities read one by one for one answer. */
export const maxApart = 200;

const incomplete = (provider: string, message: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError('INCOMPLETE', message),
});

export const undecided = (provider: string): Problem =>
  incomplete(provider, `${provider} was not searched completely. List the backups of the entity instead.`);

export function tooDeep(provider: string, pageSizes: readonly number[]): Problem {
  const rows = pageSizes.reduce((sum, size) => sum + size, 0).toLocaleString('en');
  const message = `None of the newest ${rows} backups read from ${provider} matches. List the backups of the entity by time instead.`;
  return incomplete(provider, message);
}

export const tooMany = (provider: string): Problem =>
  incomplete(
    provider,
    `${provider} can answer for at most ${maxApart} of these entities at once. Request fewer entities.`,
  );
