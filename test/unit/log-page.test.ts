import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import type { Hub } from '../../src/polling/hub.ts';
import { type LogPageQuery, logText, readLogPage } from '../../src/streams/log-page.ts';
import { logStream, progressStream } from '../../src/streams/streams.ts';
import { aLine, codeOf, never } from '../support/model.ts';
import { aHub, aWatchedProduct, type WatchedProduct } from '../support/watched.ts';

const first = ({ backups }: WatchedProduct): Backup => backups.get('1') as Backup;
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

const read = (hub: Hub, product: WatchedProduct, query: Partial<LogPageQuery> = {}) =>
  readLogPage(hub, product.provider, first(product), { minLevel: null, search: null, ...query }, never);

function start(lines: string[] | null, status: Backup['status'] = 'RUNNING', maxLines = 1_000) {
  const hub = aHub({ logLimits: { maxLines, maxBytes: 1_000_000 } });
  const product = aWatchedProduct();
  product.set('1', { status });
  product.logs.set('1', lines);
  return { hub, product, [Symbol.dispose]: () => hub.close() };
}

describe.each(['RUNNING', 'SUCCEEDED'] as const)('the log of a backup that is %s', (status) => {
  test('comes page by page, each line once, with its number', async () => {
    using it = start(numbered(7), status);
    const texts: string[] = [];
    let after: string | null = null;
    for (let hasMore = true; hasMore; ) {
      const page = await read(it.hub, it.product, { first: 3, after });
      texts.push(...page.lines.map(({ raw, number }) => `${number} ${raw}`));
      expect(page.hasPreviousPage).toBe(after !== null);
      expect(page).toMatchObject({ isComplete: true, gaps: [] });
      after = page.cursorAt(page.lines.length - 1);
      hasMore = page.hasNextPage;
    }
    expect(texts).toEqual(numbered(7).map((line, index) => `${index + 1} ${line}`));
  });

  test('that is empty is whole, and stays where it was asked', async () => {
    using it = start([], status);
    expect(await read(it.hub, it.product)).toMatchObject({
      lines: [],
      endCursor: null,
      hasNextPage: false,
      isComplete: true,
      gaps: [],
    });
  });

  test('goes on after any line, and a stream goes on after the same cursor', async () => {
    using it = start(numbered(5), status);
    const page = await read(it.hub, it.product);
    const cursor = page.cursorAt(2);
    expect((await read(it.hub, it.product, { after: cursor })).lines.map(({ raw }) => raw)).toEqual(numbered(2, 3));
  });

  test('of no lines asks for none', async () => {
    using it = start(numbered(2), status);
    expect(await read(it.hub, it.product, { first: 0 })).toMatchObject({ lines: [], hasNextPage: true });
  });

  test.each([-1, 201])('of %i lines is refused', async (size) => {
    using it = start(numbered(2), status);
    await expect(read(it.hub, it.product, { first: size })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['first'],
    });
  });

  test('after what is no cursor is refused', async () => {
    using it = start(numbered(2), status);
    expect(await codeOf(read(it.hub, it.product, { after: 'x' }))).toBe('BAD_USER_INPUT');
  });

  test('as text is every line', async () => {
    using it = start(numbered(450), status);
    const text = await logText(it.hub, it.product.provider, first(it.product), never);
    let whole = '';
    for await (const part of text ?? []) whole += String(part);
    if (status === 'RUNNING')
      expect(whole).toBe(
        numbered(450)
          .map((line) => `${line}\n`)
          .join(''),
      );
  });
});

