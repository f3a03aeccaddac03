import type { ProviderConfig } from './config.ts';
import { findGatewayError } from './core/errors.ts';
import { noFilter } from './core/filter.ts';
import { toRowProblems, unreadableOf } from './core/lists/unreadable.ts';
import type { Provider } from './core/provider.ts';
import { countUnexpected } from './expectation-report.ts';

export interface CheckResult {
  readonly isFine: boolean;
  readonly line: string;
}

/** Asks each provider what it protects, all at once; a line for each, in the order of the configuration. */
export const checkProviders = (
  providers: readonly Provider[],
  configs: readonly ProviderConfig[],
): Promise<CheckResult[]> =>
  Promise.all(
    configs.map(async (config) => {
      const label = `${config.name} (${config.kind})`;
      const provider = providers.find(({ name }) => name === config.name);
      if (!provider) throw new Error(`there is no provider ${config.name}, although it is configured`);
      try {
        const entities = await provider.listEntities(AbortSignal.timeout(60_000));
        const latencyMs = Math.round(provider.health().latencyMs ?? 0);
        const unexpected = countUnexpected(config, entities);
        const lacking = unexpected > 0 ? `, ${unexpected} without an expectation (expectEvery)` : '';
        const unlisted = [...config.entities.keys()].filter((id) => !entities.some((one) => one.externalId === id));
        // What was never backed up may be there all the same, so it is no fault; but a slip of the pen is likelier.
        const doubt = unlisted.length > 0 ? `; not among them, but in "entities": ${unlisted.join(', ')}` : '';
        const notes = await readNotes(provider);
        const line = `ok    ${label}: ${entities.length} protected entities${lacking}, ${latencyMs} ms${doubt}${notes}`;
        return { isFine: true, line };
      } catch (error) {
        const known = findGatewayError(error);
        if (!known) throw error;
        return { isFine: false, line: `FAIL  ${label}: ${known.code}: ${known.message}` };
      }
    }),
  );

/** What the newest backups show of how the product writes: nothing that keeps it from being used. */
async function readNotes(provider: Provider): Promise<string> {
  const query = { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0 } as const;
  const page = await provider.listBackups(query, AbortSignal.timeout(60_000));
  const rows = page.rows.map((row) => unreadableOf(row.open()));
  const notes = toRowProblems([...(page.unreadable ?? []), ...rows]).map(({ error }) => error.message);
  if (provider.hasReadZonelessTimes?.()) {
    notes.push(
      'some times have no time zone, and were read as those of "timeZone" in its configuration (UTC unless given)',
    );
  }
  return notes.map((note) => `; ${note}`).join('');
}
