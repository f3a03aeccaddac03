/** Backups by id. The product has no such call, but our ids contain the start time, so a few list calls find many. */
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { ListedBackup } from '../../src/core/listed-backup.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import { isNotFound } from '../_kit/errors.ts';
import { unfiltered } from './filter.ts';
import { type Jobs, maxLimit } from './jobs.ts';
import { type FlosumBackup, parseLocalId } from './map.ts';

interface Wanted {
  readonly localId: LocalId;
  readonly rowId: string;
  readonly startMs: number;
}

/** Results of one `find` so far. */
interface Found {
  readonly rows: Map<LocalId, ListedBackup>;
  /** Rows without a readable time. */
  readonly unplaced: UnplacedRows;
  readonly report: RowReport;
}

interface Search {
  readonly connectionId: string;
  readonly wanted: readonly Wanted[];
  readonly found: Found;
}

/** Concurrent calls to one provider. */
const parallelReads = 8;
/** Rows between two wanted ones that are cheaper to read than another call. */
const rowsWorthACall = 200;
/** Whether bounds are inclusive, and how precise they are, is not documented. */
const marginMs = 1000;
/** So many pages of backups that started within the same two seconds are not to be expected. */
const maxPages = 20;

/** Rows without a readable time are looked for among so many pages of all of them: 10,000 rows. */
const maxPagesOfAll = 5;

export function createFinder(provider: string, jobs: Jobs, isPossible: (connectionId: string) => boolean) {
  /** Ids without a time, since it could not be read when they were made. */
  async function searchAll({ connectionId, wanted, found }: Search, signal: AbortSignal) {
    let limit = maxLimit;
    for (let page = 0, seen = 0; page < maxPagesOfAll; page++) {
      const window = { direction: 'descending', from: null, to: null, page, limit } as const;
      const { rows, total, size } = await jobs.readWindow(
        { connectionId, filterQuery: unfiltered, window },
        found.report,
        signal,
      );
      const byId = new Map([...rows, ...found.unplaced.all()].map((row) => [row.externalId, row]));
      for (const { localId, rowId } of wanted) {
        const row = byId.get(rowId);
        if (row) found.rows.set(localId, row);
      }
      seen += rows.length;
      const isEnd = size === 0 || (total !== null && seen >= total);
      if (isEnd || wanted.every(({ localId }) => found.rows.has(localId))) return;
      if (page === 0) limit = size;
    }
  }

  /**
   * First one window over all of them, which is nearly always enough; where it holds more rows than it may cost, what
   * is still open is looked for in two smaller ones.
   */
  async function search({ connectionId, wanted, found }: Search, signal: AbortSignal): Promise<void> {
    const starts = wanted.map(({ startMs }) => startMs);
    const bounds = {
      from: (Math.min(...starts) - marginMs) * 1000,
      to: (Math.max(...starts) + marginMs) * 1000,
      direction: 'descending' as const,
    };
    let limit = Math.min(rowsWorthACall * wanted.length, maxLimit);
    let open = wanted;
    let seen = 0;
    for (let page = 0; page < maxPages; page++) {
      const question = { connectionId, filterQuery: unfiltered, window: { ...bounds, page, limit } };
      const { rows, total, size } = await jobs.readWindow(question, found.report, signal);
      for (const row of rows) found.rows.set(row.localId, row);
      seen += rows.length;
      const oldest = rows.at(-1)?.sortedAt;
      // Newest first: a wanted row that belongs before the last row does not exist.
      open = open.filter(({ localId, startMs }) => !found.rows.has(localId) && startMs * 1000 <= (oldest ?? 0));
      if (open.length === 0 || size === 0 || (total !== null && seen >= total)) return;
      if (starts.some((startMs) => startMs !== starts[0])) {
        for (const part of splitAtLargestGap(open)) await search({ connectionId, wanted: part, found }, signal);
        return;
      }
      // All rows are of one instant. The service may return fewer than requested: that is then the size of its pages.
      if (page === 0) limit = size;
    }
  }

  /** One answer for each id; null if there is no such backup. */
  return async (ids: readonly LocalId[], signal: AbortSignal): Promise<(FlosumBackup | null)[]> => {
    const groups = new Map<string, Map<LocalId, Wanted>>();
    for (const localId of ids) {
      const address = parseLocalId(localId);
      if (!address || !isPossible(address.connectionId)) continue;
      const group = groups.get(address.connectionId) ?? new Map<LocalId, Wanted>();
      groups.set(address.connectionId, group.set(localId, { localId, rowId: address.rowId, startMs: address.startMs }));
    }
    const unplaced = new UnplacedRows();
    const found: Found = { rows: new Map(), unplaced, report: new RowReport(provider, noFilter, unplaced) };
    await mapBounded([...groups], parallelReads, async ([connectionId, group]) => {
      const all = [...group.values()];
      const timed = all.filter(({ startMs }) => startMs !== 0);
      const others = all.filter(({ startMs }) => startMs === 0);
      try {
        if (timed.length > 0) await search({ connectionId, wanted: timed, found }, signal);
        if (others.length > 0) await searchAll({ connectionId, wanted: others, found }, signal);
      } catch (error) {
        ignoreMissing(error);
      }
    });
    // Its time could be read when the id was made, and cannot be now.
    for (const row of unplaced.all()) {
      const id = ids.find((one) => parseLocalId(one)?.rowId === row.externalId);
      if (id !== undefined && !found.rows.has(id)) found.rows.set(id, row);
    }
    if (found.report.hasLost && ids.some((id) => !found.rows.has(id))) throw unreadable(provider);
    return ids.map((id) => (found.rows.get(id)?.open() as FlosumBackup | undefined) ?? null);
  };
}

const unreadable = (provider: string): GatewayError =>
  new GatewayError(
    'PROVIDER_INVALID_RESPONSE',
    `${provider} lists a backup without an id that can be read, which may be the one that was asked for.`,
  );

/** A deleted connection has no backups. */
function ignoreMissing(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** Two parts, the newer one first; one part if all started at the same time. */
function splitAtLargestGap(wanted: readonly Wanted[]): Wanted[][] {
  const sorted = [...wanted].sort((a, b) => b.startMs - a.startMs);
  const gaps = sorted.slice(1).map(({ startMs }, index) => (sorted[index] as Wanted).startMs - startMs);
  const widest = Math.max(0, ...gaps);
  const cut = widest === 0 ? sorted.length : gaps.indexOf(widest) + 1;
  return [sorted.slice(0, cut), sorted.slice(cut)].filter(({ length }) => length > 0);
}
