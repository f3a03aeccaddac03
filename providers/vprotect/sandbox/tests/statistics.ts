import { describe, expect, it } from 'vitest';
import {
  ask,
  first,
  type Json,
  type Named,
  now,
  nowhere,
  second,
  start,
  statusOf,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('figures', () => {
  const statistics = ['aggregated-statistics', 'size-statistics', 'time-statistics', 'grouped/aggregated-statistics'];

  it('have a plausible shape and another one', async () => {
    await using sandbox = await start({ history: 40 });
    const aggregated = await ask<Json[]>(sandbox, 'GET /backups/aggregated-statistics');
    expect(aggregated.body.reduce((sum, { count }) => sum + Number(count), 0)).toBe(40);
    const { body } = await ask<Json[]>(sandbox, 'GET /backups/aggregated-statistics?status=FAILED');
    expect(body).toEqual([
      { status: { name: 'FAILED', description: 'Failed' }, count: expect.any(Number), totalSize: 0 },
    ]);
    const ofTime = await ask<Json[]>(sandbox, `GET /backups/time-statistics?protected-entity=${first}`);
    expect(ofTime.body[0]).toMatchObject({
      averageExportTime: expect.any(Number),
      averageStoreTime: expect.any(Number),
    });
    for (const name of statistics) {
      sandbox.statisticsShape = 'plausible';
      const plausible = await ask<Json[]>(sandbox, `GET /backups/${name}`);
      sandbox.statisticsShape = 'other';
      const other = await ask<Json[]>(sandbox, `GET /backups/${name}`);
      expect(other.body).toHaveLength(plausible.body.length);
      expect(Object.keys(other.body[0] ?? {})).toEqual(['values']);
      expect(plausible.body[0]).not.toHaveProperty('values');
    }
  });

  it('follow the filters of the list', async () => {
    await using sandbox = await start({ history: 40 });
    for (const name of statistics) {
      expect((await ask(sandbox, `GET /backups/${name}?protected-entity=${nowhere}`)).body, name).toEqual([]);
      expect(await statusOf(sandbox, `GET /backups/${name}?status=DONE`), name).toBe(400);
    }
  });

  it('draw a line over time for one entity', async () => {
    await using sandbox = await start({ history: 40 });
    for (const kind of ['size-stats', 'time-stats']) {
      sandbox.statisticsShape = 'plausible';
      const whole = await ask<{ points: Json[] }>(sandbox, `GET /backups/timeline/${kind}/VM/${first}`);
      const late = await ask<{ points: Json[] }>(
        sandbox,
        `GET /backups/timeline/${kind}/VM/${first}?from=${now - 3_000_000_000}&to=${now}`,
      );
      expect(late.body.points.length).toBeGreaterThan(0);
      expect(late.body.points.length).toBeLessThan(whole.body.points.length);
      sandbox.statisticsShape = 'other';
      expect((await ask(sandbox, `GET /backups/timeline/${kind}/VM/${first}`)).body).toHaveProperty('series');
      expect(await statusOf(sandbox, `GET /backups/timeline/${kind}/VM/${nowhere}`)).toBe(404);
    }
  });

  it('of the transfer are a query that answers 201', async () => {
    await using sandbox = await start({ history: 40 });
    const read = (json: Json, type = 'EXPORT') => ask<Json[]>(sandbox, `POST /backups/transfer-rate/${type}`, { json });
    const all = await read({ from: 0, to: now });
    expect([all.status, all.body[0]]).toMatchObject([201, { transferRate: expect.any(Number) }]);
    const one = await read({ from: 0, to: now, protectedEntity: { guid: first } });
    expect(one.body.length).toBeLessThan(all.body.length);
    expect((await read({ from: now })).body).toEqual([]);
    expect((await read({}, 'MOUNT')).body).toEqual([]);
    expect((await read({}, 'PARTY')).status).toBe(400);
    expect((await read({ from: 'x' })).status).toBe(400);
    sandbox.postStatus = 200;
    expect((await read({})).status).toBe(200);
  });
});

describe('the grouped list', () => {
  it('has the latest backup of each entity, with its attempts counted', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ snapshotTime: now - 1000 });
    const latest = sandbox.addFinished({ snapshotTime: now - 500, status: 'FAILED' });
    sandbox.addFinished({ snapshotTime: now - 9000 });
    const other = sandbox.addFinished({ snapshotTime: now - 2000, entity: second });
    const reply = await ask<Json[]>(sandbox, 'GET /backups/grouped?orderBy=snapshotTime&direction=desc&page=0&size=5');
    expect(reply.body).toMatchObject([
      { guid: latest, attempts: 3 },
      { guid: other, attempts: 1 },
    ]);
    expect(reply.headers['x-total-count']).toBe('2');
    const failed = await ask<Json[]>(sandbox, 'GET /backups/grouped/aggregated-statistics');
    expect(failed.body.map(({ status, count }) => [(status as Named).name, count])).toEqual([
      ['FAILED', 1],
      ['SUCCESS', 1],
    ]);
  });
});
