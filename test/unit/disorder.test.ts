/** Rows that a product lists far from where their time belongs: each is found, or its provider is named. */
import { describe, expect, test } from 'vitest';
import { createPageReader } from '../../providers/_kit/readers/pages.ts';
import { createPrefixMemory, readPrefix } from '../../providers/_kit/readers/prefix.ts';
import { readTimeBound } from '../../providers/_kit/readers/time-bound.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator, type ScanDirection, toSortKey } from '../../src/core/order.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import { aBackup, never } from '../support/model.ts';

type Read = (query: PageQuery) => Promise<BackupPage>;

/** Newest first, a second apart; `times` moves rows in time, so that their places in the list are wrong. */
function aList(length: number, times: Readonly<Record<number, number>> = {}): Backup[] {
  return Array.from({ length }, (_, place) => {
    const id = String(length - place);
    const at = (times[place] ?? length - place) * 10_000_000;
    return aBackup({ provider: 'one', externalId: id, localId: id, sortedAt: at });
  });
}

const readers: Record<string, (rows: readonly Backup[]) => Read> = {
  prefix: (rows) => {
    const memory = createPrefixMemory();
    const fetch = (limit: number) =>
      Promise.resolve({ rows: rows.slice(0, limit).map(listed), isWhole: rows.length < limit });
    return (query) => readPrefix({ provider: 'one', fetch, memory }, query, never);
  },
  paged: (rows) => {
    const fetch = (page: number, size: number) =>
      Promise.resolve({ rows: rows.slice((page - 1) * size, page * size).map(listed), size, total: rows.length });
    const read = createPageReader({ provider: 'one', entityId: 'e', pageSize: 50, fetch });
    return (query) => read(query, never);
  },
  timed: (rows) => {
    const source = {
      provider: 'one',
      entityId: 'e',
      maxLimit: 100,
      fetch: ({ direction, from, to, page, limit }: Parameters<Parameters<typeof readTimeBound>[0]['fetch']>[0]) => {
        const inside = rows.filter(({ sortedAt }) => {
          const at = sortedAt ?? 0;
          return (from === null || at >= from) && (to === null || at <= to);
        });
        const found = direction === 'descending' ? inside : [...inside].reverse();
        return Promise.resolve({
          rows: found.slice(page * limit, (page + 1) * limit).map(listed),
          total: found.length,
        });
      },
    };
    return (query) => readTimeBound(source, query, never);
  },
};

async function walk(read: Read, direction: ScanDirection, limit = 25) {
  const seen: string[] = [];
  const codes = new Set<string>();
  let after: PageQuery['after'] = null;
  let offset = 0;
  let isOrderAssumed = false;
  for (let pages = 0; pages < 200; pages++) {
    const page: BackupPage = await read({ direction, after, limit, filter: noFilter, offset, isOrderAssumed });
    isOrderAssumed ||= page.isOrderAssumed ?? false;
    seen.push(...page.rows.map(({ externalId }) => externalId));
    for (const { provider, error } of page.problems) codes.add(`${provider} ${error.code}`);
    const last = page.rows.at(-1);
    if (page.isEnd || !last) return { seen, codes: [...codes] };
    after = toSortKey(last);
    offset = page.positions?.at(-1) ?? 0;
  }
  throw new Error('the walk did not end');
}

const lies = {
  'a row of the end that belongs to the top': { 790: 900 },
  'a row of the middle that belongs 200 places further up': { 500: 524.5 },
  'a row 51 places too far down': { 300: 551.5 },
  'twenty-four rows that belong further up': Object.fromEntries(
    Array.from({ length: 24 }, (_, index) => [400 + 17 * index, 810 - 3.5 * index]),
  ),
  'sixty rows of the top that belong to the end': Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [index, 0.5 - index / 1000]),
  ),
  'a row of the top that belongs to the end': { 3: 2.5 },
};

describe.each(['prefix', 'paged'])('a list that is read by %s', (kind) => {
  describe.each(Object.entries(lies))('with %s', (_name, times) => {
    test.each<ScanDirection>(['descending', 'ascending'])('loses none without a word (%s)', async (direction) => {
      const rows = aList(824, times);
      const read = (readers[kind] as (typeof readers)[string])(rows);
      const { seen, codes } = await walk(read, direction);
      expect(new Set(seen).size).toBe(seen.length);
      const lost = rows.filter(({ externalId }) => !seen.includes(externalId));
      if (lost.length > 0) expect(codes).toEqual(['one INCOMPLETE']);
    });
  });
});

test.each(Object.keys(readers))('nothing is said of a list that is in order (%s)', async (kind) => {
  for (const direction of ['descending', 'ascending'] as const) {
    const rows = aList(824);
    const { seen, codes } = await walk((readers[kind] as (typeof readers)[string])(rows), direction);
    expect(seen).toEqual([...rows].sort(comparator(direction)).map(({ externalId }) => externalId));
    expect(codes).toEqual([]);
  }
});

// Its windows begin and end at times, so what was listed too far down is only seen within one answer.
test.each<[string, (rows: Backup[]) => Backup[]]>([
  ['the other way round', (rows) => rows.reverse()],
  ['by name', (rows) => rows.sort((a, b) => (a.externalId < b.externalId ? -1 : 1))],
  [
    'nearly, with one in ten out of place',
    (rows) => rows.map((_, index) => rows[index % 10 === 3 ? 823 - index : index] as Backup),
  ],
])('a product that filters by time and lists %s is named', async (_name, arrange) => {
  const rows = arrange(aList(824));
  const read = (readers['timed'] as (typeof readers)[string])([...new Set(rows)]);
  const { codes } = await walk(read, 'descending');
  expect(codes).toEqual(['one INCOMPLETE']);
});

test('a walk of a prefix list that starts again finds what the one before could not know of', async () => {
  const rows = aList(824, lies['a row of the middle that belongs 200 places further up']);
  const read = (readers['prefix'] as (typeof readers)[string])(rows);
  await walk(read, 'descending');
  const { seen, codes } = await walk(read, 'descending');
  expect(seen).toEqual([...rows].sort(comparator('descending')).map(({ externalId }) => externalId));
  expect(codes).toEqual([]);
});
