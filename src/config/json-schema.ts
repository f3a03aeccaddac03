/** JSON Schemas of what stands in a configuration file, from the zod schemas. */
import { z } from 'zod';
import type { ConfigurableProduct, ProviderConfig } from './provider.ts';
import { sections } from './sections.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export type Products = readonly ConfigurableProduct<ProviderConfig>[];

const known = new WeakMap<z.ZodType, JsonSchema>();

/** Made when first asked for, since making all takes a tenth of a start. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const made = known.get(schema) ?? makeJsonSchema(schema);
  known.set(schema, made);
  return made;
}

/** zod leaves a default out where a transform follows it; the override restores it. */
const makeJsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      if (def.type !== 'default') return;
      jsonSchema.default = def.defaultValue instanceof Map ? {} : (def.defaultValue as never);
    },
  });

/** JSON Schema has `true` and `false` as schemas; ours have none of them. */
export const asSchema = (schema: unknown): JsonSchema =>
  typeof schema === 'object' && schema !== null ? (schema as JsonSchema) : {};

/** The schemas of all sections of a file but `providers`, by name. */
export const sectionSchemas = (): [string, JsonSchema][] =>
  Object.entries(sections).map(([name, section]) => [name, toJsonSchema(section)]);

/** Undefined where there is no such section. */
export function sectionSchema(name: string): JsonSchema | undefined {
  const section = new Map<string, z.ZodType>(Object.entries(sections)).get(name);
  return section && toJsonSchema(section);
}

/** The schema of a provider of this kind; undefined where there is none. */
export function providerSchema(products: Products, kind: string): JsonSchema | undefined {
  const product = products.find((one) => one.kind === kind);
  return product && toJsonSchema(product.config);
}

/** Schemas that a value may match: the schema itself, or the members of its union. */
export const optionsOf = (schema: JsonSchema): JsonSchema[] =>
  schema.anyOf ? schema.anyOf.map(asSchema).flatMap(optionsOf) : [schema];

/** Schema of a key of a map; undefined: the key is unknown. */
export function keySchema(schema: JsonSchema, key: string): JsonSchema | undefined {
  for (const { properties, additionalProperties } of optionsOf(schema)) {
    if (properties && Object.hasOwn(properties, key)) return asSchema(properties[key]);
    if (typeof additionalProperties === 'object') return asSchema(additionalProperties);
  }
  return undefined;
}

export const itemSchema = (schema: JsonSchema): JsonSchema =>
  asSchema(optionsOf(schema).find(({ items }) => items !== undefined)?.items);

/** Keys of a map whose values are secrets. Each of them may be in a file, which `fileKeyOf` names. */
export const secretKeysOf = (schema: JsonSchema): string[] =>
  optionsOf(schema).flatMap(({ properties = {} }) =>
    Object.keys(properties).filter((key) => asSchema(properties[key]).writeOnly === true),
  );

export const fileKeyOf = (secretKey: string): string => `${secretKey}File`;
/** Whether a key may be one of those: other keys end with it, too. */
export const isFileKey = (key: string): boolean => key.endsWith('File');
