/** A change that breaks somebody's client is announced, or does not happen: `schema/released.graphql` is what they have. */
import { readFile } from 'node:fs/promises';
import { buildSchema, DangerousChangeType, findBreakingChanges, findDangerousChanges } from 'graphql';
import { describe, expect, it } from 'vitest';

/** What is under the heading of a version, or of `Unreleased`. */
const sectionOf = (changelog: string, version: string): string =>
  changelog.split(/^## /m).find((section) => section.startsWith(`[${version}]`)) ?? '';

/** `Type`, `Type.field`, `Enum.VALUE`, `Union.Member`: how a break is named in the changelog. */
function coordinateOf(description: string): string {
  const [, member, owner] =
    /(\w+) was removed from (?:enum|union) type (\w+)/.exec(description) ??
    /required field (\w+) on input type (\w+)/.exec(description) ??
    [];
  return owner ? `${owner}.${member}` : (/\w+\.\w+/.exec(description) ?? /@?\w+/.exec(description) ?? [''])[0];
}

/** The breaks between two schemas that the unreleased section does not name. */
const unannounced = (released: string, next: string, changelog: string): string[] =>
  findBreakingChanges(buildSchema(released), buildSchema(next))
    .filter(({ description }) => !sectionOf(changelog, 'Unreleased').includes(`\`${coordinateOf(description)}\``))
    .map(({ description }) => `${description} Keep it, or name \`${coordinateOf(description)}\` in CHANGELOG.md.`);

/** New values of enums that the unreleased section does not name: no break, but clients may have no branch for them. */
const unnamedValues = (released: string, next: string, changelog: string): string[] =>
  findDangerousChanges(buildSchema(released), buildSchema(next))
    .filter(({ type }) => type === DangerousChangeType.VALUE_ADDED_TO_ENUM)
    .map(({ description }) => /(\w+) was added to enum type (\w+)/.exec(description) ?? [])
    .map(([, value, owner]) => `${owner}.${value}`)
    .filter((coordinate) => !sectionOf(changelog, 'Unreleased').includes(`\`${coordinate}\``));

describe('a new value of an enum', () => {
  it('is named in CHANGELOG.md, since what had another value before may have this one now', async () => {
    const [released, next, changelog] = await Promise.all(
      ['schema/released.graphql', 'schema/schema.graphql', 'CHANGELOG.md'].map((file) => readFile(file, 'utf8')),
    );
    expect(unnamedValues(released ?? '', next ?? '', changelog ?? '')).toEqual([]);
    const enums = ['enum E { A } type Query { e: E }', 'enum E { A B } type Query { e: E }'] as const;
    expect(unnamedValues(...enums, '## [Unreleased]\n')).toEqual(['E.B']);
    expect(unnamedValues(...enums, '## [Unreleased]\n- `E.B` is new.\n')).toEqual([]);
  });
});

describe('a breaking change of the schema', () => {
  it('is announced in CHANGELOG.md by its type and field', async () => {
    const [released, next, changelog] = await Promise.all(
      ['schema/released.graphql', 'schema/schema.graphql', 'CHANGELOG.md'].map((file) => readFile(file, 'utf8')),
    );
    expect(unannounced(released ?? '', next ?? '', changelog ?? '')).toEqual([]);
  });

  it.each([
    ['a field', 'type Query { a: Int b: Int }', 'type Query { a: Int }', 'Query.b'],
    ['the type of a field', 'type Query { a: Int! }', 'type Query { a: Int }', 'Query.a'],
    ['an argument', 'type Query { a(x: Int): Int }', 'type Query { a: Int }', 'Query.a'],
    ['a required argument', 'type Query { a: Int }', 'type Query { a(x: Int!): Int }', 'Query.a'],
    [
      'a required input field',
      'input I { a: Int } type Query { a(x: I): Int }',
      'input I { a: Int b: Int! } type Query { a(x: I): Int }',
      'I.b',
    ],
    ['a value', 'enum E { A B } type Query { a: E }', 'enum E { A } type Query { a: E }', 'E.B'],
    [
      'a member',
      'type A { a: Int } type B { a: Int } union U = A | B type Query { u: U b: B }',
      'type A { a: Int } type B { a: Int } union U = A type Query { u: U b: B }',
      'U.B',
    ],
    ['a type', 'type A { a: Int } type Query { a: Int }', 'type Query { a: Int }', 'A'],
  ])('is found where %s changes, and only silenced by its own name', (_what, released, next, coordinate) => {
    expect(unannounced(released, next, '## [Unreleased]\n- `Query.other` is gone.\n')).toEqual([
      expect.stringContaining(`name \`${coordinate}\``),
    ]);
    expect(unannounced(released, next, `## [Unreleased]\n- \`${coordinate}\` is gone.\n`)).toEqual([]);
    expect(unannounced(released, next, `## [Unreleased]\n\n## [0.1.0]\n- \`${coordinate}\` is gone.\n`)).toHaveLength(
      1,
    );
  });

  it('is counted from the version that was released last', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    const changelog = await readFile('CHANGELOG.md', 'utf8');
    expect([...changelog.matchAll(/^## \[([^\]]+)\]/gm)].slice(0, 2).map(([, name]) => name)).toEqual([
      'Unreleased',
      version,
    ]);
  });

  it('comes after a time in which the field said what to use instead', async () => {
    for (const file of ['schema/released.graphql', 'schema/schema.graphql']) {
      const deprecated = (await readFile(file, 'utf8')).match(/@deprecated.*/g) ?? [];
      expect(deprecated.filter((text) => !/reason: ".{10,}"/.test(text))).toEqual([]);
    }
  });
});