describe('a log with a part missing', () => {
  test('says where lines were evicted', async () => {
    using it = start(numbered(9), 'RUNNING', 4);
    const page = await read(it.hub, it.product);
    expect(page.lines.map(({ raw }) => raw)).toEqual(numbered(4, 5));
    expect(page).toMatchObject({ isComplete: false, gaps: [{ afterCursor: null, reason: 'EVICTED' }] });
  });

  test('that the product threw away, and nobody read, is not called complete', async () => {
    using it = start(null, 'SUCCEEDED');
    expect(await read(it.hub, it.product)).toMatchObject({
      lines: [],
      isComplete: false,
      gaps: [{ reason: 'UPSTREAM_TRUNCATED' }],
    });
  });

  test('that somebody only watched the progress of is not called complete either', async () => {
    using it = start(null);
    await progressStream(it.hub, it.product.provider, first(it.product)).next();
    it.product.set('1', { status: 'SUCCEEDED' });
    expect(await read(it.hub, it.product)).toMatchObject({
      lines: [],
      isComplete: false,
      gaps: [{ reason: 'UPSTREAM_TRUNCATED' }],
    });
  });

  test('of which the first lines were seen shows them, and that more may have been', async () => {
    using it = start(numbered(3));
    const live = logStream(it.hub, it.product.provider, first(it.product), null, 10);
    await live.next();
    await live.return?.();
    it.product.logs.set('1', null);
    it.product.set('1', { status: 'SUCCEEDED' });
    const page = await read(it.hub, it.product);
    expect(page.lines).toHaveLength(3);
    expect(page).toMatchObject({
      isComplete: false,
      gaps: [{ afterCursor: page.cursorAt(2), reason: 'UPSTREAM_TRUNCATED' }],
    });
  });

  test('as text has a note at its place', async () => {
    using it = start(numbered(3), 'RUNNING', 1);
    const text = await logText(it.hub, it.product.provider, first(it.product), never);
    let whole = '';
    for await (const part of text ?? []) whole += String(part);
    expect(whole).toBe('[lines are missing here: EVICTED]\nline 2\n');
  });

  test('whose first lines the product has no more says so, and shows the others by their numbers', async () => {
    const lines = ['c', 'd', 'e'].map(aLine);
    const readLog = () => Promise.resolve({ lines, firstNumber: 3, hasMore: false, state: 'complete' as const });
    const product = aWatchedProduct(['1'], { readLog });
    product.set('1', { status: 'SUCCEEDED' });
    using hub = aHub();
    const page = await read(hub, product, { first: 2 });
    expect(page.lines.map(({ number, raw }) => [number, raw])).toEqual([
      [3, 'c'],
      [4, 'd'],
    ]);
    expect(page).toMatchObject({ isComplete: false, hasNextPage: true, gaps: [{ reason: 'UPSTREAM_TRUNCATED' }] });
    const next = await read(hub, product, { first: 2, after: page.cursorAt(1) });
    expect(next.lines.map(({ number }) => number)).toEqual([5]);
    expect(next).toMatchObject({ hasNextPage: false, gaps: [] });
  });

  test('that has more lines and gives none invites no further page, and is not complete', async () => {
    const readLog = () => Promise.resolve({ lines: [], firstNumber: 1, hasMore: true, state: 'complete' as const });
    const product = aWatchedProduct(['1'], { readLog });
    product.set('1', { status: 'SUCCEEDED' });
    using hub = aHub();
    const page = await read(hub, product, { first: 2 });
    expect(page).toMatchObject({ lines: [], hasNextPage: false, isComplete: false, endCursor: null });
  });

  test('as text has a note at its end, where the product threw that away', async () => {
    using it = start(numbered(2));
    await it.hub.refreshBuffer(it.product.provider, first(it.product), never);
    it.product.logs.set('1', null);
    it.product.set('1', { status: 'SUCCEEDED' });
    const text = await logText(it.hub, it.product.provider, first(it.product), never);
    let whole = '';
    for await (const part of text ?? []) whole += String(part);
    expect(whole).toBe('line 0\nline 1\n[lines are missing here: UPSTREAM_TRUNCATED]\n');
  });

  test('of which nothing is known has no text', async () => {
    using it = start(null, 'SUCCEEDED');
    expect(await logText(it.hub, it.product.provider, first(it.product), never)).toBeNull();
  });
});

test('a reader that leaves in the middle of a read is told so in our words', async () => {
  using it = start(numbered(2));
  it.product.gate = new Promise(() => undefined);
  const gone = new AbortController();
  const reading = readLogPage(
    it.hub,
    it.product.provider,
    first(it.product),
    { minLevel: null, search: null },
    gone.signal,
  );
  gone.abort();
  expect(await codeOf(reading)).toBe('PROVIDER_TIMEOUT');
  it.product.gate = Promise.resolve();
});
