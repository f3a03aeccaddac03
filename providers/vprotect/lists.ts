/** vProtect's lists: pages from 0 whose size is always sent, since without one the whole list comes. */
import { rowsSchema } from '../../src/core/tolerant-reader.ts';
import { mapInTurns } from '../../src/core/turns.ts';
import type { ResponseHeaders, Upstream } from '../../src/upstream/contract.ts';

export type Query = Readonly<Record<string, string | number | readonly string[] | null>>;

interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows without a guid, as they came. */
  readonly lost: readonly unknown[];
  /** How many rows there are in all, but for these; null where the server does not say and nothing tells. */
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
  /** False: there are more than were asked for. */
  readonly isWhole: boolean;
}

export interface List<Row> {
  page(asked: PageQuery, signal: AbortSignal): Promise<Page<Row>>;
  /** Page after page, up to so many rows. */
  all(query: Query, maxRows: number, signal: AbortSignal): Promise<Whole<Row>>;
}

/** Rows in one answer: a backup is about 1.5 kB. */
export const maxPageSize = 500;

/** `onRows` is told of everything that comes. */
export function createList<Row extends { readonly guid: string }>(
  upstream: Upstream,
  path: string,
  read: (row: unknown) => Row | null,
  onRows: (rows: readonly Row[]) => void = () => undefined,
): List<Row> {
  const rowsReply = rowsSchema(read);
  /** The most rows that this server has given at once: it gives a shorter page only where the list ends. */
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
        // A page without anything new would be followed by another: this server knows no pages.
        const isWhole = seen === before || (total !== null && rows.size >= total);
        if (isWhole || seen >= maxRows) return { rows: [...rows.values()], lost: without, isWhole };
        // The server counts in pages of the size that it grants.
        if (number === 0) size = Math.min(size, more.length + lost.length);
      }
    },
  };
}

/** Of every list that we know of, though only some were seen to have it. */
function toTotal(headers: ResponseHeaders): number | null {
  const total = headers['x-total-count'];
  return typeof total === 'string' && /^\d{1,9}$/.test(total) ? Number(total) : null;
}
