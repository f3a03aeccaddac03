/** Backplane in a supergraph, behind the real routers. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globalId } from '../support/gateway.ts';
import { type Answer, type Router, startApollo, startHive } from './routers.ts';
import { type Fixture, startFixture } from './world.ts';

/** Where this process, with both routers in it, has opened connections to. */
const reached = new Set<string>();
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket };
  socket.once('lookup', (_error, _address, _family, host: string) => reached.add(host));
  socket.on('connectionAttempt', (address: string) => reached.add(address));
});

/** What Backplane was asked over HTTP; the handshake of a socket is not among it. */
let posts = 0;
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  if (fixture?.backplaneUrl.includes(request.headers.host ?? 'nobody')) posts++;
});

let fixture: Fixture;
const routers: Record<string, Router> = {};

beforeAll(async () => {
  fixture = await startFixture();
  routers['Apollo'] = await startApollo(fixture.supergraph);
  routers['Hive'] = startHive(fixture.supergraph, 'events');
});
afterAll(async () => {
  await Promise.all(Object.values(routers).map((router) => router[Symbol.asyncDispose]()));
  await fixture[Symbol.asyncDispose]();
  // It has seen what the routers asked their subgraphs.
  expect([...reached]).toContain('127.0.0.1');
  expect([...reached].filter((host) => !/^(127\.0\.0\.1|localhost|::1)$/.test(host))).toEqual([]);
});

const outwards = `{
  protectedEntities {
    nodes {
      __typename
      externalId
      ... on SalesforceOrg { owner { name since } }
      ... on BorgRepository { owner { name since } }
    }
    pageInfo { hasNextPage }
  }
}`;
const inwards = `{
  people {
    edges {
      node {
        name
        looksAfter {
          __typename
          ... on SalesforceOrg { name latestBackup { __typename } }
          ... on BorgRepository { name latestBackup { __typename } }
        }
      }
    }
    pageInfo { endCursor }
  }
}`;
const costs = `{
  dearest { costCentre name provider { name } }
  protectedEntities { nodes { externalId costCentre } }
}`;
const start = `mutation ($entityId: ID!) {
  startBackup(input: { entityId: $entityId, idempotencyKey: "once" }) {
    backup { status entity { ... on BorgRepository { owner { name } } } }
    userErrors { code message }
  }
}`;
const handOver = `mutation ($providerName: String!, $externalId: String!) {
  handOver(providerName: $providerName, externalId: $externalId, to: "ada") { name provider { name } owner { name } }
}`;
const cancel = 'mutation ($id: ID!) { cancelBackup(input: { id: $id }) { userErrors { code } } }';

const listIn = (answer: unknown, ...path: string[]): Record<string, unknown>[] => {
  let found = answer;
  for (const key of path) found = (found as Record<string, unknown> | null | undefined)?.[key];
  if (!Array.isArray(found)) throw new Error(`no list in ${JSON.stringify(answer)}`);
  return found as Record<string, unknown>[];
};

