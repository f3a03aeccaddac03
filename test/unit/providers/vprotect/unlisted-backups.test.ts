/** Backups of vProtect without a snapshot time, which may be read with the newest page and then kept for a minute. */
import { describe, expect, it } from 'vitest';
import type { List } from '../../../../providers/vprotect/lists.ts';
import type { SortedBackups, TimedPage } from '../../../../providers/vprotect/sorted.ts';
import { createUnlistedBackups } from '../../../../providers/vprotect/unlisted-backups.ts';
import type { BackupRow } from '../../../../providers/vprotect/wire.ts';

const { signal } = new AbortController();
const aRow = (guid: string, snapshotTime: number | null): BackupRow =>
  ({ guid, snapshotTime, status: { name: 'FAILED', description: null }, unreadable: [] }) as unknown as BackupRow;
const toPage = (rows: readonly BackupRow[]): TimedPage => ({ rows, lost: [], total: rows.length });

/** A product of one page, whose answers wait until they are let go. */
function aProduct() {
  const product = { rows: [aRow('timed', 1)], calls: 0, answer: Promise.resolve() };
  const page: SortedBackups['page'] = async () => {
    product.calls += 1;
    const answer = toPage(product.rows);
    await product.answer;
    return answer;
  };
  const unlisted = createUnlistedBackups('vms', {} as List<BackupRow>, { page } as SortedBackups);
  return { product, unlisted };
}

const guidsOf = async (read: Promise<{ readonly rows: readonly BackupRow[] }>): Promise<string[]> =>
  (await read).rows.map(({ guid }) => guid);

describe('backups without a snapshot time', () => {
  it('that came with the newest page are not read again', async () => {
    const { product, unlisted } = aProduct();
    product.rows = [aRow('failed', null), aRow('timed', 1)];
    expect(await unlisted.newest(10, signal)).toMatchObject({ timeless: [{ guid: 'failed' }] });
    const before = product.calls;
    expect(await guidsOf(unlisted.timeless(signal))).toEqual(['failed']);
    expect(product.calls).toBe(before);
  });

  it('are read again where a command changed something while the newest page was read', async () => {
    const { product, unlisted } = aProduct();
    let letGo: () => void = () => undefined;
    product.answer = new Promise((resolve) => {
      letGo = resolve;
    });
    const page = unlisted.newest(10, signal);
    product.rows = [aRow('failed', null), aRow('timed', 1)];
    unlisted.forget();
    letGo();
    expect(await page).toMatchObject({ timeless: [] });
    expect(await guidsOf(unlisted.timeless(signal))).toEqual(['failed']);
  });
});
