import { describe, expect, test } from 'vitest';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import { scanKey, scanProvider } from '../../src/lists/scan.ts';
import { aBackup, aProvider, never, unavailable } from '../support/model.ts';
import { aHub } from '../support/watched.ts';

describe('a scan', () => {
  test('reads at most 5,000 rows of a provider, and says that there are more', async () => {
    const limits: number[] = [];
    const provider = aProvider({
      listBackups: ({ limit }) => {
        limits.push(limit);
        return Promise.resolve({ rows: [listed(aBackup())], isEnd: false, problems: [] });
      },
    });
    const scan = await scanProvider({ provider, filter: noFilter, timeoutMs: 1_000 }, never);
    expect(limits).toEqual([5_000]);
    expect(scan).toMatchObject({ rows: [{ externalId: '1' }], problems: [{ error: { code: 'INCOMPLETE' } }] });
  });
});

test('a scan is the same whatever the order of its lists, and another one for anything else', () => {
  const provider = aProvider({});
  const key = (filter: Partial<BackupFilter>) =>
    scanKey({ provider, filter: { ...noFilter, ...filter }, timeoutMs: 1 });
  expect(key({ statuses: ['FAILED', 'RUNNING', 'FAILED'] })).toBe(key({ statuses: ['RUNNING', 'FAILED'] }));
  expect(key({ untold: new Set() })).toBe(key({}));
  const others = [
    key({}),
    key({ statuses: [] }),
    key({ statuses: ['FAILED'] }),
    key({ entityIds: ['FAILED'] }),
    key({ search: 'FAILED' }),
    key({ startedAfter: 1 }),
    key({ startedBefore: 1 }),
    scanKey({ provider: aProvider({ name: 'other' }), filter: noFilter, timeoutMs: 1 }),
  ];
  expect(new Set(others).size).toBe(others.length);
});

test('a scan that takes too long says how long it waited', async () => {
  const provider = aProvider({
    name: 'slow',
    listBackups: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(unavailable('slow')))),
  });
  const scan = await scanProvider({ provider, filter: noFilter, timeoutMs: 20 }, never);
  const message = 'slow did not answer within 0.02 s.';
  expect(scan).toMatchObject({
    rows: [],
    problems: [{ provider: 'slow', error: { code: 'PROVIDER_TIMEOUT', message } }],
  });
});

test('a fault of ours is not shown as a fault of a provider', async () => {
  const provider = aProvider({ listBackups: () => Promise.reject(new TypeError('of ours')) });
  await expect(scanProvider({ provider, filter: noFilter, timeoutMs: 1_000 }, never)).rejects.toThrow('of ours');
});

describe('many watched logs of one provider', () => {
  test('are read eight at a time', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => aBackup({ externalId: String(index), status: 'RUNNING' }));
    let open = 0;
    let most = 0;
    let read = 0;
    const provider = aProvider({
      getBackups: (ids) => Promise.resolve(ids.map((id) => rows.find(({ localId }) => localId === id) ?? null)),
      readLog: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        read++;
        return { lines: [], firstNumber: 1, hasMore: false, state: 'growing' };
      },
    });
    using hub = aHub();
    const watches = rows.map((row) => hub.watch(provider, row, { wantsLog: true }));
    await expect.poll(() => read).toBeGreaterThanOrEqual(60);
    for (const watch of watches) watch.close();
    expect(most).toBe(8);
    expect(hub.loops).toBe(0);
    expect(hub.bugs).toEqual([]);
  });
});
