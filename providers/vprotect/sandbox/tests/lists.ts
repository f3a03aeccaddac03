import { describe, expect, it } from 'vitest';
import { ask, guids, type Json, list, type Row, start, statusOf } from '../../../../test/support/vprotect-sandbox.ts';

describe('the list of backups', () => {
  it('comes whole without a size, and in pages from 0 with one', async () => {
    await using sandbox = await start({ history: 25 });
    const whole = await ask<Row[]>(sandbox, 'GET /backups?orderBy=snapshotTime&direction=desc');
    expect([whole.body.length, whole.headers['x-total-count']]).toEqual([25, '25']);
    expect(await list(sandbox, '?orderBy=snapshotTime&direction=desc&page=1')).toEqual(whole.body);
    const pages = [];
    for (const page of [0, 1, 2, 3]) {
      const query = `?orderBy=snapshotTime&direction=desc&page=${page}&size=10`;
      const reply = await ask<Row[]>(sandbox, `GET /backups${query}`);
      expect(reply.headers['x-total-count']).toBe('25');
      pages.push(reply.body);
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5, 0]);
    expect(pages.flat()).toEqual(whole.body);
    expect(await list(sandbox, '?orderBy=snapshotTime&direction=desc&size=10')).toEqual(pages[0]);
  });

  it('grants smaller pages than asked for, and leaves the total out, when it is told to', async () => {
    await using sandbox = await start({ history: 25 });
    sandbox.maxPageSize = 8;
    sandbox.withoutTotalHeader = true;
    const pages = await Promise.all([0, 1].map((page) => ask<Row[]>(sandbox, `GET /backups?page=${page}&size=20`)));
    expect(pages.map(({ body }) => body.length)).toEqual([8, 8]);
    expect(pages.flatMap(({ body }) => guids(body))).toEqual(guids(await list(sandbox)).slice(0, 16));
    expect(pages[0]?.headers).not.toHaveProperty('x-total-count');
    expect(await list(sandbox)).toHaveLength(25);
  });

  it('shifts under a reader when a row comes in', async () => {
    await using sandbox = await start({ history: 12 });
    const page = (number: number) => list(sandbox, `?orderBy=snapshotTime&direction=desc&page=${number}&size=5`);
    const before = await page(0);
    sandbox.addFinished();
    expect(guids(await page(1))[0]).toBe(guids(before)[4]);
  });

  it('is sorted by snapshot time both ways, with equal times in the same order', async () => {
    await using sandbox = await start({ history: 60 });
    const times = (rows: readonly Row[]) => rows.map(({ snapshotTime }) => snapshotTime ?? Number.POSITIVE_INFINITY);
    const ascending = await list(sandbox, '?orderBy=snapshotTime');
    const descending = await list(sandbox, '?orderBy=snapshotTime&direction=desc');
    expect(times(ascending)).toEqual(times(ascending).toSorted((a, b) => a - b));
    expect(times(descending)).toEqual(times(ascending).toReversed());
    const common = ascending.find((row, index) => row.snapshotTime === ascending[index + 1]?.snapshotTime);
    const tied = (rows: readonly Row[]) => guids(rows.filter((row) => row.snapshotTime === common?.snapshotTime));
    expect(tied(ascending).length).toBeGreaterThan(5);
    expect(tied(descending)).toEqual(tied(ascending));
    const byGuid = tied(ascending).toSorted((a, b) => (a < b ? -1 : 1));
    expect(tied(ascending)).not.toEqual(byGuid);
    expect(tied(ascending)).not.toEqual(byGuid.toReversed());
  });

  it('puts rows without a snapshot time at either end', async () => {
    await using sandbox = await start({ history: 3 });
    const guid = sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    const place = async (direction: string) =>
      guids(await list(sandbox, `?orderBy=snapshotTime&direction=${direction}`)).indexOf(guid);
    expect([await place('asc'), await place('desc')]).toEqual([3, 0]);
    sandbox.timelessRows = 'oldest';
    expect([await place('asc'), await place('desc')]).toEqual([0, 3]);
  });

  it('refuses strange pages, directions, words and numbers', async () => {
    await using sandbox = await start();
    const strange = [
      'page=-1&size=5',
      'page=x&size=5',
      'size=0',
      'size=1.5',
      'direction=DESC',
      'direction=down',
      'status=DONE',
      'status=SUCCESS&status=success',
      'type=full',
      'protected-entity-type=Vm',
      'from=yesterday',
      'to=2026-01-01',
      'min-size=1MB',
    ];
    for (const query of strange) expect(await statusOf(sandbox, `GET /backups?${query}`), query).toBe(400);
  });

  it('refuses sort tokens as it is told to', async () => {
    await using sandbox = await start({ history: 5 });
    const codes = async () =>
      Promise.all(['snapshotTime', 'size'].map((token) => statusOf(sandbox, `GET /backups?orderBy=${token}`)));
    expect(await codes()).toEqual([200, 400]);
    sandbox.refusesOrderBy = 'all';
    expect(await codes()).toEqual([400, 400]);
    expect(await statusOf(sandbox, 'GET /backups')).toBe(200);
    sandbox.refusesOrderBy = 'none';
    expect(await codes()).toEqual([200, 200]);
    expect(await list(sandbox, '?orderBy=size&direction=desc')).toEqual(await list(sandbox));
  });

  it('has rows with or without the fields of the older documents', async () => {
    await using sandbox = await start({ history: 25 });
    const [row] = await list(sandbox, '?status=PARTIAL_SUCCESS&status=SUCCESS');
    expect(Object.keys(row ?? {})).toEqual(
      expect.arrayContaining(['size', 'warningsPresent', 'hidden', 'taskTimeStats', 'backupLocations', 'backupRule']),
    );
    expect(row).toMatchObject({
      status: { name: 'SUCCESS', description: 'Success' },
      protectedEntity: { name: expect.any(String), type: { name: expect.any(String) } },
      backupLocations: [{ status: { name: 'PRESENT', description: 'Present' } }],
    });
    sandbox.isBare = true;
    const [bare] = await list(sandbox, '?status=SUCCESS');
    expect(new Set(Object.keys(bare ?? {}))).toEqual(new Set(['guid', 'backupTime', 'snapshotTime', 'status', 'type']));
    const detailed = await ask<Row[]>(sandbox, 'GET /backups/detailed?status=SUCCESS');
    expect(new Set(Object.keys(detailed.body[0] ?? {}))).toEqual(new Set(['guid', 'snapshotTime', 'status', 'type']));
  });

  it('has enums as bare strings when it is told to', async () => {
    await using sandbox = await start({ history: 3 });
    sandbox.enumStyle = 'string';
    const { body } = await ask<Json[]>(sandbox, 'GET /backups', { undescribed: 'enumStyle' });
    expect(body[0]).toMatchObject({ status: expect.any(String), type: expect.any(String) });
    expect(body[0]?.protectedEntity).toMatchObject({ type: 'VM' });
  });

  it('is the same in its detailed form, but for the end of each backup', async () => {
    await using sandbox = await start({ history: 25 });
    const query = '?orderBy=snapshotTime&direction=desc&page=1&size=6';
    const detailed = await ask<Row[]>(sandbox, `GET /backups/detailed${query}`);
    expect(guids(detailed.body)).toEqual(guids(await list(sandbox, query)));
    expect(detailed.headers['x-total-count']).toBe('25');
    for (const row of detailed.body) expect(row).not.toHaveProperty('backupTime');
    for (const row of await list(sandbox, query)) expect(row).toHaveProperty('backupTime');
  });
});
