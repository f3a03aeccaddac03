import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Stop } from '../../../src/core/stop.ts';
import { createRequestCoalescing } from '../../../src/upstream/request-coalescing.ts';
import { collectGarbage } from '../../support/gc.ts';
import { never } from '../../support/model.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Answers expire at multiples of this by `performance.now()`: at none that a test lives to see. */
const foreverMs = 2_000_000_000;

/** Reads that answer when they are told to. */
function aSource() {
  const source = {
    asked: [] as Stop[],
    answers: [] as { resolve: (value: string) => void; reject: (error: Error) => void }[],
    load: (stop: Stop) =>
      new Promise<string>((resolve, reject) => {
        source.asked.push(stop);
        source.answers.push({ resolve, reject });
      }),
  };
  return source;
}

describe('identical reads at the same moment', () => {
  test('are one, and different ones are not', async () => {
    const [reads, source] = [createRequestCoalescing(0), aSource()];
    const both = [reads.read('a', source.load, never), reads.read('a', source.load, never)];
    const other = reads.read('b', source.load, never);
    expect(source.asked).toHaveLength(2);
    source.answers[0]?.resolve('one');
    source.answers[1]?.resolve('two');
    expect(await Promise.all([...both, other])).toEqual(['one', 'one', 'two']);
    const later = reads.read('a', source.load, never);
    expect(source.asked).toHaveLength(3);
    source.answers[2]?.resolve('three');
    expect(await later).toBe('three');
  });

  test('fail together, and the next one asks again', async () => {
    const [reads, source] = [createRequestCoalescing(foreverMs), aSource()];
    const both = [reads.read('a', source.load, never), reads.read('a', source.load, never)];
    source.answers[0]?.reject(new Error('down'));
    for (const one of both) await expect(one).rejects.toThrow('down');
    const again = reads.read('a', source.load, never);
    source.answers[1]?.resolve('up');
    expect(await again).toBe('up');
  });

  test('go on for those who stay, and stop with the last who leaves', async () => {
    const [reads, source] = [createRequestCoalescing(0), aSource()];
    const [first, second] = [new AbortController(), new AbortController()];
    const left = reads.read('a', source.load, first.signal);
    const stayed = reads.read('a', source.load, second.signal);
    first.abort(new Error('first left'));
    await expect(left).rejects.toThrow('first left');
    expect(source.asked[0]?.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(stayed).rejects.toThrow('second left');
    expect(source.asked[0]).toMatchObject({ aborted: true, reason: { message: 'second left' } });
    const next = reads.read('a', source.load, never);
    expect(source.asked, 'nobody joins what is being stopped').toHaveLength(2);
    source.answers[1]?.resolve('new');
    expect(await next).toBe('new');
  });

  test('are not asked for by somebody who has left already', async () => {
    const [reads, source] = [createRequestCoalescing(0), aSource()];
    await expect(reads.read('a', source.load, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(source.asked).toHaveLength(0);
  });

  test('are not joined by who asks after something changed, whose answer is not kept either', async () => {
    const [reads, source] = [createRequestCoalescing(foreverMs), aSource()];
    const before = reads.read('a', source.load, never);
    reads.forget();
    const after = reads.read('a', source.load, never);
    expect(source.asked).toHaveLength(2);
    source.answers[1]?.resolve('new');
    expect(await after).toBe('new');
    source.answers[0]?.resolve('old');
    expect(await before).toBe('old');
    expect(await reads.read('a', source.load, never)).toBe('new');
  });

  test('are still one after an older one, from before something changed, has ended', async () => {
    for (const keptMs of [0, foreverMs]) {
      const [reads, source] = [createRequestCoalescing(keptMs), aSource()];
      const before = reads.read('a', source.load, never);
      reads.forget();
      const after = reads.read('a', source.load, never);
      source.answers[0]?.resolve('old');
      expect(await before).toBe('old');
      const joined = reads.read('a', source.load, never);
      expect(source.asked).toHaveLength(2);
      source.answers[1]?.resolve('new');
      expect(await Promise.all([after, joined])).toEqual(['new', 'new']);
    }
  });
});

describe('an answer', () => {
  test('is given again until the end of the beat in which it was asked for', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    vi.advanceTimersByTime(5200 - (performance.now() % 1000));
    const [reads, source] = [createRequestCoalescing(1000), aSource()];
    const first = reads.read('a', source.load, never);
    vi.advanceTimersByTime(600);
    source.answers[0]?.resolve('one');
    await first;
    vi.advanceTimersByTime(199);
    expect(await reads.read('a', source.load, never)).toBe('one');
    vi.advanceTimersByTime(1);
    const late = reads.read('a', source.load, never);
    expect(source.asked).toHaveLength(2);
    source.answers[1]?.resolve('two');
    expect(await late).toBe('two');
  });

  test('that is no longer kept is not held either', async () => {
    const reads = createRequestCoalescing(20);
    const seen = new WeakRef(await reads.read('a', async () => ({ large: new Array(1000).fill(0) }), never));
    const isFreed = async () => {
      await collectGarbage();
      return seen.deref() === undefined;
    };
    await expect.poll(isFreed).toBe(true);
  });

  test('is one of 200 at most', async () => {
    const reads = createRequestCoalescing(foreverMs);
    let asked = 0;
    const load = async () => ++asked;
    for (let key = 0; key <= 200; key++) await reads.read(String(key), load, never);
    expect(await reads.read('200', load, never)).toBe(201);
    expect(await reads.read('0', load, never), 'the oldest was forgotten').toBe(202);
  });

  test('that is still on its way is not among those that are forgotten', async () => {
    const [reads, source] = [createRequestCoalescing(foreverMs), aSource()];
    const slow = reads.read('slow', source.load, never);
    for (let key = 0; key <= 200; key++) await reads.read(String(key), async () => key, never);
    const joined = reads.read('slow', source.load, never);
    expect(source.asked).toHaveLength(1);
    source.answers[0]?.resolve('one');
    expect(await Promise.all([slow, joined])).toEqual(['one', 'one']);
  });

  test('that was given before something changed is not given again', async () => {
    const reads = createRequestCoalescing(foreverMs);
    let asked = 0;
    const load = async () => ++asked;
    await reads.read('a', load, never);
    reads.forget();
    expect(await reads.read('a', load, never)).toBe(2);
  });

  test('that is kept does not keep the process from ending, and none is waited for where none is kept', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const load = async () => 'one';
    await createRequestCoalescing(foreverMs).read('a', load, never);
    expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
    timers.mockClear();
    const [none, source] = [createRequestCoalescing(0), aSource()];
    const waiting = none.read('slow', source.load, never);
    await none.read('a', load, never);
    expect(timers).not.toHaveBeenCalled();
    source.answers[0]?.resolve('one');
    await waiting;
  });
});
