import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { progressStream } from '../../src/streams/streams.ts';
import { aBackup, codeOf, unavailable } from '../support/model.ts';
import { all, first, openLog } from '../support/read-streams.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

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
