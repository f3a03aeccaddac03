/** Rows of a provider that does not answer, from the history. */
import { GatewayError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import { formatInstant } from '../core/instant.ts';
import { listed } from '../core/listed-backup.ts';
import type { BackupPage, PageQuery, Problem } from '../core/provider.ts';
import { untoldProblem, withUntold } from './untold.ts';

export interface LastKnownPage extends BackupPage {
  /** Rows may be missing that the product would list. */
  readonly hasFailed: boolean;
}

/** Reads the rows that answer `query` while its provider fails with `problem`. Null: they are not known. */
export type LastKnown = (query: PageQuery, problem: Problem) => Promise<LastKnownPage | null>;

/** `isSearched`: only entities with a text are meant, which only the product could look up. */
export function createLastKnown(history: History, provider: string, isSearched: boolean): LastKnown {
  return async (query, problem) => {
    const { own, accepts } = query.filter;
    // What only the product can filter.
    if (isSearched || (own !== null && !accepts) || !problem.error.isOutage) return null;
    try {
      const coverage = await history.coverage(provider);
      if (!coverage || coverage.asOf === null) return null;
      const { filter, untold } = withUntold(query.filter);
      const stored = await history.listBackups(provider, { ...query, filter });
      // The oldest rows are missing until the backfill is complete: at the end of a list of the newest, or at its start.
      const isCut = !coverage.isComplete && (stored.isEnd || query.direction === 'ascending');
      const told = untoldProblem(provider, untold);
      const served = { ...problem, servedAsOf: coverage.asOf };
      return {
        rows: stored.rows.map(({ backup, observedAt }) => listed({ ...backup, observedAt })),
        isEnd: stored.isEnd && !isCut,
        problems: [served, ...(isCut ? [cutProblem(provider, coverage.from)] : []), ...(told ? [told] : [])],
        hasFailed: isCut,
      };
    } catch (error) {
      // Without the database the provider is missing, as it would be without history.
      if (error instanceof GatewayError) return null;
      throw error;
    }
  };
}

function cutProblem(provider: string, from: number | null): Problem {
  const since = from === null ? 'none of its backups' : `its backups since ${formatInstant(from)} only`;
  const message = `${provider} does not answer, and the history has ${since}: older ones are missing.`;
  return { provider, entityId: null, error: new GatewayError('INCOMPLETE', message) };
}
