/** A backup whose product has ended it, and still stores its log and rewrites its numbers. */
import { describe, expect, test } from 'vitest';
import { type Backup, noSize } from '../../src/core/model.ts';
import type { LogRead, Provider } from '../../src/core/provider.ts';
import { logText, readLogPage } from '../../src/streams/log-page.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { aLine, never } from '../support/model.ts';
import { all, cursorOf, first, numbered, openLog, told } from '../support/read-streams.ts';
import { aHub, aWatchedProduct, until } from '../support/watched.ts';

/** Shows lines while it runs, none while it settles, and all of them afterwards. */
function aSettlingProduct(end: readonly string[] | null = numbered(5)) {
  let live: readonly string[] = [];
  const growing = (lines: readonly string[]): LogRead => ({
    lines: lines.map(aLine),
    firstNumber: 1,
    hasMore: false,
    state: 'growing',
  });
  const readLog: Provider['readLog'] = (backup, { offset, limit }) => {
    product.logReads.push(offset);
    if (backup.status === 'RUNNING') return Promise.resolve(growing(live));
    if (backup.isSettling) return Promise.resolve(growing([]));
    if (end === null) return Promise.resolve({ ...growing([]), firstNumber: null, state: 'discarded' });
    const last = limit === null ? end.length : offset + limit;
    return Promise.resolve({
      lines: end.slice(offset, last).map(aLine),
      firstNumber: offset + 1,
      hasMore: last < end.length,
      state: 'complete',
    });
  };
  const product = aWatchedProduct(['1'], { readLog });
  return Object.assign(product, {
    show: (lines: readonly string[]) => {
      live = lines;
    },
    end: (fields: Partial<Backup> = {}) => product.set('1', { status: 'SUCCEEDED', isSettling: true, ...fields }),
    settle(fields: Partial<Backup> = {}) {
      const { isSettling: _, ...settled } = product.set('1', fields);
      product.backups.set('1', settled);
    },
  });
}

/** Until it was read so often again. */
const reads = async (product: { logReads: unknown[] }, count = 3) => {
  const before = product.logReads.length;
  await until(() => product.logReads.length >= before + count);
};

describe('the log of a backup that settles', () => {
  test('is told to its end before the last event, to who came early and to who came late', async () => {
    using hub = aHub();
    const product = aSettlingProduct();
    product.show(numbered(2));
    const early = all(openLog(hub, product));
    await reads(product);
    product.end();
    await reads(product);
    const late = all(openLog(hub, product));
    const resumed = all(openLog(hub, product, { epoch: null, seq: 1 }));
    await reads(product);
    product.settle();
    expect(told(await early)).toEqual([...numbered(5), 'finished']);
    expect(told(await late)).toEqual([...numbered(5), 'finished']);
    expect(told(await resumed)).toEqual([...numbered(4, 1), 'finished']);
    expect(hub.loops).toBe(0);
  });

  test('that will never be stored is what was seen of it, and a gap', async () => {
    using hub = aHub();
    const product = aSettlingProduct(null);
    product.show(numbered(2));
    const early = all(openLog(hub, product));
    await reads(product);
    product.end();
    await reads(product);
    product.settle();
    expect(told(await early)).toEqual([...numbered(2), 'gap UPSTREAM_TRUNCATED', 'finished']);
  });

  test('is not called complete before it is, as a page and as text', async () => {
    using hub = aHub();
    const product = aSettlingProduct();
    product.show(numbered(2));
    const query = { first: 10, minLevel: null, search: null };
    const page = () => readLogPage(hub, product.provider, first(product), query, never);
    expect(await page()).toMatchObject({ isComplete: true, gaps: [] });
    product.end();
    const early = await page();
    expect(early.lines.map(({ raw }) => raw)).toEqual(numbered(2));
    expect(early).toMatchObject({ isComplete: false, gaps: [] });
    let text = '';
    for await (const part of (await logText(hub, product.provider, first(product), never)) ?? []) text += String(part);
    expect(text).toBe('line 0\nline 1\n[the log is not stored yet: more lines may follow]\n');
    product.settle();
    const late = await readLogPage(
      hub,
      product.provider,
      first(product),
      { first: 10, after: early.cursorAt(1), minLevel: null, search: null },
      never,
    );
    expect(late.lines.map(({ raw }) => raw)).toEqual(numbered(3, 2));
    expect(late).toMatchObject({ isComplete: true, gaps: [] });
  });

  test('goes on after a place in the replay log with what was stored since', async () => {
    using hub = aHub();
    const windows = [numbered(4, 2), numbered(4, 8)];
    const whole = numbered(20);
    const readLog: Provider['readLog'] = (backup, { offset }) => {
      const isOver = backup.status === 'SUCCEEDED';
      const lines = isOver ? whole.slice(offset) : (windows.shift() ?? numbered(4, 8));
      const firstNumber = isOver ? offset + 1 : null;
      return Promise.resolve({
        lines: lines.map(aLine),
        firstNumber,
        hasMore: false,
        state: isOver ? 'complete' : 'growing',
      });
    };
    const product = aWatchedProduct(['1'], { readLog });
    const live = openLog(hub, product);
    const seen = [];
    while (told(seen).at(-1) !== 'line 11') seen.push((await live.next()).value);
    await live.return?.();
    product.set('1', { status: 'SUCCEEDED' });
    const rest = await all(openLog(hub, product, cursorOf(first(product), seen.at(-1))));
    expect(told(rest)).toEqual([...numbered(8, 12), 'finished']);
  });
});

describe('the last event of a backup', () => {
  const size = (originalBytes: number) => ({ ...noSize, originalBytes });

  test('carries the final numbers, and its status is told before', async () => {
    using hub = aHub();
    const product = aSettlingProduct();
    product.set('1', { size: size(900) });
    const stream = progressStream(hub, product.provider, first(product));
    await stream.next();
    product.end({ size: size(0) });
    const ended = (await stream.next()).value;
    expect(ended).toMatchObject({ type: 'updated', backup: { status: 'SUCCEEDED', size: size(900) } });
    product.settle({ size: size(700), itemCount: 3 });
    const last = await all(stream);
    expect(last).toMatchObject([{ type: 'finished', backup: { size: size(700), itemCount: 3 } }]);
  });

  test('comes once, after it has settled, to who watches lists, also where it had ended before they came', async () => {
    using hub = aHub();
    const product = aSettlingProduct();
    product.end({ size: size(1) });
    const watch = hub.watchChanges(product.provider);
    const changes = () =>
      Array.from({ length: hub.changes.lastSeq }, (_, seq) => hub.changes.after(seq, [])).map((change) =>
        change && 'backup' in change ? [change.type, change.backup.size.originalBytes] : change,
      );
    await until(() => product.looks >= 3);
    expect(changes()).toEqual([]);
    product.settle({ size: size(2) });
    await until(() => hub.changes.lastSeq > 0);
    const looks = product.looks;
    await until(() => product.looks >= looks + 3);
    expect(changes()).toEqual([['finished', 2]]);
    watch.close();
  });
});
