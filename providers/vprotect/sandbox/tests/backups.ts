import { describe, expect, it } from 'vitest';
import {
  ask,
  first,
  guids,
  list,
  nowhere,
  type Reference,
  second,
  start,
  statusOf,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('one backup', () => {
  it('comes without its end, and with the root of its chain', async () => {
    await using sandbox = await start({ history: 60 });
    const child = sandbox.backups.find(({ type }) => type === 'INCREMENTAL');
    const { body } = await ask(sandbox, `GET /backups/${child?.guid}`);
    expect(body).toMatchObject({
      guid: child?.guid,
      type: { name: 'INCREMENTAL' },
      parentBackup: { guid: child?.parentBackup },
      rootBackup: { guid: child?.rootBackup },
    });
    expect(body).not.toHaveProperty('backupTime');
  });

  it('is not confused with the fixed paths beside it', async () => {
    await using sandbox = await start({ history: 3 });
    for (const path of ['detailed', 'grouped', 'aggregated-statistics', 'size-statistics', 'time-statistics']) {
      expect((await ask(sandbox, `GET /backups/${path}`)).body, path).toEqual(expect.any(Array));
    }
    expect(await statusOf(sandbox, 'GET /backups/warnings-acknowledged')).toBe(404);
    expect(await statusOf(sandbox, 'GET /backups/nothing')).toBe(404);
  });

  it('is hidden by the role of the account, except for a restore', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    sandbox.hiddenEntities.add(first);
    expect(await list(sandbox)).toEqual([]);
    expect(await statusOf(sandbox, `GET /backups/${guid}`)).toBe(404);
    expect(await statusOf(sandbox, `PUT /backups/${guid}/description`, { json: { value: 'x' } })).toBe(404);
    expect((await ask(sandbox, `GET /backups/for-restore/${guid}`)).body).toMatchObject({ guid });
    expect(await statusOf(sandbox, `GET /backups/for-restore/${nowhere}`)).toBe(404);
    expect(guids((await ask<Reference[]>(sandbox, 'GET /virtual-machines')).body)).not.toContain(first);
  });

  it('goes away and comes back as somebody says', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished({ status: 'PETRIFIED' });
    expect(sandbox.backups).toMatchObject([{ guid, status: 'PETRIFIED', size: 0 }]);
    sandbox.removeBackup(guid);
    expect(await statusOf(sandbox, `GET /backups/${guid}`)).toBe(404);
    sandbox.addFinished({ guid, size: 5 });
    sandbox.addFinished({ guid, size: 6 });
    expect(await list(sandbox)).toMatchObject([{ guid, size: 6, status: { name: 'SUCCESS' } }]);
  });
});

describe('changing a backup', () => {
  const changes: readonly (readonly [path: string, json: unknown, field: string, value: unknown])[] = [
    ['description', { value: 'before the move' }, 'description', 'before the move'],
    ['warnings', [{ value: 'slow' }, { value: 'large' }], 'warnings', ['slow', 'large']],
    ['warnings-acknowledged', { value: true }, 'warningsAcknowledged', true],
  ];

  it('answers 204 without a body, and has changed it', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    const untouched = sandbox.addFinished();
    for (const [path, json, field, value] of changes) {
      const reply = await ask(sandbox, `PUT /backups/${guid}/${path}`, { json });
      expect([reply.status, reply.body], path).toEqual([204, '']);
      const { body } = await ask(sandbox, `GET /backups/${guid}`);
      expect(body[field], path).toEqual(value);
      expect((await ask(sandbox, `GET /backups/${untouched}`)).body[field], path).not.toEqual(value);
    }
    expect((await list(sandbox))[0]).toMatchObject({ warningsPresent: true });
    await ask(sandbox, `PUT /backups/${guid}/warnings-acknowledged`, { json: { value: false } });
    expect((await list(sandbox))[0]).toMatchObject({ warningsAcknowledged: false });
  });

  it('answers 200 with the printed body when it is told to', async () => {
    await using sandbox = await start();
    sandbox.printsBodies = true;
    const guid = sandbox.addFinished();
    for (const [path, json, field, value] of changes) {
      const reply = await ask(sandbox, `PUT /backups/${guid}/${path}`, { json });
      expect([reply.status, reply.body.guid, reply.body[field]], path).toEqual([200, guid, value]);
      expect('backupTime' in reply.body, path).toBe(path === 'description');
    }
    const batch = await ask(sandbox, 'PUT /backups/warnings-acknowledged', { json: { backups: [{ guid }] } });
    expect([batch.status, batch.body]).toMatchObject([200, [{ guid, warningsAcknowledged: true }]]);
  });

  it('acknowledges many at once, by reference, bare guid or entity', async () => {
    await using sandbox = await start();
    const plain = sandbox.addFinished();
    const bare = sandbox.addFinished();
    const warned = sandbox.addFinished({ entity: second, warnings: ['slow'] });
    const clean = sandbox.addFinished({ entity: second });
    const put = (json: unknown) => ask(sandbox, 'PUT /backups/warnings-acknowledged', { json });
    expect((await put({ backups: [{ guid: plain }, nowhere] })).status).toBe(404);
    const acknowledged = () => guids(sandbox.backups.filter((row) => row.warningsAcknowledged));
    expect(acknowledged()).toEqual([]);
    const reply = await put({ protectedEntities: [{ guid: second }], backups: [{ guid: plain }, bare], snapshots: [] });
    expect([reply.status, reply.body]).toEqual([204, '']);
    expect(acknowledged()).toEqual([plain, bare, warned]);
    expect(acknowledged()).not.toContain(clean);
    expect((await put({ backups: [5] })).status).toBe(400);
    expect((await put([])).status).toBe(400);
  });

  it('refuses bodies of another shape, and backups that there are not', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    const put = (path: string, json: unknown) => statusOf(sandbox, `PUT /backups/${path}`, { json });
    expect(await put(`${guid}/description`, { value: 5 })).toBe(400);
    expect(await put(`${guid}/warnings`, { value: 'x' })).toBe(400);
    expect(await put(`${guid}/warnings`, ['x'])).toBe(400);
    expect(await put(`${guid}/warnings-acknowledged`, { value: 'true' })).toBe(400);
    for (const [path, json] of changes) expect(await put(`${nowhere}/${path}`, json), path).toBe(404);
  });
});
