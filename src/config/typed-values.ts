/**
 * Completes the raw values of a file by its schema, before zod reads it: secrets in files of their own, and the type of
 * values that came from the environment.
 */
import { resolve } from 'node:path';
import { printPath } from './file.ts';
import {
  fileKeyOf,
  isFileKey,
  itemSchema,
  type JsonSchema,
  keySchema,
  optionsOf,
  type Products,
  providerSchema,
  secretKeysOf,
  sectionSchema,
} from './json-schema.ts';
import { readSecretFile } from './secret-file.ts';
import type { References } from './substitute.ts';

type Path = readonly PropertyKey[];
/** Made when it is first needed, which for most files is never: a whole schema takes longer than all the rest. */
type LazySchema = () => JsonSchema;

interface Completion extends Pick<References, 'folder' | 'faults' | 'onFile'> {
  /** Whether a reference was replaced in the string at this place. */
  readonly isReplaced: (path: Path) => boolean;
}

export function completeValues(raw: unknown, products: Products, completion: Completion): unknown {
  if (!isMap(raw)) return raw;
  return mapValues(raw, (value, name) => {
    if (name !== 'providers') return complete(value, () => sectionSchema(name) ?? {}, completion, [name]);
    if (!Array.isArray(value)) return value;
    return value.map((provider: unknown, index) => {
      const kind = isMap(provider) ? String(provider['kind']) : '';
      return complete(provider, () => providerSchema(products, kind) ?? {}, completion, [name, index]);
    });
  });
}

function complete(value: unknown, schema: LazySchema, completion: Completion, path: Path): unknown {
  if (typeof value === 'string') return completion.isReplaced(path) ? toTyped(value, schema()) : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => complete(item, () => itemSchema(schema()), completion, [...path, index]));
  }
  if (!isMap(value)) return value;
  const read = Object.keys(value).some(isFileKey)
    ? secretKeysOf(schema()).reduce((map, key) => readSecret(map, key, completion, path), value)
    : value;
  return mapValues(read, (item, key) =>
    complete(item, () => keySchema(schema(), key) ?? {}, completion, [...path, key]),
  );
}

/** Replaces `passwordFile` by `password`. */
function readSecret(map: Readonly<Record<string, unknown>>, key: string, completion: Completion, path: Path) {
  const fileKey = fileKeyOf(key);
  if (!Object.hasOwn(map, fileKey)) return map;
  const { [fileKey]: given, ...others } = map;
  const fault = (message: string) => {
    completion.faults.push(`${printPath([...path, fileKey])}: ${message}`);
    // The file is refused anyway; without a value here, it would be refused for that as well.
    return { ...others, [key]: 'unread' };
  };
  if (Object.hasOwn(map, key)) return fault(`expected either ${key} or ${fileKey}, not both`);
  if (typeof given !== 'string' || given === '') return fault('expected the path of a file');
  const file = resolve(completion.folder, given);
  completion.onFile(file);
  const read = readSecretFile(file);
  return 'fault' in read ? fault(read.fault) : { ...others, [key]: read.text };
}

/** A number as JSON writes it, so that `0080` and `1_000` stay the texts that they are. */
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Converts a text to the number, boolean or null that the schema wants. A text stays a text wherever one is allowed. */
function toTyped(text: string, schema: JsonSchema): unknown {
  const types = optionsOf(schema).flatMap(({ type }) => type);
  if (types.includes(undefined) || types.includes('string')) return text;
  if (number.test(text) && (types.includes('number') || types.includes('integer'))) return Number(text);
  if (/^(true|false)$/.test(text) && types.includes('boolean')) return text === 'true';
  return text === 'null' && types.includes('null') ? null : text;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keeps a key `__proto__`, which an assignment would lose. */
const mapValues = (map: Readonly<Record<string, unknown>>, change: (value: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
