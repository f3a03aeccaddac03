import { describe, expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import type { PageQuery, Provider } from '../../src/core/provider.ts';
import { createReadCache } from '../../src/lists/read-cache.ts';
import { aBackup, aProvider, never } from '../support/model.ts';

const keepReads = (provider: Provider, keptMs: number) => createReadCache(() => keptMs).keep(provider);

const query: PageQuery = { direction: 'descending', after: null, limit: 3, filter: noFilter, offset: 0 };
const request = { entityId: 'e1', name: null, description: null, nonce: 'abcd1234' };

/** A product that counts what it is asked. */
function aCountingProduct(more: Partial<Provider> = {}) {
  const asked: string[] = [];
  const count = <T>(name: string, answer: T) => {
    asked.push(name);
    return Promise.resolve(answer);
  };
  const provider = aProvider({
    listEntities: () => count('listEntities', []),
    getEntities: (ids) =>
      count(
        'getEntities',
        ids.map(() => null),
      ),
    listBackups: () => count('listBackups', { rows: [], isEnd: true, problems: [] }),
    countBackups: () => count('countBackups', 0),
    getBackups: (ids) =>
      count(
        'getBackups',
        ids.map(() => null),
      ),
    startBackup: () => count('startBackup', { backup: null, handle: null, message: null }),
    createBackup: () => count('createBackup', { backup: null, handle: null, message: null }),
    cancelBackup: () => count('cancelBackup', { backup: aBackup(), processTerminated: null }),
    updateDescription: () => count('updateDescription', aBackup()),
    updateWarnings: () => count('updateWarnings', aBackup()),
    acknowledgeWarnings: () => count('acknowledgeWarnings', [aBackup()]),
    ...more,
  });
  return { provider, asked };
}

const reads: readonly [string, (provider: Provider, other: boolean) => Promise<unknown>][] = [
  ['listEntities', (provider) => provider.listEntities(never)],
  ['getEntities', (provider, other) => provider.getEntities([other ? 'b' : 'a'], never)],
  ['listBackups', (provider, other) => provider.listBackups({ ...query, limit: other ? 4 : 3 }, never)],
  ['countBackups', (provider, other) => provider.countBackups({ ...noFilter, search: other ? 'b' : 'a' }, never)],
  ['getBackups', (provider, other) => provider.getBackups([other ? 'b' : 'a'], never)],
];

const commands: readonly [string, (provider: Provider) => Promise<unknown> | undefined][] = [
  ['startBackup', (provider) => provider.startBackup?.(request, never)],
  ['createBackup', (provider) => provider.createBackup?.({ ...request, settings: {} }, never)],
  ['cancelBackup', (provider) => provider.cancelBackup?.('1', never)],
  ['updateDescription', (provider) => provider.updateDescription?.('1', 'x', never)],
  ['updateWarnings', (provider) => provider.updateWarnings?.('1', [], never)],
  ['acknowledgeWarnings', (provider) => provider.acknowledgeWarnings?.(['1'], true, never)],
];

describe.each(reads)('%s', (name, read) => {
  test('is asked once for who asks the same within the time, and again for who asks another thing', async () => {
    const { provider, asked } = aCountingProduct();
    const kept = keepReads(provider, 60_000);
    await Promise.all([read(kept, false), read(kept, false)]);
    await read(kept, false);
    expect(asked).toEqual([name]);
    await read(kept, true);
    expect(asked).toHaveLength(name === 'listEntities' ? 1 : 2);
  });

  test('with no time is asked once for who asks at the same moment', async () => {
    const { provider, asked } = aCountingProduct();
    const kept = keepReads(provider, 0);
    await Promise.all([read(kept, false), read(kept, false)]);
    expect(asked).toEqual([name]);
    await read(kept, false);
    expect(asked).toEqual([name, name]);
  });

  test('gives up as the one who asked does, in our words', async () => {
    const { provider } = aCountingProduct();
    const kept = keepReads({ ...provider, [name]: () => new Promise(() => undefined) }, 60_000);
    const leave = new AbortController();
    const waits = [
      ['listEntities', () => kept.listEntities(leave.signal)],
      ['getEntities', () => kept.getEntities(['a'], leave.signal)],
      ['listBackups', () => kept.listBackups(query, leave.signal)],
      ['countBackups', () => kept.countBackups(noFilter, leave.signal)],
      ['getBackups', () => kept.getBackups(['a'], leave.signal)],
    ] as const;
    const waiting = waits.find(([one]) => one === name)?.[1]();
    leave.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'GatewayError', code: 'PROVIDER_TIMEOUT' });
  });
});

