import { describe, expect, it } from 'vitest';
import { type BackupFilter, noFilter } from '../../../../src/core/filter.ts';
import { never } from '../../../support/calls.ts';
import { answers, type Fixture, first, idsOf, open, page, second, to, walk } from '../../../support/vprotect.ts';

describe('a filter', () => {
  const listCalls = (fixture: Fixture) => fixture.asked().filter((one) => one.includes('orderBy'));

  it('is left to the product where it can say the same', async () => {
    await using fixture = await open({ history: 40 });
    await page(fixture.provider);
    const filters: readonly (readonly [Partial<BackupFilter>, string])[] = [
      [{ statuses: ['SUCCEEDED'] }, 'status=SUCCESS&status=SUCCESS_REMOVED'],
      [{ statuses: ['RUNNING', 'SUCCEEDED_WITH_WARNINGS'] }, 'status=INPROGRESS&status=PARTIAL_SUCCESS'],
      [{ statuses: ['CANCELLED'] }, 'status=FAILED'],
      [{ types: ['SYNTHETIC'] }, 'type=SYNTHETIC'],
      [{ entityIds: [first, first] }, `protected-entity=${first}`],
    ];
    for (const [filter, query] of filters) {
      fixture.asked();
      await page(fixture.provider, { filter: { ...noFilter, ...filter } });
      expect(listCalls(fixture)[0]?.replace(/&?from=.*/, ''), JSON.stringify(filter)).toBe(`GET /backups?${query}`);
    }
  });

  it('of several entities makes one call for each', async () => {
    await using fixture = await open({ history: 60 });
    const filter = { ...noFilter, entityIds: [first, second] };
    const { rows } = await page(fixture.provider, { filter });
    expect(rows.every(({ entityId }) => entityId === first || entityId === second)).toBe(true);
    expect(listCalls(fixture).filter((one) => one.includes('protected-entity'))).toHaveLength(2);
    expect(idsOf(await walk(fixture.provider, filter))).toHaveLength(
      fixture.sandbox.backups.filter(({ entity }) => entity === first || entity === second).length,
    );
  });

  it('that no backup can match asks nothing', async () => {
    await using fixture = await open({ history: 5 });
    const filters: Partial<BackupFilter>[] = [
      { statuses: ['CANCELLING', 'SKIPPED'] },
      { types: ['TEMPLATE', 'ARCHIVE'] },
      { triggers: [] },
      { entityIds: ['erp-db-01', '../../..'] },
      { statuses: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    for (const filter of filters) {
      expect(await page(fixture.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await fixture.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('of the past does not ask for what waits now', async () => {
    await using fixture = await open({ history: 20 });
    await page(fixture.provider);
    fixture.asked();
    await page(fixture.provider, { filter: { ...noFilter, startedBefore: Date.UTC(2020, 0) * 1000 } });
    expect(fixture.asked().filter((one) => one.includes('status=QUEUED'))).toEqual([]);
  });

  it('counts by the header in one small call where the product can say all of it', async () => {
    await using fixture = await open({ history: 40 });
    expect(
      await fixture.provider.countBackups({ ...noFilter, statuses: ['SUCCEEDED'], entityIds: [first] }, never()),
    ).toBe(
      fixture.sandbox.backups.filter(({ status, entity }) => status.startsWith('SUCCESS') && entity === first).length,
    );
    expect(fixture.asked().filter((one) => one.startsWith('GET'))).toEqual([
      `GET /backups?status=SUCCESS&status=SUCCESS_REMOVED&protected-entity=${first}&page=0&size=1`,
    ]);
  });

  it('counts nothing that would have to be read row by row without end', async () => {
    await using fixture = await open({ history: 5 });
    fixture.proxy.fail(answers(200, [], { 'x-total-count': '10001' }), to('/api/backups'));
    expect(await fixture.provider.countBackups({ ...noFilter, statuses: ['FAILED'] }, never())).toBeNull();
    expect(fixture.asked().filter((one) => one.startsWith('GET'))).toEqual([]);
  });
});
