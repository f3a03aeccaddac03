/** Reports protected entities without an expectation, at the start of a gateway and in `check`. */

import { expectationOf } from '../config/expectations.ts';
import type { ProviderConfig } from '../config/provider.ts';
import { findGatewayError } from '../core/errors.ts';
import type { ProtectedEntity } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';

/** Returns how many of the entities have no expectation. With a success, they are NO_EXPECTATION. */
export const countUnexpected = (config: ProviderConfig, entities: readonly ProtectedEntity[]): number =>
  entities.filter(({ externalId }) => expectationOf(config, externalId) === null).length;

/** Whether the configuration may leave an entity without an expectation. */
const mayLack = ({ expectEvery, entities }: ProviderConfig): boolean =>
  expectEvery === null || [...entities.values()].some((entity) => entity.expectEvery === null);

/**
 * Returns a sentence for each provider with entities without an expectation, or that may have some and does not answer.
 * Sends no request to providers whose configuration covers every entity.
 */
export async function reportUnexpected(
  providers: readonly Provider[],
  configs: readonly ProviderConfig[],
  signal: AbortSignal,
): Promise<string[]> {
  const lines = await Promise.all(
    configs.filter(mayLack).map(async (config) => {
      const provider = providers.find(({ name }) => name === config.name);
      if (!provider) return [];
      try {
        const entities = await provider.listEntities(signal);
        const count = countUnexpected(config, entities);
        return count === 0 ? [] : [sentence(config.name, `${count} of ${entities.length} protected entities`)];
      } catch (error) {
        const known = findGatewayError(error);
        if (!known) throw error;
        return signal.aborted
          ? []
          : [`${sentence(config.name, 'some protected entities')} How many is not known: ${known.code}.`];
      }
    }),
  );
  return lines.flat();
}

const sentence = (provider: string, what: string): string =>
  `${provider}: no backup is expected of ${what}, so they are never OVERDUE. Set expectEvery in the configuration.`;
