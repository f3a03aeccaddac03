import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { decodeLogCursor, encodeLogCursor } from '../../src/core/logs/log-cursor.ts';
import type { LogPosition } from '../../src/core/logs/log-parts.ts';
import type { Backup } from '../../src/core/model.ts';
import type { LogRead, Provider } from '../../src/core/provider.ts';
import type { Hub } from '../../src/core/streams/hub.ts';
import { openStream } from '../../src/core/streams/opening.ts';
import type { LogEvent } from '../../src/core/streams/stream-events.ts';
import { logStream, progressStream } from '../../src/core/streams/streams.ts';
import { aBackup, aLine, codeOf, thrownBy, unavailable } from './model.ts';
import { aHub, aWatchedProduct, pause, until, type WatchedProduct } from './watched.ts';

const first = ({ backups }: WatchedProduct): Backup => backups.get('1') as Backup;
const retryMs = 10;

const openLog = (hub: Hub, product: WatchedProduct, after: LogPosition | null = null, backup = first(product)) =>
  logStream(hub, product.provider, backup, after, retryMs);

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Lines as their text, everything else as its type and reason. */
const told = (events: readonly LogEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'lines') return event.lines.map(({ raw }) => raw);
    return event.type === 'gap' ? `gap ${event.gap.reason}` : event.type;
  });

const cursorOf = (backup: Backup, event: LogEvent | undefined): LogPosition =>
  decodeLogCursor(backup, event?.cursor ?? '');

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe('progress', () => {
  test('tells the state at once, then each change, then the end, and completes', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const stream = progressStream(hub, product.provider, first(product));
    expect((await stream.next()).value).toMatchObject({ type: 'updated', backup: { status: 'RUNNING' } });
    const next = stream.next();
    product.set('1', { itemCount: 5 });
    expect((await next).value).toMatchObject({ type: 'updated', backup: { itemCount: 5 } });
    product.set('1', { status: 'FAILED' });
    expect((await stream.next()).value).toMatchObject({ type: 'finished', backup: { status: 'FAILED' } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(hub.loops).toBe(0);
  });

  test('tells the newest of several changes to a reader that takes its time', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const stream = progressStream(hub, product.provider, first(product));
    await stream.next();
    for (let itemCount = 1; itemCount <= 3; itemCount++) {
      product.set('1', { itemCount });
      const polls = product.polls.length;
      await until(() => product.polls.length >= polls + 2);
    }
    expect((await stream.next()).value).toMatchObject({ backup: { itemCount: 3 } });
    await stream.return?.();
  });

  test('of a backup that has ended is its end, and asks nobody', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const ended = product.set('1', { status: 'SUCCEEDED' });
    const events = await all(progressStream(hub, product.provider, ended));
    expect(events).toMatchObject([{ type: 'finished', backup: { status: 'SUCCEEDED' } }]);
    expect(product.polls).toEqual([]);
  });

  test('says once that the provider does not answer, stays open, and goes on', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const stream = progressStream(hub, product.provider, first(product));
    await stream.next();
    product.failure = unavailable();
    expect((await stream.next()).value).toMatchObject({
      type: 'stalled',
      problem: { error: { code: 'PROVIDER_UNAVAILABLE' } },
    });
    const next = stream.next();
    await pause(40);
    product.failure = null;
    expect((await next).value).toMatchObject({ type: 'updated', backup: { status: 'RUNNING' } });
    await stream.return?.();
  });

  test('of a backup that is deleted ends with an error that says so', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.backups.delete('1');
    const stream = progressStream(hub, product.provider, aBackup({ status: 'RUNNING' }));
    await stream.next();
    expect(await codeOf(stream.next())).toBe('NOT_FOUND');
    expect((await stream.next()).done).toBe(true);
    expect(hub.loops).toBe(0);
  });

  test('reads the log only where that knows more than the record', async () => {
    using hub = aHub();
    const refineFromLog = (backup: Backup, newest: readonly { raw: string }[]) => ({
      ...backup,
      itemCount: newest.length,
    });
    const product = aWatchedProduct(['1'], { refineFromLog });
    product.logs.set('1', ['a', 'b']);
    const stream = progressStream(hub, product.provider, first(product));
    await stream.next();
    expect((await stream.next()).value).toMatchObject({ backup: { itemCount: 2 } });
    await stream.return?.();
    const plain = aWatchedProduct();
    const other = progressStream(hub, plain.provider, first(plain));
    await until(() => plain.polls.length > 1);
    expect(plain.logReads).toEqual([]);
    await other.return?.();
  });

  test('frees the provider within 100 ms when its reader goes in the middle of a wait', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.gate = new Promise(() => undefined);
    const stream = progressStream(hub, product.provider, first(product));
    await stream.next();
    const waiting = stream.next();
    await until(() => product.waiting === 1);
    await stream.return?.();
    expect((await waiting).done).toBe(true);
    await until(() => product.waiting === 0, 100);
  });
});

