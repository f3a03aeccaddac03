/** Rows that a product has and does not list: it lists its newest ones only, and older ones were stored when it did. */
import { GatewayError } from '../core/errors.ts';
import type { History, HistoryCoverage } from '../core/history.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { listed } from '../core/listed-backup.ts';
import { toSortKey } from '../core/order.ts';
import type { BackupPage, PageQuery, Problem } from '../core/provider.ts';
import type { LastKnownPage } from './last-known.ts';
import { untoldProblem, withUntold } from './untold.ts';

export interface Beyond {
  /** The page if the product would list none of it; null: it must be asked. */
  instead(query: PageQuery): Promise<LastKnownPage | null>;
  /** The page of the product with the rows that it does not list; the same page if that is not known. */
  complete(query: PageQuery, page: BackupPage): Promise<BackupPage & Partial<LastKnownPage>>;
}

const nothing: BackupPage = { rows: [], isEnd: false, problems: [] };

/** `isSearched`: see `createLastKnown`. `onServed`: told when the product listed its newest backups. */
export function createBeyond(
  history: History,
  provider: string,
  isSearched: boolean,
  onServed: (asOf: Instant) => void,
): Beyond {
  async function read(
    query: PageQuery,
    page: BackupPage,
    isMeant: (coverage: HistoryCoverage) => boolean,
  ): Promise<LastKnownPage | null> {
    const { own, accepts, dataPresences } = query.filter;
    // What only the product can filter.
    if (isSearched || dataPresences !== null || (own !== null && !accepts)) return null;
    try {
      const coverage = await history.coverage(provider);
      if (!coverage?.isBounded || coverage.asOf === null || !isMeant(coverage)) return null;
      const { filter, untold } = withUntold(query.filter);
      const last = page.rows.at(-1);
      const limit = query.limit - page.rows.length;
      const after = last ? toSortKey(last) : query.after;
      const stored = await history.listBackups(provider, { ...query, after, limit, filter });
      const { from, hasGaps } = coverage;
      const isBefore = stored.rows.some(({ backup: { sortedAt } }) => from === null || (sortedAt ?? from) < from);
      const isCut = stored.isEnd || hasGaps || isBefore || query.direction === 'ascending';
      const told = untoldProblem(provider, untold);
      onServed(coverage.asOf);
      // The positions of the product's rows say nothing of the others.
      const { positions: _, ...listedPage } = page;
      return {
        ...listedPage,
        rows: [...page.rows, ...stored.rows.map(({ backup, observedAt }) => listed({ ...backup, observedAt }))],
        problems: [
          ...page.problems.filter(({ isBound }) => !isBound),
          ...(isCut ? [cutProblem(provider, from)] : []),
          ...(told ? [told] : []),
        ],
        hasFailed: isCut,
      };
    } catch (error) {
      // Without the database the page is what the product lists.
      if (error instanceof GatewayError) return null;
      throw error;
    }
  }

  return {
    async instead(query) {
      const at = query.after?.sortedAt ?? null;
      if (query.direction === 'ascending' || at === null) return null;
      return read(query, nothing, ({ boundAt }) => boundAt !== null && at < boundAt);
    },
    async complete(query, page) {
      return page.problems.some(({ isBound }) => isBound) ? ((await read(query, page, () => true)) ?? page) : page;
    },
  };
}

function cutProblem(provider: string, from: Instant | null): Problem {
  const since = from === null ? 'none' : `those since ${formatInstant(from)}`;
  const message = `${provider} lists its newest backups only, and of the older ones the history has ${since}: others may be missing.`;
  return { provider, entityId: null, error: new GatewayError('INCOMPLETE', message) };
}
