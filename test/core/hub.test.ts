import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { progressStream } from '../../src/core/streams/streams.ts';
import { aBackup, never, unavailable } from './model.ts';
import { aHub, aWatchedProduct, pause, until, type WatchedProduct } from './watched.ts';

const first = ({ backups }: WatchedProduct): Backup => backups.get('1') as Backup;
const forLog = { wantsLog: true };
const forState = { wantsLog: false };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe('one loop for each provider', () => {
  test('serves a thousand watchers of a hundred backups with one call a tick, and stops with the last', async () => {
    using hub = aHub();
    const product = aWatchedProduct(numbers(100));
    const backups = [...product.backups.values()];
    const watches = Array.from({ length: 1_000 }, (_, index) =>
      hub.watch(product.provider, backups[index % 100] as Backup, forState),
    );
    expect(hub.loops).toBe(1);
    await until(() => product.polls.length >= 3);
    expect(product.polls.every((ids) => ids.length === 100)).toBe(true);
    expect(product.logReads).toEqual([]);
    const last = watches.pop();
    for (const watch of watches) watch.close();
    await until(() => product.polls.at(-1)?.length === 1);
    expect(hub.loops).toBe(1);
    last?.close();
    expect(hub.loops).toBe(0);
    const polls = product.polls.length;
    await pause(60);
    expect(product.polls.length).toBe(polls);
  });

  test('reads one backup and its log once a tick for a thousand watchers of its progress, and nothing when they have gone', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1'], { refineFromLog: (backup) => backup });
    const streams = Array.from({ length: 1_000 }, () => progressStream(hub, product.provider, first(product)));
    await Promise.all(streams.map((stream) => stream.next()));
    const [polls, logs] = [product.polls.length, product.logReads.length];
    const startedAt = performance.now();
    for (let itemCount = 1; itemCount <= 5; itemCount++) {
      product.set('1', { itemCount });
      await Promise.all(streams.map((stream) => stream.next()));
    }
    const ticks = (performance.now() - startedAt) / (0.9 * 5) + 1;
    expect(product.polls.length - polls).toBeLessThanOrEqual(ticks);
    expect(product.logReads.length - logs).toBeLessThanOrEqual(product.polls.length - polls + 1);
    await Promise.all(streams.map((stream) => stream.return?.()));
    expect(hub.loops).toBe(0);
    const { length } = product.polls;
    await pause(60);
    expect(product.polls.length).toBe(length);
  });

  test('reads a log once a tick, however many watch it, and only while somebody does', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    const watches = Array.from({ length: 50 }, () => hub.watch(product.provider, first(product), forLog));
    hub.watch(product.provider, first(product), forState);
    hub.watch(product.provider, product.backups.get('2') as Backup, forLog).close();
    hub.watch(product.provider, product.backups.get('2') as Backup, forState);
    await until(() => product.polls.length >= 4);
    expect(product.logReads.length).toBeLessThanOrEqual(product.polls.length);
    expect(product.logReads.length).toBeGreaterThanOrEqual(product.polls.length - 1);
    for (const watch of watches) watch.close();
    const reads = product.logReads.length;
    const polls = product.polls.length;
    await until(() => product.polls.length >= polls + 3);
    expect(product.logReads.length).toBeLessThanOrEqual(reads + 1);
  });

  test('closing a watch twice counts once', () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const [one] = [
      hub.watch(product.provider, first(product), forState),
      hub.watch(product.provider, first(product), forState),
    ];
    one.close();
    one.close();
    expect(hub.loops).toBe(1);
  });

  test('asks again from where the log is known', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a', 'b']);
    const { topic } = hub.watch(product.provider, first(product), forLog);
    await until(() => product.logReads.length >= 2);
    product.logs.get('1')?.push('c');
    await until(() => topic.book.lastSeq === 3);
    expect(product.logReads.slice(0, 2)).toEqual([0, 2]);
  });
});

