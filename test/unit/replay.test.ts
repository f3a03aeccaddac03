import { describe, expect, test } from 'vitest';
import type { LogRead } from '../../src/core/provider.ts';
import { LogBuffer } from '../../src/replay/log-buffer.ts';
import { LogBuffers } from '../../src/replay/log-buffers.ts';
import type { LogPosition } from '../../src/replay/log-parts.ts';
import type { ReplayStore } from '../../src/replay/replay-file.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { aBackup, aLine } from '../support/model.ts';
import { aReplayFolder } from '../support/replay-folder.ts';
import { cpuTimer } from '../support/timing.ts';

const limits = { maxLines: 10_000, maxBytes: 10_000_000 };
const backup = aBackup({ status: 'RUNNING' });

const booksOf = (store: ReplayStore, logLimits = limits, maxLogBytes = 100_000_000) =>
  new LogBuffers({
    logLimits,
    maxLogBytes,
    store,
    onBug: (error) => {
      throw error;
    },
  });

const numbered = (texts: readonly string[], firstNumber: number): LogRead => ({
  lines: texts.map(aLine),
  firstNumber,
  hasMore: false,
  state: 'growing',
});
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

/** Lines as their text, gaps as `gap` and their reason. */
function textsOf(buffer: LogBuffer | null, from = 0): string[] {
  const texts: string[] = [];
  let seq = from;
  for (let part = buffer?.after(seq, 200); part; part = buffer?.after(seq, 200)) {
    texts.push(...(part.type === 'gap' ? [`gap ${part.gap.reason}`] : part.lines.map(({ raw }) => raw)));
    seq = part.seq;
  }
  return texts;
}

/** Of all pages of a database, also of those that are still in its journal. */
function bytesOf(file: string): number {
  const database = openDatabase(file, 'FULL');
  const sql = 'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size';
  const { bytes } = database.prepare(sql).get() as { bytes: number };
  database.close();
  return bytes;
}

