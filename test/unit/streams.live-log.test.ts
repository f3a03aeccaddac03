import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../src/core/provider.ts';
import { decodeLogCursor, encodeLogCursor } from '../../src/replay/log-cursor.ts';
import type { LogPosition } from '../../src/replay/log-parts.ts';
import type { LogEvent } from '../../src/replay/stream-events.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { aBackup, aLine, codeOf, thrownBy, unavailable } from '../support/model.ts';
import { all, cursorOf, first, numbered, openLog, told } from '../support/read-streams.ts';
import { aHub, aWatchedProduct, until } from '../support/watched.ts';

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
      await expect.poll(async () => (await hub.bufferOf(first(product)))?.newest(1)[0]?.raw).toBe(line);
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
