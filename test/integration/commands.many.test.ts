/** Starting many entities by one command. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { aToken, type GatewayOptions, globalId, startGateway } from '../support/gateway.ts';
import { startsOf } from '../support/ledgers.ts';

const StartMany = graphql(`
  mutation StartMany($input: StartBackupsInput!) {
    startBackups(input: $input) {
      results {
        entityId
        operation {
          id
          kind
          status
          entity {
            externalId
          }
        }
        userErrors {
          code
          field
        }
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** Paths that a schedule could start; the third is one that the product only observes. */
async function open(repositories = 6, options: Partial<GatewayOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 10, repositories, manualLimit: 200 });
  const gateway = startGateway({ providers: [sandbox.config], ...options });
  const idsOf = (mode: string) =>
    sandbox.repositories
      .filter((one) => (one.mode === 'observe') === (mode === 'observe'))
      .map(({ path }) => globalId('BorgRepository', 'files', path));
  return {
    sandbox,
    gateway,
    startable: idsOf('full'),
    observed: idsOf('observe'),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

describe('startBackups', () => {
  it('starts each entity once for a key, with an answer of its own', async () => {
    await using fixture = await open();
    const { gateway, sandbox, startable, observed } = fixture;
    const entityIds = [...observed.slice(0, 1), 'no id', ...startable];
    const input = { entityIds, idempotencyKey: 'morning' };
    const [first, second] = await Promise.all([
      gateway.query(StartMany, { input }),
      gateway.query(StartMany, { input }),
    ]);
    const { results, userErrors } = first.startBackups;
    expect(userErrors).toEqual([]);
    expect(results.map(({ entityId }) => entityId)).toEqual(entityIds);
    expect(results.slice(0, 2)).toMatchObject([
      { operation: null, userErrors: [{ code: 'UNSUPPORTED', field: ['input', 'entityIds', '0'] }] },
      { operation: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'entityIds', '1'] }] },
    ]);
    expect(results.slice(2).map(({ operation }) => operation)).toMatchObject(
      startable.map(() => ({ kind: 'START', status: 'SUCCEEDED' })),
    );
    expect(second).toEqual(first);
    expect(await gateway.query(StartMany, { input })).toEqual(first);
    expect(startsOf(sandbox)).toBe(startable.length);
  });

  it('is CONFLICT with the key of other entities, and then starts none of them', async () => {
    await using fixture = await open();
    const { gateway, sandbox, startable } = fixture;
    const [one = '', two = '', three = ''] = startable;
    await gateway.query(StartMany, { input: { entityIds: [one, two], idempotencyKey: 'k' } });
    for (const entityIds of [[one], [two, one], [three, two], [one, two, three], ['no id', three]]) {
      const { startBackups } = await gateway.query(StartMany, { input: { entityIds, idempotencyKey: 'k' } });
      expect(startBackups).toMatchObject({
        results: [],
        userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
      });
    }
    const { startBackups } = await gateway.query(StartMany, { input: { entityIds: [three], idempotencyKey: '' } });
    expect(startBackups).toMatchObject({ results: [], userErrors: [{ code: 'BAD_USER_INPUT' }] });
    expect(startsOf(sandbox)).toBe(2);
  });

  it('takes 1 to 100 different ids', async () => {
    await using fixture = await open();
    const { gateway, sandbox, startable } = fixture;
    const [one = ''] = startable;
    const many = Array.from({ length: 101 }, (_, index) => globalId('BorgRepository', 'files', `/${index}`));
    for (const entityIds of [[], many, [one, one]]) {
      const { startBackups } = await gateway.query(StartMany, { input: { entityIds } });
      expect(startBackups).toMatchObject({ results: [], userErrors: [{ code: 'BAD_USER_INPUT' }] });
      expect(startBackups.userErrors[0]?.field?.slice(0, 2)).toEqual(['input', 'entityIds']);
    }
    expect(startsOf(sandbox)).toBe(0);
  });

  it('takes exactly 100 with the default limits, and refuses one more with the number', async () => {
    await using fixture = await open(102, { auth: { tokens: [aToken('ann'), aToken('bob')] } });
    const { gateway, sandbox, startable } = fixture;
    const ask = async (viewer: string, count: number) =>
      (await gateway.as(viewer).query(StartMany, { input: { entityIds: startable.slice(0, count) } })).startBackups;
    expect(await ask('ann', 101)).toEqual({
      results: [],
      userErrors: [
        {
          code: 'BAD_USER_INPUT',
          message: '"entityIds" has 101 ids; 1 to 100 are taken at once.',
          field: ['input', 'entityIds'],
        },
      ],
    });
    expect(startsOf(sandbox)).toBe(0);
    const { results, userErrors } = await ask('bob', 100);
    expect(userErrors).toEqual([]);
    expect(new Set(results.map(({ operation }) => operation?.status))).toEqual(new Set(['SUCCEEDED']));
    expect(results.map(({ operation }) => operation?.entity?.externalId)).toEqual(
      sandbox.repositories
        .filter(({ mode }) => mode === 'full')
        .slice(0, 100)
        .map(({ path }) => path),
    );
    expect(startsOf(sandbox)).toBe(100);
  });

  it('has an entry in the audit log for each, with its operation', async () => {
    await using fixture = await open(6, { auth: { tokens: [aToken('ann'), aToken('bob', { role: 'READER' })] } });
    const { gateway, startable, sandbox } = fixture;
    const [one = '', two = ''] = startable;
    const ann = gateway.as('ann');
    const { startBackups } = await ann.query(StartMany, { input: { entityIds: [one, 'no id', two] } });
    const refused = await gateway.as('bob').ask(StartMany, { input: { entityIds: [one] } });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const { data } = await ann.askText(
      '{ auditLog { nodes { command outcome operation { id } targets { id code } viewerId } } }',
    );
    const { nodes } = (data as { auditLog: { nodes: { viewerId: string; targets: { id: string }[] }[] } }).auditLog;
    const entryOf = (id: string) =>
      nodes.find(({ viewerId, targets }) => viewerId === 'token:ann' && targets.some((target) => target.id === id));
    const [first, , third] = startBackups.results;
    expect(nodes).toHaveLength(4);
    expect(entryOf(one)).toMatchObject({
      command: 'startBackups',
      outcome: 'DONE',
      operation: { id: first?.operation?.id },
    });
    expect(entryOf(two)).toMatchObject({ outcome: 'DONE', operation: { id: third?.operation?.id } });
    expect(entryOf('no id')).toMatchObject({ outcome: 'REFUSED', targets: [{ code: 'NOT_FOUND' }] });
    expect(startsOf(sandbox)).toBe(2);
  });

  it('counts each entity as a mutation and in the cost', async () => {
    await using fixture = await open(6, { limits: { mutationsPerMinute: 5, cost: 200 } });
    const { gateway, startable, sandbox } = fixture;
    const asked = 'mutation ($input: StartBackupsInput!) { startBackups(input: $input) { results { entityId } } }';
    const ask = (count: number) =>
      gateway.askText(asked, {
        input: { entityIds: Array.from({ length: count }, (_, index) => startable[index] ?? `no id ${index}`) },
      });
    expect((await ask(6)).errors).toMatchObject([
      { message: expect.stringContaining('6 mutations') as string, extensions: { code: 'RATE_LIMITED' } },
    ]);
    expect((await ask(3)).errors).toBeUndefined();
    expect((await ask(3)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect((await ask(2)).errors).toBeUndefined();
    expect((await ask(100)).errors?.[0]?.message).toContain('is the limit');
    expect(startsOf(sandbox)).toBe(5);
  });
});
