import { describe, expect, it } from 'vitest';
import {
  type Ask,
  ask,
  first,
  goneMachine,
  type Json,
  newMachine,
  nowhere,
  type Reference,
  start,
  statusOf,
} from '../../../../test/support/vprotect-sandbox.ts';
import { vprotectGuid } from '../fixtures.ts';

describe('the inventory', () => {
  it('lists machines, and no other kind of entity', async () => {
    await using sandbox = await start({ history: 60 });
    const reply = await ask<Json[]>(sandbox, 'GET /virtual-machines?orderBy=name&direction=desc&page=0&size=3');
    const names = sandbox.entities.slice(0, 8).map(({ name }) => name);
    expect(reply.body.map(({ name }) => name)).toEqual(names.toSorted().reverse().slice(0, 3));
    expect(reply.headers['x-total-count']).toBe('8');
    const all = await ask<Json[]>(sandbox, 'GET /virtual-machines');
    expect(all.body.filter(({ present }) => !present)).toMatchObject([{ guid: goneMachine }]);
    expect((await ask<Json[]>(sandbox, 'GET /virtual-machines?filter=WEB')).body).toHaveLength(2);
    expect(await statusOf(sandbox, 'GET /virtual-machines?orderBy=colour')).toBe(400);
    const last = sandbox.backups.findLast(
      (row) => row.entity === first && row.type === 'FULL' && row.status === 'SUCCESS',
    );
    expect((await ask(sandbox, `GET /virtual-machines/${first}`)).body).toMatchObject({
      name: 'erp-db-01',
      present: true,
      backupUpToDate: last !== undefined,
      vmBackupPolicy: { name: 'Gold', rules: [{ guid: sandbox.rules[0]?.guid }] },
    });
    expect((await ask(sandbox, `GET /virtual-machines/${newMachine}`)).body).toMatchObject({ backupUpToDate: false });
    expect(await statusOf(sandbox, `GET /virtual-machines/${vprotectGuid('storage', 1)}`)).toBe(404);
  });

  it('lists the schedules of machines, with rules or, as older servers, with policies', async () => {
    await using sandbox = await start();
    const schedules = async () => (await ask<Json[]>(sandbox, 'GET /schedules?type=VM_BACKUP')).body;
    expect(await schedules()).toMatchObject([
      { name: 'Nightly full', hour: 7_200_000, interval: null, rules: [{ guid: sandbox.rules[0]?.guid }] },
      { name: 'Every hour', hour: null, interval: { frequency: 3_600_000 }, rules: [{}, {}] },
    ]);
    sandbox.schedulesHavePolicies = true;
    expect((await schedules())[0]).toMatchObject({ policies: [{ name: 'Gold' }] });
    expect((await schedules())[0]).not.toHaveProperty('rules');
    expect((await ask<Json[]>(sandbox, 'GET /schedules?type=VM_SNAPSHOT')).body).toEqual([]);
  });

  it('knows the last full backup of a machine', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished({ size: 77 });
    sandbox.addFinished({ type: 'INCREMENTAL' });
    sandbox.addFinished({ status: 'FAILED' });
    expect((await ask(sandbox, `GET /virtual-machines/${first}`)).body).toMatchObject({
      backupUpToDate: true,
      lastSuccessfulFullBackup: { guid },
      lastSuccessfulFullBackupSize: 77,
    });
  });

  it('lists destinations, and those of use for machines', async () => {
    await using sandbox = await start();
    const names = async (route: string, how: Ask = {}) =>
      (await ask<Reference[]>(sandbox, route, how)).body.map(({ name }) => name);
    expect(await names('GET /backup-destinations')).toEqual(['vault-dedup', 'offsite-s3', 'tape-yearly']);
    expect(await names('GET /backup-destinations?orderBy=name&page=1&size=2')).toEqual(['vault-dedup']);
    const usable = 'POST /backup-destinations/usable-for-vms';
    expect(await names(usable, { json: [{ guid: first }] })).toEqual(['vault-dedup', 'offsite-s3']);
    expect(await statusOf(sandbox, usable, { json: [{ guid: nowhere }] })).toBe(404);
    expect(await statusOf(sandbox, usable, { json: { guid: first } })).toBe(400);
    expect(sandbox.config).toMatchObject({
      name: 'machines',
      kind: 'vprotect',
      url: `${sandbox.url}/api`,
      destination: sandbox.destinations[0]?.guid,
    });
  });
});