describe('a log that is kept', () => {
  test('is the same after a restart, and goes on with the next line', async () => {
    using folder = aReplayFolder();
    for (let run = 0; run < 3; run++) {
      const store = folder.open();
      const buffers = booksOf(store);
      const buffer = buffers.open(backup);
      expect(textsOf(buffer)).toEqual(lines(run * 10));
      for (let part = 0; part < 2; part++) {
        buffer.add(numbered(lines(5, run * 10 + part * 5), run * 10 + part * 5 + 1));
        await buffers.save(backup, buffer);
      }
      expect(buffer.isComplete).toBe(true);
      expect(buffer.knownFromStart).toBe(run * 10 + 10);
      await store.close();
    }
  });

  test('keeps its gaps, and that its end was lost', async () => {
    using folder = aReplayFolder();
    const store = folder.open();
    const buffers = booksOf(store);
    const buffer = buffers.open(backup);
    buffer.add({ ...numbered(['a', 'b'], 1), firstNumber: null });
    await buffers.save(backup, buffer);
    buffer.addLostEnd();
    await buffers.save(backup, buffer);
    await store.close();
    const again = folder.open();
    const kept = booksOf(again).find(backup);
    expect(textsOf(kept)).toEqual(['gap UPSTREAM_TRUNCATED', 'a', 'b', 'gap UPSTREAM_TRUNCATED']);
    kept?.addLostEnd();
    expect(kept?.lastSeq).toBe(4);
    await again.close();
  });

  test('is there also where the process ends without a word', async () => {
    using folder = aReplayFolder();
    const killed = folder.open();
    const buffers = booksOf(killed);
    const buffer = buffers.open(backup);
    buffer.add(numbered(lines(3), 1));
    await buffers.save(backup, buffer);
    const store = folder.open();
    expect(textsOf(booksOf(store).find(backup))).toEqual(lines(3));
    await store.close();
    await killed.close();
  });

  test('finds the places of all runs before, and none that was never kept', async () => {
    using folder = aReplayFolder();
    const places: LogPosition[] = [];
    let lost: LogPosition | null = null;
    for (let run = 0; run < 3; run++) {
      const store = folder.open();
      const buffers = booksOf(store);
      const buffer = buffers.open(backup);
      buffer.add({ ...numbered([`x${run}`], 1), firstNumber: null });
      await buffers.save(backup, buffer);
      places.push(buffer.positionAt(buffer.lastSeq));
      buffer.add({ ...numbered([`never kept ${run}`], 1), firstNumber: null });
      lost = buffer.positionAt(buffer.lastSeq);
      await store.close();
    }
    const store = folder.open();
    const buffer = booksOf(store).find(backup);
    expect(places.map((place) => buffer?.locate(place))).toEqual([2, 4, 6]);
    expect(lost && buffer?.locate(lost)).toBeNull();
    await store.close();
  });

  test('is not more than its bounds, in memory and in the file', async () => {
    using folder = aReplayFolder();
    await folder.open().close();
    const emptyBytes = bytesOf(folder.file);
    const store = folder.open();
    const buffers = booksOf(store, { maxLines: 100, maxBytes: 1_000_000 });
    const buffer = buffers.open(backup);
    for (let part = 0; part < 200; part++) {
      buffer.add(numbered([...lines(50, part * 50), 'x'.repeat(2_000)].slice(0, 50), part * 50 + 1));
      await buffers.save(backup, buffer);
    }
    expect(store.load('log\none\n1')?.entries.length).toBeLessThanOrEqual(200);
    await store.close();
    const again = folder.open();
    const kept = booksOf(again, { maxLines: 100, maxBytes: 1_000_000 }).find(backup);
    expect(textsOf(kept)).toEqual(['gap EVICTED', ...lines(100, 9_900)]);
    await again.close();
    // The head of the log takes 76 kB twice: SQLite writes the new text of a row before it frees the pages of the old one.
    expect(bytesOf(folder.file) - emptyBytes).toBeLessThan(250_000);
  });

  test('goes when all together are too much, the one that grew longest ago first, and never the pinned one', async () => {
    using folder = aReplayFolder();
    const store = folder.open({ maxBytes: 50_000, pinned: 'changes' });
    const write = async (log: string) => {
      await store.append({ log, head: {}, entries: [JSON.stringify('x'.repeat(10_000))], lastSeq: 1, evicted: 0 });
      await new Promise((resolve) => setTimeout(resolve, 2));
    };
    for (const log of ['changes', 'a', 'b', 'c', 'a', 'd', 'e', 'f']) await write(log);
    const kept = ['changes', 'a', 'b', 'c', 'd', 'e', 'f'].filter((log) => store.load(log) !== null);
    expect(kept).toEqual(['changes', 'd', 'e', 'f']);
    await store.close();
  });

  test('goes when it is too old', async () => {
    using folder = aReplayFolder();
    const store = folder.open({ maxAgeMs: 50 });
    await store.append({ log: 'a', head: {}, entries: ['1'], lastSeq: 1, evicted: 0 });
    expect(store.load('a')).not.toBeNull();
    await store.close();
    await new Promise((resolve) => setTimeout(resolve, 80));
    const again = folder.open({ maxAgeMs: 50 });
    await again.append({ log: 'b', head: {}, entries: ['1'], lastSeq: 1, evicted: 0 });
    expect(again.load('a')).toBeNull();
    expect(again.load('b')).not.toBeNull();
    await again.close();
  });

  test('after a write that failed begins after the hole', async () => {
    using folder = aReplayFolder();
    const store = folder.open();
    await store.append({ log: 'a', head: {}, entries: ['1', '2'], lastSeq: 2, evicted: 0 });
    await store.append({ log: 'a', head: {}, entries: ['5', '6'], lastSeq: 6, evicted: 0 });
    expect(store.load('a')).toEqual({ head: {}, entries: [5, 6], lastSeq: 6 });
    await store.close();
  });

  test('that is damaged is a bug that is told, and begins anew', async () => {
    using folder = aReplayFolder();
    const store = folder.open();
    for (const [log, head, entry] of [
      ['log\none\n1', {}, '{}'],
      ['log\none\n2', new LogBuffer(limits).toKept(0).head, '{"line":{"raw":1}}'],
    ] as const)
      await store.append({ log, head, entries: [entry], lastSeq: 1, evicted: 0 });
    const bugs: unknown[] = [];
    const options = {
      logLimits: limits,
      maxLogBytes: 1_000_000,
      store,
      onBug: (error: unknown) => void bugs.push(error),
    };
    for (const externalId of ['1', '2']) {
      expect(new LogBuffers(options).open(aBackup({ externalId })).lastSeq).toBe(0);
    }
    expect(bugs).toHaveLength(2);
    await store.close();
  });

  test('that cannot be written is a bug that is told, and holds nobody up', async () => {
    using folder = aReplayFolder();
    const bugs: unknown[] = [];
    const store = folder.open({ onBug: (error) => void bugs.push(error) });
    await store.append({ log: 'a', head: { big: 1n }, entries: ['1'], lastSeq: 1, evicted: 0 });
    expect(bugs).toHaveLength(1);
    await store.append({ log: 'a', head: {}, entries: ['1'], lastSeq: 1, evicted: 0 });
    expect(store.load('a')?.entries).toEqual([1]);
    await store.close();
  });
});

test('many writes are few transactions, none of which takes long, and closing writes the rest', async () => {
  using folder = aReplayFolder();
  const store = folder.open({ maxBytes: 1_000_000_000 });
  let worstMs = 0;
  let turns = 0;
  let cpu = cpuTimer();
  const watch = setInterval(() => {
    worstMs = Math.max(worstMs, cpu.ms());
    cpu = cpuTimer();
    turns++;
  }, 1);
  const entry = JSON.stringify(aLine('x'.repeat(80)));
  const writes = Array.from({ length: 400 }, (_, index) =>
    store.append({
      log: `log ${index}`,
      head: {},
      entries: Array.from({ length: 100 }, () => entry),
      lastSeq: 100,
      evicted: 0,
    }),
  );
  await Promise.all(writes);
  clearInterval(watch);
  expect(turns, 'turns of others meanwhile').toBeGreaterThan(3);
  expect(worstMs).toBeLessThan(500);
  void store.append({ log: 'last', head: {}, entries: ['1'], lastSeq: 1, evicted: 0 });
  await store.close();
  const again = folder.open();
  expect(again.load('last')?.entries).toEqual([1]);
  await again.close();
});

test('buffers that are dropped from memory are found in the file', async () => {
  using folder = aReplayFolder();
  const store = folder.open();
  const buffers = booksOf(store, limits, 2_500);
  const all = ['1', '2', '3', '4'].map((externalId) => aBackup({ externalId, status: 'RUNNING' }));
  for (const one of all) {
    const buffer = buffers.open(one);
    buffer.add(numbered(['x'.repeat(500)], 1));
    await buffers.save(one, buffer);
  }
  for (const one of all) expect(textsOf(buffers.find(one))).toHaveLength(1);
  await store.close();
});
