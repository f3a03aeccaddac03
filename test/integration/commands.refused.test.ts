/** What a product refuses was not done: it is told at once, everywhere alike, and nothing of it is left. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus } from '../support/faults.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { leftToNightly, shareOf } from '../support/nightly.ts';
import { auditLog } from '../support/office.ts';
import { pointAt } from '../support/point-at.ts';

/** The unit test of this kind has every status. 401 renews a session first, and has tests of its own. */
const statuses = [302, 304, 402, 404, 405, 406, 409, 411, 413, 415, 418, 423, 429, 451, 499];

interface Product {
  readonly sandbox: Sandbox;
  readonly name: string;
  readonly isLogin: (path: string) => boolean;
  readonly entity: string;
  readonly running: string;
  readonly finished: string;
  readonly settings: string;
  readonly commands: readonly (keyof typeof mutations)[];
}

const mutations = {
  start: ({ entity }: Product) => `startBackup(input: { entityId: "${entity}" })`,
  create: ({ entity, settings }: Product) => `createBackup(input: { ${settings.replace('ENTITY', entity)} })`,
  cancel: ({ running }: Product) => `cancelBackup(input: { id: "${running}" })`,
  describe: ({ finished }: Product) => `updateBackupDescription(input: { id: "${finished}", description: "x" })`,
  warn: ({ finished }: Product) => `updateBackupWarnings(input: { id: "${finished}", warnings: [] })`,
  acknowledge: ({ finished }: Product) => `acknowledgeBackupWarnings(input: { ids: ["${finished}"] })`,
};

const options = { speed: 0, history: 10, demo: false } as const;

const products: Record<string, () => Promise<Product>> = {
  async flosum() {
    const sandbox = await startFlosumSandbox({ ...options, connections: 1 });
    const entity = globalId('SalesforceOrg', 'salesforce', String(sandbox.connections[0]?.id));
    const settings = 'flosum: { entityId: "ENTITY", name: "x" }';
    const none = { running: '', finished: '', isLogin: () => false };
    return { sandbox, name: 'salesforce', entity, settings, ...none, commands: ['start', 'create'] };
  },
  async labii() {
    const [organization] = [{ sid: 'og4Rk2mPz81Qd', name: 'Quist Protein Lab' }];
    // The first generation shows a start as running for as long as it is not answered.
    const sandbox = await startLabiiSandbox({ ...options, generation: 'v1', organizations: [organization] });
    const entity = globalId('LabiiOrganization', 'labii', organization.sid);
    const settings = 'labii: { entityId: "ENTITY" }';
    const isLogin = (path: string) => path.endsWith('/accounts/auth/');
    return {
      sandbox,
      name: 'labii',
      entity,
      settings,
      running: '',
      finished: '',
      isLogin,
      commands: ['start', 'create'],
    };
  },
  async vprotect() {
    const sandbox = await startVProtectSandbox(options);
    sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
    const { backup } = sandbox.startOutside(vprotectGuid('machine', 2));
    sandbox.clock.advance(5_000);
    return {
      sandbox,
      name: 'machines',
      isLogin: (path) => path === '/api/session/login',
      entity: globalId('VProtectEntity', 'machines', vprotectGuid('machine', 1)),
      running: globalId('VProtectBackup', 'machines', backup),
      finished: globalId('VProtectBackup', 'machines', vprotectGuid('backup', 5)),
      settings: 'vprotect: { entityId: "ENTITY" }',
      commands: ['start', 'create', 'cancel', 'describe', 'warn', 'acknowledge'],
    };
  },
  async borg() {
    const sandbox = await startBorgSandbox({ ...options, manualLimit: 2 });
    const running = sandbox.startOutside('/backups/research', { script: { durationSeconds: 1000 } });
    sandbox.clock.advance(5_000);
    return {
      sandbox,
      name: 'files',
      isLogin: (path) => path === '/api/auth/login',
      entity: globalId('BorgRepository', 'files', '/backups/accounting'),
      running: globalId('BorgBackup', 'files', String(running)),
      finished: '',
      settings: 'borg: { entityId: "ENTITY" }',
      commands: ['start', 'create', 'cancel'],
    };
  },
};

