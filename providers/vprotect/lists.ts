/** vProtect's lists. Pages count from 0; the page size is always sent, since without it the server returns everything. */
import { rowsSchema } from '../../src/core/tolerant-reader.ts';
import { mapInTurns } from '../../src/core/turns.ts';
import type { ResponseHeaders, Upstream } from '../../src/upstream/contract.ts';

export type Query = Readonly<Record<string, string | number | readonly string[] | null>>;

interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows without a guid, as they came. */
  readonly lost: readonly unknown[];
  /** Total number of rows, except the lost ones; null if not known. */
  readonly total: number | null;
}

export interface PageQuery {
  readonly query: Query;
  /** From 0. */
  readonly page: number;
  readonly size: number;
}

interface Whole<Row> {
  readonly rows: readonly Row[];
  readonly lost: readonly unknown[];
  /** False if there are more than `maxRows`. */
  readonly isWhole: boolean;
}

export interface List<Row> {
  page(asked: PageQuery, signal: AbortSignal): Promise<Page<Row>>;
  /** All pages, up to `maxRows`. */
  all(query: Query, maxRows: number, signal: AbortSignal): Promise<Whole<Row>>;
}

/** The list of only the rows that match these parameters, too. */
export const narrowList = <Row>({ page, all }: List<Row>, own: Query): List<Row> => ({
  page: (asked, signal) => page({ ...asked, query: { ...own, ...asked.query } }, signal),
  all: (query, maxRows, signal) => all({ ...own, ...query }, maxRows, signal),
});

/** Rows in one answer: a backup is about 1.5 kB. */
export const maxPageSize = 500;

/** `onRows` is called with the rows of each reply. */
export function createList<Row extends { readonly guid: string }>(
  upstream: Upstream,
  path: string,
  read: (row: unknown) => Row | null,
  onRows: (rows: readonly Row[]) => void = () => undefined,
): List<Row> {
  const rowsReply = rowsSchema(read);
  /** The most rows in one reply so far: a shorter page is the end of the list. */
  let granted = 0;

  async function page({ query, page: number, size }: PageQuery, signal: AbortSignal): Promise<Page<Row>> {
    const asked = { schema: rowsReply, query: { ...query, page: number, size }, size: 'list' as const };
    const { body, headers } = await upstream.readWithHeaders(path, asked, signal);
    const isLast = body.length < Math.min(size, granted);
    granted = Math.max(granted, body.length);
    const given = await mapInTurns(body, read, signal);
    const rows = given.filter((row) => row !== null);
    const lost = body.filter((_, index) => given[index] === null);
    onRows(rows);
    const total = toTotal(headers) ?? (isLast ? number * size + body.length : null);
    return { rows, lost, total: total === null ? null : Math.max(0, total - lost.length) };
  }

  return {
    page,
    async all(query, maxRows, signal) {
      const rows = new Map<string, Row>();
      const without: unknown[] = [];
      let size = maxPageSize;
      for (let number = 0; ; number++) {
        const { rows: more, lost, total } = await page({ query, page: number, size }, signal);
        const before = rows.size + without.length;
        for (const row of more) rows.set(row.guid, row);
        without.push(...lost);
        const seen = rows.size + without.length;
        // A page without a new row: this server ignores page numbers.
        const isWhole = seen === before || (total !== null && rows.size >= total);
        if (isWhole || seen >= maxRows) return { rows: [...rows.values()], lost: without, isWhole };
        // Pages count in the size that the server grants.
        if (number === 0) size = Math.min(size, more.length + lost.length);
      }
    },
  };
}

/** Read from every list, although only some were seen to have the header. */
function toTotal(headers: ResponseHeaders): number | null {
  const total = headers['x-total-count'];
  return typeof total === 'string' && /^\d{1,9}$/.test(total) ? Number(total) : null;
}
