/** Commands whose answer does not come: written down, sent once, looked up. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type BorgSandbox, startBorgSandbox } from '../providers/borg/sandbox.ts';
import { startLabiiSandbox } from '../providers/labii/sandbox.ts';
import { startVProtectSandbox } from '../providers/vprotect/sandbox.ts';
import { graphql } from './gql/index.ts';
import { startFaultProxy } from './support/fault-proxy.ts';
import { hangs, resetsAfter, resetsBefore } from './support/faults.ts';
import { globalId, startBorgGateway, startGateway } from './support/gateway.ts';
import { start } from './support/process.ts';

const Start = graphql(`
  mutation StartOnce($entityId: ID!, $key: String) {
    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {
      operation {
        id
        status
        kind
      }
      backup {
        id
      }
      message
      userErrors {
        code
        field
      }
    }
  }
`);

const Operation = graphql(`
  query OperationOutcome($id: ID!) {
    operation(id: $id) {
      __typename
      id
      status
      requestedAt
      resolvedAt
      provider {
        name
      }
      entity {
        externalId
      }
      backup {
        id
      }
      candidates {
        externalId
      }
      error {
        code
      }
    }
    node(id: $id) {
      id
    }
  }
`);

const accounting = globalId('BorgRepository', 'files', '/backups/accounting');
const research = globalId('BorgRepository', 'files', '/backups/research');
const isStart = (method: string, path: string) => method === 'POST' && path === '/api/backup/start';

const startsOf = (sandbox: BorgSandbox): number =>
  sandbox.requests.filter(({ method, path }) => isStart(method, path)).length;

describe('a start with an idempotency key', () => {
  it('is sent once however often it is given, also at the same moment', async () => {
    await using gateway = await startBorgGateway();
    const variables = { entityId: accounting, key: 'order-17' };
    const [first, second] = await Promise.all([gateway.query(Start, variables), gateway.query(Start, variables)]);
    const third = await gateway.query(Start, variables);
    expect(first.startBackup.operation).toMatchObject({ status: 'SUCCEEDED', kind: 'START' });
    expect(second).toEqual(first);
    expect(third.startBackup.operation).toEqual(first.startBackup.operation);
    expect(third.startBackup.backup).toEqual(first.startBackup.backup);
    expect(startsOf(gateway.sandbox)).toBe(1);
  });

  it('is CONFLICT where the key was used for something else', async () => {
    await using gateway = await startBorgGateway();
    await gateway.query(Start, { entityId: accounting, key: 'k' });
    const { startBackup } = await gateway.query(Start, { entityId: research, key: 'k' });
    expect(startBackup).toMatchObject({
      operation: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(startsOf(gateway.sandbox)).toBe(1);
  });

  it('gives the same refusal again', async () => {
    await using gateway = await startBorgGateway();
    await gateway.query(Start, { entityId: accounting });
    for (let round = 0; round < 2; round++) {
      const { startBackup } = await gateway.query(Start, { entityId: research, key: 'k' });
      expect(startBackup.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    }
    expect(startsOf(gateway.sandbox)).toBe(2);
  });

  it('needs a key that is one', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    for (const key of ['', 'x'.repeat(201)]) {
      const { startBackup } = await gateway.query(Start, { entityId: accounting, key });
      expect(startBackup.userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['input', 'idempotencyKey'] }]);
    }
  });
});

describe('a start whose answer is lost', () => {
  async function startBehindProxy(lookForSeconds: number) {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    const proxy = await startFaultProxy(sandbox.url);
    const gateway = startGateway({ providers: [{ ...sandbox.config, url: proxy.url }], ledger: { lookForSeconds } });
    return {
      sandbox,
      proxy,
      gateway,
      async [Symbol.asyncDispose]() {
        await gateway[Symbol.asyncDispose]();
        await proxy.close();
        await sandbox.close();
      },
    };
  }

  it('is an operation at once, and OUTCOME_UNKNOWN with the candidates in the end', async () => {
    await using world = await startBehindProxy(0.3);
    const { gateway, proxy, sandbox } = world;
    proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    const { startBackup } = await gateway.query(Start, { entityId: accounting, key: 'lost' });
    expect(startBackup).toMatchObject({ operation: { status: 'PENDING' }, backup: null, userErrors: [] });
    expect(startBackup.message).toContain('lost');
    const id = startBackup.operation?.id ?? '';
    await expect
      .poll(async () => (await gateway.query(Operation, { id })).operation?.status, { timeout: 10_000 })
      .toBe('OUTCOME_UNKNOWN');
    const { operation, node } = await gateway.query(Operation, { id });
    expect(operation).toMatchObject({
      __typename: 'Operation',
      provider: { name: 'files' },
      entity: { externalId: '/backups/accounting' },
      backup: null,
      candidates: [{ externalId: '21' }],
      error: { code: 'OUTCOME_UNKNOWN' },
    });
    expect(node).toEqual({ id });
    // The same key is the same command: it is not sent again.
    const again = await gateway.query(Start, { entityId: accounting, key: 'lost' });
    expect(again.startBackup.operation?.status).toBe('OUTCOME_UNKNOWN');
    expect(startsOf(sandbox)).toBe(1);
  });

  it('that never reached the product has no candidates', async () => {
    await using world = await startBehindProxy(0.3);
    world.proxy.fail(resetsBefore(), { match: isStart, times: 1 });
    const { startBackup } = await world.gateway.query(Start, { entityId: accounting });
    const id = startBackup.operation?.id ?? '';
    await expect
      .poll(async () => (await world.gateway.query(Operation, { id })).operation, { timeout: 10_000 })
      .toMatchObject({
        status: 'OUTCOME_UNKNOWN',
        candidates: [],
      });
  });

  it('is told to whoever watches the operation, and the stream completes', async () => {
    await using world = await startBehindProxy(0.3);
    world.proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    const { startBackup } = await world.gateway.query(Start, { entityId: accounting });
    const client = await world.gateway.connect();
    const seen: unknown[] = [];
    const query = 'subscription ($id: ID!) { operationChanges(id: $id) { status } }';
    for await (const { data } of client.iterate<{ operationChanges: { status: string } }>({
      query,
      variables: { id: startBackup.operation?.id },
    })) {
      seen.push(data?.operationChanges.status);
    }
    expect(seen[0]).toBe('PENDING');
    expect(seen.at(-1)).toBe('OUTCOME_UNKNOWN');
  });
});

describe('an unknown operation', () => {
  it.each([
    globalId('Operation', 'files', '00000000-0000-4000-8000-000000000000'),
    globalId('Operation', 'other', 'x'),
    globalId('BorgBackup', 'files', '3'),
    'zzz',
  ])('%s is null', async (id) => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { operation } = await gateway.query(Operation, { id });
    expect(operation).toBeNull();
  });
});

describe('a process that is killed between sending and answering', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backplane-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('has sent once, knows so after its restart, and does not send again', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 20 });
    await using proxy = await startFaultProxy(sandbox.url);
    const config = join(folder, 'killed.yaml');
    const settings = {
      providers: [{ ...sandbox.config, url: proxy.url }],
      ledger: { file: join(folder, 'ledger.db'), lookForSeconds: 1 },
    };
    await writeFile(config, stringify(settings));

    const serve = async () => {
      const running = start(['--config', config, '--port', '0']);
      const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
      const ask = async (query: string) => {
        const response = await fetch(`${origin}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        return (await response.json()) as { data: Record<string, { operation: { id: string; status: string } }> };
      };
      return { running, ask };
    };
    const command = `mutation { startBackup(input: { entityId: "${accounting}", idempotencyKey: "nightly" }) { operation { id status } } }`;

    const fault = proxy.fail(hangs('after'), { match: isStart, times: 1 });
    const first = await serve();
    const unanswered = first.ask(command).catch(() => null);
    await fault.untilHit(1);
    await expect.poll(() => sandbox.jobs.length).toBe(21);
    await first.running[Symbol.asyncDispose]();
    expect(await first.running.ended).toBe('SIGKILL');
    expect(await unanswered).toBeNull();

    const second = await serve();
    await using _ = second.running;
    const again = await second.ask(command);
    const { id } = again.data['startBackup']?.operation ?? { id: '' };
    await expect
      .poll(
        async () => {
          const { data } = await second.ask(`{ operation(id: "${id}") { status candidates { externalId } } }`);
          return data['operation'];
        },
        { timeout: 10_000 },
      )
      .toEqual({ status: 'OUTCOME_UNKNOWN', candidates: [{ externalId: '21' }] });
    expect((await second.ask(command)).data['startBackup']?.operation.id).toBe(id);
    expect(startsOf(sandbox)).toBe(1);
    expect(sandbox.jobs).toHaveLength(21);
  }, 60_000);
});

describe('a start that its product answers minutes later', () => {
  const Run = graphql(`
    mutation RunLabii($entityId: ID!) {
      startBackup(input: { entityId: $entityId }) {
        operation {
          id
          status
        }
        backup {
          id
          status
        }
      }
    }
  `);
  const Listed = graphql(`
    query ListedLabii {
      backups(first: 3) {
        nodes {
          id
          status
          endedAt
        }
      }
    }
  `);

  it('is a running backup at once, in lists too, and keeps its id when it is over', async () => {
    await using sandbox = await startLabiiSandbox({ speed: 0, history: 6 });
    const gateway = startGateway({ providers: [sandbox.config], ledger: { answerWithinSeconds: 0.2 } });
    await using _ = gateway;
    const entityId = globalId('LabiiOrganization', 'labii', sandbox.config.organizations[0]?.sid ?? '');
    const { startBackup } = await gateway.query(Run, { entityId });
    const id = startBackup.backup?.id;
    expect(startBackup).toMatchObject({ operation: { status: 'PENDING' }, backup: { status: 'RUNNING' } });
    const during = await gateway.query(Listed);
    expect(during.backups?.nodes[0]).toEqual({ id, status: 'RUNNING', endedAt: null });
    sandbox.finishPosts();
    const operation = startBackup.operation?.id ?? '';
    await expect
      .poll(async () => (await gateway.query(Operation, { id: operation })).operation)
      .toMatchObject({ status: 'SUCCEEDED', backup: { id } });
    const after = await gateway.query(Listed);
    expect(after.backups?.nodes.filter((node) => node.id === id)).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(after.backups?.nodes.some(({ status }) => status === 'RUNNING')).toBe(false);
    expect(sandbox.billed).toBe(1);
  });
});

describe('a cancelled backup whose product says FAILED', () => {
  const CancelMachine = graphql(`
    mutation CancelMachine($id: ID!) {
      cancelBackup(input: { id: $id }) {
        backup {
          status
        }
        userErrors {
          code
        }
      }
    }
  `);
  const Cancelled = graphql(`
    query CancelledMachines($id: ID!) {
      backup(id: $id) {
        status
      }
      cancelled: backups(filter: { statuses: [CANCELLED] }) {
        nodes {
          id
        }
      }
      failed: backups(first: 200, filter: { statuses: [FAILED] }) {
        nodes {
          id
        }
      }
    }
  `);

  it('is CANCELLING, then CANCELLED for good, in filters too', async () => {
    await using sandbox = await startVProtectSandbox({ speed: 0, history: 20, demo: false });
    const gateway = startGateway({ providers: [sandbox.config] });
    await using _ = gateway;
    const machine = sandbox.entities[0]?.guid ?? '';
    const { backup } = sandbox.startOutside(machine, {});
    sandbox.clock.advance(20_000);
    const id = globalId('VProtectBackup', 'machines', backup);
    const { cancelBackup } = await gateway.query(CancelMachine, { id });
    expect(cancelBackup).toMatchObject({ backup: { status: 'CANCELLING' }, userErrors: [] });
    sandbox.clock.advance(10_000);
    // Forgotten by the product, remembered here.
    sandbox.purgeAfterSeconds = 0;
    const answer = await gateway.query(Cancelled, { id });
    expect(answer.backup?.status).toBe('CANCELLED');
    expect(answer.cancelled?.nodes).toEqual([{ id }]);
    expect(answer.failed?.nodes).not.toContainEqual({ id });
    expect(sandbox.backups.find(({ guid }) => guid === backup)?.status).toBe('FAILED');
    expect(sandbox.catastrophes).toBe(0);
  });
});
