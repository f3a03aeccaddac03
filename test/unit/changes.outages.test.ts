import { describe, expect, test } from 'vitest';
import { follow, looked, nextTime, numbers, open, start } from '../support/followed.ts';
import { unavailable } from '../support/model.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

describe('a pause', () => {
  test('hides nothing from who comes back with a cursor, and tells nothing to who begins', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    const early = follow(open(hub, [product]));
    await looked(product);
    product.set('1', { itemCount: 1 });
    await until(() => early.events.length === 1);
    await early.stop();
    product.set('1', { status: 'SUCCEEDED' });
    start(product, '3');
    const back = follow(open(hub, [product], early.cursor()));
    const fresh = follow(open(hub, [product]));
    await looked(product);
    product.set('2', { itemCount: 2 });
    await looked(product);
    expect(back.told()).toEqual(['finished 1 SUCCEEDED', 'started 3 RUNNING', 'updated 2 RUNNING']);
    expect(fresh.told()).toEqual(['updated 2 RUNNING']);
  });

  test('in which more happened than is read again is told as a gap', async () => {
    using hub = aHub({ changeLimits: { maxChanges: 10_000, maxBytes: 100_000_000, maxAgeMs: 3_600_000 } });
    const product = aWatchedProduct(['1']);
    const early = follow(open(hub, [product]));
    await looked(product);
    product.set('1', { itemCount: 1 });
    await until(() => early.events.length === 1);
    await early.stop();
    for (const id of numbers(1_100, 100)) start(product, id, { status: 'SUCCEEDED' });
    const back = follow(open(hub, [product], early.cursor()));
    await looked(product);
    expect(back.told()[0]).toBe('gap UPSTREAM_TRUNCATED');
    expect(back.told()).toHaveLength(2_001);
    start(product, '5000');
    await looked(product);
    expect(back.told().at(-1)).toBe('started 5000 RUNNING');
  });
});

describe('a provider that is away', () => {
  test('is told once with its problem; the others go on; what happened meanwhile is told once when it is back', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    const other = aWatchedProduct(['1'], { name: 'two' });
    other.set('1', { provider: 'two' });
    const watcher = follow(open(hub, [product, other]));
    await Promise.all([looked(product), looked(other)]);
    product.failure = unavailable();
    await until(() => watcher.events.length === 1);
    other.set('1', { itemCount: 4 });
    await until(() => watcher.events.length === 2);
    product.set('1', { status: 'SUCCEEDED' });
    start(product, '3');
    start(product, '4', { status: 'FAILED' });
    await pause(30);
    product.failure = null;
    await looked(product);
    expect(watcher.told()).toEqual([
      'stalled one',
      'updated 1 RUNNING',
      'finished 1 SUCCEEDED',
      'started 3 RUNNING',
      'started 4 FAILED',
      'finished 4 FAILED',
    ]);
    product.failure = unavailable();
    await until(() => watcher.told().at(-1) === 'stalled one');
  });

  test('is not asked before it said to be asked again', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    product.failure = unavailable('one', 0.15);
    await until(() => watcher.events.length === 1);
    const failedAt = performance.now();
    product.failure = null;
    const { length } = product.lists;
    await until(() => product.lists.length > length);
    expect(performance.now() - failedAt).toBeGreaterThan(120);
  });

  test('for a fault of ours is told as INTERNAL, and the fault is reported whole', async () => {
    using hub = aHub();
    const bug = new TypeError('of ours');
    const product = aWatchedProduct(['1'], { listBackups: () => Promise.reject(bug) });
    const watcher = follow(open(hub, [product]));
    await until(() => watcher.events.length === 1);
    expect(watcher.events[0]).toMatchObject({ problem: { error: { code: 'INTERNAL' } } });
    expect(hub.bugs[0]).toBe(bug);
  });

  test('from the beginning tells what started since then, and nothing of before', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    product.failure = unavailable();
    const watcher = follow(open(hub, [product]));
    await until(() => watcher.events.length === 1);
    const at = Date.now() * 1000;
    start(product, '2', { sortedAt: at, startedAt: at });
    product.failure = null;
    await looked(product);
    expect(watcher.told()).toEqual(['stalled one', 'started 2 RUNNING']);
  });

  test('in one part shows no old row of that part as new when it is back, and every new one', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    product.set('1', { entityId: 'a', sortedAt: nextTime() });
    product.set('2', { entityId: 'b', sortedAt: nextTime() });
    const down = { provider: 'one', entityId: 'b', error: unavailable() };
    product.problems = [down];
    const watcher = follow(open(hub, [product]));
    await looked(product);
    product.problems = [];
    await looked(product);
    expect(watcher.told()).toEqual(['stalled one']);
    product.problems = [down];
    await until(() => watcher.events.length === 2);
    start(product, '3', { entityId: 'b' });
    for (const id of numbers(70, 100)) start(product, id, { entityId: 'a', status: 'SUCCEEDED' });
    await looked(product);
    product.problems = [];
    await looked(product);
    expect(watcher.told()).toContain('started 3 RUNNING');
    expect(new Set(watcher.told().slice(2)).size).toBe(watcher.told().length - 2);
  });
});