describe('how often it asks', () => {
  test('less and less while nothing changes, and soon again when something does', async () => {
    using hub = aHub({ fastMs: 10, slowMs: 80 });
    const product = aWatchedProduct();
    hub.watch(product.provider, first(product), forState);
    const pauses = () => product.pollTimes.slice(1).map((time, index) => time - (product.pollTimes[index] as number));
    await until(() => product.polls.length >= 9);
    expect(
      pauses()
        .slice(-2)
        .every((ms) => ms >= 70),
    ).toBe(true);
    const polls = product.polls.length;
    product.set('1', { itemCount: 1 });
    await until(() => product.polls.length >= polls + 2);
    expect(pauses().at(-1)).toBeLessThan(60);
  });

  test('at once for a new watcher, and after a command', async () => {
    using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forState);
    await until(() => product.polls.length === 1);
    hub.watch(product.provider, first(product), forState);
    await until(() => product.polls.length === 2);
    hub.changed(product.provider, product.set('1', { status: 'CANCELLING' }));
    expect(topic.backup.status).toBe('CANCELLING');
    await until(() => product.polls.length === 3);
  });

  test('never twice at the same time; who joins meanwhile is served right after', async () => {
    using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
    const product = aWatchedProduct();
    let release = () => {};
    product.gate = new Promise((resolve) => (release = resolve));
    for (let joined = 0; joined < 3; joined++) {
      hub.watch(product.provider, first(product), forState);
      await pause(5);
    }
    expect(product.polls).toHaveLength(1);
    release();
    await until(() => product.polls.length === 2);
  });

  test('not before it was asked to come back, also by a failed log, for new watchers, and by the next loop', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { provider } = product;
    product.logFailure = unavailable('one', 0.2);
    const watch = hub.watch(provider, first(product), forLog);
    await until(() => watch.topic.outage !== null);
    const failedAt = performance.now();
    for (let joined = 0; joined < 5; joined++) hub.watch(provider, first(product), forState).close();
    await pause(20);
    watch.close();
    expect(hub.loops).toBe(0);
    hub.watch(provider, first(product), forLog);
    await until(() => product.polls.length === 2);
    expect((product.pollTimes[1] as number) - failedAt).toBeGreaterThanOrEqual(190);
  });

  test('not in a hot loop where it was asked to come back in a hundred years', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.failure = unavailable('one', 3e9);
    const { topic } = hub.watch(product.provider, first(product), forState);
    await until(() => topic.outage !== null);
    await pause(30);
    expect(product.polls).toHaveLength(1);
  });
});

describe('an outage', () => {
  test('is told once for each cause, keeps when it began, and ends with the next answer', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forState);
    product.failure = unavailable();
    await until(() => topic.outage !== null);
    const { version } = topic;
    const since = topic.outage?.since;
    const polls = product.polls.length;
    await until(() => product.polls.length >= polls + 3);
    expect(topic.version).toBe(version);
    expect(topic.outage?.problem).toMatchObject({ provider: 'one', error: { code: 'PROVIDER_UNAVAILABLE' } });
    product.set('1', { itemCount: 5 });
    product.failure = null;
    await until(() => topic.outage === null);
    expect(topic.backup.itemCount).toBe(5);
    expect(since).toBeTypeOf('number');
    expect(hub.bugs).toEqual([]);
  });

  test('of one log does not hold up the others', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    product.logFailure = unavailable();
    const { topic } = hub.watch(product.provider, first(product), forLog);
    const other = hub.watch(product.provider, product.backups.get('2') as Backup, forState).topic;
    await until(() => topic.outage !== null);
    product.set('2', { itemCount: 3 });
    await until(() => other.backup.itemCount === 3);
    expect(other.outage).toBeNull();
  });

  test('that is a fault of ours is told as INTERNAL and reported whole', async () => {
    using hub = aHub();
    const bug = new TypeError('of ours');
    const product = aWatchedProduct(['1'], {
      refineFromLog: () => {
        throw bug;
      },
    });
    const { topic } = hub.watch(product.provider, first(product), forState);
    await until(() => topic.outage !== null);
    expect(topic.outage?.problem.error).toMatchObject({ code: 'INTERNAL', cause: bug });
    expect(topic.outage?.problem.error.message).not.toContain('of ours');
    expect(hub.bugs[0]).toBe(bug);
  });
});

