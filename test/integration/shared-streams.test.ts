/** One run for all who ask for the same, and never for two who do not. */
import type { ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Stop } from '../../src/core/stop.ts';
import type { Supervised } from '../../src/core/supervised-stream.ts';
import { createSharedStreams, type ShareKey } from '../../src/transport/ws/shared-streams.ts';

const key: ShareKey = {
  viewer: { id: 'ann', name: 'Ann', role: 'READER', providers: ['files'] },
  origin: 'http://a',
  query: '{ q }',
  operationName: null,
  variables: { id: '1' },
};

/** A stream that tells what it is given. */
function createSource() {
  const opened: AbortSignal[] = [];
  let give: (result: IteratorResult<ExecutionResult>) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const stream: AsyncIterableIterator<ExecutionResult> = {
    next: () =>
      new Promise((resolve, reject) => {
        give = resolve;
        fail = reject;
      }),
    return: () => Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]: () => stream,
  };
  return {
    opened,
    open: async (signal: AbortSignal) => {
      opened.push(signal);
      return stream;
    },
    tell: (count: number) => give({ done: false, value: { data: { count } } }),
    end: () => give({ done: true, value: undefined }),
    fail: (error: unknown) => fail(error),
  };
}

type Stream = AsyncIterableIterator<ExecutionResult>;
type SupervisedReader = Supervised<ExecutionResult>;
const here = () => new Stop();

describe('a shared stream', () => {
  it('opens once, and tells everybody the same object', async () => {
    const streams = createSharedStreams();
    const source = createSource();
    const readers = (await Promise.all([1, 2, 3].map(() => streams.join(key, source.open, here())))) as Stream[];
    expect(source.opened).toHaveLength(1);
    const told = readers.map((reader) => reader.next());
    source.tell(1);
    const [first, ...others] = await Promise.all(told);
    for (const other of others) expect(other.value).toBe(first?.value);
  });

  it.each([
    ['viewer', { viewer: { ...key.viewer, id: 'bob' } }],
    ['role of the viewer', { viewer: { ...key.viewer, role: 'OPERATOR' as const } }],
    ['list of providers of the viewer', { viewer: { ...key.viewer, providers: null } }],
    ['origin', { origin: 'http://b' }],
    ['document', { query: '{ q r }' }],
    ['operation', { operationName: 'B' }],
    ['variables', { variables: { id: '2' } }],
  ])('is another one for another %s', async (_what, other) => {
    const streams = createSharedStreams();
    const source = createSource();
    await streams.join(key, source.open, here());
    await streams.join({ ...key, ...other }, source.open, here());
    expect(source.opened).toHaveLength(2);
  });

  it('tells who comes later the newest at once, and who is slow only the newest', async () => {
    const streams = createSharedStreams();
    const source = createSource();
    const slow = (await streams.join(key, source.open, here())) as Stream;
    for (const count of [1, 2, 3]) {
      source.tell(count);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const late = (await streams.join(key, source.open, here())) as Stream;
    expect(await late.next()).toMatchObject({ value: { data: { count: 3 } } });
    expect(await slow.next()).toMatchObject({ value: { data: { count: 3 } } });
    source.end();
    expect(await late.next()).toMatchObject({ done: true });
    expect(streams.size).toBe(0);
  });

  it('tells the last result before the end, and everybody why it failed', async () => {
    const streams = createSharedStreams();
    const source = createSource();
    const readers = (await Promise.all([1, 2].map(() => streams.join(key, source.open, here())))) as Stream[];
    source.tell(1);
    await new Promise((resolve) => setImmediate(resolve));
    source.fail(new Error('gone'));
    await new Promise((resolve) => setImmediate(resolve));
    for (const reader of readers) {
      expect(await reader.next()).toMatchObject({ value: { data: { count: 1 } } });
      await expect(reader.next()).rejects.toThrow('gone');
    }
  });

  it('gives those who come together the same refusal, and asks again for the next', async () => {
    const streams = createSharedStreams();
    let asked = 0;
    const refuse = async () => ({ errors: [], data: { asked: ++asked } }) as ExecutionResult;
    expect(await Promise.all([1, 2].map(() => streams.join(key, refuse, here())))).toMatchObject([
      { data: { asked: 1 } },
      { data: { asked: 1 } },
    ]);
    expect(await streams.join(key, refuse, here())).toMatchObject({ data: { asked: 2 } });
  });

  it('stops when the last has left, also while it is being opened, and another begins', async () => {
    const streams = createSharedStreams();
    const source = createSource();
    const [first, second] = [new Stop(), new Stop()];
    const joining = [first, second].map((stop) => streams.join(key, source.open, stop));
    first.stop('gone');
    expect(source.opened[0]?.aborted).toBe(false);
    second.stop('gone');
    expect(source.opened[0]?.aborted).toBe(true);
    await Promise.all(joining);
    expect(streams.size).toBe(0);
    const reader = (await streams.join(key, source.open, here())) as Stream;
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(source.opened.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('is left at once by a client that has gone before it joins', async () => {
    const streams = createSharedStreams();
    const source = createSource();
    const stop = new Stop();
    stop.stop('gone');
    const gone = (await streams.join(key, source.open, stop)) as Stream;
    expect(await gone.next()).toEqual({ done: true, value: undefined });
    expect(source.opened[0]?.aborted).toBe(true);
    expect(streams.size).toBe(0);
  });

  it.each(['before', 'after'])(
    'fails %s a read for one reader only, and calls the work at its end once',
    async (when) => {
      const streams = createSharedStreams();
      const source = createSource();
      const [one, other] = (await Promise.all(
        [1, 2].map(() => streams.join(key, source.open, here())),
      )) as SupervisedReader[];
      let ends = 0;
      for (let count = 0; count < 2; count++) one?.onEnd(() => ends++);
      const early = when === 'after' ? one?.next() : null;
      one?.fail(new Error('expired'));
      await expect(early ?? one?.next()).rejects.toThrow('expired');
      expect(await one?.next()).toMatchObject({ done: true });
      await one?.return?.();
      expect(ends).toBe(2);
      one?.onEnd(() => ends++);
      expect(ends).toBe(3);
      const waiting = other?.next();
      source.tell(1);
      expect(await waiting).toMatchObject({ value: { data: { count: 1 } } });
    },
  );
});
