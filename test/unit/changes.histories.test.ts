import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangeEvent } from '../../src/streams/changes.ts';
import { follow, looked, nextTime, open, start } from '../support/followed.ts';
import { unavailable } from '../support/model.ts';
import { aReplayFolder } from '../support/replay-folder.ts';
import { aHub, aWatchedProduct } from '../support/watched.ts';

test('whatever happens, each backup is started once and finished once, and nothing else is told', async () => {
  const step = fc.record({
    act: fc.constantFrom('start', 'queue', 'run', 'update', 'end', 'outage', 'pause', 'restart', 'look'),
    pick: fc.nat(50),
    many: fc.integer({ min: 1, max: 70 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      using folder = aReplayFolder();
      const product = aWatchedProduct(['1', '2']);
      let store = folder.open();
      let hub = aHub({ store, fastMs: 1, slowMs: 3 });
      let watcher = follow(open(hub, [product]));
      await looked(product);
      const all: ChangeEvent[] = [];
      let cursor: string | null = null;
      let id = 10;
      /** Those of whom an end or a start must be told. */
      const begun = new Set<string>();
      const leave = async () => {
        await watcher.stop();
        all.push(...watcher.events);
        cursor = all.at(-1)?.cursor ?? cursor;
      };
      for (const { act, pick, many } of steps) {
        const unfinished = [...product.backups.values()].filter(({ status }) => status !== 'SUCCEEDED');
        const one = unfinished[pick % Math.max(1, unfinished.length)]?.externalId;
        if (act === 'start')
          for (let count = 0; count < many; count++) begun.add(start(product, String(++id)).externalId);
        if (act === 'queue') begun.add(start(product, String(++id), { status: 'QUEUED', sortedAt: null }).externalId);
        if (one && act === 'run')
          product.set(one, { status: 'RUNNING', sortedAt: product.backups.get(one)?.sortedAt ?? nextTime() });
        if (one && act === 'update') product.set(one, { name: `named ${++id}` });
        if (one && act === 'end')
          product.set(one, { status: 'SUCCEEDED', sortedAt: product.backups.get(one)?.sortedAt ?? nextTime() });
        if (act === 'outage') product.failure = product.failure ? null : unavailable();
        // Without a cursor there is nothing to come back to.
        if (cursor === null && watcher.events.length === 0) continue;
        if (act === 'pause' || act === 'restart') {
          await leave();
          if (act === 'restart') {
            hub.close();
            await store.close();
            store = folder.open();
            hub = aHub({ store, fastMs: 1, slowMs: 3 });
          }
          watcher = follow(open(hub, [product], cursor));
        }
        if (act === 'look' && !product.failure) await looked(product);
      }
      product.failure = null;
      await looked(product);
      await leave();
      hub.close();
      await store.close();
      expect(all.filter(({ type }) => type === 'gap')).toEqual([]);
      const told = new Map<string, string[]>();
      for (const event of all) {
        if (!('backup' in event)) continue;
        const { externalId } = event.backup;
        told.set(externalId, [...(told.get(externalId) ?? []), event.type]);
      }
      for (const [externalId, { status }] of product.backups) {
        const types = told.get(externalId) ?? [];
        const starts = begun.has(externalId) ? ['started'] : [];
        const ends = status === 'SUCCEEDED' ? ['finished'] : [];
        expect(
          types.filter((type) => type !== 'updated'),
          externalId,
        ).toEqual([...starts, ...ends]);
        expect(types.indexOf('started'), externalId).toBeLessThanOrEqual(0);
        if (ends.length > 0) expect(types.at(-1), externalId).toBe('finished');
      }
    }),
    { numRuns: 50 },
  );
});
