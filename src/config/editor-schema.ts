/**
 * The JSON Schema of a whole file, with which editors complete and check it. It accepts every file that the program accepts,
 * so it leaves out what JSON Schema cannot say, and it accepts a reference such as `${PORT}` in the place of any value.
 */
import { type FormerKey, formerKeys } from './former-keys.ts';
import {
  asSchema,
  fileKeyOf,
  type JsonSchema,
  optionsOf,
  type Products,
  secretKeysOf,
  sectionSchemas,
  toJsonSchema,
} from './json-schema.ts';
import { maxProviders } from './provider.ts';

type Properties = Record<string, JsonSchema>;

const reference: JsonSchema = { type: 'string', pattern: '\\$\\{' };

export function toEditorSchema(products: Products): JsonSchema {
  const former = (...place: string[]) =>
    formerKeys.flatMap((key) =>
      place.every((name, index) => key.place[index] === name) ? [cut(key, place.length)] : [],
    );
  const properties = Object.fromEntries(
    sectionSchemas().map(([name, schema]) => [name, loosen(withFormer(schema, former(name)))]),
  );
  const kinds = products.map(({ kind, config }) => ({
    if: { properties: { kind: { const: kind } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a key of JSON Schema
    then: loosen(withFormer(toJsonSchema(config), former('providers', '*'))),
  }));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Backplane',
    type: 'object',
    properties: {
      ...properties,
      server: orElse(properties['server'], { type: 'null' }),
      auth: orElse(properties['auth'], { const: 'none' }),
      providers: {
        description: `Backup systems, 1 to ${maxProviders}.`,
        type: 'array',
        minItems: 1,
        maxItems: maxProviders,
        items: {
          type: 'object',
          properties: { kind: { anyOf: [{ enum: products.map(({ kind }) => kind) }, reference] } },
          required: ['name', 'kind'],
          allOf: kinds,
        },
      },
    },
    required: ['providers'],
    additionalProperties: false,
  } as JsonSchema;
}

/** The schema, or the other one. The value of a reference may be the other one, too. */
function orElse(schema: JsonSchema | undefined, other: JsonSchema): JsonSchema {
  const { description, default: fallback, anyOf, ...only } = schema ?? {};
  return {
    ...(description ? { description } : {}),
    default: fallback,
    anyOf: [...(anyOf ?? [only]), other, reference],
  };
}

function loosen(schema: JsonSchema): JsonSchema {
  const { anyOf: _, ...annotations } = schema;
  const options = optionsOf(schema).map(loosenOption);
  const isScalar = ({ type }: JsonSchema) => type !== 'object' && type !== 'array';
  const isText = ({ type, ...rest }: JsonSchema) =>
    type === 'string' && !Object.keys(rest).some((key) => limits.has(key));
  if (options.some(isScalar) && !options.some(isText)) options.push(reference);
  const [only, ...others] = options;
  if (others.length === 0) return { ...only };
  const kept = Object.entries(annotations).filter(([key]) => notes.has(key));
  const bare = schema.anyOf ? options : options.map((option) => without(option, notes));
  return { ...Object.fromEntries(kept), anyOf: bare };
}

const notes = new Set(['description', 'default', 'deprecated', 'writeOnly']);
const limits = new Set(['pattern', 'enum', 'const', 'minLength', 'maxLength', 'allOf']);
/** `format`: validators differ in what they take for a URL or a time. */
const dropped = new Set(['$schema', '~standard', 'format']);

const without = (schema: JsonSchema, keys: ReadonlySet<string>): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.has(key)));

function loosenOption(schema: JsonSchema): JsonSchema {
  const option = without(schema, dropped);
  const { properties, additionalProperties, items } = option;
  if (items !== undefined) option.items = loosen(asSchema(items));
  if (typeof additionalProperties === 'object') option.additionalProperties = loosen(additionalProperties);
  if (option.maximum === Number.MAX_SAFE_INTEGER) delete option.maximum;
  if (properties) Object.assign(option, loosenMap(option, properties as Properties));
  return option;
}

/** A secret may be in a file, so that its key is not required if the key of the file is given. */
function loosenMap(schema: JsonSchema, properties: Properties): JsonSchema {
  const secrets = secretKeysOf(schema);
  const isRequired = (key: string) => schema.required?.includes(key) === true;
  const files = secrets.map((key) => [
    fileKeyOf(key),
    { type: 'string', description: `Path of a file with \`${key}\`.` },
  ]);
  const required = schema.required?.filter((key) => !secrets.includes(key)) ?? [];
  const either = secrets
    .filter(isRequired)
    .map((key) => ({ anyOf: [{ required: [key] }, { required: [fileKeyOf(key)] }] }));
  const own = Object.entries(properties).map(([key, value]) => [key, loosen(asSchema(value))]);
  return {
    properties: Object.fromEntries([...own, ...files]),
    ...(schema.required ? { required } : {}),
    ...(either.length > 0 ? { allOf: either } : {}),
  };
}

const cut = (key: FormerKey, length: number): FormerKey => ({ ...key, place: key.place.slice(length) });

/** Adds the former names of keys, which editors show as deprecated. */
const withFormer = (schema: JsonSchema, former: readonly FormerKey[]): JsonSchema => former.reduce(addFormer, schema);

function addFormer(schema: JsonSchema, key: FormerKey): JsonSchema {
  const [next, ...rest] = key.place;
  const properties = (schema.properties ?? {}) as Properties;
  if (next !== undefined) {
    const inner = addFormer(asSchema(properties[next]), { ...key, place: rest });
    return { ...schema, properties: { ...properties, [next]: inner } };
  }
  const renamed = { ...properties[key.to], deprecated: true, description: `Former name of \`${key.to}\`.` };
  return { ...schema, properties: { ...properties, [key.from]: renamed } };
}
