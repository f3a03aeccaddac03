/** What is read and not shown costs, too: for each provider that a filter selects, and once for what fields share. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { limits as settings } from '../../../src/config/limits.ts';
import { costOf } from '../../../src/limits/cost.ts';
import { lastNight, toGraphiqlTabs } from '../../../src/transport/http/graphiql-tabs.ts';
import { globalId } from '../../support/gateway.ts';
import { graphqlOperations } from '../../support/markdown.ts';
import { aProvider } from '../../support/model.ts';
import { ask, code, message, startLimited, transports } from './transports.ts';

const { cost: limit } = settings.parse({});
const schema = createSchema(products.map((product) => product.schema));
const kinds = ['flosum', 'labii', 'vprotect', 'borg'];
/** Three of each product. */
const twelve = Array.from({ length: 12 }, (_, index) =>
  aProvider({ name: `p${index}`, kind: kinds[index % 4] as string }),
);
const cost = (text: string, variableValues: Record<string, unknown> = {}, operationName?: string): number =>
  costOf(schema, { document: parse(text), variableValues, operationName }, twelve)?.requested ?? -1;

const day = (index: number): string => `"2026-01-${String(index + 10)}T00:00:00Z"`;
const aliases = (count: number, field: (index: number) => string): string =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field(index)}`).join(' ')} }`;
const same = aliases(20, () => 'backupStatistics { count }');
const different = aliases(20, (index) => `backupStatistics(filter: { startedAfter: ${day(index)} }) { count }`);

