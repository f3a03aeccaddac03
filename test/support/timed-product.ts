/** A product whose list takes a time range, for readers of pages by time. */
import fc from 'fast-check';
import type { TimeBoundSource, TimeWindow } from '../../providers/_kit/readers/time-bound.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import type { ScanDirection } from '../../src/core/order.ts';
import type { PageQuery } from '../../src/core/provider.ts';

export interface TimedProduct {
  rows: Backup[];
  /** Called before each answer. */
  onCall: (call: number) => void;
  readonly calls: TimeWindow[];
  readonly source: TimeBoundSource;
}

export interface Manners {
  /** Gives fewer rows at once than it was asked for. */
  readonly cap?: number;
  readonly tellsTotal?: boolean;
  readonly isExclusive?: boolean;
  readonly ignoresPage?: boolean;
  /** Where a page begins goes by what was asked for, though fewer are given. */
  readonly countsAsked?: boolean;
}

/** Equal times in an order of its own, which is neither ours nor its opposite. */
export const scrambled = ({ externalId }: Backup) => (Number(externalId) * 7919) % 10_007;

export function aTimedProduct(
  rows: readonly Backup[],
  { cap = 2000, tellsTotal = true, isExclusive, ignoresPage, countsAsked }: Manners = {},
): TimedProduct {
  const product: TimedProduct = {
    rows: [...rows],
    onCall: () => undefined,
    calls: [],
    source: {
      provider: 'one',
      entityId: null,
      maxLimit: 2000,
      fetch: ({ direction, from, to, page, limit }) => {
        product.calls.push({ direction, from, to, page, limit });
        product.onCall(product.calls.length);
        const isWithin = ({ sortedAt }: Backup) =>
          sortedAt !== null &&
          (from === null || (isExclusive ? sortedAt > from : sortedAt >= from)) &&
          (to === null || (isExclusive ? sortedAt < to : sortedAt <= to));
        const sign = direction === 'descending' ? -1 : 1;
        const found = product.rows
          .filter(isWithin)
          .sort((a, b) => sign * ((a.sortedAt ?? 0) - (b.sortedAt ?? 0)) || scrambled(a) - scrambled(b));
        const size = Math.min(limit, cap);
        const start = ignoresPage ? 0 : page * (countsAsked ? limit : size);
        return Promise.resolve({
          rows: found.slice(start, start + size).map(listed),
          total: tellsTotal ? found.length : null,
        });
      },
    },
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

export const direction = fc.constantFrom<ScanDirection>('descending', 'ascending');
