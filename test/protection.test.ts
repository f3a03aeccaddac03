/** Whether things are protected, over real sandboxes, and what it costs to know. */
import { describe, expect, it } from 'vitest';
import { type BorgSandbox, startBorgSandbox } from '../providers/borg/sandbox.ts';
import { startFlosumSandbox } from '../providers/flosum/sandbox.ts';
import { startLabiiSandbox } from '../providers/labii/sandbox.ts';
import type { Sandbox } from '../providers/sandbox-kit.ts';
import { startVProtectSandbox } from '../providers/vprotect/sandbox.ts';
import { graphql } from './gql/index.ts';
import { globalId, startGateway } from './support/gateway.ts';

const Protections = graphql(`
  query Protections($first: Int, $after: String, $filter: ProtectedEntityFilter) {
    protectedEntities(first: $first, after: $after, filter: $filter) {
      totalCount
      nodes {
        externalId
        provider {
          name
        }
        protection {
          status
          lastSuccessAt
          expectedEverySeconds
          failuresSinceLastSuccess
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      problems {
        provider {
          name
        }
        entity {
          externalId
        }
        code
      }
    }
  }
`);

const Latest = graphql(`
  query LatestOfMany($filter: ProtectedEntityFilter) {
    protectedEntities(first: 200, filter: $filter) {
      nodes {
        externalId
        latestBackup {
          externalId
        }
        latestSuccessfulBackup {
          externalId
        }
      }
    }
  }
`);

const Overdue = graphql(`
  query Overdue($filter: BackupFilter) {
    backupStatistics(filter: $filter) {
      overdueEntities
    }
  }
`);

const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
/** As Borg UI writes it. */
const borgTime = (hours: number): string => ago(hours).replace('Z', '000+00:00');

function addBorg(sandbox: BorgSandbox, repository: string, hours: number, status = 'completed'): string {
  // It takes an hour.
  const times = { started_at: borgTime(hours + 1), completed_at: borgTime(hours) };
  return String(sandbox.addFinished({ repository, status: status as 'completed', ...times }));
}

const stopped = { speed: 0, demo: false } as const;

/** Gateway and sandboxes, closed together. */
async function startOver<S extends Sandbox>(sandbox: S, more: object = {}, others: readonly Sandbox[] = []) {
  const gateway = startGateway({
    providers: [{ ...sandbox.config, ...more }, ...others.map(({ config }) => config)],
  });
  return {
    sandbox,
    ...gateway,
    async protections(filter: object = {}) {
      const { protectedEntities } = await gateway.query(Protections, { first: 200, filter });
      return new Map(protectedEntities?.nodes.map(({ externalId, protection }) => [externalId, protection]));
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all([sandbox, ...others].map((one) => one.close()));
    },
  };
}

const startEmptyBorg = async (more: object = {}) =>
  startOver(await startBorgSandbox({ ...stopped, history: 0 }), { expectEvery: '24h', entities: {}, ...more });

const [accounting, research, warehouse, mirror, mail] = [
  '/backups/accounting',
  '/backups/research',
  '/backups/warehouse-laptops',
  '/backups/partner-mirror',
  '/backups/mail',
];

/** Accounting and mail are well; research is late; everything else was never backed up. */
function addNight(sandbox: BorgSandbox): void {
  addBorg(sandbox, accounting, 2);
  addBorg(sandbox, mail, 3);
  addBorg(sandbox, research, 30);
}