describe('the end', () => {
  test('comes after the log was read once more', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forLog);
    await until(() => topic.hasReadLog);
    product.logs.set('1', ['last words']);
    product.set('1', { status: 'SUCCEEDED' });
    await until(() => topic.end !== null);
    expect(topic.end).toBe('finished');
    expect(topic.backup.status).toBe('SUCCEEDED');
    expect(topic.book.newest(9).map(({ raw }) => raw)).toEqual(['last words']);
    const polls = product.polls.length;
    await pause(60);
    expect(product.polls.length, 'nothing is asked of what has ended').toBe(polls);
  });

  test('waits for that last look at the log', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forLog);
    product.logFailure = unavailable();
    product.set('1', { status: 'SUCCEEDED' });
    await until(() => topic.outage !== null);
    expect(topic.end).toBeNull();
    product.logFailure = null;
    await until(() => topic.end === 'finished');
    expect(topic.outage).toBeNull();
  });

  test('of a backup that was deleted is an error that says so', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forState);
    product.backups.delete('1');
    await until(() => topic.end !== null);
    expect(topic.end).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that one watcher has not heard of yet is not the end for the next: it gets the log from a read of its own', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const before = first(product);
    const slow = hub.watch(product.provider, before, forState);
    product.logs.set('1', ['a', 'b']);
    product.set('1', { status: 'SUCCEEDED' });
    await until(() => slow.topic.end === 'finished');
    const late = hub.watch(product.provider, before, forLog);
    expect(late.topic.end).toBeNull();
    await until(() => late.topic.end === 'finished');
    expect(late.topic.book.lastSeq).toBe(2);
    late.close();
    expect(hub.loops).toBe(0);
    const again = hub.watch(product.provider, before, forLog);
    slow.close();
    expect(hub.loops, 'of the loop that runs in its place').toBe(1);
    again.close();
    expect(hub.loops).toBe(0);
  });

  test('of a backup that is being cancelled is not taken back by a poll that was on its way', async () => {
    using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
    const product = aWatchedProduct();
    let release = () => {};
    product.gate = new Promise((resolve) => (release = resolve));
    const { topic } = hub.watch(product.provider, first(product), forState);
    const seen: string[] = [];
    topic.onChange(() => seen.push(topic.backup.status));
    await until(() => product.waiting === 1);
    hub.cancelling(product.provider, '1');
    // The answer is from before the cancel.
    release();
    await until(() => seen.length === 2);
    expect(seen).toEqual(['CANCELLING', 'CANCELLING']);
  });

  test('of a cancelled backup is not told before its log was read', async () => {
    using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forLog);
    await until(() => topic.hasReadLog);
    product.logs.set('1', ['stopped']);
    hub.changed(product.provider, product.set('1', { status: 'CANCELLED' }));
    expect(topic.backup.status).toBe('RUNNING');
    await until(() => topic.end === 'finished');
    expect(topic.book.lastSeq).toBe(1);
  });
});

describe('when watchers go', () => {
  test('while an answer is on its way, that is stopped at once', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.gate = new Promise(() => undefined);
    const watches = [
      hub.watch(product.provider, first(product), forLog),
      hub.watch(product.provider, first(product), forLog),
    ];
    await until(() => product.waiting === 1);
    for (const watch of watches) watch.close();
    expect(hub.loops).toBe(0);
    await until(() => product.waiting === 0, 100);
    expect(watches[0]?.topic.outage).toBeNull();
  });

  test('while the log is on its way, that is stopped at once', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const watch = hub.watch(product.provider, first(product), forLog);
    await until(() => watch.topic.hasReadLog);
    product.gate = new Promise(() => undefined);
    const reads = product.logReads.length;
    await until(() => product.waiting === 1);
    watch.close();
    await until(() => product.waiting === 0, 100);
    expect(product.logReads.length).toBeLessThanOrEqual(reads + 1);
  });

  test('and others come, a new loop runs', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.gate = new Promise(() => undefined);
    hub.watch(product.provider, first(product), forState).close();
    product.gate = Promise.resolve();
    const { topic } = hub.watch(product.provider, first(product), forState);
    product.set('1', { itemCount: 2 });
    await until(() => topic.backup.itemCount === 2);
    expect(hub.loops).toBe(1);
  });

  test('a listener that is taken away hears nothing more', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    const { topic } = hub.watch(product.provider, first(product), forState);
    let calls = 0;
    topic.onChange(() => calls++)();
    const polls = product.polls.length;
    await until(() => product.polls.length >= polls + 2);
    expect(calls).toBe(0);
  });
});

