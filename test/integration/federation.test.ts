/**
 * What a router of a supergraph gets from this gateway; real routers before it are in test/federation/.
 * One file, since all its tests ask one gateway over four sandboxes.
 */
import { buildSchema, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import type { FlosumSandbox } from '../../providers/flosum/sandbox/contract.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import type { LabiiSandbox } from '../../providers/labii/sandbox/contract.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import type { VProtectSandbox } from '../../providers/vprotect/sandbox/contract.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { aToken, globalId, startGateway, type TestGateway } from '../support/gateway.ts';

interface Entity {
  readonly __typename: string;
  readonly id: string;
  readonly externalId?: string;
  readonly providerName?: string;
}
interface Answer {
  readonly data: { readonly _entities: readonly (Entity | null)[] } | null;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Node { id }
    ... on ProtectedEntity { providerName externalId }
  }
}`;
const everything = `{
  providers { __typename id }
  backups(first: 40) { nodes { __typename id } }
  protectedEntities(first: 40) { nodes { __typename id providerName externalId } }
}`;
const start = `mutation ($entityId: ID!) {
  startBackup(input: { entityId: $entityId }) { operation { __typename id } }
}`;

let borg: BorgSandbox;
let flosum: FlosumSandbox;
let labii: LabiiSandbox;
let vprotect: VProtectSandbox;
let gateway: TestGateway;
let all: {
  readonly providers: readonly Entity[];
  readonly backups: readonly Entity[];
  readonly protectedEntities: readonly Required<Entity>[];
};

beforeAll(async () => {
  const options = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z'), demo: false, history: 24 };
  borg = await startBorgSandbox(options);
  flosum = await startFlosumSandbox(options);
  labii = await startLabiiSandbox(options);
  vprotect = await startVProtectSandbox(options);
  gateway = startGateway({
    providers: [borg, flosum, labii, vprotect].map(({ config }) => config),
    auth: { tokens: [aToken('anna'), aToken('guest', { providers: ['files'], role: 'READER' })] },
    server: { introspection: true },
  });
  const { data } = await gateway.as('anna').askText(everything);
  const lists = data as Record<'backups' | 'protectedEntities', { nodes: Required<Entity>[] }>;
  all = {
    providers: data?.['providers'] as Entity[],
    backups: lists.backups.nodes,
    protectedEntities: lists.protectedEntities.nodes,
  };
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([borg, flosum, labii, vprotect].map((sandbox) => sandbox.close()));
});

const rootOf = (answer: { readonly data?: Readonly<Record<string, unknown>> | null }, field: string): unknown => {
  if (!answer.data) throw new Error(`expected data, got ${JSON.stringify(answer)}`);
  return answer.data[field];
};
const resolve = async (representations: unknown, token = 'anna', query = entities): Promise<Answer> =>
  (await gateway.as(token).askText(query, { representations })) as unknown as Answer;
const keyOf = ({ __typename, id }: Entity) => ({ __typename, id });
const productKeyOf = ({ __typename, providerName, externalId }: Entity) => ({ __typename, providerName, externalId });
const first = (type: string): Required<Entity> => {
  const found = [...all.providers, ...all.backups, ...all.protectedEntities].find((row) => row.__typename === type);
  if (!found) throw new Error(`the sandboxes have no ${type}`);
  return found as Required<Entity>;
};

describe('an entity', () => {
  test('of every type that implements Node comes by its id, in the order of the keys', async () => {
    const started = await gateway.as('anna').askText(start, { entityId: first('BorgRepository').id });
    const operation = (rootOf(started, 'startBackup') as { operation: Entity }).operation;
    const log = await gateway.as('anna').askText('{ auditLog(first: 1) { nodes { __typename id } } }');
    const [entry] = (rootOf(log, 'auditLog') as { nodes: Entity[] }).nodes;
    const rows = [operation, ...all.backups, ...all.protectedEntities, ...all.providers, entry as Entity];
    const { data, errors } = await resolve(rows.map(keyOf));
    expect(errors).toBeUndefined();
    expect(data?._entities.map((row) => row && keyOf(row))).toEqual(rows.map(keyOf));
    const nodeTypes = gateway.app.schema.getPossibleTypes(gateway.app.schema.getType('Node') as never);
    expect(new Set(rows.map((row) => row.__typename))).toEqual(new Set(nodeTypes.map(({ name }) => name)));
  });

  test('that is protected comes by what its product calls it, too', async () => {
    const { data, errors } = await resolve(all.protectedEntities.map(productKeyOf));
    expect(errors).toBeUndefined();
    expect(data?._entities).toEqual(all.protectedEntities);
  });

  test('that is protected comes without its type, for a subgraph that knows no products', async () => {
    const keys = all.protectedEntities.map((row) => ({ ...productKeyOf(row), __typename: 'ProtectedEntity' }));
    expect((await resolve(keys)).data?._entities).toEqual(all.protectedEntities);
    const ids = all.protectedEntities.map(({ id }) => ({ __typename: 'ProtectedEntity', id }));
    expect((await resolve(ids)).data?._entities).toEqual(all.protectedEntities);
  });

  test('is null where there is none such, and costs its neighbours nothing', async () => {
    const { providerName, externalId, id } = first('BorgRepository');
    const { data, errors } = await resolve([
      { __typename: 'BorgRepository', providerName, externalId },
      { __typename: 'BorgRepository', providerName, externalId: '/not/there' },
      { __typename: 'BorgRepository', providerName: 'never-configured', externalId },
      // Another product's type, and another thing's id.
      { __typename: 'SalesforceOrg', providerName, externalId },
      { __typename: 'SalesforceOrg', id },
      { __typename: 'BorgBackup', id },
      { __typename: 'ProtectedEntity', id: first('BorgBackup').id },
      { __typename: 'BorgBackup', id: 'no id' },
      { __typename: 'BorgBackup', id: globalId('BorgBackup', 'files', '99999') },
      { __typename: 'Provider', id: globalId('Provider', 'never-configured', '') },
      { __typename: 'BorgRepository', id },
    ]);
    expect(errors).toBeUndefined();
    expect(data?._entities.map((row) => row?.id ?? null)).toEqual([id, ...new Array<null>(9).fill(null), id]);
  });

  test('of a provider that the viewer may not see is null, and the provider is not asked', async () => {
    const hidden = all.protectedEntities.filter(({ providerName }) => providerName !== 'files');
    const backups = all.backups.filter(({ __typename }) => __typename !== 'BorgBackup');
    const before = [flosum, labii, vprotect].map(({ requests }) => requests.length);
    const { data, errors } = await resolve(
      [...hidden.map(productKeyOf), ...hidden.map(keyOf), ...backups.map(keyOf), keyOf(first('BorgRepository'))],
      'guest',
    );
    expect(errors).toBeUndefined();
    expect(data?._entities.at(-1)).toMatchObject({ id: first('BorgRepository').id });
    expect(data?._entities.slice(0, -1).every((row) => row === null)).toBe(true);
    expect(hidden.length * backups.length).toBeGreaterThan(0);
    expect([flosum, labii, vprotect].map(({ requests }) => requests.length)).toEqual(before);
  });

  test.each([
    ['no object', 'BorgBackup', 'A representation is an object'],
    ['nothing', [], 'A representation is an object'],
    ['an object without a type', { id: 'x' }, 'A representation is an object'],
    ['a type that is a number', { __typename: 5, id: 'x' }, 'A representation is an object'],
    ['a type that is not there', { __typename: 'Nonsense', id: 'x' }, 'no entity of the type "Nonsense"'],
    ['a type of JavaScript', { __typename: 'constructor', id: 'x' }, 'no entity of the type "constructor"'],
    ['a type that is no entity', { __typename: 'PageInfo', id: 'x' }, 'no entity of the type "PageInfo"'],
    ['a type with a long name', { __typename: 'x'.repeat(5_000) }, `"${'x'.repeat(59)}…"`],
    ['no key', { __typename: 'BorgBackup' }, 'needs "id" as a text'],
    ['half a key', { __typename: 'SalesforceOrg', externalId: '1' }, 'or "providerName" and "externalId"'],
    ['an id that is an object', { __typename: 'Provider', id: { a: 1 } }, 'needs "id" as a text'],
    ['a key of another type', { __typename: 'Provider', providerName: 'files', externalId: '1' }, 'needs "id"'],
  ])('that is asked for by %s is a clear error in its place', async (_what, bad, message) => {
    const good = keyOf(first('BorgBackup'));
    const { data, errors } = await resolve([good, bad, good]);
    expect(data?._entities.map((row) => row?.id ?? null)).toEqual([good.id, null, good.id]);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ['_entities', 1],
      message: expect.stringContaining(message) as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(errors?.[0]?.message.length).toBeLessThan(200);
  });

  test('of a provider that is away is an error in its place', async () => {
    labii.outage = true;
    try {
      const { data, errors } = await resolve([first('LabiiBackup'), first('BorgBackup')].map(keyOf));
      expect(data?._entities).toMatchObject([null, { __typename: 'BorgBackup' }]);
      expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'PROVIDER_UNAVAILABLE' } }]);
    } finally {
      labii.outage = false;
    }
  });
});

describe('many keys', () => {
  const callsOf = async (ask: () => Promise<{ readonly errors?: unknown }>) => {
    const before = flosum.requests.length;
    expect((await ask()).errors).toBeUndefined();
    return flosum.requests.length - before;
  };

  test('of one provider are one read of it, by whatever key', async () => {
    const orgs = all.protectedEntities.filter(({ __typename }) => __typename === 'SalesforceOrg');
    expect(orgs.length).toBeGreaterThan(3);
    // Each by itself would be a call.
    expect(await callsOf(() => resolve(orgs.slice(0, 1).map(productKeyOf)))).toBe(1);
    expect(await callsOf(() => resolve([...orgs.map(productKeyOf), ...orgs.map(keyOf)]))).toBeLessThanOrEqual(1);
  });

  test('cost what `nodes` costs for the same ids', async () => {
    const rows = all.backups.filter(({ __typename }) => __typename === 'FlosumBackup');
    const ids = rows.map(({ id }) => id);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const ofNodes = await callsOf(() => gateway.as('anna').askText(query, { ids }));
    expect(rows.length).toBeGreaterThan(ofNodes);
    expect(await callsOf(() => resolve(rows.map(keyOf)))).toBe(ofNodes);
  });

  test('beyond 200 are refused, and nothing is asked for them', async () => {
    const key = productKeyOf(first('SalesforceOrg'));
    expect((await resolve(new Array<object>(200).fill(key))).errors).toBeUndefined();
    const before = flosum.requests.length;
    const { data, errors } = await resolve(new Array<object>(201).fill(key));
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { path: ['_entities'], extensions: { code: 'BAD_USER_INPUT', field: ['representations'] } },
    ]);
    expect(errors?.[0]?.message).toContain('201 keys; at most 200');
    expect(flosum.requests.length).toBe(before);
  });

  test('multiply what is asked of each, and are refused for their cost before anything is asked', async () => {
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on ProtectedEntity { backups(first: 200) { nodes { id name status } } }
      }
    }`;
    const key = productKeyOf(first('SalesforceOrg'));
    expect((await resolve([key], 'anna', query)).errors).toBeUndefined();
    const before = flosum.requests.length;
    const { errors } = await resolve(new Array<object>(100).fill(key), 'anna', query);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.message).toMatch(/This would cost \d+, and 50000 is the limit/);
    expect(flosum.requests.length).toBe(before);
  });
});