test('a list that differs in anything is another one', async () => {
  const { provider, asked } = aCountingProduct();
  const kept = keepReads(provider, 60_000);
  const after = { sortedAt: 1, provider: 'one', externalId: '1' };
  const others: readonly PageQuery[] = [
    query,
    { ...query, direction: 'ascending' },
    { ...query, limit: 4 },
    { ...query, offset: 1 },
    { ...query, after },
    { ...query, after: { ...after, externalId: '2' } },
    { ...query, filter: { ...noFilter, statuses: ['FAILED'] } },
    { ...query, filter: { ...noFilter, statuses: [] } },
    { ...query, filter: { ...noFilter, search: 'x' } },
    { ...query, filter: { ...noFilter, startedAfter: 1 } },
    { ...query, filter: { ...noFilter, entityIds: ['a'] } },
  ];
  for (const other of [...others, ...others]) await kept.listBackups(other, never);
  expect(asked).toHaveLength(others.length);
});

test('ids with a comma in them are not two ids', async () => {
  const { provider, asked } = aCountingProduct();
  const kept = keepReads(provider, 60_000);
  await kept.getBackups(['a', 'b'], never);
  expect(await kept.getBackups(['a,b'], never)).toHaveLength(1);
  await kept.getEntities(['a', 'b'], never);
  expect(await kept.getEntities(['a,b'], never)).toHaveLength(1);
  expect(asked).toHaveLength(4);
});

describe.each(commands)('after %s', (name, command) => {
  test('every read is new', async () => {
    const { provider, asked } = aCountingProduct();
    const kept = keepReads(provider, 60_000);
    for (const [, read] of reads) await read(kept, false);
    asked.length = 0;
    await command(kept);
    for (const [, read] of reads) await read(kept, false);
    expect(asked).toEqual([name, ...reads.map(([read]) => read)]);
  });

  test('also where it failed, and what was read while it went on is not kept', async () => {
    let fail: (error: Error) => void = () => undefined;
    const { provider, asked } = aCountingProduct({
      [name]: () => new Promise((_, reject) => (fail = reject)),
    });
    const kept = keepReads(provider, 60_000);
    await kept.listBackups(query, never);
    const failing = command(kept);
    await kept.listBackups(query, never);
    expect(asked, 'nothing from before it').toEqual(['listBackups', 'listBackups']);
    fail(new Error('lost'));
    await expect(failing).rejects.toThrow('lost');
    await kept.listBackups(query, never);
    expect(asked).toHaveLength(3);
  });
});

test('a product that cannot do it does not seem to', () => {
  const kept = keepReads(aProvider({}), 0);
  expect(Object.keys(kept).filter((name) => commands.some(([command]) => command === name))).toEqual([]);
});

test('what is made of no provider is not kept: it would be kept for ever', () => {
  expect(createReadCache(() => 60_000).keptUntil([])).toBe(0);
});

test('a command to one provider ends nothing that was made of others', async () => {
  const readCache = createReadCache(() => 60_000);
  const files = readCache.keep(aProvider({ name: 'files', cancelBackup: () => Promise.reject(new Error('refused')) }));
  const before = [
    readCache.version(['files']),
    readCache.version(['machines']),
    readCache.version(['files', 'machines']),
  ];
  await files.cancelBackup?.('1', never).catch(() => undefined);
  const after = [
    readCache.version(['files']),
    readCache.version(['machines']),
    readCache.version(['files', 'machines']),
  ];
  expect(after.map((version, index) => version !== before[index])).toEqual([true, false, true]);
});
