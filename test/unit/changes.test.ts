import { describe, expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { decodeChangeCursor } from '../../src/streams/changes.ts';
import { follow, looked, numbers, open, start } from '../support/followed.ts';
import { codeOf, thrownBy } from '../support/model.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

describe('changes', () => {
  test('are a start, what follows, and an end, each once, wherever it was started', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    start(product, '2');
    await looked(product);
    product.set('2', { itemCount: 5 });
    product.set('1', { name: 'renamed' });
    await looked(product);
    product.set('2', { status: 'SUCCEEDED' });
    start(product, '3', { status: 'FAILED' });
    await looked(product);
    product.set('2', { name: 'an old row' });
    await looked(product);
    expect(watcher.told()).toEqual([
      'started 2 RUNNING',
      'updated 1 RUNNING',
      'updated 2 RUNNING',
      'finished 2 SUCCEEDED',
      'started 3 FAILED',
      'finished 3 FAILED',
    ]);
    expect(watcher.events.map(({ cursor }) => hub.changes.locate(decodeChangeCursor(cursor)))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    await watcher.stop();
    expect(hub.loops).toBe(0);
  });

  test('are told where the state before or after matches the filter', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    const running = follow(open(hub, [product], null, { ...noFilter, statuses: ['RUNNING'] }));
    const failed = follow(open(hub, [product], null, { ...noFilter, statuses: ['FAILED'] }));
    const named = follow(open(hub, [product], null, { ...noFilter, search: 'night' }));
    await looked(product);
    product.set('1', { status: 'SUCCEEDED' });
    product.set('2', { name: 'nightly' });
    await looked(product);
    product.set('2', { name: 'weekly' });
    await looked(product);
    product.set('2', { status: 'FAILED' });
    await looked(product);
    expect(running.told().toSorted()).toEqual([
      'finished 1 SUCCEEDED',
      'finished 2 FAILED',
      'updated 2 RUNNING',
      'updated 2 RUNNING',
    ]);
    expect(failed.told()).toEqual(['finished 2 FAILED']);
    expect(named.told()).toEqual(['updated 2 RUNNING', 'updated 2 RUNNING']);
  });

  test('cost one list a tick, however many watch, and read the watched backups with it', async () => {
    using hub = aHub();
    const product = aWatchedProduct(numbers(20));
    const watchers = Array.from({ length: 1_000 }, () => follow(open(hub, [product])));
    const watch = hub.watch(product.provider, product.backups.get('3') as Backup, { wantsLog: true });
    await looked(product);
    const [lists, logs] = [product.lists.length, product.logReads.length];
    await until(() => product.lists.length >= lists + 5);
    expect(product.logReads.length - logs).toBeLessThanOrEqual(product.lists.length - lists + 1);
    expect(product.polls).toEqual([]);
    expect(hub.loops).toBe(1);
    product.set('3', { itemCount: 9 });
    await until(() => watch.topic.backup.itemCount === 9);
    await until(() => watchers.every(({ events }) => events.length === 1));
    watch.close();
    for (const watcher of watchers) await watcher.stop();
    expect(hub.loops).toBe(0);
    const { length } = product.lists;
    await pause(60);
    expect(product.lists.length).toBe(length);
  });

  test('of an unfinished backup are found also where it lies deeper than a page', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    product.set('99', { externalId: '99', localId: '99', status: 'QUEUED', sortedAt: null });
    const watcher = follow(open(hub, [product]));
    await looked(product);
    for (const id of numbers(60, 100)) start(product, id, { status: 'SUCCEEDED' });
    await looked(product);
    product.set('1', { status: 'FAILED' });
    await looked(product);
    expect(watcher.told()).toHaveLength(121);
    expect(watcher.told().slice(0, 2)).toEqual(['started 100 SUCCEEDED', 'finished 100 SUCCEEDED']);
    expect(watcher.told().at(-1)).toBe('finished 1 FAILED');
    expect(product.polls.every((ids) => ids.join() === '1')).toBe(true);
  });

  test('of a backup that is deleted are no more', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1', '2']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    product.backups.delete('1');
    await looked(product);
    const { length } = product.polls;
    await looked(product);
    expect(product.polls.length).toBe(length);
    expect(watcher.told()).toEqual([]);
  });

  test('are edits made here, also of what has ended, with what it was before', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    const before = product.set('1', { status: 'SUCCEEDED', description: 'old words' });
    const watcher = follow(open(hub, [product], null, { ...noFilter, search: 'old' }));
    await looked(product);
    hub.edited(product.provider, before, product.set('1', { description: 'new' }));
    await until(() => watcher.events.length === 1);
    expect(watcher.told()).toEqual(['updated 1 SUCCEEDED']);
    hub.edited(product.provider, null, product.set('1', { description: 'newer' }));
    await looked(product);
    expect(watcher.events).toHaveLength(1);
  });

  test('made here by a command are told at once, and once', async () => {
    using hub = aHub({ fastMs: 10_000, slowMs: 10_000 });
    const product = aWatchedProduct([]);
    const watcher = follow(open(hub, [product]));
    await until(() => product.lists.length === 1);
    hub.started(product.provider, start(product, '7'));
    await until(() => watcher.events.length === 1);
    hub.changed(product.provider, product.set('7', { status: 'CANCELLING' }));
    hub.changed(product.provider, product.set('7', { status: 'CANCELLED' }));
    await until(() => watcher.events.length === 3);
    await until(() => product.lists.length >= 3);
    await pause(10);
    expect(watcher.told()).toEqual(['started 7 RUNNING', 'updated 7 CANCELLING', 'finished 7 CANCELLED']);
  });
});

