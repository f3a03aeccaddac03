/** The schema as clients see it: committed, described, and true to the public contract. */
import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { products } from '../../providers/index.ts';
import { createSchema } from '../../schema/index.ts';
import { subgraphSdl } from '../../schema/subgraph.ts';

const schema = createSchema(products.map((product) => product.schema));
const readContract = async () =>
  buildSchema(completeContract(await readFile('test/fixtures/contract.graphql', 'utf8')));

/** The contract leaves out what an interface's fields are in the types that implement it. */
function completeContract(text: string): string {
  const fieldsOf = (name: string) => new RegExp(`interface ${name} [^{]*{([^}]*)}`).exec(text)?.[1] ?? '';
  return text
    .replace(
      /^(type \w+ implements (ProtectedEntity|Backup) & Node \{)/gm,
      (head, _all, name: string) => `${head}\n${fieldsOf(name)}\n`,
    )
    .replace(/^(interface (?:ProtectedEntity|Backup) implements Node \{)/gm, '$1');
}

describe('the schema', () => {
  it('is the committed one', async () => {
    const committed = await readFile('schema/schema.graphql', 'utf8');
    expect(`${printSchema(lexicographicSortSchema(schema))}\n`, 'run npm run codegen').toBe(committed);
  });

  it('is the committed one as a subgraph, too', async () => {
    const committed = await readFile('schema/subgraph.graphql', 'utf8');
    expect(`${subgraphSdl(schema)}\n`, 'run npm run codegen').toBe(committed);
  });

  it('has all that the public contract has', async () => {
    expect(differences(await readContract(), schema)).toEqual([]);
  });

  it('describes every type, field, argument and value', () => {
    const bare = Object.values(schema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name))
      .flatMap(parts)
      .filter(({ description }) => !description || description.trim().length < 4)
      .map(({ path }) => path);
    expect(bare).toEqual([]);
  });
});

interface Part {
  readonly path: string;
  readonly description: string | null | undefined;
  readonly type: string;
}

function parts(type: GraphQLNamedType): Part[] {
  const own: Part = { path: type.name, description: type.description, type: type.constructor.name };
  if (isEnumType(type)) {
    return [
      own,
      ...type
        .getValues()
        .map(({ name, description }) => ({ path: `${type.name}.${name}`, description, type: 'value' })),
    ];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [
      own,
      ...fields.map((field) => ({
        path: `${type.name}.${field.name}`,
        description: field.description,
        type: typeOfInput(field),
      })),
    ];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    return [own, ...Object.values(type.getFields()).flatMap((field) => fieldParts(type.name, field))];
  }
  return [own];
}

const typeOfInput = ({ type, defaultValue }: { type: unknown; defaultValue?: unknown }): string =>
  defaultValue === undefined ? String(type) : `${String(type)} = ${JSON.stringify(defaultValue)}`;

const fieldParts = (owner: string, { name, description, type, args }: GraphQLField<unknown, unknown>): Part[] => [
  { path: `${owner}.${name}`, description, type: String(type) },
  ...args.map((arg) => ({
    path: `${owner}.${name}(${arg.name})`,
    description: arg.description,
    type: typeOfInput(arg),
  })),
];

/** What `expected` has and `actual` lacks or has with another type. Members of a missing type are not listed. */
function differences(expected: GraphQLSchema, actual: GraphQLSchema): string[] {
  const missing: string[] = [];
  for (const type of Object.values(expected.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    const found = actual.getType(type.name);
    if (!found) {
      missing.push(type.name);
      continue;
    }
    const known = new Map(parts(found).map((part) => [part.path, part.type]));
    const isThere = ({ path, type: wanted }: Part) => {
      const has = known.get(path);
      // A default where the contract has none leaves every request as it was.
      return has === wanted || has?.startsWith(`${wanted} = `);
    };
    missing.push(
      ...parts(type)
        .filter((part) => !isThere(part))
        .map(({ path }) => path),
    );
    if (isUnionType(type) && isUnionType(found)) {
      const has = new Set(found.getTypes().map(({ name }) => name));
      missing.push(
        ...type
          .getTypes()
          .filter(({ name }) => !has.has(name))
          .map(({ name }) => `${type.name} | ${name}`),
      );
    }
  }
  // The arguments of a missing field go without saying.
  return missing.filter((path) => !path.includes('(') || !missing.includes(path.replace(/\(.*/, '')));
}
