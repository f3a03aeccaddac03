/** Every backup that matches, read once and bounded: for sums and counts over a list, not for lists. */
import { createDeadline } from '../deadline.ts';
import { GatewayError } from '../errors.ts';
import type { Backup } from '../model.ts';
import type { Problem } from '../provider.ts';
import type { MergeSource } from './merge.ts';

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

async function scanOne({ provider, filter, timeoutMs }: MergeSource, signal: AbortSignal): Promise<Scan> {
  using deadline = createDeadline(signal, timeoutMs);
  const query = { direction: 'descending', after: null, limit: maxScanned, filter, offset: 0 } as const;
  try {
    const page = await provider.listBackups(query, deadline.signal);
    const isCut = !page.isEnd && page.problems.length === 0;
    return {
      rows: page.rows.map((row) => row.open()),
      problems: isCut ? [limitProblem(provider.name)] : page.problems,
    };
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    const error = deadline.isExpired()
      ? new GatewayError('PROVIDER_TIMEOUT', `${provider.name} did not answer within ${timeoutMs / 1000} s.`, {
          cause: thrown,
        })
      : thrown;
    return { rows: [], problems: [{ provider: provider.name, entityId: null, error }] };
  }
}

const limitProblem = (provider: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError(
    'INCOMPLETE',
    `Only the newest ${maxScanned} matching backups of ${provider} were read. Narrow the filter, for example by time.`,
  ),
});
