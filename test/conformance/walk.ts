/** Reads lists as a client does that goes from page to page. */
import { expect } from 'vitest';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { type ScanDirection, type SortKey, toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Provider } from '../../src/core/provider.ts';
import { type OpenedPage, opened } from '../support/opened.ts';
import { never, type Suite } from './suite.ts';

export interface Walk {
  readonly direction?: ScanDirection;
  /** Rows a page. */
  readonly limit?: number;
  readonly after?: SortKey | null;
  readonly filter?: Partial<BackupFilter>;
  /** What each page is told of the rows before it; what the page before said, or the truth, unless given. */
  readonly offset?: (truth: number) => number;
  /** Stops after so many rows. */
  readonly max?: number;
}

/** Every row from page to page. A page must bring rows, or be the end. */
export async function walk(provider: Provider, how: Walk = {}): Promise<Backup[]> {
  const { max = Number.POSITIVE_INFINITY } = how;
  const rows: Backup[] = [];
  let after = how.after ?? null;
  let told = 0;
  for (;;) {
    const page = await readPage(provider, { ...toQuery(how), after, offset: how.offset?.(rows.length) ?? told });
    rows.push(...page.rows);
    told = page.positions?.at(-1) ?? rows.length;
    if (page.isEnd || rows.length >= max) return rows.slice(0, max);
    expect(page.rows.length, 'rows of a page that is not the end').toBeGreaterThan(0);
    after = toSortKey(page.rows.at(-1) as Backup);
  }
}

export async function readPage(provider: Provider, query: Partial<PageQuery> = {}): Promise<OpenedPage> {
  const whole: PageQuery = { direction: 'descending', after: null, limit: 100, filter: noFilter, offset: 0, ...query };
  const page = await opened(provider.listBackups(whole, never()));
  expect(page.problems, 'problems of a page').toEqual([]);
  expect(page.rows.length, 'rows of a page').toBeLessThanOrEqual(whole.limit);
  if (page.positions) expect(page.positions, 'positions of the rows of a page').toHaveLength(page.rows.length);
  return page;
}

const toQuery = ({ direction = 'descending', limit = 100, filter = {} }: Walk) => ({
  direction,
  limit,
  filter: { ...noFilter, ...filter },
});

/** The list that the others are compared with: newest first, as far as the suite reads. */
export const readRows = (suite: Suite, provider: Provider): Promise<Backup[]> => walk(provider, { max: suite.maxRows });

export const idsOf = (rows: readonly Backup[]): string[] => rows.map(({ localId }) => localId);
