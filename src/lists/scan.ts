/** Every backup that matches, read once and bounded: for sums and counts over a list, not for lists. */
import { GatewayError } from '../core/errors.ts';
import type { BackupFilter } from '../core/filter.ts';
import type { Backup } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { mapInTurns } from '../core/turns.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { askProvider } from './ask.ts';
import type { MergeSource } from './merge.ts';

/** The most rows that are read from one provider for one answer. */
export const maxScanned = 5_000;

export interface Scan {
  readonly rows: readonly Backup[];
  /** Providers whose rows are missing, or were not read to their end. Empty: the scan is whole. */
  readonly problems: readonly Problem[];
}

/** Equal for what is read alike: the same provider, and the same of the filter that reaches it. */
export const scanKey = ({ provider, filter }: MergeSource): string =>
  JSON.stringify([provider.name, canonical(filter)]);

/** The order of a list, and what it names twice, change nothing of what matches. */
const canonical = ({ untold: _, ...filter }: BackupFilter) =>
  Object.entries(filter)
    .map(([name, value]) => [name, Array.isArray(value) ? [...new Set<string>(value)].sort() : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** What of one provider matches. That it fails is a problem in the answer. */
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
