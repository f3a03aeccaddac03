/** Tables of all keys of a configuration, read from the JSON Schemas of its sections. */
import { z } from 'zod';
import { asSchema, fileKeyOf, type JsonSchema, type Products, sectionSchemas, toJsonSchema } from './json-schema.ts';
import { providerFields } from './provider.ts';
import { typeOf } from './type-text.ts';

/** The keys of one map of a configuration. */
export interface KeyTable {
  /** Path of the map, such as `server.cors`. `[]` is an item of a list, `*` a key that the user chooses. */
  readonly title: string;
  readonly description: string;
  readonly keys: readonly Key[];
}

interface Key {
  readonly name: string;
  /** Type with its limits, or the allowed values, as Markdown. */
  readonly type: string;
  /** Text as it is, anything else as JSON; null: none. Maps have the defaults of their keys. */
  readonly default: string | null;
  readonly isRequired: boolean;
  readonly description: string;
}

export function listTables(products: Products): KeyTable[] {
  const tables = [
    ...tablesOf('providers[]', commonKeys(products)),
    ...products.flatMap(productTables),
    ...sectionSchemas().flatMap(([name, section]) => tablesOf(name, section)),
  ];
  // An interval may be an object wherever it stands: one table is enough.
  const texts = tables.map(({ keys }) => JSON.stringify(keys));
  return tables.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

function commonKeys(products: Products): JsonSchema {
  const kinds = products.map((product) => product.kind);
  const kind = z.enum(kinds).describe('Product of the provider. Each product adds the keys of its own table.');
  const { name, ...others } = providerFields;
  return toJsonSchema(
    z.object({ name, kind, ...others }).describe('Backup systems, 1 to 50. All of them have these keys.'),
  );
}

/** The keys that a product adds. The description of its `kind` describes them. */
function productTables({ kind, config }: Products[number]): KeyTable[] {
  const { properties = {}, ...schema } = toJsonSchema(config);
  const own = Object.entries(properties).filter(([key]) => !(key in providerFields) && key !== 'kind');
  const { description } = asSchema(properties.kind);
  const [table, ...inner] = tablesOf('providers[]', { ...schema, properties: Object.fromEntries(own) }, description);
  return table ? [{ ...table, title: `${table.title} of kind ${kind}` }, ...inner] : inner;
}

/** The table of a map, and those of the maps in it. */
function tablesOf(title: string, schema: JsonSchema, description = schema.description ?? ''): KeyTable[] {
  const { anyOf, items, additionalProperties, properties } = schema;
  if (anyOf) return anyOf.map(asSchema).flatMap((one) => tablesOf(title, one, one.description ?? description));
  if (items) return tablesOf(`${title}[]`, asSchema(items), description);
  if (typeof additionalProperties === 'object') return tablesOf(`${title}.*`, additionalProperties, description);
  if (!properties) return [];
  const entries = Object.entries(properties).flatMap(([name, value]) => withFile(name, asSchema(value)));
  const keys = entries.map(([name, value]) => ({
    name,
    type: typeOf(value),
    default: value.default === undefined || value.properties ? null : toText(value.default),
    isRequired: schema.required?.includes(name) === true,
    description: value.description ?? '',
  }));
  return [{ title, description, keys }, ...entries.flatMap(([name, value]) => tablesOf(`${title}.${name}`, value))];
}

/** A secret has a second key, for a file with it. */
const withFile = (name: string, schema: JsonSchema): (readonly [string, JsonSchema])[] => {
  if (schema.writeOnly !== true) return [[name, schema]];
  const description = `Path of a file with \`${name}\`, given instead of it.`;
  return [
    [name, schema],
    [fileKeyOf(name), { type: 'string', description }],
  ];
};

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
