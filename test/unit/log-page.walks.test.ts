import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backup, LogLine } from '../../src/core/model.ts';
import { type LogPage, type LogPageQuery, readLogPage } from '../../src/streams/log-page.ts';
import type { LogFilter } from '../../src/streams/log-scan.ts';
import { maxScannedLines } from '../../src/streams/log-scan.ts';
import { aLine, never } from '../support/model.ts';
import { aHub, aWatchedProduct } from '../support/watched.ts';

const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'UNKNOWN'] as const;
const ranks = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };
const words = ['disk', 'Snapshot', 'LOCK', 'übung'];

const aLog = fc
  .array(fc.record({ level: fc.constantFrom(...levels), word: fc.constantFrom(...words) }), { maxLength: 60 })
  .map((lines) => lines.map(({ level, word }, index): LogLine => ({ ...aLine(`${index + 1} ${word}`), level })));

const aFilter = fc.record<LogFilter>({
  minLevel: fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR', null),
  search: fc.constantFrom('lock', 'SNAP', 'Ü', 'nothing has this', null),
});

function open(log: readonly LogLine[], { isStored, total }: { isStored: boolean; total: boolean }) {
  const calls: number[] = [];
  const product = aWatchedProduct(['1'], {
    readLog(_backup, { offset, limit }) {
      const lines = log.slice(offset, limit === null ? undefined : offset + limit);
      calls.push(lines.length);
      return Promise.resolve({
        lines,
        firstNumber: offset + 1,
        hasMore: offset + lines.length < log.length,
        state: isStored ? ('complete' as const) : ('growing' as const),
        ...(total ? { total: log.length } : {}),
      });
    },
  });
  product.set('1', { status: isStored ? 'SUCCEEDED' : 'RUNNING' });
  const hub = aHub({ logLimits: { maxLines: 100_000, maxBytes: 100_000_000 } });
  const backup = product.backups.get('1') as Backup;
  return {
    calls,
    read: (query: LogPageQuery): Promise<LogPage> => readLogPage(hub, product.provider, backup, query, never),
    [Symbol.dispose]: () => hub.close(),
  };
}

/** The lines that a filter selects, in the simplest way. */
const select = (log: readonly LogLine[], { minLevel, search }: LogFilter): string[] =>
  log
    .filter(({ level }) => minLevel === null || (level !== 'UNKNOWN' && ranks[level] >= ranks[minLevel]))
    .map(({ raw }) => raw)
    .filter((raw) => search === null || raw.toLowerCase().includes(search.toLowerCase()));

async function walk(
  read: (query: LogPageQuery) => Promise<LogPage>,
  size: number,
  filter: LogFilter,
  way: 'on' | 'back',
) {
  const pages: string[][] = [];
  let cursor: string | null = null;
  for (let hasMore = true; hasMore; ) {
    const page: LogPage = await read(
      way === 'on' ? { first: size, after: cursor, ...filter } : { last: size, before: cursor, ...filter },
    );
    expect(page).toMatchObject({ isComplete: true, gaps: [] });
    pages.push(page.lines.map(({ raw }) => raw));
    cursor = way === 'on' ? page.endCursor : page.startCursor;
    hasMore = way === 'on' ? page.hasNextPage : page.hasPreviousPage;
  }
  return way === 'on' ? pages : pages.reverse();
}

describe('pages of a log', () => {
  test('in either direction hold each selected line once, in order, and all pages but the last are full', async () => {
    await fc.assert(
      fc.asyncProperty(
        aLog,
        aFilter,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('on' as const, 'back' as const),
        fc.record({ isStored: fc.boolean(), total: fc.boolean() }),
        async (log, filter, size, way, kind) => {
          using it = open(log, kind);
          const pages = await walk(it.read, size, filter, way);
          expect(pages.flat()).toEqual(select(log, filter));
          const full = way === 'on' ? pages.slice(0, -1) : pages.slice(1);
          for (const page of full) expect(page).toHaveLength(size);
        },
      ),
    );
  });

  test('say how many lines were left out because their level is not known', async () => {
    const log = levels.map((level) => ({ ...aLine(level), level }));
    using it = open(log, { isStored: true, total: true });
    const page = await it.read({ minLevel: 'WARNING', search: null });
    expect(page.lines.map(({ raw }) => raw)).toEqual(['WARNING', 'ERROR']);
    expect(page.unknownLevelCount).toBe(1);
    expect((await it.read({ minLevel: null, search: null })).unknownLevelCount).toBe(0);
  });

  test('from the end of a long log read its end only', async () => {
    const log = Array.from({ length: 50_000 }, (_, index) => aLine(`line ${index + 1}`));
    using it = open(log, { isStored: true, total: true });
    const page = await it.read({ last: 3, minLevel: null, search: null });
    expect(page.lines.map(({ raw }) => raw)).toEqual(['line 49998', 'line 49999', 'line 50000']);
    expect(it.calls).toEqual([3, 3]);
    const before = await it.read({ last: 2, before: page.startCursor, minLevel: null, search: null });
    expect(before.lines.map(({ number }) => number)).toEqual([49_996, 49_997]);
    expect(before).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
    expect(it.calls).toEqual([3, 3, 2]);
  });

  test.each(['on', 'back'] as const)(
    'that find little end early, and the next page goes %s from there',
    async (way) => {
      const log = Array.from({ length: 2.5 * maxScannedLines }, (_, index) => aLine(`line ${index + 1}`));
      const wanted = way === 'on' ? `line ${log.length - 1}` : 'line 2 ';
      log[1] = aLine('line 2 ');
      using it = open(log, { isStored: true, total: true });
      const pages = await walk(it.read, 5, { minLevel: null, search: wanted }, way);
      expect(pages).toHaveLength(3);
      expect(pages.flat()).toEqual([wanted]);
      for (const lines of it.calls) expect(lines).toBeLessThanOrEqual(1_000);
    },
  );

  test.each([
    [{ first: 1, last: 1 }, ['last']],
    [{ first: 1, before: 'x' }, ['before']],
    [{ last: 201 }, ['last']],
    [{ last: 1, before: 'x' }, ['before']],
  ])('with the arguments %j are refused', async (page, field) => {
    using it = open([], { isStored: true, total: true });
    await expect(it.read({ ...page, minLevel: null, search: null })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});
