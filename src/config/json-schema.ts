/** JSON Schemas of what stands in a configuration file, from the zod schemas. */
import { z } from 'zod';
import type { ConfigurableProduct, ProviderConfig } from './provider.ts';
import { sections } from './sections.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export type Products = readonly ConfigurableProduct<ProviderConfig>[];

/** zod leaves a default out where a transform follows it; the override restores it. */
export const toJsonSchema = (schema: z.ZodType): JsonSchema =>
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

/** `sections` by name, and the schema of a provider by its `kind`. */
export interface FileSchemas {
  readonly sections: ReadonlyMap<string, JsonSchema>;
  readonly providers: ReadonlyMap<string, JsonSchema>;
}

const known = new WeakMap<Products, FileSchemas>();

/** The schemas of all parts of a file. They are made once for the same products, since making them takes milliseconds. */
export function fileSchemas(products: Products): FileSchemas {
  const made = known.get(products) ?? {
    sections: new Map(Object.entries(sections).map(([name, section]) => [name, toJsonSchema(section)])),
    providers: new Map(products.map(({ kind, config }) => [kind, toJsonSchema(config)])),
  };
  known.set(products, made);
  return made;
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
