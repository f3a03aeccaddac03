/** Products with page numbers. */
import fc from 'fast-check';
import type { ListOrder } from '../../providers/_kit/readers/disorder.ts';
import {
  createPageMemory,
  createPageReader,
  maxScannedRows,
  type PageSource,
} from '../../providers/_kit/readers/pages.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';
import { makeRows } from './histories.ts';
import { never } from './model.ts';
import { type OpenedPage, opened } from './opened.ts';

/** A product that shows one page of a list, and may change between any two calls. */
export interface Product {
  rows: Backup[];
  /** Gives no more rows at once. */
  cap: number;
  /** Pages that were asked for. */
  readonly calls: number[];
  /** Called before each answer. */
  onCall: (call: number) => void;
  read(query: Partial<PageQuery>): Promise<OpenedPage>;
}

/** `order`: null for a reader that always reads ahead. */
export function aProduct(rows: Backup[], cap = 50, order: ListOrder | null = null): Product {
  const source: PageSource = {
    provider: 'one',
    entityId: 'e1',
    pageSize: 50,
    fetch(page, asked) {
      product.calls.push(page);
      product.onCall(product.calls.length);
      const size = Math.min(asked, product.cap);
      const { length: total } = product.rows;
      if (page > Math.max(1, Math.ceil(total / size))) return Promise.resolve(null);
      return Promise.resolve({ rows: product.rows.slice((page - 1) * size, page * size).map(listed), size, total });
    },
  };
  const reader = createPageReader(source, maxScannedRows, createPageMemory(), order);
  const product: Product = {
    rows,
    cap,
    calls: [],
    onCall: () => undefined,
    read: (query) => opened(reader({ ...first('descending', 26), ...query }, never)),
  };
  return product;
}

export const first = (direction: ScanDirection, limit: number): PageQuery => ({
  direction,
  after: null,
  limit,
  filter: noFilter,
  offset: 0,
});

export const following = (query: PageQuery, page: OpenedPage): PageQuery => ({
  ...query,
  after: toSortKey(page.rows.at(-1) as Backup),
  offset: page.positions?.at(-1) ?? 0,
});

export const tidy = (count: number) => makeRows('one', new Array(count).fill(0), 1);

export const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');

export const cap = fc.constantFrom(7, 20, 50);
