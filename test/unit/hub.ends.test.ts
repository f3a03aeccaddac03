/** What ends a watch, and what only interrupts it. */
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { first, forLog, forState } from '../support/hub-watches.ts';
import { unavailable } from '../support/model.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

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
    expect(topic.buffer.newest(9).map(({ raw }) => raw)).toEqual(['last words']);
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
    expect(late.topic.buffer.lastSeq).toBe(2);
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
    expect(topic.buffer.lastSeq).toBe(1);
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
