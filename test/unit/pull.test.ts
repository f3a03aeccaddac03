import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { done, type PullSource, pullStream } from '../../src/polling/pull.ts';

/** A source that a test feeds by hand. */
function startSource(next?: PullSource<number>['next']) {
  const events: (number | typeof done | Error)[] = [];
  let listeners = 0;
  let closed = 0;
  let ring = () => {};
  const signals: AbortSignal[] = [];
  const stream = pullStream<number>({
    next(signal) {
      signals.push(signal);
      if (next) return next(signal);
      const event = events.shift() ?? null;
      if (event instanceof Error) throw event;
      return event;
    },
    onChange(changed) {
      ring = changed;
      listeners++;
      return () => void listeners--;
    },
    close: () => void closed++,
  });
  return {
    stream,
    events,
    signals,
    ring: () => ring(),
    listeners: () => listeners,
    closed: () => closed,
    feed(...more: (number | typeof done | Error)[]) {
      events.push(...more);
      ring();
    },
  };
}

const ended = { done: true, value: undefined };
const value = (number: number) => ({ done: false, value: number });
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('gives events in order, whether they are there before or after they are asked for', async () => {
  const { stream, feed } = startSource();
  feed(1, 2);
  expect(await stream.next()).toEqual(value(1));
  expect(await stream.next()).toEqual(value(2));
  const third = stream.next();
  feed(3);
  expect(await third).toEqual(value(3));
});

test('several that are asked for at once are answered in order', async () => {
  const { stream, feed } = startSource();
  const waiting = Promise.all([stream.next(), stream.next(), stream.next()]);
  feed(1);
  await turn();
  feed(2, done);
  expect(await waiting).toEqual([value(1), value(2), ended]);
});

test('is read with for await, and closes once at its end', async () => {
  const { stream, feed, closed, listeners } = startSource();
  feed(1, 2, done);
  const seen: number[] = [];
  for await (const event of stream) seen.push(event);
  expect(seen).toEqual([1, 2]);
  expect([closed(), listeners()]).toEqual([1, 0]);
  expect(await stream.next()).toEqual(ended);
  expect(await stream.return?.()).toEqual(ended);
  expect(closed()).toBe(1);
});

test('a change between looking and waiting is not missed', async () => {
  let looks = 0;
  const source = startSource(async () => {
    looks++;
    if (looks > 1) return 7;
    // It comes while the source still works on saying that there is nothing.
    source.ring();
    await turn();
    return null;
  });
  expect(await source.stream.next()).toEqual(value(7));
});

test('a change that brings nothing is looked at and waited after', async () => {
  const { stream, ring, feed, signals } = startSource();
  const waiting = stream.next();
  await turn();
  for (let change = 0; change < 5; change++) {
    ring();
    await turn();
  }
  expect(signals).toHaveLength(6);
  feed(1);
  expect(await waiting).toEqual(value(1));
});

test('nothing is looked at before it is asked for, however much changes', async () => {
  const { ring, signals } = startSource();
  for (let change = 0; change < 1000; change++) ring();
  await turn();
  expect(signals).toHaveLength(0);
});

describe('when the reader goes', () => {
  test('what it waited for ends at once, also where the source is busy', async () => {
    const { stream, closed, listeners, signals } = startSource(() => new Promise(() => undefined));
    const waiting = [stream.next(), stream.next()];
    await turn();
    expect(await stream.return?.()).toEqual(ended);
    expect(await Promise.all(waiting)).toEqual([ended, ended]);
    expect(signals[0]?.aborted).toBe(true);
    expect([closed(), listeners()]).toEqual([1, 0]);
  });

  test('what it waited for ends at once where nothing happens', async () => {
    const { stream } = startSource();
    const waiting = stream.next();
    await turn();
    await stream.return?.();
    expect(await waiting).toEqual(ended);
  });

  test('twice, it is closed once', async () => {
    const { stream, closed } = startSource();
    await Promise.all([stream.return?.(), stream.return?.()]);
    expect(closed()).toBe(1);
    expect(await stream.next()).toEqual(ended);
  });

  test('before it asked for anything, nothing is looked at', async () => {
    const { stream, feed, signals } = startSource();
    feed(1);
    await stream.return?.();
    expect(await stream.next()).toEqual(ended);
    expect(signals).toHaveLength(0);
  });

  test('an event or an error that comes too late is dropped, and is no unhandled rejection', async () => {
    for (const late of [() => 1, () => Promise.reject(new Error('late'))]) {
      let answer = () => {};
      const { stream } = startSource(() => new Promise((resolve) => (answer = () => resolve(late() as number))));
      const waiting = stream.next();
      await turn();
      await stream.return?.();
      answer();
      await turn();
      expect(await waiting).toEqual(ended);
    }
  });

  test('with an error, it is closed and gets that error', async () => {
    const { stream, closed } = startSource();
    await expect(stream.throw?.(new Error('of the reader'))).rejects.toThrow('of the reader');
    expect(closed()).toBe(1);
    expect(await stream.next()).toEqual(ended);
  });
});

describe('an error of the source', () => {
  test.each<[string, PullSource<number>['next']]>([
    [
      'thrown',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'that comes later',
      async () => {
        await turn();
        throw new Error('broken');
      },
    ],
  ])('%s reaches the reader once, and then the stream has ended', async (_, next) => {
    const { stream, closed, listeners } = startSource(next);
    const waiting = [stream.next(), stream.next()];
    await expect(waiting[0]).rejects.toThrow('broken');
    expect(await waiting[1]).toEqual(ended);
    expect(await stream.next()).toEqual(ended);
    expect([closed(), listeners()]).toEqual([1, 0]);
  });
});

test('a stream that is read for days gathers nothing', async () => {
  const { stream, feed, signals } = startSource();
  for (let event = 0; event < 500; event++) {
    const waiting = stream.next();
    feed(event);
    await waiting;
  }
  expect(getEventListeners(signals[0] as AbortSignal, 'abort').length).toBeLessThanOrEqual(1);
});
