/** Commands whose answer does not come: written down, sent once, looked up. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { resetsAfter, resetsBefore } from '../support/faults.ts';
import { globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { accounting, isStart, Operation, startsOf } from '../support/ledgers.ts';

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

const research = globalId('BorgRepository', 'files', '/backups/research');

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
  async function startBehindProxy(reconcileSeconds: number) {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    const proxy = await startFaultProxy(sandbox.url);
    const gateway = startGateway({ providers: [{ ...sandbox.config, url: proxy.url }], ledger: { reconcileSeconds } });
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
    await using fixture = await startBehindProxy(0.3);
    const { gateway, proxy, sandbox } = fixture;
    proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    const { startBackup } = await gateway.query(Start, { entityId: accounting, key: 'lost' });
    expect(startBackup).toMatchObject({ operation: { status: 'PENDING' }, backup: null, userErrors: [] });
    expect(startBackup.message).toContain('lost');
    const id = startBackup.operation?.id ?? '';
    await expect.poll(async () => (await gateway.query(Operation, { id })).operation?.status).toBe('OUTCOME_UNKNOWN');
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
    await using fixture = await startBehindProxy(0.3);
    fixture.proxy.fail(resetsBefore(), { match: isStart, times: 1 });
    const { startBackup } = await fixture.gateway.query(Start, { entityId: accounting });
    const id = startBackup.operation?.id ?? '';
    await expect
      .poll(async () => (await fixture.gateway.query(Operation, { id })).operation)
      .toMatchObject({
        status: 'OUTCOME_UNKNOWN',
        candidates: [],
      });
  });

  it('is sent to the watchers of the operation, and the stream completes', async () => {
    await using fixture = await startBehindProxy(0.3);
    fixture.proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    const { startBackup } = await fixture.gateway.query(Start, { entityId: accounting });
    const client = await fixture.gateway.connect();
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
