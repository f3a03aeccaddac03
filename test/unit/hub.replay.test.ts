/** What is kept for those who come later. */
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../src/core/model.ts';
import { first, forLog, forState } from '../support/hub-watches.ts';
import { aBackup, never } from '../support/model.ts';
import { aHub, aWatchedProduct, pause, until } from '../support/watched.ts';

describe('replay logs', () => {
  test('are kept when nobody watches any more, and used again', async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    const watch = hub.watch(product.provider, first(product), forLog);
    await until(() => watch.topic.hasReadLog);
    watch.close();
    expect(await hub.bufferOf(first(product))).toBe(watch.topic.buffer);
    expect(hub.watch(product.provider, first(product), forLog).topic.buffer).toBe(watch.topic.buffer);
  });

  test('of others are dropped when all together grow too large, the one that nobody used for longest first', async () => {
    using hub = aHub({ maxLogBytes: 2_500 });
    const ids = ['1', '2', '3', '4'];
    const product = aWatchedProduct(ids);
    for (const id of ids) product.logs.set(id, ['x'.repeat(500)]);
    const backupOf = (id: string) => product.backups.get(id) as Backup;
    const watch = hub.watch(product.provider, backupOf('1'), forLog);
    await until(() => watch.topic.hasReadLog);
    for (const id of ['2', '3', '4']) await hub.refreshBuffer(product.provider, backupOf(id), never);
    const polls = product.polls.length;
    await until(() => product.polls.length >= polls + 2);
    expect(await hub.bufferOf(backupOf('1')), 'which is watched').toBe(watch.topic.buffer);
    const kept = await Promise.all(ids.map(async (id) => ((await hub.bufferOf(backupOf(id))) ? [id] : [])));
    expect(kept.flat()).toEqual(['1', '4']);
  });

  test('are brought up to date by reads that go one after the other, for all readers', async () => {
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
      const [buffer] = await Promise.all([1, 2, 3].map(() => hub.refreshBuffer(provider, first(product), never)));
      expect(buffer).toBe(watch.topic.buffer);
    }
    expect(watch.topic.buffer.newest(99).map(({ raw }) => raw)).toEqual(log);
    expect(watch.topic.buffer.isComplete).toBe(true);
  });

  test("one reader that gives up does not take the others' answer away", async () => {
    using hub = aHub();
    const product = aWatchedProduct();
    product.logs.set('1', ['a']);
    const impatient = new AbortController();
    const gone = hub.refreshBuffer(product.provider, first(product), impatient.signal);
    const other = hub.refreshBuffer(product.provider, first(product), never);
    impatient.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('disconnected');
    expect((await other).lastSeq).toBe(1);
  });
});

test('what only we know is shown to watchers as well', async () => {
  using hub = aHub();
  const product = aWatchedProduct();
  hub.observed.noteCancelRequested(aBackup({ status: 'RUNNING' }));
  const { topic } = hub.watch(product.provider, first(product), forState);
  expect(topic.backup.status).toBe('CANCELLING');
  await until(() => product.polls.length >= 2);
  expect(topic.backup.status).toBe('CANCELLING');
});
