/** What operations cost, what is too much, and that nobody is told what somebody else's cost. */
import { type GraphQLObjectType, isInterfaceType, isObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { limits as settings } from '../../../src/config/limits.ts';
import { costOf } from '../../../src/limits/cost.ts';
import { globalId } from '../../support/gateway.ts';
import { graphqlOperations } from '../../support/markdown.ts';
import { aProvider } from '../../support/model.ts';
import { ask, code, message, startLimited, transports } from './transports.ts';

const { cost: limit } = settings.parse({});
const schema = createSchema(products.map((product) => product.schema));
const cost = (text: string, variableValues: Record<string, unknown> = {}, operationName?: string): number =>
  costOf(schema, { document: parse(text), variableValues, operationName }, [aProvider()])?.requested ?? -1;

/** All that a backup has, and what it is of. */
const wide = `id externalId name description type status upstreamStatus trigger sortedAt startedAt endedAt durationSeconds
  itemCount isRemoved errorMessage logUrl allowedActions warnings { message acknowledged } provider { id name kind }
  size { originalBytes compressedBytes deduplicatedBytes storedBytes }
  progress { percent processedBytes totalBytes secondsRemaining } entity { id name externalId }`;
const about = 'pageInfo { hasNextPage endCursor } problems { provider { name } code message retryable }';

const tooMuch =
  '{ protectedEntities(first: 200) { nodes { backups(first: 200) { nodes { entity { backups(first: 200) { nodes { id } } } } } } } }';

describe('the cost', () => {
  it.each([
    ['{ viewer { name role } }', 3],
    ['{ backups { nodes { id } } }', 50 + 25 * 2],
    ['{ backups(first: 10) { nodes { id } } }', 50 + 10 * 2],
    ['{ backups(last: 10) { edges { cursor node { id } } } }', 50 + 10 * 4],
    ['{ protectedEntities(first: 2) { nodes { backups(first: 3) { nodes { id } } } } }', 5 + 2 * (1 + 50 + 3 * 2)],
    [
      '{ protectedEntities(first: 2) { nodes { ... on VProtectEntity { backups(first: 3) { nodes { id } } } } } }',
      5 + 2 * (1 + 50 + 3 * 2),
    ],
    ['{ backups(first: 2) { nodes { log(first: 100) { nodes { text } } } } }', 50 + 2 * (1 + 5 + 100 * 2)],
    ['{ nodes(ids: ["a", "b", "c"]) { id } }', 3 * 5 + 3 * 1],
    [
      '{ _entities(representations: [{ __typename: "BorgBackup", id: "a" }, { __typename: "x" }]) { ... on Node { id } } }',
      2 * 5 + 2 * 1,
    ],
    ['{ backupStatistics { count } }', 2 + 500],
    ['{ backupStatistics { count overdueEntities } }', 3 + 500 + 250],
    ['{ protectedEntities(first: 1, filter: { protection: [OVERDUE] }) { nodes { id } } }', 5 + 2 + 250],
    ['{ protectedEntities(first: 1) { nodes { protection { status } } } }', 5 + 1 + 5 + 1],
    // A page of nothing still says how many there would be, and one that is refused counts as the nearest that is not.
    ['{ backups(first: 0) { totalCount } }', 101 + 500],
    ['{ backups(first: -5) { totalCount } }', 101 + 500],
    ['{ backups(first: 2147483647) { nodes { id } } }', 50 + 200 * 2],
    ['{ backups(first: 5, last: 200) { nodes { id } } }', 50 + 200 * 2],
    ['{ backups(first: null) { nodes { id } } }', 50 + 25 * 2],
    ['{ ...A } fragment A on Query { backups(first: 10) { nodes { id } } }', 50 + 10 * 2],
  ])('of %s is %i', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('follows the variables', () => {
    const text =
      'query Q($first: Int, $ids: [ID!]! = []) { backups(first: $first) { nodes { id } } nodes(ids: $ids) { id } }';
    const document = parse(text);
    const of = (variableValues: Record<string, unknown>) =>
      costOf(schema, { document, variableValues }, [])?.requested ?? null;
    expect(of({ first: 10 })).toBe(50 + 10 * 2);
    expect(of({ first: 100 })).toBe(50 + 100 * 2);
    expect(of({})).toBe(50 + 25 * 2);
    expect(of({ first: 1, ids: ['a', 'b'] })).toBe(52 + 2 * 6);
    const keys = parse('query ($of: [_Any!]!) { _entities(representations: $of) { ... on Node { id } } }');
    const ofKeys = (count: number) =>
      costOf(schema, { document: keys, variableValues: { of: new Array<object>(count).fill({}) } }, [])?.requested;
    expect([ofKeys(0), ofKeys(3), ofKeys(200)]).toEqual([0, 3 * 6, 200 * 6]);
    // Execution tells what is wrong with it.
    expect(of({ first: 'many' })).toBeNull();
    expect(
      cost(
        'query ($by: [ProtectionStatus!]) { protectedEntities(first: 1, filter: { protection: $by }) { nodes { id } } }',
        { by: ['UNKNOWN'] },
      ),
    ).toBe(5 + 2 + 250);
  });

  it('is that of the operation that is executed', () => {
    const text = 'query A { viewer { name } } query B { backups(first: 100) { nodes { id } } }';
    expect([cost(text, {}, 'A'), cost(text, {}, 'B'), cost(text, {}, 'C')]).toEqual([2, 250, -1]);
  });

  it('depends on no arguments but those that are looked at again for each operation', () => {
    const read = new Set<string>();
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const { extensions } of Object.values((type as GraphQLObjectType).getFields())) {
        const complexity = (extensions as { complexity?: unknown }).complexity;
        if (typeof complexity !== 'function') continue;
        const noting = new Proxy(
          { ids: [], representations: [], input: { entityIds: [] } },
          {
            get(given, name, self) {
              read.add(String(name));
              return Reflect.get(given, name, self) as unknown;
            },
            ownKeys: () => [],
          },
        );
        (complexity as (args: object) => unknown)(noting);
      }
    }
    expect([...read].toSorted()).toEqual(['filter', 'first', 'ids', 'input', 'last', 'orderBy', 'representations']);
  });

  it('leaves much room for what a dashboard asks', () => {
    const asked = {
      documents: graphqlOperations().map(({ text }) => cost(text, { id: 'a', entityId: 'a', entityIds: ['a'] })),
      backups: cost(`{ backups(first: 200) { nodes { ${wide} } ${about} totalCount } }`),
      entities: cost(
        `{ protectedEntities(first: 200) { nodes { id name provider { name } protection { status lastSuccessAt expectedEverySeconds } latestBackup { ${wide} } } ${about} } }`,
      ),
      last5: cost(
        `{ protectedEntities(first: 50) { nodes { id name backups(first: 5) { nodes { id status startedAt } } } } }`,
      ),
      tiles: cost(
        `{ ${Array.from({ length: 8 }, (_, i) => `t${i}: backupStatistics { count byStatus { status count } overdueEntities }`).join(' ')} }`,
      ),
    };
    expect(asked.documents.length).toBeGreaterThan(5);
    for (const each of Object.values(asked).flat()) {
      expect(each).toBeGreaterThan(0);
      expect(each).toBeLessThan(limit / 1.8);
    }
  });

  it('of lists within lists within lists is far too much, also in what a problem leads to', () => {
    expect(cost(tooMuch)).toBeGreaterThan(100 * limit);
    const around =
      '{ backups(first: 200) { problems { provider { protectedEntities(first: 200) { nodes { backups(first: 200) { nodes { id } } } } } } } }';
    expect(cost(around)).toBeGreaterThan(100 * limit);
  });
});

