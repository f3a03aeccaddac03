import { findGatewayError } from './core/errors.ts';
import type { Provider } from './core/provider.ts';

export interface CheckResult {
  readonly isFine: boolean;
  readonly line: string;
}

/** Asks each provider what it protects, all at once; a line for each, in the order of the configuration. */
export const checkProviders = (providers: readonly Provider[]): Promise<CheckResult[]> =>
  Promise.all(
    providers.map(async (provider) => {
      const label = `${provider.name} (${provider.kind})`;
      try {
        const entities = await provider.listEntities(AbortSignal.timeout(60_000));
        const latencyMs = Math.round(provider.health().latencyMs ?? 0);
        return { isFine: true, line: `ok    ${label}: ${entities.length} protected entities, ${latencyMs} ms` };
      } catch (error) {
        const known = findGatewayError(error);
        if (!known) throw error;
        return { isFine: false, line: `FAIL  ${label}: ${known.code}: ${known.message}` };
      }
    }),
  );
