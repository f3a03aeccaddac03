/** Reads all matching backups, up to a limit, for sums and counts. */
import { GatewayError } from '../core/errors.ts';
import type { BackupFilter } from '../core/filter.ts';
import type { Backup } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { mapInTurns } from '../core/turns.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { askProvider } from './ask.ts';
import type { MergeSource } from './merge.ts';

/** Maximum of rows read from one provider for one answer. */
export const maxScanned = 5_000;

export interface Scan {
  readonly rows: readonly Backup[];
  /** Providers whose rows are missing or incomplete. Empty if the scan is complete. */
  readonly problems: readonly Problem[];
}

/** Sources with the same key have the same provider and an equivalent filter. */
export const scanKey = ({ provider, filter, entitySearch = null }: MergeSource): string =>
  JSON.stringify([provider.name, canonical(filter), entitySearch]);

/** Order and duplicates within a list do not change what matches. */
const canonical = ({ untold: _, ...filter }: BackupFilter) =>
  Object.entries(filter)
    .map(([name, value]) => [name, Array.isArray(value) ? [...new Set<string>(value)].sort() : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Returns the matching backups of one provider. A failure of the provider is a problem in the result. */
export async function scanProvider(source: MergeSource, signal: AbortSignal): Promise<Scan> {
  const { filter } = source;
  const query = { direction: 'descending', after: null, limit: maxScanned, filter, offset: 0 } as const;
  const read = async (provider: Provider, within: AbortSignal) => {
    const { rows: listed, isEnd, problems, unreadable = [] } = await provider.listBackups(query, within);
    const isCut = !isEnd && problems.every(({ isUntold }) => isUntold);
    const rows = await mapInTurns(listed, (row) => row.open(), within);
    const ofRows = toRowProblems([...unreadable, ...rows.map(unreadableOf)]);
    return { rows, problems: [...problems, ...(isCut ? [limitProblem(provider.name)] : []), ...ofRows] };
  };
  const { answer, problem } = await askProvider(source, read, signal);
  return answer ?? { rows: [], problems: [problem] };
}

const limitProblem = (provider: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError(
    'INCOMPLETE',
    `Only the newest ${maxScanned} matching backups of ${provider} were read. Narrow the filter, for example by time.`,
  ),
});
