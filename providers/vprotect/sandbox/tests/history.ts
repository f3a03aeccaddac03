import { describe, expect, it } from 'vitest';
import {
  ask,
  first,
  type Json,
  list,
  newMachine,
  now,
  pass,
  start,
  tasks,
} from '../../../../test/support/vprotect-sandbox.ts';
import { vprotectGuid } from '../fixtures.ts';

describe('the history', () => {
  it('covers eight months and every kind of row', async () => {
    await using sandbox = await start({ history: 300, demo: true });
    const { backups } = sandbox;
    expect(backups).toHaveLength(304);
    const statuses = new Set(backups.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([
      'FAILED',
      'INPROGRESS',
      'PARTIAL_SUCCESS',
      'QUEUED',
      'SUCCESS',
      'SUCCESS_REMOVED',
    ]);
    expect(new Set(backups.map(({ type }) => type)).size).toBe(4);
    const times = backups.flatMap(({ snapshotTime }) => snapshotTime ?? []);
    expect(now - Math.min(...times)).toBeGreaterThan(220 * 86_400_000);
    expect(new Set(times).size).toBeLessThan(times.length / 2);
    expect(Math.max(...backups.map(({ size }) => size))).toBeGreaterThan(2 ** 41);
    const isTimeless = backups.filter(({ snapshotTime, status }) => snapshotTime === null && status !== 'QUEUED');
    expect(isTimeless.length).toBeGreaterThan(1);
    for (const { status, backupTime } of isTimeless)
      expect([status, backupTime]).toEqual(['FAILED', expect.any(Number)]);
    for (const row of backups.filter(({ status }) => status === 'PARTIAL_SUCCESS'))
      expect(row.warnings).not.toEqual([]);
    expect(backups.some(({ hidden }) => hidden)).toBe(true);
    expect(backups.some(({ warningsAcknowledged }) => warningsAcknowledged)).toBe(true);
    expect(backups.some(({ statusInfo }) => statusInfo?.includes('cancelled'))).toBe(true);
    expect(new Set(backups.map(({ entity }) => entity)).size).toBe(sandbox.entities.length - 1);
    expect(backups.some(({ entity }) => entity === newMachine)).toBe(false);
    expect(await list(sandbox)).toHaveLength(304);
  });

  it('is the same for the same moment, and as long as asked for', async () => {
    await using one = await start({ history: 30, machines: 3 });
    await using other = await start({ history: 30, machines: 3 });
    expect(one.backups).toEqual(other.backups);
    expect(one.backups).toHaveLength(30);
    expect(one.backups[4]?.guid).toBe(vprotectGuid('backup', 5));
    expect(one.entities.map(({ type }) => type)).toEqual(['VM', 'VM', 'VM', 'APP', 'STORAGE', 'CLOUD']);
    const guidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const { guid } of one.backups) expect(guid).toMatch(guidShape);
  });

  it('has full backups about as large as their entity, and incremental ones far smaller', async () => {
    for (const history of [25, 300]) {
      await using sandbox = await start({ history });
      const bytes = new Map(sandbox.entities.map((one) => [one.guid, one.bytes]));
      for (const { type, entity, size } of sandbox.backups.filter(({ status }) => status.includes('SUCCESS'))) {
        const share = size / (bytes.get(entity) ?? 0);
        expect(type === 'INCREMENTAL' ? 1 - share : share).toBeGreaterThan(0.49);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  it('loses its data after 150 days', async () => {
    await using sandbox = await start();
    sandbox.startOutside(first);
    pass(sandbox, 100);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
    pass(sandbox, 151 * 86_400);
    const [row] = await ask<Json[]>(sandbox, 'GET /backups').then(({ body }) => body);
    expect(row).toMatchObject({
      status: { name: 'SUCCESS_REMOVED' },
      backupLocations: [{ status: { name: 'REMOVED' } }],
    });
  });

  it('goes on with four backups under way, one of which fails', async () => {
    await using sandbox = await start({ history: 10, demo: true });
    const underWay = () => sandbox.backups.slice(10).map(({ status }) => status);
    expect(underWay()).toEqual(['INPROGRESS', 'INPROGRESS', 'INPROGRESS', 'QUEUED']);
    const states = (await tasks(sandbox, '?states=RUNNING&states=QUEUED')).map(({ type, state }) => [
      type.name,
      state.name,
    ]);
    expect(states).toEqual([
      ['EXPORT', 'RUNNING'],
      ['STORE', 'RUNNING'],
      ['EXPORT', 'RUNNING'],
      ['EXPORT', 'QUEUED'],
    ]);
    expect(sandbox.backups[10]?.guid).toBe(vprotectGuid('backup', 11));
    pass(sandbox, 7200);
    expect(underWay()).toEqual(['SUCCESS', 'SUCCESS', 'FAILED', 'PARTIAL_SUCCESS']);
  });

  it('begins with nothing to base an incremental backup on', async () => {
    await using sandbox = await start({ history: 1 });
    expect(sandbox.backups).toMatchObject([{ parentBackup: null }]);
  });
});