describe('what scans cost', () => {
  const one = 12 * 500;
  it.each([
    ['{ backupStatistics { count } }', one + 2],
    [same, one + 20 * 2],
    [different, 20 * one + 20 * 2],
    ['{ backupStatistics(filter: { providers: ["p1", "p2"] }) { count } }', 2 * 500 + 2],
    ['{ backupStatistics(filter: { kinds: [BORG] }) { count } }', 3 * 500 + 2],
    [`{ backupStatistics(filter: { entities: ["${globalId('BorgRepository', 'p3', 'x')}"] }) { count } }`, 500 + 2],
    // What one of them reads of a provider, the other one need not.
    ['{ a: backupStatistics { count } b: backupStatistics(filter: { providers: ["p1"] }) { count } }', one + 4],
    [
      '{ a: backupStatistics(filter: { statuses: [FAILED, RUNNING] }) { count } b: backupStatistics(filter: { statuses: [RUNNING, FAILED, FAILED], search: null }) { count } }',
      one + 4,
    ],
    [
      `{ backupTimeline(from: ${day(1)}, to: ${day(2)}, bucket: DAY) { isComplete } backupStatistics(filter: { startedAfter: ${day(1)}, startedBefore: ${day(2)} }) { count } }`,
      one + 4,
    ],
    ['{ backupTotals(filter: { kinds: [BORG] }) { asOf } }', 3 * 100 + 2],
    ['{ a: backupTotals { asOf } b: backupTotals(groupBy: [DAY]) { groups { count } } }', 2 * 12 * 100 + 4 + 200],
    ['{ backupStatistics { count overdueEntities } }', one + 12 * 250 + 3],
    [
      '{ backupStatistics { overdueEntities } protectedEntities(first: 1, filter: { protection: [OVERDUE] }) { nodes { id } } }',
      one + 12 * 250 + 2 + 5 + 2,
    ],
    ['{ backups(first: 1, filter: { statuses: [FAILED] }) { nodes { id } } }', 12 * 500 + 50 + 2],
    ['{ backups(first: 1, filter: { kinds: [BORG] }) { nodes { id } } }', 50 + 2],
    ['{ backups(first: 1) { totalCount } }', 50 + 51 + 12 * 500],
    // In a list of entities, the list of each entity is counted by itself.
    ['{ protectedEntities(first: 3) { nodes { backups(first: 1) { totalCount } } } }', 5 + 3 * (1 + 50 + 51)],
    [
      '{ ...A } fragment A on Query { backupStatistics { ...B } } fragment B on BackupStatistics { overdueEntities }',
      one + 12 * 250 + 2,
    ],
    // What is refused before anything is read reads nothing.
    ['{ backupStatistics(filter: { providers: ["nobody"] }) { count } }', 2],
  ])('of %s is %i', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('is told apart by the values of variables', () => {
    const two =
      'query ($a: BackupFilter, $b: BackupFilter) { a: backupStatistics(filter: $a) { count } b: backupStatistics(filter: $b) { count } }';
    expect(cost(two, { a: null })).toBe(one + 4);
    expect(cost(two, { a: { search: 'x' }, b: { search: 'x', types: null } })).toBe(one + 4);
    expect(cost(two, { a: { search: 'x' }, b: { search: 'y' } })).toBe(2 * one + 4);
  });

  it('follows the providers that the viewer may see', () => {
    const document = parse('{ backupStatistics { count } }');
    const of = (count: number) => costOf(schema, { document }, twelve.slice(0, count))?.requested;
    expect([of(12), of(1), of(0)]).toEqual([12 * 500 + 2, 502, 2]);
  });

  it('is found in a time that grows with the document, whatever its fragments are', () => {
    const nested = (count: number) =>
      `{ ...F0 } ${Array.from({ length: count }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} a${index}: backupStatistics { ...S0 } }`).join(' ')} fragment F${count} on Query { backupStatistics { count } } ${Array.from({ length: count }, (_, index) => `fragment S${index} on BackupStatistics { ...S${index + 1} ...S${index + 1} }`).join(' ')} fragment S${count} on BackupStatistics { overdueEntities }`;
    // Each fragment stands twice in the one before: put in their place there would be 2^400 of them.
    expect(cost(nested(400))).toBeGreaterThan(one);
  });
});

/** Every operation that people are shown: of the documents, of the examples, of GraphiQL. */
function shownOperations(): readonly (readonly [string, string])[] {
  const blocks = graphqlOperations().map(({ label, text }) => [label, text] as const);
  const examples = [...readFileSync('examples/operations.ts', 'utf8').matchAll(/`\n([\s\S]*?)`/g)].map(
    ([, text = ''], index) => [`examples ${index + 1}`, text] as const,
  );
  const compiled = 'examples/relay/__generated__';
  const relay = readdirSync(compiled).flatMap((file) => {
    const text = /"text": ("(?:query|mutation|subscription).*")\n/.exec(
      readFileSync(`${compiled}/${file}`, 'utf8'),
    )?.[1];
    return text === undefined ? [] : [[file, JSON.parse(text) as string] as const];
  });
  const tabs = toGraphiqlTabs(null, lastNight(new Date(0))).map(
    ({ query }, index) => [`tab ${index + 1}`, query] as const,
  );
  const subjects = [
    ...readFileSync('src/transport/http/graphiql-examples.ts', 'utf8').matchAll(/Query = `([\s\S]*?)`;/g),
  ].map(([, text = ''], index) => [`question of the tabs ${index + 1}`, text] as const);
  for (const [index, found] of [blocks, examples, relay, tabs, subjects].entries()) {
    expect(found.length, `source ${index}`).toBeGreaterThanOrEqual(2);
  }
  return [...blocks, ...examples, ...relay, ...tabs, ...subjects];
}

const values = {
  id: 'a',
  entityId: 'a',
  entityIds: ['a'],
  key: 'a',
  first: 50,
  count: 5,
  after: null,
  cursor: null,
  providers: ['p1'],
  input: { entityId: 'a' },
};

it.each(shownOperations())('%s is within the limit with twelve providers', (_, text) => {
  for (const definition of parse(text).definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    const requested = cost(text, values, definition.name?.value);
    expect(requested).toBeGreaterThan(0);
    expect(requested).toBeLessThan(limit / 2);
  }
});

describe.each(transports)('over %s, with twelve providers', (transport) => {
  const start = () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    return startLimited({}, {}, (provider) => names.map((name) => ({ ...provider, name })));
  };

  it('twenty different scans are refused before anything is asked of a product, and one scan serves twenty fields', async () => {
    await using gateway = await start();
    const refused = await ask(transport, gateway.origin, { query: different, extensions: { cost: true } });
    expect(code(refused)).toBe('BAD_USER_INPUT');
    expect(message(refused)).toContain(
      'Of it 120000 is for rows that would be looked through: name fewer providers in the filter, or use fewer different filters',
    );
    expect(refused.extensions?.['cost']).toEqual({ requested: 120_040, limit });
    expect(gateway.proxy.requests).toEqual([]);
    const told = await ask(transport, gateway.origin, { query: same, extensions: { cost: true } });
    expect(told.errors).toBeUndefined();
    expect(told.extensions?.['cost']).toEqual({ requested: 12 * 500 + 40, limit });
    const counts = Object.values(told.data ?? {}).map((each) => (each as { count: number }).count);
    expect(counts).toEqual(new Array<number>(20).fill(12 * 60));
    expect(gateway.proxy.requests.filter(({ path }) => path === '/api/backup/jobs').length).toBe(12);
  });
});
