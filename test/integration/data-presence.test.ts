/** Whether the data of a backup is still there is known, or UNKNOWN; never assumed. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/four-changes.ts';
import { globalId, startGateway, type TestGateway } from '../support/gateway.ts';

interface Row {
  readonly externalId: string;
  readonly status: string;
  readonly isRemoved: boolean;
  readonly dataPresence: string;
}
interface Page {
  readonly nodes: readonly Row[];
  readonly problems: readonly { readonly code: string; readonly provider: { readonly name: string } }[];
}

const fields = 'nodes { externalId status isRemoved dataPresence } problems { code provider { name } }';

async function pageOf(gateway: TestGateway, filter = ''): Promise<Page> {
  const { data, errors } = await gateway.askText(`{ backups(first: 100${filter}) { ${fields} } }`);
  expect(errors).toBeUndefined();
  return data?.['backups'] as Page;
}

const presenceOf = ({ nodes }: Page, id: string | number) =>
  nodes.find(({ externalId }) => externalId === String(id))?.dataPresence;

async function startBorg() {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 30 });
  const gateway = startGateway({ providers: [{ ...sandbox.config, expectEvery: '3650d' }] });
  const archiveCalls = () => sandbox.requests.filter(({ path }) => path.endsWith('/archives'));
  return {
    sandbox,
    gateway,
    archiveCalls,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

describe('the data of a Borg backup', () => {
  it('is PRESENT while its archive is listed, and REMOVED once that is pruned: one call for each repository', async () => {
    await using fixture = await startBorg();
    const [gone, kept] = fixture.sandbox.jobs.filter(
      ({ status, repository }) => status === 'completed' && repository === '/backups/accounting',
    );
    fixture.sandbox.pruned.add(gone?.id ?? 0);
    const page = await pageOf(fixture.gateway);
    expect([presenceOf(page, gone?.id ?? 0), presenceOf(page, kept?.id ?? 0)]).toEqual(['REMOVED', 'PRESENT']);
    const ended = page.nodes.filter(({ status }) => !status.startsWith('SUCCEEDED'));
    expect(new Set(ended.map(({ dataPresence }) => dataPresence))).toEqual(new Set(['UNKNOWN']));
    expect(page.problems).toEqual([]);
    const calls = fixture.archiveCalls().map(({ path }) => path);
    expect(calls.length).toBeGreaterThan(1);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it('costs nothing where nobody asks for it', async () => {
    await using fixture = await startBorg();
    await fixture.gateway.askText('{ backups(first: 100) { nodes { id status } problems { code } } }');
    expect(fixture.archiveCalls()).toEqual([]);
    await fixture.gateway.askText(
      'query ($with: Boolean = false) { backups(first: 100) { nodes { id dataPresence @include(if: $with) } problems { code } } }',
    );
    expect(fixture.archiveCalls()).toEqual([]);
  });

  it('is UNKNOWN where the archives cannot be listed, and problems says so', async () => {
    await using fixture = await startBorg();
    fixture.sandbox.failsArchives = true;
    const page = await pageOf(fixture.gateway);
    expect(new Set(page.nodes.map(({ dataPresence }) => dataPresence))).toEqual(new Set(['UNKNOWN']));
    expect(page.problems.length).toBeGreaterThan(0);
    expect(page.problems[0]).toEqual({ code: 'PROVIDER_UNAVAILABLE', provider: { name: 'files' } });
  });
});

describe('one backup or entity alone', () => {
  const ask = async (gateway: TestGateway, query: string) => {
    const { data, errors } = await gateway.askText(query);
    expect(errors).toBeUndefined();
    return data as unknown as Record<string, Record<string, unknown>>;
  };

  it('says in its problems why its presence is UNKNOWN, wherever that is selected, and asks for nothing without', async () => {
    await using fixture = await startBorg();
    const { nodes } = await pageOf(fixture.gateway);
    const id = globalId('BorgBackup', 'files', nodes.find(({ status }) => status === 'SUCCEEDED')?.externalId ?? '');
    fixture.sandbox.failsArchives = true;
    const before = fixture.archiveCalls().length;
    expect(await ask(fixture.gateway, `{ backup(id: "${id}") { problems { code } } }`)).toEqual({
      backup: { problems: [] },
    });
    expect(fixture.archiveCalls()).toHaveLength(before);
    const problems = [{ code: 'PROVIDER_UNAVAILABLE' }];
    for (const fields of ['dataPresence problems { code }', 'problems { code } dataPresence']) {
      const { backup } = await ask(fixture.gateway, `{ backup(id: "${id}") { ${fields} } }`);
      expect(backup).toEqual({ dataPresence: 'UNKNOWN', problems });
    }
    const client = await fixture.gateway.connect();
    const query = `subscription { backupProgress(id: "${id}") { ... on BackupFinished { backup { problems { code } dataPresence } } } }`;
    const events = [];
    for await (const { data } of client.iterate({ query })) events.push(data?.['backupProgress']);
    expect(events).toEqual([{ backup: { dataPresence: 'UNKNOWN', problems } }]);
  });

  it('rests on one success in all its fields, once one of them asks whether the data is there', async () => {
    await using fixture = await startBorg();
    const successes = fixture.sandbox.jobs.filter(
      ({ status, repository }) => status.startsWith('completed') && repository === '/backups/accounting',
    );
    const [newest, next] = successes.map(({ id }) => id).sort((a, b) => b - a);
    fixture.sandbox.pruned.add(newest ?? 0);
    const id = globalId('BorgRepository', 'files', '/backups/accounting');
    for (const fields of [
      'latestSuccessfulBackup { externalId } protection { dataPresence }',
      'protection { status lastSuccessAt } latestSuccessfulBackup { externalId dataPresence }',
    ]) {
      const { node } = await ask(fixture.gateway, `{ node(id: "${id}") { ... on ProtectedEntity { ${fields} } } }`);
      expect(node?.['latestSuccessfulBackup']).toMatchObject({ externalId: String(next) });
    }
    const calls = fixture.archiveCalls().length;
    const { node } = await ask(
      fixture.gateway,
      `{ node(id: "${id}") { ... on ProtectedEntity { latestSuccessfulBackup { externalId } protection { status } } } }`,
    );
    expect(node?.['latestSuccessfulBackup']).toEqual({ externalId: String(newest) });
    expect(fixture.archiveCalls()).toHaveLength(calls);
  });
});

describe('the data of a vProtect backup', () => {
  async function startMachines(isBare: boolean) {
    const sandbox = await startVProtectSandbox({ speed: 0, demo: false, history: 30 });
    sandbox.isBare = isBare;
    const gateway = startGateway({ providers: [sandbox.config] });
    return {
      sandbox,
      gateway,
      async [Symbol.asyncDispose]() {
        await gateway[Symbol.asyncDispose]();
        await sandbox.close();
      },
    };
  }

  it.each([
    ['says so in its row', false],
    ['says so in the list of places', true],
  ])('that %s is PRESENT or REMOVED, also after a success with warnings', async (_, isBare) => {
    await using fixture = await startMachines(isBare);
    const { sandbox } = fixture;
    const withData = sandbox.backups.filter(({ size }) => size > 0);
    const gone = withData.find(({ status }) => status === 'PARTIAL_SUCCESS')?.guid ?? '';
    const kept = withData.find(({ status }) => status === 'SUCCESS')?.guid ?? '';
    const expired = sandbox.addFinished({ status: 'SUCCESS_REMOVED' });
    sandbox.removeData(gone);
    const before = sandbox.requests.length;
    const page = await pageOf(fixture.gateway);
    expect([presenceOf(page, gone), presenceOf(page, kept), presenceOf(page, expired)]).toEqual([
      'REMOVED',
      'PRESENT',
      'REMOVED',
    ]);
    expect(page.nodes.find(({ externalId }) => externalId === expired)?.isRemoved).toBe(true);
    expect(page.nodes.find(({ externalId }) => externalId === kept)?.isRemoved).toBe(false);
    const calls = sandbox.requests.slice(before).filter(({ path }) => path === '/api/backup-locations');
    expect(calls).toHaveLength(isBare ? 1 : 0);
  });
});

describe('the data of a backup of Flosum or Labii', () => {
  it('is UNKNOWN: neither tells', async () => {
    await using four = await startFour();
    const page = await pageOf(four.gateway, ', filter: { kinds: [FLOSUM, LABII] }');
    expect(page.nodes.length).toBeGreaterThan(10);
    expect(new Set(page.nodes.map(({ dataPresence }) => dataPresence))).toEqual(new Set(['UNKNOWN']));
    expect(page.problems).toEqual([]);
  });
});

describe('protection', () => {
  const repository = globalId('BorgRepository', 'files', '/backups/accounting');
  const protectionOf = async (gateway: TestGateway, selected: string) => {
    const { data, errors } = await gateway.askText(
      `{ node(id: "${repository}") { ... on ProtectedEntity { protection { ${selected} } } } }`,
    );
    expect(errors).toBeUndefined();
    return (data as unknown as { node: { protection: Record<string, unknown> } }).node.protection;
  };

  it('rests on the newest success whose data is still there, and says which', async () => {
    await using fixture = await startBorg();
    const successes = fixture.sandbox.jobs.filter(
      ({ status, repository: path }) => status.startsWith('completed') && path === '/backups/accounting',
    );
    const all = 'status lastSuccessAt dataPresence';
    const first = await protectionOf(fixture.gateway, all);
    expect(first).toMatchObject({ status: 'PROTECTED', dataPresence: 'PRESENT' });
    fixture.sandbox.pruned.add(successes[0]?.id ?? 0);
    const second = await protectionOf(fixture.gateway, all);
    expect(second).toMatchObject({ status: 'PROTECTED', dataPresence: 'PRESENT' });
    expect(Date.parse(String(second['lastSuccessAt']))).toBeLessThan(Date.parse(String(first['lastSuccessAt'])));
    for (const { id } of successes) fixture.sandbox.pruned.add(id);
    expect(await protectionOf(fixture.gateway, all)).toEqual({
      status: 'NEVER_BACKED_UP',
      lastSuccessAt: null,
      dataPresence: null,
    });
  });

  it('counts what is UNKNOWN, and asks nobody where the presence is not selected', async () => {
    await using fixture = await startBorg();
    fixture.sandbox.failsArchives = true;
    expect(await protectionOf(fixture.gateway, 'status')).toEqual({ status: 'PROTECTED' });
    expect(fixture.archiveCalls()).toEqual([]);
    expect(await protectionOf(fixture.gateway, 'status dataPresence')).toEqual({
      status: 'PROTECTED',
      dataPresence: 'UNKNOWN',
    });
  });
});
