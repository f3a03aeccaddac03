/** Many backups by id with few calls. The product has no call for one, but an id holds the time of its start. */
import type { ListedBackup } from '../../src/core/lists/listed.ts';
import { mapBounded } from '../../src/core/lists/readers/collections.ts';
import type { LocalId } from '../../src/core/model.ts';
import { isNotFound } from './errors.ts';
import { type Jobs, maxLimit } from './jobs.ts';
import { type FlosumBackup, parseLocalId } from './map.ts';
import { allWords } from './words.ts';

interface Wanted {
  readonly localId: LocalId;
  readonly startMs: number;
}

type Found = Map<LocalId, ListedBackup>;

/** Calls at once to one provider. */
const parallelReads = 8;
/** Rows between two wanted ones that cost no more than another call does. */
const rowsWorthACall = 200;
/** Whether bounds are inclusive, and how precise they are, is not documented. */
const marginMs = 1000;
/** So many pages of backups that started within the same two seconds are not to be expected. */
const maxPages = 20;

export function createLookup(jobs: Jobs, isPossible: (connectionId: string) => boolean) {
  /**
   * First one window over all of them, which is nearly always enough; where it holds more rows than it may cost, what
   * is still open is looked for in two smaller ones.
   */
  async function search(
    connectionId: string,
    wanted: readonly Wanted[],
    found: Found,
    signal: AbortSignal,
  ): Promise<void> {
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
      const { rows, total } = await jobs.readWindow(connectionId, allWords, { ...bounds, page, limit }, signal);
      for (const row of rows) found.set(row.localId, row);
      seen += rows.length;
      const oldest = rows.at(-1)?.sortedAt;
      // Newest first: what should have come before the last row is not there.
      open = open.filter(({ localId, startMs }) => !found.has(localId) && startMs * 1000 <= (oldest ?? 0));
      if (open.length === 0 || seen >= total) return;
      if (starts.some((startMs) => startMs !== starts[0])) {
        for (const part of splitAtLargestGap(open)) await search(connectionId, part, found, signal);
        return;
      }
      // All of one instant. The service may give fewer than it was asked for, and then that is the size of its pages.
      if (page === 0) limit = rows.length;
    }
  }

  /** One answer for each id; null where there is no such backup. */
  return async (ids: readonly LocalId[], signal: AbortSignal): Promise<(FlosumBackup | null)[]> => {
    const groups = new Map<string, Map<LocalId, Wanted>>();
    for (const localId of ids) {
      const address = parseLocalId(localId);
      if (!address || !isPossible(address.connectionId)) continue;
      const group = groups.get(address.connectionId) ?? new Map<LocalId, Wanted>();
      groups.set(address.connectionId, group.set(localId, { localId, startMs: address.startMs }));
    }
    const found: Found = new Map();
    await mapBounded([...groups], parallelReads, ([connectionId, wanted]) =>
      search(connectionId, [...wanted.values()], found, signal).catch(ignoreMissing),
    );
    return ids.map((id) => (found.get(id)?.open() as FlosumBackup | undefined) ?? null);
  };
}

/** A connection that is gone took its backups with it. */
function ignoreMissing(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** Two parts, the newer one first; one where all started at once. */
function splitAtLargestGap(wanted: readonly Wanted[]): Wanted[][] {
  const sorted = [...wanted].sort((a, b) => b.startMs - a.startMs);
  const gaps = sorted.slice(1).map(({ startMs }, index) => (sorted[index] as Wanted).startMs - startMs);
  const widest = Math.max(0, ...gaps);
  const cut = widest === 0 ? sorted.length : gaps.indexOf(widest) + 1;
  return [sorted.slice(0, cut), sorted.slice(cut)].filter(({ length }) => length > 0);
}
