import { findGatewayError } from './core/errors.ts';
import type { Provider } from './core/provider.ts';

export interface CheckResult {
  readonly isFine: boolean;
  readonly line: string;
}

/**
 * Asks each provider what it protects, all at once; a line for each, in the order of the configuration. `named`: the
 * entities of a provider that the configuration names.
 */
export const checkProviders = (
  providers: readonly Provider[],
  named: (provider: string) => readonly string[],
): Promise<CheckResult[]> =>
  Promise.all(
    providers.map(async (provider) => {
      const label = `${provider.name} (${provider.kind})`;
      try {
        const entities = await provider.listEntities(AbortSignal.timeout(60_000));
        const latencyMs = Math.round(provider.health().latencyMs ?? 0);
        const unlisted = named(provider.name).filter((id) => !entities.some(({ externalId }) => externalId === id));
        // What was never backed up may be there all the same, so it is no fault; but a slip of the pen is likelier.
        const doubt = unlisted.length > 0 ? `; not among them, but in "entities": ${unlisted.join(', ')}` : '';
        return { isFine: true, line: `ok    ${label}: ${entities.length} protected entities, ${latencyMs} ms${doubt}` };
      } catch (error) {
        const known = findGatewayError(error);
        if (!known) throw error;
        return { isFine: false, line: `FAIL  ${label}: ${known.code}: ${known.message}` };
      }
    }),
  );
