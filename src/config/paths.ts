/** Paths of files in a configuration. */
import { resolve } from 'node:path';

/** Keys whose values are paths; `*` is each item of a list. */
const places: readonly (readonly string[])[] = [
  ['server', 'socket'],
  ['server', 'tls', 'cert'],
  ['server', 'tls', 'key'],
  ['server', 'tls', 'clientCa'],
  ['documents', 'trusted', 'file'],
  ['auth', 'jwt', 'keyFile'],
  ['auth', 'jwt', 'ca'],
  ['auth', 'jwt', 'cert'],
  ['auth', 'jwt', 'key'],
  ['providers', '*', 'ca'],
  ['providers', '*', 'cert'],
  ['providers', '*', 'key'],
];

/**
 * Makes the paths of a configuration absolute: they are relative to the folder of the file, not to the working
 * directory.
 */
export const resolvePaths = (given: unknown, folder: string): unknown =>
  places.reduce((value, place) => resolveAt(value, place, folder), given);

function resolveAt(value: unknown, [key, ...rest]: readonly string[], folder: string): unknown {
  if (key === undefined) {
    return typeof value === 'string' && value !== '' ? resolve(folder, value) : value;
  }
  if (key === '*') return Array.isArray(value) ? value.map((item) => resolveAt(item, rest, folder)) : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: resolveAt((value as Record<string, unknown>)[key], rest, folder) };
}
