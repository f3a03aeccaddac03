/** A list that is read by page numbers: consecutive pages of it, and hints for the next read. */
import type { Instant } from '../../../src/core/instant.ts';
import type { ListedBackup } from '../../../src/core/listed-backup.ts';

/** The size of a list. */
export interface ListSize {
  /** Rows in a full page: fewer than requested if the product caps them. */
  readonly size: number;
  /** Rows of the whole list. */
  readonly total: number;
}

export interface ListedPage extends ListSize {
  readonly rows: readonly ListedBackup[];
}

export interface PageSource {
  /** The configured name, for problems. */
  readonly provider: string;
  /** The entity whose backups these are, where each entity is listed on its own. */
  readonly entityId: string | null;
  /** Rows asked for in one call. */
  readonly pageSize: number;
  /** One list call. Pages count from 1; null if the list has no such page. */
  readonly fetch: (page: number, size: number, signal: AbortSignal) => Promise<ListedPage | null>;
}

export const pageAt = (place: number, size: number): number => Math.floor(Math.max(0, place) / size) + 1;

/** The calls of one attempt to read a window. */
export interface Lister {
  fetch(page: number): Promise<ListedPage | null>;
  /** The same, without a call where it was the last one. */
  fetchOnce(page: number): Promise<ListedPage | null>;
  rowCount(): number;
}

export function createLister(source: PageSource, memory: Memory, signal: AbortSignal): Lister {
  let last: { readonly page: number; readonly answer: ListedPage | null } | null = null;
  let rowCount = 0;
  async function fetch(page: number): Promise<ListedPage | null> {
    const answer = await source.fetch(page, source.pageSize, signal);
    if (answer) memory.keep(page, answer);
    else if (page === 1) memory.keep(1, { rows: [], size: source.pageSize, total: 0 });
    // The list is shorter than expected: only an existing page tells its length.
    else await fetch(1);
    rowCount += answer?.rows.length ?? 0;
    last = { page, answer };
    return answer;
  }
  return {
    fetch,
    fetchOnce: (page) => (last?.page === page ? Promise.resolve(last.answer) : fetch(page)),
    rowCount: () => rowCount,
  };
}

/** Consecutive pages, read downwards. */
export interface Run {
  readonly rows: readonly ListedBackup[];
  /** Place of its first row in the list, from 0. */
  readonly top: number;
  /** Rows of the whole list. */
  readonly total: number;
  readonly isBottom: boolean;
  /** A row may be missing between two of its pages. */
  readonly hasChanged: boolean;
}

/** Thrown if pages are of different states of the list, so that a row may be missing between them. */
export class ListChanged extends Error {}

/**
 * Reads from a page down, and gives the run after each page. New rows come at the top, so between two pages rows can
 * only move down unless the list gets shorter: nothing slips through where its length stays and no row comes twice.
 * Upwards that would not hold: with one row added and one removed further down, as a retention does, the length stays
 * and a row slips past. `isStrict`: a change is thrown, as ListChanged.
 */
export async function* readDown(lister: Lister, first: number, isStrict: boolean): AsyncGenerator<Run> {
  const rows = new Map<string, ListedBackup>();
  let size: ListSize | null = null;
  let top = 0;
  let hasChanged = false;
  for (let page = first; ; page++) {
    const answer = await lister.fetchOnce(page);
    // No first page at all is an empty list; any other one was there a moment ago.
    hasChanged ||=
      answer === null ? page > 1 : size !== null && (size.total !== answer.total || size.size !== answer.size);
    for (const row of answer?.rows ?? []) {
      hasChanged ||= rows.has(row.localId);
      rows.set(row.localId, row);
    }
    if (hasChanged && isStrict) throw new ListChanged();
    if (answer && !size) top = (page - 1) * answer.size;
    size = answer;
    const isBottom = !answer || page * answer.size >= answer.total;
    yield { rows: [...rows.values()], top, total: answer?.total ?? top + rows.size, isBottom, hasChanged };
  }
}

/** Hints from one read to the next. They save calls, and never decide which rows are shown. */
export interface Memory {
  keep(page: number, answer: ListedPage): void;
  latest(): ListSize | null;
  /** The hint, moved to where rows of that time were seen last. */
  correct(hint: number, at: Instant): number;
}

const maxMarks = 200;

export function createMemory(): Memory {
  /** Places are counted from the end of the list, where nothing moves when new rows come. */
  const marks: { readonly at: Instant; readonly fromEnd: number }[] = [];
  let latest: ListSize | null = null;
  return {
    keep(page, { rows, size, total }) {
      latest = { size, total };
      for (const index of rows.length > 1 ? [0, rows.length - 1] : [0]) {
        const at = rows[index]?.sortedAt ?? null;
        if (at !== null) marks.push({ at, fromEnd: total - (page - 1) * size - index });
      }
      marks.splice(0, marks.length - maxMarks);
    },
    latest: () => latest,
    correct(hint, at) {
      const places = marks.map((mark) => ({ at: mark.at, place: (latest?.total ?? 0) - mark.fromEnd }));
      const above = nearest(
        places.filter((mark) => mark.at > at),
        at,
      );
      const below = nearest(
        places.filter((mark) => mark.at < at),
        at,
      );
      const isLikely = hint >= (above?.place ?? 0) && hint <= (below?.place ?? Number.POSITIVE_INFINITY);
      if (isLikely || (!above && !below)) return hint;
      if (!above || !below) return (above ?? below)?.place ?? hint;
      return above.place + Math.round(((above.at - at) / (above.at - below.at)) * (below.place - above.place));
    },
  };
}

interface Mark {
  readonly at: Instant;
  readonly place: number;
}

const nearest = (marks: readonly Mark[], at: Instant): Mark | undefined =>
  marks.reduce<Mark | undefined>(
    (best, mark) => (best && Math.abs(best.at - at) < Math.abs(mark.at - at) ? best : mark),
    undefined,
  );
