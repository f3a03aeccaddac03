import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { LogRead, Provider } from '../../src/core/provider.ts';
import type { LogEvent } from '../../src/replay/stream-events.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { aLine, codeOf, unavailable } from '../support/model.ts';
import { all, cursorOf, first, numbered, openLog, told } from '../support/read-streams.ts';
import { aHub, aWatchedProduct, pause, until, type WatchedProduct } from '../support/watched.ts';

describe('a stored log', () => {
  const ended = (product: WatchedProduct) => product.set('1', { status: 'SUCCEEDED' });

  test('is read as it is asked for, each line once, then the end', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(450));
    ended(product);
    const stream = openLog(hub, product);
    await stream.next();
    await pause(5);
    expect(product.logReads).toEqual([0]);
    expect(told(await all(stream))).toEqual([...numbered(250, 200), 'finished']);
    expect(product.logReads).toEqual([0, 200, 400]);
    expect(hub.loops).toBe(0);
  });

  test('that is empty is just its end', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    ended(product);
    expect(told(await all(openLog(hub, product)))).toEqual(['finished']);
  });

  test('goes on after a line number, wherever that came from', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(5));
    ended(product);
    expect(told(await all(openLog(hub, product, { epoch: null, seq: 3 })))).toEqual(['line 3', 'line 4', 'finished']);
    expect(told(await all(openLog(hub, product, { epoch: null, seq: 5 })))).toEqual(['finished']);
  });

  test('starts again with a gap where the place is not known', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(2));
    ended(product);
    const events = await all(openLog(hub, product, { epoch: 'elsewhere', seq: 7 }));
    expect(told(events)).toEqual(['gap RESTARTED', 'line 0', 'line 1', 'finished']);
    expect(cursorOf(first(product), events[1])).toEqual({ epoch: null, seq: 2 });
  });

  test('that is kept no more is what was seen of it, with what is missing told', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(2));
    const live = openLog(hub, product);
    await live.next();
    await live.return?.();
    product.logs.set('1', null);
    ended(product);
    const events = await all(openLog(hub, product));
    expect(told(events)).toEqual(['line 0', 'line 1', 'gap UPSTREAM_TRUNCATED', 'finished']);
    expect(told(await all(openLog(hub, product))), 'the second time').toEqual(told(events));
    expect(told(await all(openLog(hub, product, cursorOf(first(product), events[0]))))).toEqual([
      'gap UPSTREAM_TRUNCATED',
      'finished',
    ]);
  });

  test('that nobody read while it was there is a gap, also where somebody watched the progress', async () => {
    for (const hasWatcher of [false, true]) {
      using hub = aHub();
      const product = aWatchedProduct();
      if (hasWatcher) await progressStream(hub, product.provider, first(product)).next();
      product.logs.set('1', null);
      const events = await all(openLog(hub, product, null, ended(product)));
      expect(told(events)).toEqual(['gap UPSTREAM_TRUNCATED', 'finished']);
      expect(events[0]).toMatchObject({ gap: { fromLine: 1, toLine: null } });
    }
  });

  test('that is thrown away while it is read is told from there on, and no line twice', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(300));
    const live = openLog(hub, product);
    await live.next();
    await live.return?.();
    const stream = openLog(hub, product, null, ended(product));
    expect(told([(await stream.next()).value])).toEqual(numbered(200));
    product.logs.set('1', null);
    expect(told(await all(stream))).toEqual([...numbered(100, 200), 'gap UPSTREAM_TRUNCATED', 'finished']);
  });

  test('goes on after a place in the replay log, which only this gateway knows', async () => {
    using hub = aHub();
    const windows = [
      ['a', 'b'],
      ['y', 'z'],
    ];
    const readLog = () =>
      Promise.resolve({
        lines: (windows.shift() ?? ['y', 'z']).map(aLine),
        firstNumber: null,
        hasMore: false,
        state: 'growing' as const,
      });
    const product = aWatchedProduct(['1'], { readLog });
    const live = openLog(hub, product);
    const events: LogEvent[] = [];
    while (told(events).at(-1) !== 'z') events.push((await live.next()).value);
    await live.return?.();
    expect(told(events)).toEqual(['gap UPSTREAM_TRUNCATED', 'a', 'b', 'gap UPSTREAM_TRUNCATED', 'y', 'z']);
    const afterB = events.findIndex((event) => told([event]).includes('b'));
    const rest = await all(openLog(hub, product, cursorOf(first(product), events[afterB]), ended(product)));
    expect(told(rest)).toEqual(['gap UPSTREAM_TRUNCATED', 'y', 'z', 'finished']);
  });

  test.each([
    ['does not answer', unavailable()],
    ['shows a login page', new GatewayError('PROVIDER_INVALID_RESPONSE', 'one did not answer with JSON')],
  ])('waits for a provider that %s, says so once, and goes on where it was', async (_, failure) => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(300));
    ended(product);
    const stream = openLog(hub, product);
    await stream.next();
    product.failure = failure;
    expect((await stream.next()).value).toMatchObject({ type: 'stalled', problem: { provider: 'one' } });
    const rest = all(stream);
    await until(() => product.logReads.length >= 3);
    product.failure = null;
    expect(told(await rest)).toEqual([...numbered(100, 200), 'finished']);
  });

  test('obeys a provider that says when to come back', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    ended(product);
    product.failure = unavailable('one', 0.15);
    const stream = openLog(hub, product);
    await stream.next();
    const startedAt = performance.now();
    product.failure = null;
    expect(told(await all(stream))).toEqual(['finished']);
    expect(performance.now() - startedAt).toBeGreaterThan(120);
  });

  test('ends with an error that asking again will not cure', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    ended(product);
    product.failure = new GatewayError('PROVIDER_FORBIDDEN', 'no');
    expect(await codeOf(openLog(hub, product).next())).toBe('PROVIDER_FORBIDDEN');
  });

  test('frees the provider at once when its reader goes in the middle of a read, and while it waits to try again', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    ended(product);
    product.gate = new Promise(() => undefined);
    const stream = openLog(hub, product);
    const waiting = stream.next();
    await until(() => product.waiting === 1);
    await stream.return?.();
    expect((await waiting).done).toBe(true);
    await until(() => product.waiting === 0, 100);
    product.gate = Promise.resolve();
    product.failure = unavailable();
    const other = openLog(hub, product);
    await other.next();
    const next = other.next();
    await other.return?.();
    const reads = product.logReads.length;
    await pause(30);
    expect((await next).done).toBe(true);
    expect(product.logReads.length).toBeLessThanOrEqual(reads + 1);
  });
});

