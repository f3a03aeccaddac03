/** Which protected entities have no expectation, in sentences for those who start or check a gateway. */

import { expectationOf } from '../config/expectations.ts';
import type { ProviderConfig } from '../config/provider.ts';
import { findGatewayError } from '../core/errors.ts';
import type { ProtectedEntity } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';

/** How many of the entities have no expectation: with a success they are NO_EXPECTATION. */
export const countUnexpected = (config: ProviderConfig, entities: readonly ProtectedEntity[]): number =>
  entities.filter(({ externalId }) => expectationOf(config, externalId) === null).length;

/** The configuration leaves some entity without an expectation, as far as it alone can tell. */
const mayLack = ({ expectEvery, entities }: ProviderConfig): boolean =>
  expectEvery === null || [...entities.values()].some((entity) => entity.expectEvery === null);

/**
 * A sentence for each provider that has entities without an expectation, or may have and does not answer. Providers whose
 * configuration expects something of every entity are not asked.
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
  `${provider}: no backup is expected of ${what}, so they are never OVERDUE. expectEvery in the configuration says what is.`;
