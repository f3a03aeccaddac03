import { describe, expect, it } from 'vitest';
import { type BackupFilter, noFilter } from '../../../src/core/filter.ts';
import { never } from '../../support/calls.ts';
import { answers, first, idsOf, open, page, second, to, type World, walk } from '../../support/vprotect.ts';

describe('a filter', () => {
  const listCalls = (world: World) => world.asked().filter((one) => one.includes('orderBy'));

  it('is left to the product where it can say the same', async () => {
    await using world = await open({ history: 40 });
    await page(world.provider);
    const filters: readonly (readonly [Partial<BackupFilter>, string])[] = [
      [{ statuses: ['SUCCEEDED'] }, 'status=SUCCESS&status=SUCCESS_REMOVED'],
      [{ statuses: ['RUNNING', 'SUCCEEDED_WITH_WARNINGS'] }, 'status=INPROGRESS&status=PARTIAL_SUCCESS'],
      [{ statuses: ['CANCELLED'] }, 'status=FAILED'],
      [{ types: ['SYNTHETIC'] }, 'type=SYNTHETIC'],
      [{ entityIds: [first, first] }, `protected-entity=${first}`],
    ];
    for (const [filter, query] of filters) {
      world.asked();
      await page(world.provider, { filter: { ...noFilter, ...filter } });
      expect(listCalls(world)[0]?.replace(/&?from=.*/, ''), JSON.stringify(filter)).toBe(`GET /backups?${query}`);
    }
  });

  it('of several entities makes one call for each', async () => {
    await using world = await open({ history: 60 });
    const filter = { ...noFilter, entityIds: [first, second] };
    const { rows } = await page(world.provider, { filter });
    expect(rows.every(({ entityId }) => entityId === first || entityId === second)).toBe(true);
    expect(listCalls(world).filter((one) => one.includes('protected-entity'))).toHaveLength(2);
    expect(idsOf(await walk(world.provider, filter))).toHaveLength(
      world.sandbox.backups.filter(({ entity }) => entity === first || entity === second).length,
    );
  });

  it('that no backup can match asks nothing', async () => {
    await using world = await open({ history: 5 });
    const filters: Partial<BackupFilter>[] = [
      { statuses: ['CANCELLING', 'SKIPPED'] },
      { types: ['TEMPLATE', 'ARCHIVE'] },
      { triggers: [] },
      { entityIds: ['erp-db-01', '../../..'] },
      { statuses: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    for (const filter of filters) {
      expect(await page(world.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await world.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(world.asked()).toEqual([]);
  });

  it('of the past does not ask for what waits now', async () => {
    await using world = await open({ history: 20 });
    await page(world.provider);
    world.asked();
    await page(world.provider, { filter: { ...noFilter, startedBefore: Date.UTC(2020, 0) * 1000 } });
    expect(world.asked().filter((one) => one.includes('status=QUEUED'))).toEqual([]);
  });

  it('counts by the header in one small call where the product can say all of it', async () => {
    await using world = await open({ history: 40 });
    expect(
      await world.provider.countBackups({ ...noFilter, statuses: ['SUCCEEDED'], entityIds: [first] }, never()),
    ).toBe(
      world.sandbox.backups.filter(({ status, entity }) => status.startsWith('SUCCESS') && entity === first).length,
    );
    expect(world.asked().filter((one) => one.startsWith('GET'))).toEqual([
      `GET /backups?status=SUCCESS&status=SUCCESS_REMOVED&protected-entity=${first}&page=0&size=1`,
    ]);
  });

  it('counts nothing that would have to be read row by row without end', async () => {
    await using world = await open({ history: 5 });
    world.proxy.fail(answers(200, [], { 'x-total-count': '10001' }), to('/api/backups'));
    expect(await world.provider.countBackups({ ...noFilter, statuses: ['FAILED'] }, never())).toBeNull();
    expect(world.asked().filter((one) => one.startsWith('GET'))).toEqual([]);
  });
});
