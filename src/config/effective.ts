/** The configuration as the gateway uses it: the values of a file, of the environment and of defaults, without secrets. */
import { redactSecrets } from '../core/secret-redaction.ts';
import { type ConfigOverrides, parseConfig, readRaw } from './config.ts';
import {
  itemSchema,
  type JsonSchema,
  keySchema,
  optionsOf,
  type Products,
  providerSchema,
  sectionSchemas,
} from './json-schema.ts';

/** Returns the values as a file would state them. Throws ConfigError with all faults at once. */
export function effectiveConfig(
  text: string,
  products: Products,
  environment: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides,
): unknown {
  parseConfig(text, products, environment, overrides);
  const raw = readRaw(text, products, environment, { ...overrides, warn: undefined }, []) as Record<string, unknown>;
  const completed = sectionSchemas().map(([name, schema]) => [name, complete(raw[name], schema)]);
  const listed = (raw['providers'] as { readonly kind: string }[]).map((provider) =>
    complete(provider, providerSchema(products, provider.kind) ?? {}),
  );
  return { ...Object.fromEntries(completed), providers: listed };
}

/** Returns undefined where there is neither a value nor a default. */
function complete(given: unknown, schema: JsonSchema): unknown {
  const value = given === undefined ? schema.default : given;
  if (value !== undefined && schema.writeOnly === true) return '[secret]';
  if (typeof value === 'string') return toShown(value);
  if (Array.isArray(value)) return value.map((item) => complete(item, itemSchema(schema)));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  const known = optionsOf(schema).flatMap(({ properties = {} }) => Object.keys(properties));
  const keys = [...new Set([...known, ...Object.keys(map)])];
  const read = (key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);
  const entries = keys.map((key) => [key, complete(read(key), keySchema(schema, key) ?? {})] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** Values that came from a file are secrets, and so is the password in a URL, such as that of a database. */
const toShown = (text: string): string =>
  redactSecrets(text.replace(/^([a-z][a-z0-9+.-]{0,40}:\/\/[^/?#@]{0,1000}:)[^/?#@]{1,1000}@/i, '$1[secret]@'));