describe.each(transports)('over %s', (transport) => {
  it('what costs too much is refused before anything is asked of a product', async () => {
    await using gateway = await startLimited({});
    const refused = await ask(transport, gateway.origin, { query: tooMuch, extensions: { cost: true } });
    expect(code(refused)).toBe('BAD_USER_INPUT');
    expect(message(refused)).toMatch(/^This would cost \d+, and 50000 is the limit: ask for smaller pages/);
    expect(refused.extensions?.['cost']).toEqual({ requested: cost(tooMuch), limit });
    expect(refused.data).toBeUndefined();
    expect(gateway.proxy.requests).toEqual([]);
  });

  it('the limit is the one of the configuration, for streams, too', async () => {
    await using gateway = await startLimited({ cost: 100 });
    const list = (first: number) =>
      ask(transport, gateway.origin, {
        query: 'query ($first: Int) { backups(first: $first) { nodes { id } } }',
        variables: { first },
      });
    expect((await list(25)).data).toBeTruthy();
    expect(code(await list(26))).toBe('BAD_USER_INPUT');
    const id = globalId('BorgBackup', 'files', '1');
    const progress = '... on BackupFinished { backup { entity { backups { nodes { id } } } } }';
    for (const stream of [`backupProgress(id: "${id}")`, `backupLog(id: "${id}")`]) {
      const refused = await ask(transport, gateway.origin, { query: `subscription { ${stream} { ${progress} } }` });
      expect(message(refused)).toMatch(/^This would cost 1\d\d/);
    }
  });

  it('an answer says what it cost, to who asked for that and nobody else', async () => {
    await using gateway = await startLimited({});
    const kept = { ...gateway.sandbox.config, url: gateway.proxy.url, cacheSeconds: 60 };
    await using keeping = await startLimited({}, { providers: [kept] });
    const query = '{ backups(first: 10) { nodes { id } } }';
    const asking = { query, extensions: { cost: true } };
    const told = { requested: 70, limit };
    const answers = [];
    // Before any is kept, after one is, and again: in each order.
    for (const params of [asking, { query }, { query }, asking, { query }, { query, extensions: { cost: 'true' } }]) {
      answers.push((await ask(transport, keeping.origin, params)).extensions?.['cost']);
    }
    expect(answers).toEqual([told, undefined, undefined, told, undefined, undefined]);
  });
});