async function openFixture(kind: string) {
  const product = await (products[kind] as () => Promise<Product>)();
  const { sandbox } = product;
  const proxy = await startFaultProxy(sandbox.url);
  const folder = await mkdtemp(join(tmpdir(), 'backplane-refused-'));
  const open = () =>
    startGateway({
      providers: [pointAt(sandbox.config, sandbox.url, proxy.url) as object],
      ledger: { file: join(folder, 'ledger.db'), reconcileSeconds: 60 },
    });
  let gateway = open();
  return {
    ...product,
    proxy,
    get gateway() {
      return gateway;
    },
    async restart() {
      await gateway[Symbol.asyncDispose]();
      gateway = open();
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

type Fixture = Awaited<ReturnType<typeof openFixture>>;

async function listed({ gateway }: Fixture): Promise<unknown> {
  const { data, errors } = await gateway.askText('{ backups(first: 50) { nodes { id status } problems { code } } }');
  expect(errors).toBeUndefined();
  return data?.['backups'];
}

interface Payload {
  readonly operation?: { readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

async function send(fixture: Fixture, command: keyof typeof mutations): Promise<Payload> {
  const hasOperation = ['start', 'create', 'cancel'].includes(command);
  const selected = `{ ${hasOperation ? 'operation { status }' : ''} userErrors { code message } }`;
  const { data, errors } = await fixture.gateway.askText(`mutation { it: ${mutations[command](fixture)} ${selected} }`);
  expect(errors).toBeUndefined();
  return data?.['it'] as Payload;
}

leftToNightly('each refused status of each product', 'in the gate each status is that of two products');

describe.each(Object.keys(products))('a command that %s refuses', (kind) => {
  it('was not done, whatever the status: no operation is left open, no backup shown, nothing sent later', async () => {
    await using fixture = await openFixture(kind);
    const { proxy, isLogin, commands } = fixture;
    const before = await listed(fixture);
    const client = await fixture.gateway.connect();
    const changes = client.iterate<Record<string, unknown>>({
      query: 'subscription { backupChanges { __typename } }',
    });
    const events: unknown[] = [];
    const watching = (async () => {
      for await (const { data } of changes) events.push(data);
    })();
    const sent: string[] = [];
    for (const [index, status] of shareOf(statuses, Object.keys(products).indexOf(kind), 2).entries()) {
      // Each status meets two products in the gate and each every night, and over all products each command.
      const command = commands[index % commands.length] as keyof typeof mutations;
      using fault = proxy.fail(answersStatus(status), {
        match: (method, path) => method !== 'GET' && !isLogin(path),
      });
      const { operation, userErrors } = await send(fixture, command);
      sent.push(command);
      expect(fault.hits, `${command} was sent with ${status}`).toBeGreaterThan(0);
      expect([status, command, userErrors[0]?.code]).not.toContain('OUTCOME_UNKNOWN');
      expect(userErrors).toHaveLength(1);
      expect(operation?.status ?? 'FAILED').toBe('FAILED');
    }
    const audited = await auditLog(fixture.gateway, '(first: 100)');
    expect(audited.map(({ outcome }) => outcome).filter((outcome) => !/^(REFUSED|FAILED)$/.test(outcome))).toEqual([]);
    expect(audited).toHaveLength(sent.length);
    for (const entry of audited) expect(entry.operation?.status ?? 'FAILED').toBe('FAILED');
    expect(await listed(fixture)).toEqual(before);

    const commandsBefore = proxy.requests.filter(({ method }) => method !== 'GET').length;
    await fixture.restart();
    await watching;
    expect(events).toEqual([]);
    expect(await listed(fixture)).toEqual(before);
    const after = await auditLog(fixture.gateway, '(first: 100)');
    for (const entry of after) expect(entry.operation?.status ?? 'FAILED').toBe('FAILED');
    // A login of the new process aside.
    const later = proxy.requests.filter(({ method }) => method !== 'GET').slice(commandsBefore);
    expect(later.filter(({ path }) => !isLogin(path))).toEqual([]);
  });

  it('with 408 or a 5xx may have been done, and is looked up', async () => {
    await using fixture = await openFixture(kind);
    const { proxy, isLogin, commands } = fixture;
    for (const [index, status] of [408, 500, 503].entries()) {
      const command = commands[index % commands.length] as keyof typeof mutations;
      using _ = proxy.fail(answersStatus(status), { match: (method, path) => method !== 'GET' && !isLogin(path) });
      const { operation, userErrors } = await send(fixture, command);
      if (operation) expect([status, operation.status]).toEqual([status, 'PENDING']);
      else expect([status, userErrors[0]?.code]).toEqual([status, 'OUTCOME_UNKNOWN']);
    }
  });
});