describe('protection', () => {
  it('goes by the end of the newest success and by what is expected of the entity', async () => {
    await using gateway = await startEmptyBorg({
      entities: { [research]: { expectEvery: '7d' }, [warehouse]: { expectEvery: 'none' } },
    });
    const { sandbox } = gateway;
    addBorg(sandbox, accounting, 23.9);
    addBorg(sandbox, mail, 24.1);
    addBorg(sandbox, research, 100);
    addBorg(sandbox, warehouse, 10_000);
    const all = await gateway.protections();
    const day = { expectedEverySeconds: 86_400, failuresSinceLastSuccess: 0 };
    expect(all.get(accounting)).toMatchObject({ status: 'PROTECTED', ...day });
    expect(all.get(mail)).toMatchObject({ status: 'OVERDUE', ...day });
    expect(all.get(research)).toMatchObject({ status: 'PROTECTED', expectedEverySeconds: 604_800 });
    expect(all.get(warehouse)).toMatchObject({ status: 'PROTECTED', expectedEverySeconds: null });
    expect(all.get(mirror)).toEqual({ status: 'NEVER_BACKED_UP', lastSuccessAt: null, ...day });
    const end = Date.parse(all.get(mail)?.lastSuccessAt ?? '');
    expect(Math.abs(Date.now() - 24.1 * hourMs - end)).toBeLessThan(60_000);
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

describe('while something is down', () => {
  it('only the Salesforce org whose jobs cannot be read is unknown', async () => {
    const sandbox = await startFlosumSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h' });
    const [down, ok, never] = sandbox.connections.map(({ id }) => id);
    for (const connectionId of [down ?? 0, ok ?? 0]) sandbox.addFinished({ connectionId, startedDate: ago(2) });
    sandbox.downConnections.add(down ?? 0);
    const all = await gateway.protections();
    expect(all.get(String(down))).toEqual({
      status: 'UNKNOWN',
      lastSuccessAt: null,
      expectedEverySeconds: 86_400,
      failuresSinceLastSuccess: null,
    });
    expect(all.get(String(ok))?.status).toBe('PROTECTED');
    expect(all.get(String(never))?.status).toBe('NEVER_BACKED_UP');
    // Whoever asks what is not protected hears of it, also where UNKNOWN is not asked for.
    const asked = { filter: { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const] } };
    const { protectedEntities } = await gateway.query(Protections, asked);
    expect(protectedEntities?.nodes.map(({ externalId }) => externalId)).not.toContain(String(down));
    expect(protectedEntities).toMatchObject({
      totalCount: null,
      pageInfo: { hasNextPage: true },
      problems: [
        { provider: { name: 'salesforce' }, entity: { externalId: String(down) }, code: 'PROVIDER_UNAVAILABLE' },
      ],
    });
    const all2 = await gateway.query(Overdue);
    expect(all2.backupStatistics?.overdueEntities).toBeNull();
    const others = [ok, never].map((id) => globalId('SalesforceOrg', 'salesforce', String(id)));
    const some = await gateway.query(Overdue, { filter: { entities: others } });
    expect(some.backupStatistics?.overdueEntities).toBe(0);
  });

  it('machines whose backups cannot be listed are UNKNOWN, and `problems` names their provider once', async () => {
    const sandbox = await startVProtectSandbox({ ...stopped, history: 60 });
    const borg = await startBorgSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, {}, [borg]);
    await gateway.protections();
    addNight(borg);
    // The machines themselves stay known for a minute.
    sandbox.outage = 503;
    const filter = { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const, 'UNKNOWN' as const] };
    const { protectedEntities } = await gateway.query(Protections, { first: 200, filter });
    const machines = protectedEntities?.nodes.filter(({ provider }) => provider.name === 'machines') ?? [];
    expect(machines.length).toBe(11);
    expect(new Set(machines.map(({ protection }) => JSON.stringify(protection)))).toEqual(
      new Set(
        machines.map(({ protection }) =>
          JSON.stringify({ ...protection, status: 'UNKNOWN', lastSuccessAt: null, failuresSinceLastSuccess: null }),
        ),
      ),
    );
    expect(protectedEntities?.nodes.filter(({ provider }) => provider.name === 'files').length).toBe(3);
    const codes = protectedEntities?.problems.map(({ provider, code }) => `${provider.name} ${code}`);
    expect(codes).toEqual(['machines PROVIDER_UNAVAILABLE', 'machines INCOMPLETE']);
    expect(protectedEntities?.pageInfo.hasNextPage).toBe(false);
    const overdue = await gateway.query(Overdue);
    expect(overdue.backupStatistics?.overdueEntities).toBeNull();
    const files = await gateway.query(Overdue, { filter: { kinds: ['BORG'] } });
    expect(files.backupStatistics?.overdueEntities).toBe(0);
  });

  it('a system that cannot even list what it protects is in `problems`, and its overdue ones are nobody’s number', async () => {
    await using gateway = await startEmptyBorg();
    await gateway.sandbox.close();
    const { protectedEntities } = await gateway.query(Protections, { filter: { protection: ['OVERDUE'] } });
    expect(protectedEntities).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: true },
      problems: [{ provider: { name: 'files' }, code: 'PROVIDER_UNAVAILABLE' }],
    });
    const overdue = await gateway.query(Overdue);
    expect(overdue.backupStatistics?.overdueEntities).toBeNull();
  });
});