describe('a stored log of a product with ways of its own', () => {
  const ended = (reads: readonly LogRead[]) => {
    const offsets: number[] = [];
    const left = [...reads];
    const readLog: Provider['readLog'] = (_backup, { offset }) => {
      offsets.push(offset);
      return Promise.resolve(left.shift() ?? { lines: [], firstNumber: offset + 1, hasMore: false, state: 'complete' });
    };
    const product = aWatchedProduct(['1'], { readLog });
    product.set('1', { status: 'SUCCEEDED' });
    return { product, offsets };
  };
  const stored = (texts: readonly string[], firstNumber: number | null, hasMore = false): LogRead => ({
    lines: texts.map(aLine),
    firstNumber,
    hasMore,
    state: 'complete',
  });

  test('whose first lines are gone says which, and goes on with their numbers', async () => {
    using hub = aHub();
    const { product, offsets } = ended([stored(['d', 'e'], 4, true), stored(['e', 'f'], 5)]);
    const events = await all(openLog(hub, product));
    expect(told(events)).toEqual(['gap UPSTREAM_TRUNCATED', 'd', 'e', 'f', 'finished']);
    expect(events[0]).toMatchObject({ gap: { fromLine: 1, toLine: 3 } });
    expect(events[2]).toMatchObject({ lines: [{ raw: 'f', number: 6 }] });
    expect(offsets).toEqual([0, 5]);
    expect(events.map((event) => cursorOf(first(product), event).seq)).toEqual([3, 5, 6, 6]);
  });

  test('that does not say where its lines are is told without numbers, after a gap', async () => {
    using hub = aHub();
    const { product } = ended([stored(['y', 'z'], null, true)]);
    const events = await all(openLog(hub, product));
    expect(told(events)).toEqual(['gap UPSTREAM_TRUNCATED', 'y', 'z', 'finished']);
    expect(events[1]).toMatchObject({ lines: [{ number: null }, { number: null }] });
    const { product: again } = ended([stored(['y', 'z'], null)]);
    expect(told(await all(openLog(hub, again, cursorOf(first(again), events[1]))))).toEqual(['finished']);
    using elsewhere = aHub();
    const { product: other } = ended([stored(['y', 'z'], null)]);
    const anew = await all(openLog(elsewhere, other, cursorOf(first(other), events[1])));
    expect(told(anew)).toEqual(['gap RESTARTED', 'gap UPSTREAM_TRUNCATED', 'y', 'z', 'finished']);
  });

  test('that has more but gives none of it now is asked again, and not for ever', async () => {
    using hub = aHub();
    const empty = stored([], 2, true);
    const { product } = ended([stored(['a'], 1, true), empty, empty, stored(['b'], 2)]);
    expect(told(await all(openLog(hub, product)))).toEqual(['a', 'b', 'finished']);
    const { product: endless, offsets } = ended(new Array(20).fill(empty));
    expect(await codeOf(all(openLog(hub, endless)))).toBe('PROVIDER_INVALID_RESPONSE');
    expect(offsets).toHaveLength(5);
  });
});
