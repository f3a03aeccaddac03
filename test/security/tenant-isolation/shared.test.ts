/** What was read for one viewer and is kept, or is being read, is given to nobody who may not see it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { unauthenticated } from '../../../src/auth/identity.ts';
import type { Viewer } from '../../../src/core/viewer.ts';
import { documentOf } from '../../support/documents.ts';
import { aToken, globalId, startGateway } from '../../support/gateway.ts';
import { type Doors, normalised, openDoors } from '../../support/tenants.ts';

const questions: readonly (readonly [field: string, variables: Readonly<Record<string, unknown>>])[] = [
  ['Query.backups', { first: 5 }],
  ['Query.backupStatistics', {}],
  ['Query.backupTimeline', { from: '2026-10-01T00:00:00Z', to: '2026-11-20T00:00:00Z', bucket: 'WEEK' }],
  ['Query.protectedEntities', { first: 5 }],
  ['Query.providers', {}],
  ['Query.viewer', {}],
];

describe('where answers are kept for a minute,', () => {
  let doors: Doors;
  beforeAll(async () => {
    doors = await openDoors({}, 60);
  });
  afterAll(() => doors[Symbol.asyncDispose]());

  test.each(questions)(
    '%s of somebody who sees more is not the guest’s, before, meanwhile or after',
    async (field, variables) => {
      const document = documentOf(doors.closed.app.schema, field, Object.keys(variables));
      const ask = (gateway: Doors['closed'], token: string) => gateway.as(token).askText(document, variables);
      const expected = withoutHealth(await ask(doors.absent, 'guest'));
      const chiefs = withoutHealth(await ask(doors.closed, 'chief'));
      doors.hiddenRequests();
      const [during, , again] = await Promise.all([
        ask(doors.closed, 'guest'),
        ask(doors.closed, 'chief'),
        ask(doors.closed, 'guest'),
      ]);
      for (const told of [during, again, await ask(doors.closed, 'guest')]) {
        expect(withoutHealth(told)).toEqual(expected);
      }
      expect(withoutHealth(await ask(doors.closed, 'chief'))).toEqual(chiefs);
      expect(chiefs).not.toEqual(expected);
    },
    30_000,
  );
});

/** How much traffic there was says how a provider has been answering; the guest's own gateway had less of it. */
const withoutHealth = (answer: unknown): unknown =>
  normalised(answer, (key, value) => (key === 'health' ? null : value));

/** A gateway over two Borg UIs that knows people by the name they give, with whatever scope is given for it. */
async function startNamed(viewers: Readonly<Record<string, Viewer>>) {
  const files = await startBorgSandbox({ speed: 0, demo: false, history: 6 });
  const vault = await startBorgSandbox({ speed: 0, demo: true, history: 6 });
  const gateway = startGateway({
    providers: [files.config, { ...vault.config, name: 'vault' }].map((one) => ({ ...one, cacheSeconds: 60 })),
    // Sockets are asked who they are only where there is a configuration of it.
    auth: { tokens: [aToken('unused')] },
    authenticate: (authorization) => {
      const viewer = viewers[authorization?.slice('Bearer '.length) ?? ''];
      if (!viewer) throw unauthenticated('unknown');
      // A new one each time, as of a token that is verified each time.
      return { viewer: { ...viewer }, expiresAt: null };
    },
  });
  return {
    gateway,
    files,
    vault,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await files.close();
      await vault.close();
    },
  };
}

const anna: Viewer = { id: 'jwt:anna', name: 'anna', role: 'OPERATOR', providers: null };

