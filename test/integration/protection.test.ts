/** Whether things are protected, over real sandboxes, and what it costs to know. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { globalId } from '../support/gateway.ts';
import {
  accounting,
  addBorg,
  addNight,
  ago,
  hourMs,
  mail,
  mirror,
  Overdue,
  Protections,
  research,
  startEmptyBorg,
  startOver,
  stopped,
  warehouse,
} from '../support/protection.ts';

describe('protection', () => {
  it('goes by the end of the newest success and by what is expected of the entity', async () => {
    await using gateway = await startEmptyBorg({
      entities: { [research]: { expectEvery: '7d' }, [warehouse]: { expectEvery: 'none' } },
    });
    const { sandbox } = gateway;
    addBorg(sandbox, accounting, 23.9);
    addBorg(sandbox, mail, 26.5);
    addBorg(sandbox, research, 100);
    addBorg(sandbox, warehouse, 10_000);
    const all = await gateway.protections();
    const day = { expectedEverySeconds: 86_400, failuresSinceLastSuccess: 0 };
    expect(all.get(accounting)).toMatchObject({ status: 'PROTECTED', ...day });
    expect(all.get(mail)).toMatchObject({ status: 'OVERDUE', ...day });
    expect(all.get(research)).toMatchObject({ status: 'PROTECTED', expectedEverySeconds: 604_800 });
    expect(all.get(warehouse)).toMatchObject({ status: 'NO_EXPECTATION', expectedEverySeconds: null, dueAt: null });
    expect(all.get(mirror)).toEqual({
      status: 'NEVER_BACKED_UP',
      lastSuccessAt: null,
      expectedSchedule: null,
      dueAt: null,
      ...day,
    });
    const end = Date.parse(all.get(mail)?.lastSuccessAt ?? '');
    expect(Math.abs(Date.now() - 26.5 * hourMs - end)).toBeLessThan(60_000);
  });

  it('has time for the grace: of a nightly job that ends three minutes later than yesterday, too', async () => {
    await using gateway = await startEmptyBorg({
      entities: { [research]: { grace: 'none' }, [warehouse]: { expectEvery: '1h' } },
    });
    for (const repository of [mail, research]) addBorg(gateway.sandbox, repository, 24.05);
    addBorg(gateway.sandbox, warehouse, 1.4);
    addBorg(gateway.sandbox, accounting, 26.3);
    const all = await gateway.protections();
    const dueIn = (id: string) => (Date.parse(all.get(id)?.dueAt ?? '') - Date.now()) / hourMs;
    expect(all.get(mail)?.status).toBe('PROTECTED');
    expect(dueIn(mail)).toBeCloseTo(2.35, 1);
    expect(all.get(accounting)?.status).toBe('PROTECTED');
    expect(all.get(research)?.status).toBe('OVERDUE');
    expect(dueIn(research)).toBeCloseTo(-0.05, 1);
    expect(all.get(warehouse)?.status).toBe('PROTECTED');
    expect(dueIn(warehouse)).toBeCloseTo(0.1, 1);
  });

  it('goes by the slots of a schedule: a success that started at or after the last one, within its grace', async () => {
    // A slot three hours ago, whatever the time of the day is now.
    const slot = new Date(Date.now() - 3 * hourMs);
    slot.setUTCSeconds(0, 0);
    const cron = `${slot.getUTCMinutes()} ${slot.getUTCHours()} * * *`;
    await using gateway = await startEmptyBorg({
      expectEvery: `${cron} UTC`,
      entities: { [mirror]: { expectEvery: { cron, timeZone: 'UTC' }, grace: '4h' } },
    });
    const add = (repository: string, minutes: number, tookMinutes: number) =>
      gateway.sandbox.addFinished({
        repository,
        status: 'completed',
        started_at: new Date(slot.getTime() + minutes * 60_000).toISOString().replace('Z', '000+00:00'),
        completed_at: new Date(slot.getTime() + (minutes + tookMinutes) * 60_000)
          .toISOString()
          .replace('Z', '000+00:00'),
      });
    add(accounting, 0, 5);
    add(mail, 120, 30);
    add(research, -1, 100);
    add(mirror, -1, 100);
    const all = await gateway.protections();
    const told = { expectedEverySeconds: null, expectedSchedule: `${cron} UTC` };
    const tomorrow = new Date(slot.getTime() + 26.4 * hourMs).toISOString();
    expect(all.get(accounting)).toMatchObject({ status: 'PROTECTED', dueAt: tomorrow, ...told });
    expect(all.get(mail)).toMatchObject({ status: 'PROTECTED', dueAt: tomorrow, ...told });
    const today = new Date(slot.getTime() + 2.4 * hourMs).toISOString();
    expect(all.get(research)).toMatchObject({ status: 'OVERDUE', dueAt: today, ...told });
    expect(all.get(mirror)).toMatchObject({ status: 'PROTECTED', ...told });
    expect(all.get(warehouse)).toMatchObject({ status: 'NEVER_BACKED_UP', dueAt: null, ...told });
    expect((await gateway.query(Overdue)).backupStatistics?.overdueEntities).toBe(1);
  });

  it('is NO_EXPECTATION where there is a success and nothing is expected, which is neither protected nor overdue', async () => {
    await using gateway = await startEmptyBorg({ expectEvery: null, entities: { [mail]: { expectEvery: '24h' } } });
    addBorg(gateway.sandbox, accounting, 1);
    addBorg(gateway.sandbox, research, 10_000);
    addBorg(gateway.sandbox, mail, 1);
    const all = await gateway.protections();
    expect(all.get(accounting)).toMatchObject({ status: 'NO_EXPECTATION', dueAt: null });
    expect(all.get(research)).toMatchObject({ status: 'NO_EXPECTATION', lastSuccessAt: expect.any(String) });
    expect(all.get(warehouse)).toMatchObject({ status: 'NEVER_BACKED_UP' });
    const listed = async (protection: string) => [...(await gateway.protections({ protection: [protection] })).keys()];
    expect(await listed('NO_EXPECTATION')).toEqual([accounting, research]);
    expect(await listed('PROTECTED')).toEqual([mail]);
    expect((await gateway.query(Overdue)).backupStatistics?.overdueEntities).toBe(0);
  });

  it('counts what failed since, and takes a warning for a success', async () => {
    await using gateway = await startEmptyBorg();
    const { sandbox } = gateway;
    addBorg(sandbox, mail, 40);
    for (const hours of [20, 10, 5]) addBorg(sandbox, mail, hours, 'failed');
    addBorg(sandbox, mail, 4, 'cancelled');
    addBorg(sandbox, research, 9, 'failed');
    addBorg(sandbox, research, 8, 'completed_with_warnings');
    addBorg(sandbox, warehouse, 8, 'failed');
    const all = await gateway.protections();
    expect(all.get(mail)).toMatchObject({ status: 'OVERDUE', failuresSinceLastSuccess: 3 });
    expect(all.get(research)).toMatchObject({ status: 'PROTECTED', failuresSinceLastSuccess: 0 });
    expect(all.get(warehouse)).toMatchObject({ status: 'NEVER_BACKED_UP', failuresSinceLastSuccess: 1 });
  });

  it('does not count on data that was removed', async () => {
    const sandbox = await startVProtectSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h', entities: {} });
    const [removed, kept, gone] = sandbox.entities.map(({ guid }) => guid);
    const at = (hours: number) => Date.now() - hours * hourMs;
    sandbox.addFinished({ entity: removed ?? '', status: 'SUCCESS_REMOVED', snapshotTime: at(1) });
    sandbox.addFinished({ entity: removed ?? '', status: 'SUCCESS', snapshotTime: at(50) });
    sandbox.addFinished({ entity: kept ?? '', status: 'PARTIAL_SUCCESS', snapshotTime: at(2) });
    sandbox.addFinished({ entity: gone ?? '', status: 'SUCCESS_REMOVED', snapshotTime: at(2) });
    const all = await gateway.protections();
    expect(all.get(removed ?? '')?.status).toBe('OVERDUE');
    expect(all.get(kept ?? '')?.status).toBe('PROTECTED');
    expect(all.get(gone ?? '')?.status).toBe('NEVER_BACKED_UP');
  });

  it('counts failures of thousands to 100, and finds the success behind them', async () => {
    await using gateway = await startEmptyBorg({ expectEvery: '52w' });
    addBorg(gateway.sandbox, mail, 5_000);
    for (let hours = 1_500; hours > 0; hours--) addBorg(gateway.sandbox, mail, hours, 'failed');
    const all = await gateway.protections({ search: mail });
    expect(all.get(mail)).toMatchObject({ status: 'PROTECTED', failuresSinceLastSuccess: 100 });
  });
});

describe('overdueEntities', () => {
  it('counts what is overdue of the providers, kinds and entities of the filter, whatever else is in it', async () => {
    const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
    const labii = await startLabiiSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h' }, [labii]);
    addNight(sandbox);
    addBorg(sandbox, warehouse, 60);
    labii.addFinished({ date_created: ago(24 * 8).replace('Z', '000Z') });
    const count = async (filter?: object) =>
      (await gateway.query(Overdue, { filter })).backupStatistics?.overdueEntities;
    expect(await count()).toBe(3);
    expect(await count({ kinds: ['BORG'] })).toBe(2);
    expect(await count({ providers: ['labii'], statuses: [], startedAfter: ago(1), search: 'x' })).toBe(1);
    const ids = [research, accounting].map((path) => globalId('BorgRepository', 'files', path));
    expect(await count({ entities: ids })).toBe(1);
    expect(await count({ entities: [] })).toBe(0);
    // One whose provider is not selected matters no more than one of another provider.
    expect(await count({ entities: ids, kinds: ['LABII'] })).toBe(0);
  });

  it('costs nothing where it is not selected', async () => {
    await using gateway = await startEmptyBorg();
    await gateway.askText('{ backupStatistics { count } }');
    expect(gateway.sandbox.requests.filter(({ path }) => path.includes('repositories'))).toEqual([]);
  });
});

describe('the sandboxes as they come', () => {
  it('have something that is protected, something overdue and something that was never backed up', async () => {
    const borg = await startBorgSandbox();
    const others = [await startFlosumSandbox(), await startLabiiSandbox(), await startVProtectSandbox()];
    await using gateway = await startOver(borg, {}, others);
    const { protectedEntities } = await gateway.query(Protections, { first: 200 });
    const of = (kind: string) =>
      new Set(
        protectedEntities?.nodes
          .filter(({ provider }) => provider.name === kind)
          .map(({ protection }) => protection.status),
      );
    expect(of('files')).toEqual(new Set(['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP']));
    expect(of('machines')).toEqual(new Set(['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP', 'NO_EXPECTATION']));
    expect(of('salesforce')).toEqual(new Set(['PROTECTED', 'OVERDUE']));
    expect(of('labii')).toEqual(new Set(['PROTECTED']));
  });
});

describe('what is not protected right now', () => {
  it('over 200 entities of four systems costs less than 50 upstream requests', async () => {
    const organizations = Array.from({ length: 10 }, (_, index) => ({
      sid: `og${index}`,
      name: `Laboratory ${index}`,
    }));
    const borg = await startBorgSandbox({ ...stopped, history: 1000, repositories: 60 });
    const flosum = await startFlosumSandbox({ ...stopped, history: 1000, connections: 20 });
    const labii = await startLabiiSandbox({ ...stopped, history: 200, organizations });
    const vprotect = await startVProtectSandbox({ ...stopped, history: 2000, machines: 107 });
    await using gateway = await startOver(borg, {}, [flosum, labii, vprotect]);
    const sandboxes = { borg, flosum, labii, vprotect };
    // Logins, and what is kept for a while.
    await gateway.query(Protections, { first: 200 });
    for (const { requests } of Object.values(sandboxes)) requests.length = 0;
    const filter = {
      protection: [
        'PROTECTED' as const,
        'OVERDUE' as const,
        'NEVER_BACKED_UP' as const,
        'NO_EXPECTATION' as const,
        'UNKNOWN' as const,
      ],
    };
    const { protectedEntities } = await gateway.query(Protections, { first: 200, filter });
    const nodes = protectedEntities?.nodes ?? [];
    expect(nodes).toHaveLength(200);
    const statuses = new Set(nodes.map(({ protection }) => protection.status));
    expect(statuses).toContain('PROTECTED');
    expect(statuses).toContain('NEVER_BACKED_UP');
    expect(statuses).not.toContain('UNKNOWN');
    const lists = Object.fromEntries(
      Object.entries(sandboxes).map(([name, { requests }]) => [
        name,
        requests.filter(({ path }) => /backups$|jobs$|list\/$/.test(path)).length,
      ]),
    );
    // Orgs and organisations are listed each on its own; of some orgs a second page shows where equal times end.
    expect(lists['labii']).toBe(10);
    expect(lists['flosum']).toBeLessThanOrEqual(24);
    // The list of all, and one for each of the few that are not in it.
    expect(lists['borg']).toBeLessThanOrEqual(4);
    expect(lists['vprotect']).toBeLessThanOrEqual(5);
    const all = Object.values(sandboxes).reduce((sum, { requests }) => sum + requests.length, 0);
    expect(all).toBeLessThan(50);
  });
});
