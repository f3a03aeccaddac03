/** What is found out later: after a crash, after minutes, and where a product forgets. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { hangs } from '../support/faults.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { accounting, isStart, Operation, startsOf } from '../support/ledgers.ts';
import { pointAt } from '../support/point-at.ts';
import { start } from '../support/process.ts';

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
      ledger: { file: join(folder, 'ledger.db'), reconcileSeconds: 1 },
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
      .poll(async () => {
        const { data } = await second.ask(`{ operation(id: "${id}") { status candidates { externalId } } }`);
        return data['operation'];
      })
      .toEqual({ status: 'OUTCOME_UNKNOWN', candidates: [{ externalId: '21' }] });
    expect((await second.ask(command)).data['startBackup']?.operation.id).toBe(id);
    expect(startsOf(sandbox)).toBe(1);
    expect(sandbox.jobs).toHaveLength(21);
  });
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
    const gateway = startGateway({ providers: [sandbox.config], ledger: { answerWithinSeconds: 2 } });
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

  it('and is then refused, is gone from every answer as soon as the operation says FAILED', async () => {
    await using sandbox = await startLabiiSandbox({ speed: 0, history: 6 });
    await using proxy = await startFaultProxy(sandbox.url);
    const { promise: refusal, resolve: refuse } = deferred();
    proxy.fail(
      {
        name: 'refuses late',
        async apply({ response }) {
          await refusal;
          response.writeHead(406, { 'content-type': 'application/json' }).end('["There is no room."]');
        },
      },
      { match: (method, path) => method === 'POST' && path.includes('/organizations/') },
    );
    await using gateway = startGateway({
      // Answers are kept for a minute, but not across the refusal.
      providers: [{ ...(pointAt(sandbox.config, sandbox.url, proxy.url) as object), cacheSeconds: 60 }],
      ledger: { answerWithinSeconds: 0.2 },
    });
    const client = await gateway.connect();
    const changes = client.iterate<{ backupChanges: { __typename: string; backup?: { id: string; status: string } } }>({
      query: `subscription { backupChanges { __typename
        ... on BackupStarted { backup { id status } } ... on BackupFinished { backup { id status errorMessage } } } }`,
    });
    const told: { __typename: string; backup?: object }[] = [];
    const { promise: isStarted, resolve: started } = deferred();
    const { promise: isEnded, resolve: ended } = deferred();
    const watching = (async () => {
      for await (const { data } of changes) {
        if (data) told.push(data.backupChanges);
        if (data?.backupChanges.__typename === 'BackupStarted') started();
        if (data?.backupChanges.__typename === 'BackupFinished') ended();
      }
    })();
    const entityId = globalId('LabiiOrganization', 'labii', sandbox.config.organizations[0]?.sid ?? '');
    const before = await gateway.query(Listed);
    const { startBackup } = await gateway.query(Run, { entityId });
    const id = startBackup.backup?.id ?? '';
    expect((await gateway.query(Listed)).backups?.nodes[0]).toEqual({ id, status: 'RUNNING', endedAt: null });
    const operation = startBackup.operation?.id ?? '';
    const outcome = client.iterate<{ operationChanges: { status: string } }>({
      query: `subscription { operationChanges(id: "${operation}") { status } }`,
    });
    await isStarted;
    refuse();
    for await (const { data } of outcome) if (data?.operationChanges.status === 'FAILED') break;
    expect(await gateway.query(Listed)).toEqual(before);
    const one = await gateway.askText(`{ backup(id: "${id}") { id } node(id: "${id}") { id } }`);
    expect(one.data).toEqual({ backup: null, node: null });
    await isEnded;
    const errorMessage = expect.stringContaining('There is no room');
    expect(told.map(({ __typename, backup }) => [__typename, backup])).toEqual([
      ['BackupStarted', { id, status: 'RUNNING' }],
      ['BackupFinished', { id, status: 'FAILED', errorMessage }],
    ]);
    await client.dispose();
    await watching;
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

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
