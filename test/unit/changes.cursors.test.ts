import { describe, expect, test } from 'vitest';
import type { Hub } from '../../src/polling/hub.ts';
import { decodeChangeCursor } from '../../src/streams/changes.ts';
import { follow, looked, open, start } from '../support/followed.ts';
import { thrownBy } from '../support/model.ts';
import { aReplayFolder } from '../support/replay-folder.ts';
import { aHub, aWatchedProduct, forgetful, pause, until, type WatchedProduct } from '../support/watched.ts';

describe('a cursor of changes', () => {
  test('goes on right after it, from any event', async () => {
    using hub = aHub();
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    for (let itemCount = 1; itemCount <= 4; itemCount++) {
      product.set('1', { itemCount });
      await until(() => watcher.events.length === itemCount);
    }
    for (const [index, { cursor }] of watcher.events.entries()) {
      const again = follow(open(hub, [product], cursor));
      await until(() => again.events.length === 3 - index);
      expect(again.events).toEqual(watcher.events.slice(index + 1));
    }
  });

  test('of changes that were evicted is a gap, then what is left', async () => {
    using hub = aHub({ changeLimits: { maxChanges: 3, maxBytes: 1_000_000, maxAgeMs: 3_600_000 } });
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    for (let itemCount = 1; itemCount <= 6; itemCount++) {
      product.set('1', { itemCount });
      await until(() => watcher.events.length === itemCount);
    }
    const [first, second, third] = watcher.events;
    for (const missed of [first, second]) {
      const late = follow(open(hub, [product], missed?.cursor));
      await until(() => late.events.length === 4);
      expect(late.told()[0]).toBe('gap EVICTED');
      expect(late.events.slice(1)).toEqual(watcher.events.slice(3));
    }
    const justInTime = follow(open(hub, [product], third?.cursor));
    await until(() => justInTime.events.length === 3);
    expect(justInTime.events).toEqual(watcher.events.slice(3));
  });

  test.each(['maxBytes', 'maxAgeMs'] as const)('goes back only as far as %s', async (limit) => {
    const changeLimits = { maxChanges: 1_000, maxBytes: 1_000_000, maxAgeMs: 3_600_000 };
    using hub = aHub({ changeLimits: { ...changeLimits, [limit]: limit === 'maxBytes' ? 2_000 : 40 } });
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    await looked(product);
    for (let itemCount = 1; itemCount <= 8; itemCount++) {
      product.set('1', { itemCount });
      await until(() => watcher.events.length === itemCount);
      await pause(10);
    }
    if (limit === 'maxBytes') expect(hub.changes.bytes).toBeLessThanOrEqual(2_000);
    const late = follow(open(hub, [product], watcher.events[0]?.cursor));
    await until(() => late.events.length > 0);
    expect(late.told()[0]).toBe('gap EVICTED');
  });

  describe('of one provider, while another one changes more than is kept,', () => {
    const changeLimits = { maxChanges: 3, maxBytes: 1_000_000, maxAgeMs: 3_600_000 };

    /** Two changes of the first provider, then six of the second. */
    async function overflow(hub: Hub, mine: WatchedProduct, other: WatchedProduct) {
      const watcher = follow(open(hub, [mine]));
      const elsewhere = follow(open(hub, [other]));
      await looked(mine);
      await looked(other);
      for (let itemCount = 0; itemCount <= 1; itemCount++) {
        mine.set('1', { itemCount });
        await until(() => watcher.events.length === itemCount + 1);
      }
      for (let itemCount = 1; itemCount <= 6; itemCount++) {
        other.set('1', { itemCount });
        await until(() => elsewhere.events.length === itemCount);
      }
      return { watcher, elsewhere };
    }

    const two = () => {
      const other = aWatchedProduct(['1'], { name: 'two' });
      other.set('1', { provider: 'two' });
      return { mine: aWatchedProduct(['1']), other };
    };

    test('has no gap, since nothing of its own is missing', async () => {
      using hub = aHub({ changeLimits });
      const { mine, other } = two();
      const { watcher, elsewhere } = await overflow(hub, mine, other);
      const late = follow(open(hub, [mine], watcher.cursor()));
      const lateElsewhere = follow(open(hub, [other], elsewhere.events[0]?.cursor));
      mine.set('1', { itemCount: 2 });
      await until(() => late.events.length === 1);
      expect(late.told()).toEqual(['updated 1 RUNNING']);
      expect(lateElsewhere.told()[0]).toBe('gap EVICTED');
    });

    test('has none either after a restart', async () => {
      using folder = aReplayFolder();
      const { mine, other } = two();
      const before = folder.open();
      const first = aHub({ changeLimits, store: before });
      const { watcher, elsewhere } = await overflow(first, mine, other);
      const early = elsewhere.events[0]?.cursor;
      first.close();
      await before.close();
      const after = folder.open();
      using hub = aHub({ changeLimits, store: after });
      const late = follow(open(hub, [mine], watcher.cursor()));
      const later = follow(open(hub, [mine], watcher.events[0]?.cursor));
      const lateElsewhere = follow(open(hub, [other], early));
      await until(() => lateElsewhere.events.length > 0 && later.events.length > 0);
      expect(later.told()[0]).toBe('gap EVICTED');
      mine.set('1', { itemCount: 2 });
      await until(() => late.events.length > 0);
      expect(late.told()).toEqual(['updated 1 RUNNING']);
      expect(lateElsewhere.told()[0]).toBe('gap EVICTED');
      await after.close();
    });

    test('does not tell how many there were', async () => {
      using hub = aHub({ changeLimits });
      const { mine, other } = two();
      const { watcher } = await overflow(hub, mine, other);
      mine.set('1', { itemCount: 2 });
      await until(() => watcher.events.length === 3);
      const positions = watcher.events
        .slice(1)
        .map(({ cursor }) => Buffer.from(decodeChangeCursor(cursor), 'base64url'));
      // The second and the ninth change: no byte of one is in its place in the other, as those of numbers would be.
      const [one, nine] = positions as [Buffer, Buffer];
      const same = [...one].filter((byte, index) => byte === nine[index]);
      expect(same.length).toBeLessThan(8);
      expect(hub.changes.locate(nine.toString('base64url'))).toBe(9);
      // Nobody can make one.
      one[0] = (one[0] ?? 0) ^ 1;
      expect(hub.changes.locate(one.toString('base64url'))).toBeNull();
    });
  });

  test('of another gateway is a gap, then what happens from now on', async () => {
    using hub = aHub();
    using other = aHub();
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(other, [product]));
    await looked(product);
    product.set('1', { itemCount: 1 });
    await until(() => watcher.events.length === 1);
    for (let itemCount = 2; itemCount <= 3; itemCount++) {
      const early = follow(open(hub, [product]));
      await looked(product);
      product.set('1', { itemCount });
      await until(() => early.events.length === 1);
    }
    const here = follow(open(hub, [product], watcher.cursor()));
    await until(() => here.events.length === 1);
    await looked(product);
    product.set('1', { itemCount: 4 });
    await until(() => here.events.length === 2);
    expect(here.told()).toEqual(['gap RESTARTED', 'updated 1 RUNNING']);
  });

  test.each(['', 'x', 'WzFd', 'A'.repeat(10_000)])('that is forged is refused', (text) => {
    expect(thrownBy(() => decodeChangeCursor(text))).toMatchObject({ code: 'BAD_USER_INPUT', field: ['after'] });
  });
});