describe('one person with two tokens, of which one shows less,', () => {
  const viewers = {
    wide: anna,
    narrow: { ...anna, providers: ['files'] },
    reader: { ...anna, role: 'READER' as const },
  };

  test('gets with each what that one shows', async () => {
    await using fixture = await startNamed(viewers);
    const names = async (token: string) => {
      const text = '{ providers { name } backups { nodes { provider { name } allowedActions } } }';
      const { data } = await fixture.gateway.as(token).askText(text);
      const list = data?.['backups'] as
        | { nodes: { provider: { name: string }; allowedActions: string[] }[] }
        | undefined;
      const nodes = list?.nodes ?? [];
      return {
        providers: [...new Set(nodes.map(({ provider }) => provider.name))].sort(),
        actions: [...new Set(nodes.flatMap(({ allowedActions }) => allowedActions))].sort(),
      };
    };
    const all = { providers: ['files', 'vault'], actions: ['CANCEL', 'RETRY'] };
    expect(await names('wide')).toEqual(all);
    expect(await names('narrow')).toEqual({ providers: ['files'], actions: ['RETRY'] });
    expect(await names('reader')).toEqual({ providers: ['files', 'vault'], actions: [] });
    expect(await names('wide')).toEqual(all);
  });

  test('joins no stream of progress with one that the other has opened', async () => {
    await using fixture = await startNamed(viewers);
    const running = fixture.vault.jobs.find(({ status }) => status === 'running');
    const id = globalId('BorgBackup', 'vault', String(running?.id));
    const query =
      'subscription($id: ID!) { backupProgress(id: $id) { ... on BackupUpdated { backup { id allowedActions } } } }';
    const first = async (token: string) => {
      const client = await fixture.gateway.as(token).connect();
      const stream = client.iterate({ query, variables: { id } });
      const { value } = (await stream.next()) as IteratorResult<unknown>;
      return { value, stop: () => stream.return?.() };
    };
    const wide = await first('wide');
    expect(wide.value).toMatchObject({ data: { backupProgress: { backup: { id, allowedActions: ['CANCEL'] } } } });
    const narrow = await first('narrow');
    expect(narrow.value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    const reader = await first('reader');
    expect(reader.value).toMatchObject({ data: { backupProgress: { backup: { id, allowedActions: [] } } } });
    await reader.stop();
    await wide.stop();
  });
});

test('two people of the same name are two: neither gets what the other’s key has made', async () => {
  await using fixture = await startNamed({ one: anna, two: { ...anna, id: 'jwt:another anna' } });
  fixture.files.manualLimit = 5;
  const before = fixture.files.jobs.length;
  const start = async (token: string) => {
    const { data } = await fixture.gateway
      .as(token)
      .askText(
        'mutation($input: StartBackupInput!) { startBackup(input: $input) { operation { id } userErrors { code } } }',
        {
          input: {
            entityId: globalId(
              'BorgRepository',
              'files',
              token === 'one' ? '/backups/accounting' : '/backups/warehouse-laptops',
            ),
            idempotencyKey: 'nightly',
          },
        },
      );
    return data?.['startBackup'] as { operation: { id: string } | null; userErrors: unknown[] };
  };
  const one = await start('one');
  const two = await start('two');
  expect([one.userErrors, two.userErrors]).toEqual([[], []]);
  expect(one.operation?.id).not.toBe(two.operation?.id);
  expect(fixture.files.jobs).toHaveLength(before + 2);
});

test('a viewer of no provider gets empty lists, and nothing is sent', async () => {
  await using fixture = await startNamed({ nobody: { ...anna, providers: [] } });
  const text = `{
    providers { name }
    backups { nodes { id } totalCount problems { code } pageInfo { hasNextPage } }
    protectedEntities { nodes { id } totalCount problems { code } }
    backupStatistics { count byProvider { count } overdueEntities isComplete }
  }`;
  const empty = { nodes: [], totalCount: 0, problems: [] };
  for (const _ of [1, 2]) {
    expect(await fixture.gateway.as('nobody').askText(text)).toEqual({
      data: {
        providers: [],
        backups: { ...empty, pageInfo: { hasNextPage: false } },
        protectedEntities: empty,
        backupStatistics: { count: 0, byProvider: [], overdueEntities: 0, isComplete: true },
      },
    });
  }
  expect([...fixture.files.requests, ...fixture.vault.requests]).toEqual([]);
});