describe('the end of the gateway', () => {
  test('ends every stream with an error that asks to come back', async () => {
    const hub = aHub();
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    hub.close();
    expect(await codeOf(watcher.ended)).toBe('PROVIDER_UNAVAILABLE');
    expect(hub.loops).toBe(0);
    expect(thrownBy(() => open(hub, [product]))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });
});

describe('what was started here', () => {
  test('is followed at the slow pace until it ends, told to its last, and then no more', async () => {
    using hub = aHub({ fastMs: 1, slowMs: 30 });
    const product = aWatchedProduct(['1']);
    const backup = product.backups.get('1') as Backup;
    let ends = 0;
    hub.started(product.provider, backup);
    hub.follow(product.provider, '1', Date.now() * 1000, () => ends++);
    await pause(200);
    expect(product.polls.length).toBeGreaterThanOrEqual(3);
    expect(product.polls.length).toBeLessThanOrEqual(8);
    expect(product.logReads).toEqual([]);
    expect(hub.loops).toBe(1);
    product.set('1', { status: 'SUCCEEDED' });
    await until(() => ends === 1);
    await until(() => hub.loops === 0);
    expect(hub.changes.lastSeq).toBe(2);
    const { length } = product.polls;
    await pause(80);
    expect(product.polls.length).toBe(length);
  });

  test('is not looked at more often because others are watched, and no more once it is gone or a week old', async () => {
    using hub = aHub({ fastMs: 2, slowMs: 60 });
    const product = aWatchedProduct(['1', '2', '3']);
    const ended: string[] = [];
    const now = Date.now() * 1000;
    for (const id of ['1', '2']) hub.follow(product.provider, id, now, () => ended.push(id));
    hub.follow(product.provider, '3', now - 8 * 24 * 3_600_000_000, () => ended.push('3'));
    const watch = hub.watch(product.provider, product.backups.get('2') as Backup, { wantsLog: false });
    for (let itemCount = 0; itemCount < 30; itemCount++) {
      product.set('2', { itemCount });
      await pause(5);
    }
    const looks = product.polls.filter((ids) => ids.includes('1')).length;
    expect(looks).toBeGreaterThanOrEqual(1);
    expect(looks).toBeLessThanOrEqual(4);
    expect(product.polls.length).toBeGreaterThan(8);
    product.backups.delete('1');
    await until(() => ended.includes('1'));
    expect(ended).toEqual(['3', '1']);
    watch.close();
    expect(hub.loops).toBe(1);
  });
});
