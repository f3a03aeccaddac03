import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareIds } from '../../../../src/core/order.ts';
import { never } from '../../../support/calls.ts';
import { answers, first, letPass, open, to } from '../../../support/vprotect.ts';

afterEach(() => void vi.restoreAllMocks());

describe('the entities', () => {
  it('are the machines, and what only backups tell of', async () => {
    await using fixture = await open({ history: 60 });
    const entities = await fixture.provider.listEntities(never());
    const known = [...fixture.sandbox.entities].sort((a, b) => compareIds(a.guid, b.guid));
    expect(entities.map(({ externalId, name, details }) => [externalId, name, details])).toEqual(
      known.map(({ guid, name, type }) => [guid, name, expect.objectContaining({ guid, entityType: type })]),
    );
  });

  it('that have never been backed up are machines only', async () => {
    await using fixture = await open();
    const entities = await fixture.provider.listEntities(never());
    expect(entities.map(({ details }) => details)).toEqual(
      entities.map(() => expect.objectContaining({ entityType: 'VM' })),
    );
    expect(entities).toHaveLength(8);
  });

  it('are read in pages, once for everybody, and kept for a minute', async () => {
    await using fixture = await open({ history: 30, machines: 25 });
    fixture.sandbox.maxPageSize = 10;
    const [entities] = await Promise.all(Array.from({ length: 5 }, () => fixture.provider.listEntities(never())));
    expect(entities).toHaveLength(28);
    await fixture.provider.getEntities([first], never());
    expect(fixture.asked().filter((one) => one.includes('/virtual-machines'))).toEqual([
      'GET /virtual-machines?page=0&size=500',
      'GET /virtual-machines?page=1&size=10',
      'GET /virtual-machines?page=2&size=10',
    ]);
    letPass(61_000);
    await fixture.provider.listEntities(never());
    expect(fixture.asked()[0]).toContain('/virtual-machines');
  });
});

describe('a server that knows no pages', () => {
  it('is not asked for ever', async () => {
    await using fixture = await open();
    const machine = { guid: first, name: 'erp-db-01' };
    fixture.proxy.fail(answers(200, [machine]), to('/virtual-machines'));
    expect(await fixture.provider.listEntities(never())).toMatchObject([{ externalId: first, name: 'erp-db-01' }]);
    expect(fixture.proxy.requests.filter(({ path }) => path.includes('/virtual-machines'))).toHaveLength(2);
  });
});
