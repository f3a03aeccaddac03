/** Documents that are too large, in any of the ways in which one can be, before they cost anything. */
import { readFileSync } from 'node:fs';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits as settings } from '../../../src/config/limits.ts';
import { createDocumentCache } from '../../../src/limits/document-cache.ts';
import { oversize } from '../../../src/limits/documents.ts';
import { measure } from '../../../src/limits/measure.ts';
import { ask, code, message, startLimited, transports } from './transports.ts';

const defaults = settings.parse({});
const times = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, i) => text(i));

/** A query whose deepest field is at this depth, which `__typename` counts for. */
function deep(depth: number): string {
  const path = times(depth - 1, (index) => ['backups', 'nodes', 'entity'][index % 3] ?? '');
  return `{ ${path.join(' { ')} { __typename }${' }'.repeat(depth - 1)}`;
}

/** So many directives, each on a field of its own. */
const skips = (size: number) => times(size, (i) => `s${i}: viewer @skip(if: true) { name }`).join(' ');
/** Pairs add up: three of one name are three pairs, and so are three pairs of two. */
const repeats = (pairs: number) => times(pairs, (i) => `r${i}: viewer { role role }`).join(' ');

const sized: readonly [keyof typeof defaults, (size: number) => string, RegExp][] = [
  ['depth', (size) => deep(size), /more than \d+ deep: .* by its id/],
  [
    'introspectionDepth',
    (size) => `{ __type(name: "Backup") { ${'ofType { '.repeat(size - 2)} name ${'} '.repeat(size - 2)} } }`,
    /schema more than \d+ deep/,
  ],
  ['aliases', (size) => `{ viewer { ${times(size, (i) => `n${i}: name`).join(' ')} } }`, /more than \d+ aliases/],
  ['directives', (size) => `{ viewer { name } ${skips(size)} }`, /directives/],
  ['rootFields', (size) => `{ ${times(size, (i) => `v${i}: viewer { name }`).join(' ')} }`, /at its root/],
  [
    'selections',
    (size) => `{ viewer { ${times(size - 1, (i) => `n${i}: name`).join(' ')} } }`,
    /selections once its fragments/,
  ],
  ['repeats', (size) => `{ viewer { name } ${repeats(size)} }`, /again and again/],
];

describe.each(transports)('over %s', (transport) => {
  it.each(sized)('a document may have so much %s, and no more', async (key, write, words) => {
    const limit = 6;
    const roomy = { aliases: 100, rootFields: 100, depth: 100, introspectionDepth: 100, directives: 100, repeats: 100 };
    await using gateway = await startLimited({ ...roomy, [key]: limit });
    const fits = await ask(transport, gateway.origin, { query: write(limit) });
    expect(message(fits)).toBe('');
    const refused = await ask(transport, gateway.origin, { query: write(limit + 1) });
    expect([code(refused), message(refused)]).toEqual(['BAD_USER_INPUT', expect.stringMatching(words)]);
    expect(message(refused)).toContain(String(limit));
    expect(refused.data).toBeUndefined();
    // The same document is known by now, and refused all the same.
    expect(code(await ask(transport, gateway.origin, { query: write(limit + 1) }))).toBe('BAD_USER_INPUT');
  });

  it('a document is read up to so many tokens', async () => {
    await using gateway = await startLimited({ tokens: 20 });
    const fits = `{ viewer { ${'name '.repeat(15)} } }`;
    expect((await ask(transport, gateway.origin, { query: fits })).data).toEqual({ viewer: { name: 'anonymous' } });
    for (const query of [`{ viewer { ${'name '.repeat(16)} } }`, `{ viewer { ${'name '.repeat(18)} ("`]) {
      const refused = await ask(transport, gateway.origin, { query });
      expect([code(refused), message(refused)]).toEqual([
        'BAD_USER_INPUT',
        'This document has more than 20 tokens: ask for less, or in several requests.',
      ]);
      expect(code(await ask(transport, gateway.origin, { query }))).toBe('BAD_USER_INPUT');
    }
  });

  it.each(['[', '{a:'])(
    'a value that nests deeper with each %s than the parser can follow is refused',
    async (open) => {
      await using gateway = await startLimited({});
      const query = `{ viewer { name(a: ${open.repeat(20_000)}`;
      expect(code(await ask(transport, gateway.origin, { query }))).toBe('BAD_USER_INPUT');
    },
  );
});

/** The keys of the limits that a document goes over. */
const over = (text: string, limits: object = {}): string[] =>
  oversize(parse(text), { ...defaults, ...limits }).map(({ message: words }) => words);