describe('a restart', () => {
  test('finds whatever was told: a change is written down before anybody hears of it', async () => {
    let written = () => {};
    const gate = new Promise<void>((resolve) => (written = resolve));
    using hub = aHub({ store: { ...forgetful, append: () => gate } });
    const product = aWatchedProduct(['1']);
    const watcher = follow(open(hub, [product]));
    hub.started(product.provider, start(product, '2'));
    await pause(30);
    expect(watcher.events).toEqual([]);
    written();
    await until(() => watcher.events.length === 1);
  });

  test('loses and repeats nothing, also of what happened while no gateway ran', async () => {
    using folder = aReplayFolder();
    const product = aWatchedProduct(['1', '2']);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let run = 0; run < 4; run++) {
      const store = folder.open();
      using hub = aHub({ store });
      const watcher = follow(open(hub, [product], cursor));
      await looked(product);
      product.set('1', { name: `run ${run}` });
      start(product, String(10 + run));
      await looked(product);
      const left = watcher.cursor();
      await watcher.stop();
      // Told to nobody, but written down.
      product.set('2', { itemCount: run });
      const other = follow(open(hub, [product]));
      await looked(product);
      await other.stop();
      seen.push(...watcher.told());
      cursor = left;
      hub.close();
      await store.close();
      product.set('1', { name: `after ${run}` });
      start(product, String(20 + run), { status: 'SUCCEEDED' });
    }
    const run = (of: number) => [`updated 1 RUNNING`, `started ${10 + of} RUNNING`].toSorted();
    const down = (of: number) => [
      'updated 2 RUNNING',
      'updated 1 RUNNING',
      `started ${20 + of} SUCCEEDED`,
      `finished ${20 + of} SUCCEEDED`,
    ];
    expect(seen.toSorted()).toEqual(
      [...run(0), ...down(0), ...run(1), ...down(1), ...run(2), ...down(2), ...run(3)].toSorted(),
    );
  });

  test('without a file is said by a gap', async () => {
    const product = aWatchedProduct(['1']);
    using before = aHub();
    const watcher = follow(open(before, [product]));
    await looked(product);
    product.set('1', { itemCount: 1 });
    await until(() => watcher.events.length === 1);
    before.close();
    using after = aHub();
    const again = follow(open(after, [product], watcher.cursor()));
    await until(() => again.events.length === 1);
    expect(again.told()).toEqual(['gap RESTARTED']);
  });
});