describe('a list by protection', () => {
  it('has those that are asked for, in pages that fit each other', async () => {
    await using gateway = await startEmptyBorg();
    addNight(gateway.sandbox);
    const read = async (protection: readonly ('PROTECTED' | 'OVERDUE' | 'NEVER_BACKED_UP' | 'UNKNOWN')[]) => [
      ...(await gateway.protections({ protection })).keys(),
    ];
    expect(await read(['OVERDUE'])).toEqual([research]);
    expect(await read(['PROTECTED'])).toEqual([accounting, mail]);
    expect(await read(['UNKNOWN'])).toEqual([]);
    expect(await read([])).toEqual([]);
    const bad = await read(['OVERDUE', 'NEVER_BACKED_UP']);
    expect(bad).toHaveLength(4);

    const filter = { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const] };
    const paged: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 4; page++) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask(after);
      expect(answer?.totalCount).toBe(4);
      paged.push(...(answer?.nodes.map(({ externalId }) => externalId) ?? []));
      after = answer?.pageInfo.endCursor ?? null;
      expect(answer?.pageInfo.hasNextPage).toBe(page < 3);
    }
    expect(paged).toEqual(bad);
    async function ask(from: string | null) {
      return (await gateway.query(Protections, { first: 1, after: from, filter })).protectedEntities;
    }
    const other = await gateway.ask(Protections, { after, filter: { protection: ['OVERDUE'] } });
    expect(other.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('goes with the rest of the filter, and only looks at what matches that', async () => {
    const flosum = await startFlosumSandbox({ ...stopped, history: 0 });
    const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h' }, [flosum]);
    addNight(sandbox);
    const found = await gateway.protections({
      kinds: ['BORG'],
      search: 'ma',
      protection: ['PROTECTED', 'NEVER_BACKED_UP'],
    });
    expect([...found.keys()]).toEqual([mail]);
    expect(flosum.requests).toEqual([]);
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

describe('the latest backups of many entities', () => {
  it('are each entity’s own, in one list of each system that has one', async () => {
    await using gateway = await startEmptyBorg();
    const { sandbox } = gateway;
    const good = addBorg(sandbox, mail, 9);
    const bad = addBorg(sandbox, mail, 2, 'failed');
    const one = addBorg(sandbox, research, 5);
    await gateway.query(Latest, {});
    sandbox.requests.length = 0;
    const { protectedEntities } = await gateway.query(Latest, { filter: { search: '/ma' } });
    expect(protectedEntities?.nodes).toEqual([
      { externalId: mail, latestBackup: { externalId: bad }, latestSuccessfulBackup: { externalId: good } },
    ]);
    sandbox.requests.length = 0;
    const all = await gateway.query(Latest, {});
    expect(all.protectedEntities?.nodes.find(({ externalId }) => externalId === research)).toEqual({
      externalId: research,
      latestBackup: { externalId: one },
      latestSuccessfulBackup: { externalId: one },
    });
    // One for either question, or one for both: the list of all holds every answer, and its end proves what there is not.
    const lists = sandbox.requests.filter(({ path }) => path === '/api/backup/jobs');
    expect(lists.length).toBeLessThanOrEqual(2);
  });

  it('fail each by itself, and are null only where there is none', async () => {
    const sandbox = await startFlosumSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox);
    const [down, ok] = sandbox.connections.map(({ id }) => id);
    sandbox.addFinished({ connectionId: ok ?? 0 });
    sandbox.downConnections.add(down ?? 0);
    const { data, errors } = await gateway.ask(Latest, {});
    expect(data?.protectedEntities?.nodes).toHaveLength(5);
    expect(errors?.map(({ path, extensions }) => [path?.slice(2), extensions['code']])).toEqual([
      [[0, 'latestBackup'], 'PROVIDER_UNAVAILABLE'],
      [[0, 'latestSuccessfulBackup'], 'PROVIDER_UNAVAILABLE'],
    ]);
    expect(data?.protectedEntities?.nodes[1]?.latestBackup).toBeTruthy();
    expect(data?.protectedEntities?.nodes[2]).toMatchObject({ latestBackup: null, latestSuccessfulBackup: null });
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
    expect(of('machines')).toEqual(new Set(['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP']));
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
      protection: ['PROTECTED' as const, 'OVERDUE' as const, 'NEVER_BACKED_UP' as const, 'UNKNOWN' as const],
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
