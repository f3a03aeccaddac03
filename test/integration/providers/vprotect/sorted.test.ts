/** A server that sorts, one that does not, and one that changes its mind. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { maxScannedRows, type TimeWindow } from '../../../../providers/_kit/readers/time-bound.ts';
import type { List, Query } from '../../../../providers/vprotect/lists.ts';
import { createSortedBackups } from '../../../../providers/vprotect/sorted.ts';
import type { BackupRow } from '../../../../providers/vprotect/wire.ts';
import { letPass } from '../../../support/vprotect.ts';

const dayMs = 86_400_000;
const never = new AbortController().signal;

afterEach(() => void vi.restoreAllMocks());

/** Newest first, `ages` in days; null: never had a snapshot. */
function aServer(ages: readonly (number | null)[]) {
  const start = Date.now();
  const rows = ages.map(
    (age, index) =>
      ({
        guid: `g${index}`,
        snapshotTime: age === null ? null : (start - age * dayMs) * 1000,
        unreadable: [],
      }) as unknown as BackupRow,
  );
  const server = {
    /** What it makes of the order that it is asked for. */
    order: 'sorts' as 'sorts' | 'newest first' | 'none',
    asked: [] as Query[],
    isWhole: true,
  };
  const within = ({ from, to }: Query) =>
    rows.filter(
      ({ snapshotTime: at }) =>
        at == null || (at / 1000 >= Number(from ?? 0) && at / 1000 <= Number(to ?? Number.POSITIVE_INFINITY)),
    );
  const list: List<BackupRow> = {
    page: ({ query, page, size }) => {
      server.asked.push(query);
      const found = within(query);
      const time = ({ snapshotTime }: BackupRow) => snapshotTime ?? 0;
      const isAscending = query['direction'] === 'asc' && server.order === 'sorts';
      if (server.order === 'none') found.sort((a, b) => (time(a) % 7) - (time(b) % 7) || (a.guid < b.guid ? 1 : -1));
      else found.sort((a, b) => (isAscending ? time(a) - time(b) : time(b) - time(a)));
      return Promise.resolve({ rows: found.slice(page * size, (page + 1) * size), lost: [], total: found.length });
    },
    all: (query) => {
      server.asked.push(query);
      return Promise.resolve({ rows: within(query), lost: [], isWhole: server.isWhole });
    },
  };
  const sorted = createSortedBackups('machines', list);
  const window: TimeWindow = { direction: 'descending', from: null, to: null, page: 0, limit: 10 };
  return {
    server,
    ordered: () => server.asked.splice(0).filter((query) => 'orderBy' in query).length,
    ask: async (part: Partial<TimeWindow> = {}) => {
      const {
        rows: found,
        unplaced: _unplaced,
        lost: _lost,
        ...more
      } = await sorted.window({}, { ...window, ...part }, never);
      return { ages: found.map(({ guid }) => ages[Number(guid.slice(1))]), ...more };
    },
  };
}

const sixty = Array.from({ length: 60 }, (_, index) => index / 10);

describe('a server that sorts in one direction whatever it is asked', () => {
  it('is not believed, also where the rows of a page are in order by chance', async () => {
    const { server, ask } = aServer([1, 1, 2, 3]);
    server.order = 'newest first';
    const page = await ask({ direction: 'ascending', limit: 2 });
    expect(page.ages).toContain(3);
    expect(page.isCumulative).toBe(true);
  });
});

describe('a server that stops sorting', () => {
  it('is noticed, read by spans for ten minutes, and then believed again', async () => {
    const { server, ask, ordered } = aServer(sixty);
    expect((await ask()).ages).toEqual(sixty.slice(0, 10));
    server.order = 'none';
    const unsorted = await ask();
    expect(unsorted.isCumulative).toBe(true);
    expect(unsorted.ages).toHaveLength(60);
    server.order = 'sorts';
    ordered();
    expect((await ask()).isCumulative).toBe(true);
    expect(ordered()).toBe(0);
    letPass(600_001);
    expect((await ask()).ages).toEqual(sixty.slice(0, 10));
    expect(ordered()).toBeGreaterThan(0);
  });
});

describe('without order', () => {
  it('a span in which there is nothing is not the end', async () => {
    const { server, ask } = aServer([100, 200]);
    server.order = 'none';
    const newest = await ask();
    expect(newest.ages.length).toBeGreaterThan(0);
    expect(newest.ages).toContain(100);
    const oldest = await ask({ direction: 'ascending', from: (Date.now() - 400 * dayMs) * 1000 });
    expect(oldest.ages).toContain(200);
  });

  it('more than may be looked through is INCOMPLETE, not a part that looks whole', async () => {
    const { server, ask } = aServer(sixty);
    server.order = 'none';
    server.isWhole = false;
    await expect(ask()).rejects.toMatchObject({ code: 'INCOMPLETE' });
  });
});

it('pages of rows without a time are looked past, but not for ever', async () => {
  const many = aServer(Array<null>(maxScannedRows + 20).fill(null));
  await expect(many.ask({ limit: 500 })).rejects.toMatchObject({ code: 'INCOMPLETE' });
  expect(many.server.asked.length).toBeLessThanOrEqual(maxScannedRows / 500 + 3);
});
