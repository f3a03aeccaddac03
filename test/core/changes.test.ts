import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { type ChangeEvent, changeStream, decodeChangeCursor } from '../../src/core/streams/changes/stream.ts';
import type { Hub } from '../../src/core/streams/hub.ts';
import { codeOf, thrownBy, unavailable } from './model.ts';
import { aReplayFolder } from './replay-folder.ts';
import { aHub, aWatchedProduct, forgetful, pause, until, type WatchedProduct } from './watched.ts';

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => String(from + index));

const open = (
  hub: Hub,
  products: readonly WatchedProduct[],
  after: string | null = null,
  filter: BackupFilter = noFilter,
) =>
  changeStream(
    hub,
    products.map(({ provider }) => ({ provider, filter })),
    after === null ? null : decodeChangeCursor(after),
  );

/** Type and id of backups, type and reason of gaps, type and provider of outages. */
function told(event: ChangeEvent): string {
  if (event.type === 'gap') return `gap ${event.gap.reason}`;
  if (event.type === 'stalled') return `stalled ${event.problem.provider}`;
  return `${event.type} ${event.backup.externalId} ${event.backup.status}`;
}

/** Reads on in the background. */
function follow(stream: AsyncIterableIterator<ChangeEvent>) {
  const events: ChangeEvent[] = [];
  const ended = (async () => {
    for await (const event of stream) events.push(event);
  })();
  ended.catch(() => undefined);
  return {
    events,
    ended,
    told: () => events.map(told),
    cursor: () => events.at(-1)?.cursor ?? '',
    stop: () => stream.return?.(),
  };
}

/** A look that began after now is over. */
async function looked(product: WatchedProduct): Promise<void> {
  const { looks } = product;
  await until(() => product.looks >= looks + 2);
}

let clock = 1_000;
const start = (product: WatchedProduct, id: string, fields: Partial<Backup> = {}) =>
  product.set(id, { externalId: id, localId: id, status: 'RUNNING', sortedAt: ++clock, ...fields });

describe('changes', () => {
  test('are a start, what follows, and an end, each once, whoever began it', async () => {
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
    product.set('1', { entityId: 'a', sortedAt: ++clock });
    product.set('2', { entityId: 'b', sortedAt: ++clock });
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
      before.close();
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
      after.close();
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
      store.close();
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
          product.set(one, { status: 'RUNNING', sortedAt: product.backups.get(one)?.sortedAt ?? ++clock });
        if (one && act === 'update') product.set(one, { name: `named ${++id}` });
        if (one && act === 'end')
          product.set(one, { status: 'SUCCEEDED', sortedAt: product.backups.get(one)?.sortedAt ?? ++clock });
        if (act === 'outage') product.failure = product.failure ? null : unavailable();
        // Without a cursor there is nothing to come back to.
        if (cursor === null && watcher.events.length === 0) continue;
        if (act === 'pause' || act === 'restart') {
          await leave();
          if (act === 'restart') {
            hub.close();
            store.close();
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
      store.close();
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
}, 60_000);

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
