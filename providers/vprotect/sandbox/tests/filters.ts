import { describe, expect, it } from 'vitest';
import {
  first,
  guids,
  list,
  now,
  nowhere,
  second,
  start,
  statusOf,
} from '../../../../test/support/vprotect-sandbox.ts';
import type { VProtectSandbox } from '../contract.ts';

describe('a filter of the list', () => {
  type Facts = VProtectSandbox['backups'][number] & { readonly of: VProtectSandbox['entities'][number] };

  async function expectRows(sandbox: VProtectSandbox, query: string, matches: (row: Facts) => boolean): Promise<void> {
    const rows = sandbox.backups.map((row) => {
      const of = sandbox.entities.find(({ guid }) => guid === row.entity);
      if (!of) throw new Error('a backup of nothing');
      return { ...row, of };
    });
    const expected = guids(rows.filter(matches));
    expect(expected.length, `${query} is worth asking`).toBeGreaterThan(0);
    expect(expected.length, `${query} is worth asking`).toBeLessThan(rows.length);
    expect(guids(await list(sandbox, `?${query}`)), query).toEqual(expected);
  }

  it('by entity, status, type, size or chain gives what a look at each row would', async () => {
    await using sandbox = await start({ history: 120, demo: true });
    const child = sandbox.backups.find(
      ({ parentBackup, rootBackup }) => parentBackup !== null && parentBackup !== rootBackup,
    );
    await expectRows(sandbox, `protected-entity=${first}`, ({ entity }) => entity === first);
    await expectRows(sandbox, 'status=FAILED', ({ status }) => status === 'FAILED');
    await expectRows(sandbox, 'status=FAILED&status=QUEUED&status=INPROGRESS', ({ status }) =>
      ['FAILED', 'QUEUED', 'INPROGRESS'].includes(status),
    );
    await expectRows(sandbox, 'status=SUCCESS_REMOVED', ({ status }) => status === 'SUCCESS_REMOVED');
    for (const kind of ['FULL', 'INCREMENTAL', 'SYNCHRONIZATION', 'SYNTHETIC']) {
      await expectRows(sandbox, `type=${kind}`, ({ type }) => type === kind);
    }
    for (const kind of ['VM', 'APP', 'STORAGE', 'CLOUD']) {
      await expectRows(sandbox, `protected-entity-type=${kind}`, ({ of }) => of.type === kind);
    }
    const size = sandbox.backups[50]?.size ?? 0;
    await expectRows(sandbox, `min-size=${size}`, (row) => row.size >= size);
    await expectRows(
      sandbox,
      `parent-backup=${child?.parentBackup}`,
      (row) => row.parentBackup === child?.parentBackup,
    );
    await expectRows(sandbox, `root-backup=${child?.rootBackup}`, (row) => row.rootBackup === child?.rootBackup);
    await expectRows(sandbox, 'without-hidden=true', ({ hidden }) => !hidden);
    await expectRows(
      sandbox,
      'only-mountable=true',
      ({ of, status }) => of.type === 'VM' && ['SUCCESS', 'PARTIAL_SUCCESS'].includes(status),
    );
    expect(await list(sandbox, '?without-hidden=false&only-mountable=no&protected-entity-type=OS')).toEqual([]);
    expect(await list(sandbox, `?protected-entity=${nowhere}`)).toEqual([]);
  });

  it('by place, policy, project or name does so too', async () => {
    await using sandbox = await start({ history: 120 });
    const [machine] = sandbox.entities;
    if (!machine) throw new Error('no machine');
    const { policy, rule, node, hypervisor, hypervisorManager, project } = machine;
    await expectRows(sandbox, `backup-policy=${policy.guid}`, ({ of }) => of.policy.guid === policy.guid);
    const policies = `backup-policy=${nowhere}&backup-policy=${policy.guid}`;
    await expectRows(sandbox, policies, ({ of }) => of.policy.guid === policy.guid);
    await expectRows(sandbox, `backup-rule=${rule.guid}`, ({ of }) => of.rule.guid === rule.guid);
    await expectRows(sandbox, `node=${node.guid}`, ({ of }) => of.node.guid === node.guid);
    await expectRows(sandbox, `hypervisor=${hypervisor?.guid}`, ({ of }) => of.hypervisor?.guid === hypervisor?.guid);
    const manager = hypervisorManager?.guid;
    await expectRows(sandbox, `hypervisor-manager=${manager}`, ({ of }) => of.hypervisorManager?.guid === manager);
    await expectRows(sandbox, `project-uuid=${project?.guid}`, ({ of }) => of.project?.guid === project?.guid);
    const [cloud, storage] = [sandbox.entities.at(-1)?.cloudServiceProvider, sandbox.entities.at(-2)?.storageProvider];
    await expectRows(sandbox, `cloud-service-provider=${cloud?.guid}`, ({ of }) => of.type === 'CLOUD');
    await expectRows(sandbox, `storage-provider=${storage?.guid}`, ({ of }) => of.type === 'STORAGE');
    const [vault] = sandbox.destinations;
    const [daily] = sandbox.rules;
    await expectRows(sandbox, `backup-destination=${vault?.guid}`, ({ of }) => of.rule.guid === daily?.guid);
    await expectRows(sandbox, 'nameLike=ERP-', ({ of }) => of.name.startsWith('erp-'));
    await expectRows(sandbox, 'filter=kernel', ({ description }) => description !== null);
    await expectRows(sandbox, 'filter=disk%20vda', ({ statusInfo }) => statusInfo?.includes('disk vda') ?? false);
    await expectRows(sandbox, `nameLike=${encodeURIComponent('büro')}`, ({ of }) => of.name === 'Büro-Fileserver');
  });

  it('by time takes both ends in, and no row without a snapshot time', async () => {
    await using sandbox = await start({ history: 60 });
    const times = sandbox.backups.flatMap(({ snapshotTime }) => snapshotTime ?? []);
    expect(times.length).toBeLessThan(60);
    const at = times[30] ?? 0;
    const within = (row: Facts, from: number, to: number) =>
      row.snapshotTime !== null && row.snapshotTime >= from && row.snapshotTime <= to;
    await expectRows(sandbox, `from=${at}`, (row) => within(row, at, now));
    await expectRows(sandbox, `to=${at}`, (row) => within(row, 0, at));
    await expectRows(sandbox, `from=${at}&to=${at}`, (row) => row.snapshotTime === at);
    await expectRows(sandbox, `from=0`, (row) => row.snapshotTime !== null);
    expect(await list(sandbox, `?from=${at + 1}&to=${at}`)).toEqual([]);
  });

  it('fails on failures only where it is asked to', async () => {
    await using sandbox = await start();
    const asked = 'GET /backups?fail-on-non-successful=true';
    sandbox.addFinished();
    expect(await statusOf(sandbox, asked)).toBe(200);
    sandbox.addFinished({ status: 'FAILED', entity: second });
    expect(await statusOf(sandbox, asked)).toBe(500);
    expect(await statusOf(sandbox, `${asked}&protected-entity=${first}`)).toBe(200);
    expect(await statusOf(sandbox, 'GET /backups')).toBe(200);
  });
});
