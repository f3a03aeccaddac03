/** Pages and counts of backups, from the lists of the connections. */
import type { BackupFilter } from '../../src/core/filter.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import { createRowShares } from '../../src/core/row-shares.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import { addCounts, readCollections } from '../_kit/readers/collections.ts';
import { readTimeBound, type TimeBoundSource } from '../_kit/readers/time-bound.ts';
import { countRows } from './count.ts';
import type { Connections } from './entities.ts';
import { type FilterQuery, toFilterQuery } from './filter.ts';
import { type Jobs, maxLimit } from './jobs.ts';

interface Backups {
  list(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;
  /** Null if there are too many rows to look at, or rows that cannot be read. */
  count(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;
}

/** Calls at once. */
const parallelReads = 8;

export function createBackups(provider: string, jobs: Jobs, connections: Connections): Backups {
  const unplaced = new UnplacedRows();
  const shares = createRowShares();

  /** The connections whose backups a filter may mean. */
  async function chosenIds({ entityIds }: BackupFilter, signal: AbortSignal): Promise<string[]> {
    const ids = (await connections.recent(signal)).map(({ externalId }) => externalId);
    return entityIds === null ? ids : ids.filter((id) => entityIds.includes(id));
  }

  const sourceOf = (connectionId: string, filterQuery: FilterQuery, report: RowReport): TimeBoundSource => ({
    provider,
    entityId: connectionId,
    maxLimit,
    fetch: (window, signal) => jobs.readWindow({ connectionId, filterQuery, window }, report, signal),
  });

  return {
    async list(query, signal) {
      const filterQuery = toFilterQuery(query.filter);
      if (!filterQuery) return emptyPage;
      const report = new RowReport(provider, query.filter, unplaced);
      const collections = (await chosenIds(query.filter, signal)).map((entityId) => ({
        entityId,
        read: (inner: typeof query, innerSignal: AbortSignal) =>
          readTimeBound(sourceOf(entityId, filterQuery, report), inner, innerSignal),
      }));
      return report.complete(await readCollections(provider, collections, query, signal, shares), query);
    },

    async count(filter, signal) {
      const filterQuery = toFilterQuery(filter);
      if (!filterQuery) return 0;
      const report = new RowReport(provider, filter, unplaced);
      const counts = await mapBounded(await chosenIds(filter, signal), parallelReads, (entityId) =>
        countRows(sourceOf(entityId, filterQuery, report).fetch, filter, maxLimit, signal),
      );
      // Rows that could not be read may match.
      return report.isClean ? addCounts(counts) : null;
    },
  };
}

const emptyPage: BackupPage = { rows: [], isEnd: true, problems: [] };
