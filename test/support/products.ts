/** Pretended products below the real readers: lists in memory that answer as the products do, and may change between any two calls. */

import { readCollections } from '../../providers/_kit/readers/collections.ts';
import { ListOrder } from '../../providers/_kit/readers/disorder.ts';
import {
  createPageMemory,
  createPageReader,
  type ListedPage,
  maxScannedRows,
} from '../../providers/_kit/readers/pages.ts';
import { createPrefixMemory, readPrefix } from '../../providers/_kit/readers/prefix.ts';
import { readTimeBound, type TimeWindow } from '../../providers/_kit/readers/time-bound.ts';
import { type BackupFilter, matchesFilter, noFilter } from '../../src/core/filter.ts';
import { type ListedBackup, listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import type { PageQuery, Provider } from '../../src/core/provider.ts';
import type { RowShares } from '../../src/core/row-shares.ts';
import { aProvider, unavailable } from './model.ts';
import { anyShares } from './row-shares.ts';
import { orderOf } from './walks.ts';

/** `timed` as Flosum, `paged` as Labii, `prefix` as Borg. */
export type ProductKind = 'timed' | 'paged' | 'prefix';

/** How one product behaves where products may differ. */
export interface Manners {
  readonly kind: ProductKind;
  /** Gives no more rows at once, whatever it is asked for; a prefix product gives all. */
  readonly cap: number;
  /** Rows that its adapter asks for at once; a prefix product's asks for what it needs. */
  readonly pageSize: number;
  /** Of a timed one. */
  readonly tellsTotal: boolean;
  /** Of a timed one: whether its bounds are exclusive. */
  readonly isExclusive: boolean;
  /** Of a timed one: how precisely it compares times. */
  readonly precision: 'millisecond' | 'second';
  /** Of a paged one: an empty list has a first page. */
  readonly hasEmptyPage: boolean;
  /** Of a paged or prefix one: its adapter takes its order for ours once it has seen it in order. */
  readonly isTrusted: boolean;
  /** Fields of a filter that it can serve itself. */
  readonly serves: readonly (keyof BackupFilter)[];
}

export const plainManners: Manners = {
  kind: 'timed',
  cap: 2000,
  pageSize: 50,
  tellsTotal: true,
  isExclusive: false,
  precision: 'millisecond',
  hasEmptyPage: true,
  isTrusted: false,
  serves: [],
};

export interface Product {
  readonly manners: Manners;
  /** In its own order. Replaced as a whole when something changes. */
  rows: readonly Backup[];
  /** It answers nothing but errors. */
  isDown: boolean;
  /** Called before each answer. */
  onCall: () => void;
  /** Since it was made. */
  readonly read: { calls: number; rows: number };
  readonly provider: Provider;
}

/** Connections, organisations, repositories: what each product lists its backups by. */
export const entityIds = ['e0', 'e1', 'e2'] as const;

/** A row as the readers are given it. */
const toListed = (row: Backup): ListedBackup => listed(row);

/** `shares`: guesses of how many rows of each entity a page needs. */
export function aProduct(
  name: string,
  manners: Manners,
  rows: readonly Backup[],
  shares: RowShares = anyShares,
): Product {
  const product: Product = {
    manners,
    rows,
    isDown: false,
    onCall: () => undefined,
    read: { calls: 0, rows: 0 },
    provider: aProvider({
      name,
      kind: manners.kind,
      listBackups: (query, signal) => list(query, signal),
      countBackups: (filter) => Promise.resolve(product.rows.filter((row) => matchesFilter(row, filter)).length),
    }),
  };

  /** What the list holds at the moment of a call. */
  function look(): readonly Backup[] {
    product.onCall();
    product.read.calls += 1;
    if (product.isDown) throw unavailable(name);
    return product.rows;
  }

  function give(found: readonly Backup[]): ListedBackup[] {
    product.read.rows += found.length;
    return found.map(toListed);
  }

  const servedOf = (filter: BackupFilter): BackupFilter => ({
    ...noFilter,
    ...Object.fromEntries(manners.serves.map((field) => [field, filter[field]])),
  });
  const isOf = (entityId: string | null, filter: BackupFilter) => (row: Backup) =>
    (entityId === null || row.entityId === entityId) && matchesFilter(row, filter);

  async function fetchTimed(entityId: string, filter: BackupFilter, window: TimeWindow) {
    const { direction, from, to, page, limit } = window;
    const isMeant = isOf(entityId, servedOf(filter));
    const found = look().filter((row) => isMeant(row) && isWithin(row, from, to, manners));
    const sign = direction === 'descending' ? -1 : 1;
    const sorted = found.sort((a, b) => sign * (timeOf(a) - timeOf(b)) || scrambled(a) - scrambled(b));
    const size = Math.min(limit, manners.cap);
    const rows = give(sorted.slice(page * size, (page + 1) * size));
    return { rows, total: manners.tellsTotal ? sorted.length : null };
  }

  async function fetchPage(entityId: string, page: number, asked: number): Promise<ListedPage | null> {
    const found = look().filter((row) => row.entityId === entityId);
    const size = Math.min(asked, manners.cap);
    const isThere = page === 1 ? found.length > 0 || manners.hasEmptyPage : (page - 1) * size < found.length;
    return isThere ? { rows: give(found.slice((page - 1) * size, page * size)), size, total: found.length } : null;
  }

  async function fetchPrefix(filter: BackupFilter, limit: number) {
    const rows = look()
      .filter(isOf(null, { ...noFilter, entityIds: filter.entityIds }))
      .slice(0, limit);
    return { rows: give(rows), isWhole: rows.length < limit };
  }

  const orderOfList = () => (manners.isTrusted ? new ListOrder() : null);
  const pageReaders = entityIds.map((entityId) => {
    const fetch = (page: number, size: number) => fetchPage(entityId, page, size);
    const source = { provider: name, entityId, pageSize: manners.pageSize, fetch };
    return { entityId, read: createPageReader(source, maxScannedRows, createPageMemory(), orderOfList()) };
  });

  const memory = createPrefixMemory(orderOfList());
  function list(query: PageQuery, signal: AbortSignal) {
    const { filter } = query;
    if (manners.kind === 'prefix') {
      return readPrefix({ provider: name, fetch: (limit) => fetchPrefix(filter, limit), memory }, query, signal);
    }
    const isMeant = ({ entityId }: { readonly entityId: string }) => filter.entityIds?.includes(entityId) ?? true;
    if (manners.kind === 'paged') {
      const meant = pageReaders.filter(isMeant);
      const offset = Math.round(query.offset / Math.max(1, meant.length));
      return readCollections(name, meant, { ...query, offset }, signal, shares);
    }
    const connections = entityIds.map((entityId) => {
      const fetch = (window: TimeWindow) => fetchTimed(entityId, filter, window);
      const source = { provider: name, entityId, maxLimit: manners.pageSize, fetch };
      return { entityId, read: (part: PageQuery) => readTimeBound(source, part, signal) };
    });
    return readCollections(name, connections.filter(isMeant), query, signal, shares);
  }

  return product;
}

const timeOf = ({ sortedAt }: Backup): number => sortedAt ?? Number.POSITIVE_INFINITY;

/** Equal times in an order of its own, which is neither ours nor its opposite. */
const scrambled = ({ localId }: Backup): number =>
  [...localId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_007, 7);

function isWithin(row: Backup, from: number | null, to: number | null, { isExclusive, precision }: Manners): boolean {
  const unit = precision === 'second' ? 1_000_000 : 1000;
  const at = row.sortedAt === null ? null : Math.floor(row.sortedAt / unit);
  if (at === null) return false;
  // As an adapter writes them down: a little too wide rather than too narrow, to the millisecond.
  const low = from === null ? Number.NEGATIVE_INFINITY : Math.floor((Math.floor(from / 1000) * 1000) / unit);
  const high = to === null ? Number.POSITIVE_INFINITY : Math.floor((Math.ceil(to / 1000) * 1000) / unit);
  return isExclusive ? at > low && at < high : at >= low && at <= high;
}

/** Places that a row may be away from its own: what the readers state, whatever they look at. */
export const maxDisorder = 50;

/** No row of any list that the product may be read by is further from its place than the readers stand. */
export const isOrderly = (rows: readonly Backup[]): boolean =>
  [null, ...entityIds].every((entityId) => {
    const list = entityId === null ? rows : rows.filter((row) => row.entityId === entityId);
    const places = new Map([...list].sort(orderOf(true)).map((row, place) => [row, place]));
    return list.every((row, place) => Math.abs((places.get(row) ?? 0) - place) <= maxDisorder);
  });