describe('replay logs', () => {
  test('are kept when nobody watches any more, and used again', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    const watch = hub.watch(product.provider, first(product), forLog);
    await until(() => watch.topic.hasReadLog);
    watch.close();
    expect(hub.bookOf(first(product))).toBe(watch.topic.book);
    expect(hub.watch(product.provider, first(product), forLog).topic.book).toBe(watch.topic.book);
  });

  test('of others are dropped when all together grow too large, the one that nobody used for longest first', async () => {
    using hub = aHub({ maxLogBytes: 2_500 });
    const ids = ['1', '2', '3', '4'];
    const product = aWatchedProduct(ids);
    for (const id of ids) product.logs.set(id, ['x'.repeat(500)]);
    const backupOf = (id: string) => product.backups.get(id) as Backup;
    const watch = hub.watch(product.provider, backupOf('1'), forLog);
    await until(() => watch.topic.hasReadLog);
    for (const id of ['2', '3', '4']) await hub.refreshBook(product.provider, backupOf(id), never);
    const polls = product.polls.length;
    await until(() => product.polls.length >= polls + 2);
    expect(hub.bookOf(backupOf('1')), 'which is watched').toBe(watch.topic.book);
    expect(ids.filter((id) => hub.bookOf(backupOf(id)) !== null)).toEqual(['1', '4']);
  });

  test('are brought up to date by reads that go one after the other, whoever asks', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    let log: string[] = [];
    let inFlight = 0;
    const provider = {
      ...product.provider,
      readLog: async () => {
        expect(++inFlight).toBe(1);
        const lines = log.slice(-5).map((text) => ({ text, raw: text, at: null, level: 'INFO' as const }));
        await pause(2);
        inFlight--;
        return { lines, firstNumber: log.length < 5 ? 1 : null, hasMore: false, state: 'growing' as const };
      },
    };
    const watch = hub.watch(provider, first(product), forLog);
    for (let line = 0; line < 20; line++) {
      log = [...log, `${line}`];
      const [book] = await Promise.all([1, 2, 3].map(() => hub.refreshBook(provider, first(product), never)));
      expect(book).toBe(watch.topic.book);
    }
    expect(watch.topic.book.newest(99).map(({ raw }) => raw)).toEqual(log);
    expect(watch.topic.book.isComplete).toBe(true);
  });

  test("one reader that gives up does not take the others' answer away", async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    const impatient = new AbortController();
    const gone = hub.refreshBook(product.provider, first(product), impatient.signal);
    const other = hub.refreshBook(product.provider, first(product), never);
    impatient.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect((await other).lastSeq).toBe(1);
  });
});

test('a thousand watched logs cost a poll little beyond their reads', async () => {
  using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
  const product = aWatchedProduct(numbers(1_000));
  const topics = [...product.backups.values()].map((backup) => hub.watch(product.provider, backup, forLog).topic);
  const startedAt = performance.now();
  await until(() => topics.every(({ hasReadLog }) => hasReadLog), 5_000);
  expect(performance.now() - startedAt).toBeLessThan(2_500);
});

test('what only we know is shown to watchers as well', async () => {
  using hub = aHub();
  const product = aWatchedProduct();
  hub.recall.noteCancelRequested(aBackup({ status: 'RUNNING' }));
  const { topic } = hub.watch(product.provider, first(product), forState);
  expect(topic.backup.status).toBe('CANCELLING');
  await until(() => product.polls.length >= 2);
  expect(topic.backup.status).toBe('CANCELLING');
});
