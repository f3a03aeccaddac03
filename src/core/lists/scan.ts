/** Every backup that matches, read once and bounded: for sums and counts over a list, not for lists. */
import { GatewayError } from '../errors.ts';
import type { Backup } from '../model.ts';
import type { Problem, Provider } from '../provider.ts';
import { askProvider } from './ask.ts';
import type { MergeSource } from './merge.ts';
import { toRowProblems, unreadableOf } from './unreadable.ts';

/** The most rows that are read from one provider for one answer. */
export const maxScanned = 5_000;

export interface Scan {
  readonly rows: readonly Backup[];
  /** Providers whose rows are missing, or were not read to their end. Empty: the scan is whole. */
  readonly problems: readonly Problem[];
}

export async function scanBackups(sources: readonly MergeSource[], signal: AbortSignal): Promise<Scan> {
  const scans = await Promise.all(sources.map((source) => scanOne(source, signal)));
  return { rows: scans.flatMap(({ rows }) => rows), problems: scans.flatMap(({ problems }) => problems) };
}

async function scanOne(source: MergeSource, signal: AbortSignal): Promise<Scan> {
  const { filter } = source;
  const query = { direction: 'descending', after: null, limit: maxScanned, filter, offset: 0 } as const;
  const read = async (provider: Provider, within: AbortSignal) => {
    const { rows: listed, isEnd, problems, unreadable = [] } = await provider.listBackups(query, within);
    const isCut = !isEnd && problems.every(({ isUntold }) => isUntold);
    const rows = listed.map((row) => row.open());
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
