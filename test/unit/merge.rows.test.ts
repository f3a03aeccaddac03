import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { type ListedBackup, listed } from '../../src/core/listed-backup.ts';
import { mergePage } from '../../src/lists/merge.ts';
import { toSources } from '../support/merged.ts';
import { aBackup, aProvider, never } from '../support/model.ts';

describe('rows of a page', () => {
  const row = (provider: string, id: number, open?: () => never): ListedBackup => {
    const whole = listed(aBackup({ provider, externalId: String(id), sortedAt: id }));
    return open ? { ...whole, open } : whole;
  };
  const unreadable = () => {
    throw new GatewayError('PROVIDER_INVALID_RESPONSE', 'not as it must be');
  };
  const answering = (name: string, rows: readonly ListedBackup[], isEnd = true) =>
    aProvider({ name, listBackups: () => Promise.resolve({ rows, isEnd, problems: [] }) });
  const newest = { direction: 'descending', after: null, size: 2 } as const;

  test('are opened only if they are on the page', async () => {
    const sources = toSources([
      answering('a', [row('a', 9), row('a', 1, unreadable)]),
      answering('b', [row('b', 8), row('b', 2, unreadable)]),
    ]);
    const page = await mergePage(sources, newest, never);
    expect(page).toMatchObject({ rows: [{ externalId: '9' }, { externalId: '8' }], hasMore: true, problems: [] });
  });

  test('that cannot be read are left out and reported, and all others are returned', async () => {
    const sources = toSources([
      answering('a', [row('a', 9), row('a', 7, unreadable), row('a', 6, unreadable), row('a', 4)]),
      answering('b', [row('b', 8)]),
      answering('c', [row('c', 5)]),
    ]);
    const page = await mergePage(sources, { ...newest, size: 3 }, never);
    expect(page.rows).toMatchObject([{ externalId: '9' }, { externalId: '8' }, { externalId: '5' }]);
    expect(page.problems).toMatchObject([
      { provider: 'a', entityId: null, error: { code: 'PROVIDER_INVALID_RESPONSE' } },
    ]);
    expect(page).toMatchObject({ hasMore: true });
    expect(page.cursorAt(2).missed).toEqual(['a']);
  });

  test('that fail because of a bug are not reported as a failure of their provider', async () => {
    const broken = () => {
      throw new TypeError('of ours');
    };
    const sources = toSources([answering('a', [row('a', 9, broken)]), answering('b', [row('b', 8)])]);
    await expect(mergePage(sources, newest, never)).rejects.toThrow('of ours');
  });

  test('may follow if a provider was not read to its end, even if no other row was read', async () => {
    const sources = toSources([answering('a', [row('a', 9)], false), answering('b', [row('b', 8)])]);
    expect(await mergePage(sources, { ...newest, size: 5 }, never)).toMatchObject({ hasMore: true });
  });

  test('are requested with the offsets of the cursor, which positions of the provider correct', async () => {
    const offsets: number[] = [];
    const positioned = aProvider({
      name: 'a',
      listBackups: ({ offset }) => {
        offsets.push(offset);
        return Promise.resolve({ rows: [row('a', 9), row('a', 7)], positions: [40, 90], isEnd: true, problems: [] });
      },
    });
    const sources = toSources([positioned, answering('b', [row('b', 8)])]);
    const page = await mergePage(sources, newest, never);
    expect([0, 1].map((index) => page.cursorAt(index).offsets)).toEqual([
      [40, 0],
      [40, 1],
    ]);
    await mergePage(sources, { ...newest, after: page.cursorAt(1) }, never);
    expect(offsets).toEqual([0, 40]);
  });

  test('that are fewer than requested without a reason are reported as INCOMPLETE', async () => {
    const sources = toSources([answering('a', [row('a', 9)], false), answering('b', [row('b', 8), row('b', 7)])]);
    const page = await mergePage(sources, newest, never);
    expect(page.problems).toMatchObject([{ provider: 'a', error: { code: 'INCOMPLETE' } }]);
  });
});