describe('a live log', () => {
  test('tells every line from the first, as they come, and the end after the last', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(2));
    const reading = all(openLog(hub, product));
    await until(() => product.logReads.length >= 2);
    product.logs.get('1')?.push('more');
    await until(() => product.logReads.at(-1) === 3);
    product.logs.get('1')?.push('last');
    product.set('1', { status: 'SUCCEEDED' });
    const events = await reading;
    expect(told(events)).toEqual(['line 0', 'line 1', 'more', 'last', 'finished']);
    expect(events.flatMap((event) => (event.type === 'lines' ? event.lines.map(({ number }) => number) : []))).toEqual([
      1, 2, 3, 4,
    ]);
    expect(hub.loops).toBe(0);
  });

  test('goes on after any line, at any moment, without a line twice or missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }), async (parts) => {
        using hub = aHub({ fastMs: 1, slowMs: 2 });
        const product = aWatchedProduct();
        const seen: string[] = [];
        let after: LogPosition | null = null;
        let length = 0;
        for (const part of parts) {
          length += part;
          product.logs.set('1', numbered(length));
          const stream = openLog(hub, product, after);
          const event: IteratorResult<LogEvent> = await stream.next();
          seen.push(...told([event.value]));
          after = cursorOf(first(product), event.value);
          await stream.return?.();
        }
        product.set('1', { status: 'SUCCEEDED' });
        seen.push(...told(await all(openLog(hub, product, after))));
        expect(seen).toEqual([...numbered(length), 'finished']);
      }),
      { numRuns: 15 },
    );
  });

  test('goes on after a line number that another gateway gave', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(5));
    const { value } = await openLog(hub, product, { epoch: null, seq: 3 }).next();
    expect(told([value])).toEqual(['line 3', 'line 4']);
  });

  test('goes on after such a number also where this one has read less of the log until now', async () => {
    using hub = aHub({ fastMs: 200, slowMs: 200 });
    const product = aWatchedProduct();
    product.logs.set('1', numbered(2));
    const other = progressStream(hub, product.provider, first(product));
    const early = openLog(hub, product);
    await early.next();
    await early.return?.();
    product.logs.set('1', numbered(5));
    const { value } = await openLog(hub, product, { epoch: null, seq: 4 }).next();
    expect(told([value])).toEqual(['line 4']);
    await other.return?.();
  });

  test('from a place that is not known here is told as a gap, then everything there is', async () => {
    for (const after of [
      { epoch: 'elsewhere', seq: 3 },
      { epoch: null, seq: 99 },
    ]) {
      using hub = aHub();
      const product = aWatchedProduct();
      product.logs.set('1', numbered(2));
      product.set('1', { status: 'RUNNING' });
      const stream = openLog(hub, product, after);
      const events = [(await stream.next()).value, (await stream.next()).value];
      expect(told(events)).toEqual(['gap RESTARTED', 'line 0', 'line 1']);
      await stream.return?.();
    }
  });

  test('is told what was evicted before it was read', async () => {
    using hub = aHub({ logLimits: { maxLines: 3, maxBytes: 10_000 } });
    const product = aWatchedProduct();
    product.logs.set('1', numbered(5));
    const stream = openLog(hub, product);
    const gap = (await stream.next()).value;
    expect(gap).toMatchObject({ type: 'gap', gap: { fromLine: 1, toLine: 2, reason: 'EVICTED' } });
    expect(told([(await stream.next()).value])).toEqual(numbered(3, 2));
    await stream.return?.();
    const again = openLog(hub, product, cursorOf(first(product), gap));
    expect(told([(await again.next()).value])).toEqual(numbered(3, 2));
  });

  test('whose end the product threw away says so, before it is finished', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(2));
    const stream = openLog(hub, product);
    await stream.next();
    product.logs.set('1', null);
    product.set('1', { status: 'SUCCEEDED' });
    expect(told(await all(stream))).toEqual(['gap UPSTREAM_TRUNCATED', 'finished']);
  });

  test('says that it is stalled once for each outage, and loses nothing over it', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const reading = all(openLog(hub, product));
    for (const line of ['a', 'b']) {
      product.logs.get('1')?.push(line);
      await until(() => hub.bookOf(first(product))?.newest(1)[0]?.raw === line);
      product.failure = unavailable();
      const polls = product.polls.length;
      await until(() => product.polls.length >= polls + 3);
      product.failure = null;
    }
    product.set('1', { status: 'SUCCEEDED' });
    expect(told(await reading)).toEqual(['a', 'stalled', 'b', 'stalled', 'finished']);
  });

  test('of a backup that is deleted tells what there was, then ends with an error', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    const stream = openLog(hub, product);
    expect(told([(await stream.next()).value])).toEqual(['a']);
    product.backups.delete('1');
    expect(await codeOf(stream.next())).toBe('NOT_FOUND');
  });

  test('costs a slow reader nothing but its place', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const slow = openLog(hub, product);
    const quick = openLog(hub, product);
    product.logs.set('1', numbered(500));
    expect(((await quick.next()).value as { lines: unknown[] }).lines).toHaveLength(200);
    await quick.return?.();
    product.set('1', { status: 'SUCCEEDED' });
    expect(told(await all(slow))).toEqual([...numbered(500), 'finished']);
  });
});

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

  test('waits for a provider that does not answer, says so once, and goes on where it was', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', numbered(300));
    ended(product);
    const stream = openLog(hub, product);
    await stream.next();
    product.failure = unavailable();
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

describe('the cursor of a log', () => {
  const backup = aBackup();

  test('comes back as it went', () => {
    const position = fc.record({ epoch: fc.option(fc.constantFrom('AAAAAAAA', '-_-_-_-_')), seq: fc.nat() });
    fc.assert(
      fc.property(position, (place) => {
        expect(decodeLogCursor(backup, encodeLogCursor(backup, place))).toEqual(place);
      }),
    );
    expect(decodeLogCursor(backup, encodeLogCursor(backup, null))).toEqual({ epoch: null, seq: 0 });
  });

  test('of another backup is a place that cannot be found', () => {
    const foreign = decodeLogCursor(aBackup({ externalId: '2' }), encodeLogCursor(backup, { epoch: null, seq: 5 }));
    expect(foreign.epoch).not.toBeNull();
  });

  test.each(['', 'x', 'WzFd', Buffer.from('["log","12345678",0,-1]').toString('base64url'), 'A'.repeat(100_000)])(
    'that is forged is refused',
    (text) => {
      expect(thrownBy(() => decodeLogCursor(backup, text))).toMatchObject({ code: 'BAD_USER_INPUT', field: ['after'] });
    },
  );
});

describe('a stream that cannot begin as it should', () => {
  test('tells the state before the outage, where progress is joined during one', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const early = progressStream(hub, product.provider, first(product));
    await early.next();
    product.failure = unavailable();
    expect((await early.next()).value).toMatchObject({ type: 'stalled' });
    const late = progressStream(hub, product.provider, first(product));
    expect((await late.next()).value).toMatchObject({ type: 'updated', backup: { status: 'RUNNING' } });
    expect((await late.next()).value).toMatchObject({ type: 'stalled' });
    await early.return?.();
    await late.return?.();
  });

  const open = { closed: null };
  const options = { provider: 'one', cursor: 'here', retryMs: 5, hub: open, signal: new AbortController().signal };

  test('says so once while its provider is away, and begins when that is back', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    let tries = 0;
    const stream = await openStream<LogEvent>(() => {
      if (++tries < 4) return Promise.reject(unavailable());
      product.set('1', { status: 'SUCCEEDED' });
      return Promise.resolve(openLog(hub, product));
    }, options);
    const events = await all(stream);
    expect(told(events)).toEqual(['stalled', 'a', 'finished']);
    expect(events[0]).toMatchObject({ cursor: 'here', problem: { provider: 'one' } });
    expect(tries).toBe(4);
  });

  test('is an error at once where asking again will not cure it, also later', async () => {
    const missing = new GatewayError('NOT_FOUND', 'no');
    expect(await codeOf(openStream(() => Promise.reject(missing), options))).toBe('NOT_FOUND');
    let tries = 0;
    const stream = await openStream(() => Promise.reject(++tries < 3 ? unavailable() : missing), options);
    await stream.next();
    expect(await codeOf(stream.next())).toBe('NOT_FOUND');
  });

  test('ends with the gateway, as the others do', async () => {
    const hub = aHub();
    const stream = await openStream(() => Promise.reject(hub.closed ?? unavailable()), { ...options, hub });
    await stream.next();
    const next = codeOf(stream.next());
    hub.close();
    expect(await next).toBe('PROVIDER_UNAVAILABLE');
  });

  test('is given up when its reader goes, and not before the provider asked to be asked again', async () => {
    let tries = 0;
    const stream = await openStream(() => {
      tries++;
      return Promise.reject(unavailable('one', 0.1));
    }, options);
    await stream.next();
    const next = stream.next();
    await pause(60);
    expect(tries).toBe(1);
    await stream.return?.();
    expect((await next).done).toBe(true);
    await pause(100);
    expect(tries).toBe(1);
  });
});

