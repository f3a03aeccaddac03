/** How often a product is asked, however many watch. */
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { first, forLog, forState } from '../support/hub-watches.ts';
import { unavailable } from '../support/model.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

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
    await until(() => topic.buffer.lastSeq === 3);
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

test('a thousand watched logs cost a poll little beyond their reads', async () => {
  using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
  const product = aWatchedProduct(numbers(1_000));
  const topics = [...product.backups.values()].map((backup) => hub.watch(product.provider, backup, forLog).topic);
  const startedAt = performance.now();
  await until(() => topics.every(({ hasReadLog }) => hasReadLog), 5_000);
  expect(performance.now() - startedAt).toBeLessThan(2_500);
});