describe('fragments', () => {
  it.each<[string, string, RegExp]>([
    [
      'depth',
      `{ ...A } fragment A on Query { backups { nodes { ...B } } } fragment B on Backup { entity { ...C } }
       fragment C on ProtectedEntity { backups { nodes { entity { latestBackup { entity { latestBackup { ...D } } } } } } }
       fragment D on Backup { entity { latestBackup { entity { latestBackup { entity { latestBackup { id } } } } } } }`,
      /deep/,
    ],
    [
      'aliases, in a fragment that is used twice',
      `{ viewer { ...A } v: viewer { ...A } } fragment A on Viewer { ${times(16, (i) => `n${i}: name`).join(' ')} }`,
      /aliases/,
    ],
    [
      'directives',
      `{ viewer { ...A } v: viewer { ...A } } fragment A on Viewer { ${times(16, (i) => `n${i}: name @skip(if: false)`).join(' ')} }`,
      /directives/,
    ],
    [
      'directives on a fragment that nothing uses',
      `{ viewer { name } } fragment A on Viewer ${'@skip '.repeat(31)}{ name }`,
      /directives/,
    ],
    [
      'root fields',
      `{ ...A ...B } fragment A on Query { ${times(11, (i) => `a${i}: viewer { name }`).join(' ')} }
       fragment B on Query { ... { ${times(11, (i) => `b${i}: viewer { name }`).join(' ')} } }`,
      /root/,
    ],
  ])('do not hide %s', (_what, text, words) => {
    expect(over(text)).toContainEqual(expect.stringMatching(words));
  });

  it('that are used again and again count each time, and are not counted to the end', () => {
    const names = 'ABCDEFGHIJKLMNOPQRSTUVWXY';
    const bomb = `{ viewer { ...A } } ${[...names]
      .map(
        (name, i) =>
          `fragment ${name} on Viewer { x: providers { ...${names[i + 1] ?? 'Z'} } y: providers { ...${names[i + 1] ?? 'Z'} } }`,
      )
      .join(' ')} fragment Z on Viewer { name }`;
    const { selections } = measure(parse(bomb), { depth: 1_000, selections: 5_000 });
    expect(selections).toBeGreaterThan(5_000);
    expect(selections).toBeLessThan(5_100);
    expect(over(bomb, { depth: 1_000 })).toContainEqual(expect.stringMatching(/5000 selections/));
  });

  it('that spread themselves are refused, and end', () => {
    expect(over('{ viewer { ...A } } fragment A on Viewer { providers { ...A } }')).toHaveLength(1);
    expect(over('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A viewer { name } }')).toEqual([]);
  });

  it('are asked for once where they stand twice', () => {
    expect(over(`{ viewer { ${'...A '.repeat(200)} } } fragment A on Viewer { a: name }`)).toEqual([]);
  });
});

describe('what is common', () => {
  it('passes: what GraphiQL asks of the schema', () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true });
    expect(over(query)).toEqual([]);
  });

  it('passes: many components that each bring their fragment', () => {
    const fragments = times(40, (i) => `fragment F${i} on Backup { __typename id name status f${i % 20}: startedAt }`);
    const query = `{ backups { nodes { ${times(40, (i) => `...F${i}`).join(' ')} } } } ${fragments.join(' ')}`;
    expect(over(query, { aliases: 100 })).toEqual([]);
  });

  it('is validated in a time that is bounded: the worst that is let through has few pairs', () => {
    const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
    expect(schema.getQueryType()).toBeTruthy();
    for (const text of [`{ viewer { ${'name '.repeat(1_900)} } }`, `{ ${'viewer { name } '.repeat(490)} }`]) {
      expect(over(text)).toEqual([expect.stringMatching(/again and again/)]);
    }
    const spreads = `{ ${times(150, (i) => `...F${i}`).join(' ')} } ${times(150, (i) => `fragment F${i} on Query { a${i}: viewer { name } }`).join(' ')}`;
    expect(over(spreads, { aliases: 1_000, rootFields: 1_000 })).toEqual([expect.stringMatching(/again and again/)]);
  });
});

describe('documents that are kept', () => {
  it('are at most a million characters, the newest ones', () => {
    const cache = createDocumentCache<{ index: number }>();
    const text = (index: number) => `${index}`.padEnd(1_000, ' ');
    for (let index = 0; index < 5_000; index++) {
      cache.set(text(index), { index });
      // One that is used stays.
      cache.get(text(0));
    }
    expect(cache.calculatedSize).toBe(1_000_000);
    const found = [0, 1, 4_000, 4_999].map((index) => cache.get(text(index))?.index);
    expect(found).toEqual([0, undefined, undefined, 4_999]);
    cache.set(text(4_999), { index: 1 });
    expect([cache.get(text(4_999))?.index, cache.calculatedSize]).toEqual([1, 1_000_000]);
    // One that is larger than the whole cache is not kept, and costs no other its place.
    const large = 'x'.repeat(1_000_001);
    cache.set(large, { index: 2 });
    expect([cache.get(large), cache.calculatedSize]).toEqual([undefined, 1_000_000]);
  });
});