describe('the schema for a router', () => {
  test('has keys, shares what is common, and leaves out what only this gateway can answer', async () => {
    const { sdl } = rootOf(await gateway.as('anna').askText('{ _service { sdl } }'), '_service') as { sdl: string };
    const directives =
      'scalar Import directive @link(url: String, import: [String]) on SCHEMA directive @shareable on OBJECT';
    const key = 'directive @key(fields: String!) repeatable on OBJECT | INTERFACE';
    const schema = buildSchema(`${sdl} ${directives} ${key}`);
    const query = schema.getQueryType()?.getFields() ?? {};
    expect(Object.keys(query)).toContain('backups');
    for (const field of ['node', 'nodes', '_entities', '_service']) expect(query).not.toHaveProperty(field);
    for (const type of ['_Any', '_Entity', '_Service']) expect(schema.getType(type)).toBeUndefined();
    const keysOf = (name: string) =>
      (
        schema.getType(name)?.astNode as
          | { directives?: { name: { value: string }; arguments: unknown[] }[] }
          | undefined
      )?.directives?.map((one) => one.name.value);
    for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
      const names = type.getInterfaces().map(({ name }) => name);
      const keys = names.includes('ProtectedEntity') ? ['key', 'key'] : names.includes('Node') ? ['key'] : [];
      if (!type.name.startsWith('__') && !['PageInfo', 'UserError'].includes(type.name)) {
        expect(keysOf(type.name), type.name).toEqual(keys);
      }
    }
    expect(keysOf('PageInfo')).toEqual(['shareable']);
    expect(keysOf('UserError')).toEqual(['shareable']);
    expect(keysOf('ProtectedEntity')).toEqual(['key', 'key']);
  });

  test('takes nothing away from clients of the gateway itself', async () => {
    const { id } = first('BorgBackup');
    const { data } = await gateway
      .as('anna')
      .askText('query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }', { id });
    expect(data).toEqual({ node: { id }, nodes: [{ id }] });
  });
});
