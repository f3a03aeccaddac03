/** Pages from the history for clients that accept answers of a certain age: no product is asked. */
import { GatewayError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import { listed } from '../core/listed-backup.ts';
import { toSortKey } from '../core/order.ts';
import type { BackupPage, PageQuery } from '../core/provider.ts';
import { untoldProblem, withUntold } from './untold.ts';

/** Reads the page if every row of its range was seen recently. Null: the product must be asked. */
export type Recent = (query: PageQuery) => Promise<BackupPage | null>;

/** `since`: what was seen earlier is too old. `onServed`: told when the oldest part of each page was seen. */
export function createRecent(
  history: History,
  provider: string,
  isSearched: boolean,
  since: Instant,
  onServed: (asOf: Instant) => void,
): Recent {
  return async (query) => {
    const { direction, after, filter: asked } = query;
    // The oldest rows are seen by daily sweeps only, and what only the product can filter needs it.
    const needsProduct = isSearched || asked.dataPresences !== null || (asked.own !== null && !asked.accepts);
    if (direction === 'ascending' || needsProduct) return null;
    try {
      const coverage = await history.coverage(provider);
      if (!coverage || coverage.asOf === null || coverage.hasGaps) return null;
      // Above the first row there is nothing, as of then.
      if (after === null && coverage.asOf < since) return null;
      const { filter, untold } = withUntold(asked);
      const { rows, isEnd } = await history.listBackups(provider, { ...query, filter });
      const last = rows.at(-1);
      if (isEnd || !last) return null;
      const oldest = await history.oldestObservation(provider, { after, through: toSortKey(last.backup) });
      const asOf = Math.min(oldest ?? 0, after === null ? coverage.asOf : Number.POSITIVE_INFINITY);
      if (asOf < since) return null;
      onServed(asOf);
      const told = untoldProblem(provider, untold);
      return {
        rows: rows.map(({ backup, observedAt }) => listed({ ...backup, observedAt })),
        isEnd: false,
        problems: told ? [told] : [],
      };
    } catch (error) {
      // Without the database the product is asked.
      if (error instanceof GatewayError) return null;
      throw error;
    }
  };
}
