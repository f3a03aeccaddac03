import { describe, expect, it } from 'vitest';
import { noFilter } from '../../../../src/core/filter.ts';
import { never } from '../../../support/calls.ts';
import { first, nowhere, open } from '../../../support/vprotect.ts';

describe('the product’s own figures', () => {
  it('are read where they look as expected, and null where they do not', async () => {
    await using fixture = await open({ history: 40 });
    const read = () => fixture.provider.productStatistics({ ...noFilter, entityIds: [first] }, never());
    const plausible = await read();
    const own = fixture.sandbox.backups.filter(({ entity }) => entity === first);
    expect(plausible.byStatus?.reduce((sum, { count }) => sum + count, 0)).toBe(own.length);
    expect(plausible.sizes?.length).toBeGreaterThan(0);
    expect(plausible.durations?.[0]).toMatchObject({ averageExportTime: expect.any(Number) });
    expect(plausible.exportRates?.[0]).toMatchObject({ transferRate: expect.any(Number) });
    fixture.sandbox.statisticsShape = 'other';
    expect(await read()).toEqual({ byStatus: null, sizes: null, durations: null, exportRates: null, storeRates: null });
  });

  it('of one entity over time are read likewise', async () => {
    await using fixture = await open({ history: 40 });
    const span = { from: null, to: null };
    const read = (id = first) => fixture.provider.productStatistics.timeline('VM', id, span, never());
    expect((await read()).sizes?.length).toBeGreaterThan(0);
    expect(await read(nowhere)).toEqual({ sizes: [], durations: [] });
    expect(await read('..')).toEqual({ sizes: [], durations: [] });
    fixture.sandbox.statisticsShape = 'other';
    expect(await read()).toEqual({ sizes: null, durations: null });
  });

  it('of what no backup can match ask nothing', async () => {
    await using fixture = await open();
    expect((await fixture.provider.productStatistics({ ...noFilter, types: ['IMPORT'] }, never())).byStatus).toEqual(
      [],
    );
    expect(fixture.asked()).toEqual([]);
  });
});