describe('the end of the gateway', () => {
  test('ends every stream of a backup with an error that asks to come back', async () => {
    const hub = aHub();
    const product = aWatchedProduct();
    const streams = [progressStream(hub, product.provider, first(product)), openLog(hub, product)];
    await streams[0]?.next();
    const waiting = streams.map((stream) => codeOf(stream.next()));
    await until(() => product.logReads.length > 1);
    hub.close();
    expect(await Promise.all(waiting)).toEqual(['PROVIDER_UNAVAILABLE', 'PROVIDER_UNAVAILABLE']);
    const { length } = product.polls;
    await pause(30);
    expect(product.polls.length).toBe(length);
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
    expect(told(await all(openLog(hub, again, cursorOf(first(again), events[1]))))[0]).toBe('gap RESTARTED');
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

test('a live log is read once more as that of a running backup the moment its status turns', async () => {
  using hub = aHub();
  const seen: string[] = [];
  let isOver = false;
  const readLog: Provider['readLog'] = (backup) => {
    seen.push(backup.status);
    const lines = (isOver ? ['a', 'last words'] : ['a']).map(aLine);
    if (backup.status === 'RUNNING')
      return Promise.resolve({ lines, firstNumber: 1, hasMore: false, state: 'growing' });
    return Promise.resolve({ lines: [], firstNumber: null, hasMore: false, state: 'discarded' });
  };
  const product = aWatchedProduct(['1'], { readLog });
  const stream = openLog(hub, product);
  expect(told([(await stream.next()).value])).toEqual(['a']);
  isOver = true;
  product.set('1', { status: 'SUCCEEDED' });
  expect(told(await all(stream))).toEqual(['last words', 'gap UPSTREAM_TRUNCATED', 'finished']);
  expect(seen.slice(-2)).toEqual(['RUNNING', 'SUCCEEDED']);
});