describe.each(['Apollo', 'Hive'])('behind the router of %s', (name) => {
  const ask: Router['ask'] = (...asked) => (routers[name] as Router).ask(...asked);

  test('what is protected has an owner from elsewhere, by what its product calls it', async () => {
    const answer = await ask('anna', outwards);
    expect(answer.errors).toBeUndefined();
    const nodes = listIn(answer.data, 'protectedEntities', 'nodes');
    for (const { externalId } of fixture.things.slice(0, 2)) {
      const found = nodes.find((node) => node['externalId'] === externalId);
      expect(found).toMatchObject({ owner: { name: 'Ada', since: '2020-01-01T00:00:00Z' } });
    }
    expect(nodes.filter((node) => node['owner'] === null).length).toBeGreaterThan(0);
  });

  test('people of elsewhere show what they look after, and its newest backup', async () => {
    const answer = await ask('anna', inwards);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ people: { pageInfo: { endCursor: 'a' } } });
    const [edge] = listIn(answer.data, 'people', 'edges');
    expect(edge).toMatchObject({ node: { name: 'Ada' } });
    expect(listIn(edge, 'node', 'looksAfter').slice(0, 2)).toMatchObject([
      { __typename: 'BorgRepository', latestBackup: { __typename: 'BorgBackup' } },
      { __typename: 'SalesforceOrg', latestBackup: { __typename: 'FlosumBackup' } },
    ]);
  });

  test('a command reaches the product, and its answer joins with the owner', async () => {
    const { data } = await ask('anna', '{ protectedEntities { nodes { id externalId } } }');
    const [repository] = fixture.things;
    const nodes = listIn(data, 'protectedEntities', 'nodes');
    const entityId = nodes.find(({ externalId }) => externalId === repository?.externalId)?.['id'];
    const started = await ask('anna', start, { entityId });
    expect(started.errors).toBeUndefined();
    expect(started.data).toMatchObject({
      startBackup: { backup: { entity: { owner: { name: 'Ada' } } }, userErrors: [] },
    });
  });

  test('a command of elsewhere joins with what is protected', async () => {
    const { providerName, externalId } = fixture.things[2] ?? {};
    const answer = await ask('anna', handOver, { providerName, externalId });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({ handOver: { provider: { name: 'salesforce' }, owner: { name: 'Ada' } } });
  });

  test('each viewer has its own authorisation, also for what other subgraphs point at', async () => {
    const told = await ask('guest', inwards);
    const [edge] = listIn(told.data, 'people', 'edges');
    const names = JSON.stringify(listIn(edge, 'node', 'looksAfter'));
    expect(names).toContain('"latestBackup":{"__typename":"BorgBackup"}');
    expect(names).not.toContain('FlosumBackup');
    const nodes = listIn((await ask('guest', outwards)).data, 'protectedEntities', 'nodes');
    expect(new Set(nodes.map((node) => node['__typename']))).toEqual(new Set(['BorgRepository']));
    const { errors } = await ask('guest', cancel, { id: 'x' });
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    expect(fixture.owners.authorizations).toContain('Bearer guest');
    const stranger = await ask('stranger', outwards);
    expect(stranger.data?.['protectedEntities'] ?? null).toBeNull();
    expect(stranger.errors?.length).toBeGreaterThan(0);
  });

  test('a command for two products at once is refused by Backplane, as no supergraph says that one is enough', async () => {
    const create = `mutation ($input: CreateBackupInput!) { createBackup(input: $input) { userErrors { code } } }`;
    const commands = () => fixture.borg.requests.filter(({ method }) => method === 'POST').length;
    const before = commands();
    const input = { borg: { entityId: 'x' }, labii: { entityId: 'x' } };
    const { errors } = await ask('anna', create, { input });
    expect(JSON.stringify(errors)).toContain('Exactly one key must be specified');
    expect(commands()).toBe(before);
    const one = await ask('anna', create, { input: { borg: { entityId: 'x' } } });
    expect(one).toMatchObject({ data: { createBackup: { userErrors: [{ code: 'NOT_FOUND' }] } } });
  });

  test('more keys than Backplane reads at once are refused with the reason', async () => {
    const claims = (count: number) =>
      ask('anna', `{ people { edges { node { claims(count: ${count}) { externalId name } } } } }`);
    const { errors } = await claims(201);
    expect(errors?.map(({ message }) => message).join()).toContain('has 201 keys; at most 200 are read at once');
    // None of them is anything, and that is no failure.
    expect(JSON.stringify((await claims(200)).errors ?? [])).not.toContain('200 keys');
  });
});

test('behind the router of Apollo a subgraph adds to everything that is protected without knowing its types', async () => {
  const answer = await (routers['Apollo'] as Router).ask('anna', costs);
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toMatchObject({ dearest: { costCentre: 'CC-7', provider: { name: 'salesforce' } } });
  const nodes = listIn(answer.data, 'protectedEntities', 'nodes');
  const found = nodes.find(({ externalId }) => externalId === fixture.things[1]?.externalId);
  expect(found).toMatchObject({ costCentre: 'CC-7' });
  expect(nodes.filter(({ costCentre }) => costCentre === null).length).toBe(nodes.length - 1);
});

const progress = `subscription ($id: ID!) {
  backupProgress(id: $id) {
    __typename
    ... on BackupUpdated { backup { id status entity { ... on BorgRepository { owner { name } } } } }
    ... on BackupFinished { backup { id status entity { ... on BorgRepository { owner { name } } } } }
  }
}`;

describe.each(['events', 'socket'] as const)('a subscription through Hive, by %s from Backplane', (kind) => {
  test('tells of a backup until its end, joined with what others know', async () => {
    await using hive = startHive(fixture.supergraph, kind);
    const { borg, things } = fixture;
    const id = globalId('BorgBackup', 'files', String(borg.startOutside(things[0]?.externalId ?? '')));
    const events: Answer[] = [];
    const before = posts;
    for await (const event of hive.watch('anna', progress, { id })) {
      events.push(event);
      borg.clock.advance(5_000);
    }
    const backup = { id, entity: { owner: { name: 'Ada' } } };
    expect(events.filter(({ errors }) => errors)).toEqual([]);
    expect(posts - before).toBe(kind === 'socket' ? 0 : 1);
    expect(events[0]).toMatchObject({ data: { backupProgress: { __typename: 'BackupUpdated', backup } } });
    expect(events.at(-1)).toMatchObject({
      data: { backupProgress: { __typename: 'BackupFinished', backup: { ...backup, status: 'SUCCEEDED' } } },
    });
  });

  test('of a backup that the viewer may not see is refused', async () => {
    await using hive = startHive(fixture.supergraph, kind);
    const hidden = await fixture.backplane
      .as('anna')
      .askText('{ backups(first: 1, filter: { providers: ["salesforce"] }) { nodes { id } } }');
    const [row] = listIn(hidden.data, 'backups', 'nodes');
    const events: Answer[] = [];
    for await (const event of hive.watch('guest', progress, { id: row?.['id'] })) events.push(event);
    expect(events).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
  });
});
