/** Replaces `${NAME}` and `${file:PATH}` in the strings of a configuration. */
import { resolve } from 'node:path';
import { printPath } from './file.ts';
import { readSecretFile } from './secret-file.ts';

/** `$${` is a literal `${`; any other `${` that is no reference is a fault. */
const references = /\$\$\{|\$\{(?:file:([^}]+)|([A-Za-z_]\w*)(:-((?:(?!\$\{)[^}])*))?)?(\})?/g;

/** Where the values of references are, and what is noted about them. */
export interface References {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder to which the paths of files are relative. */
  readonly folder: string;
  /** One line for each fault, with its place. */
  readonly faults: string[];
  /** Called with the path of each file that is read. */
  readonly onFile: (file: string) => void;
  /** Called with the place of each string in which a reference was replaced. */
  readonly onReplaced: (path: readonly PropertyKey[]) => void;
}

/**
 * `${NAME}` becomes the value of the variable; a variable that is not set is a fault, never an empty string.
 * `${NAME:-default}` becomes the default where the variable is not set or empty. `${file:PATH}` becomes the text of the
 * file. Any other `${` is a fault, because it would silently become part of the value, such as a password.
 */
export function substitute(value: unknown, given: References, path: readonly PropertyKey[] = []): unknown {
  if (typeof value === 'string') return replaceIn(value, given, path);
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, given, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, given, [...path, key])]),
    );
  }
  return value;
}

function replaceIn(value: string, given: References, path: readonly PropertyKey[]): string {
  const faults: string[] = [];
  const fault = (message: string): string => {
    faults.push(`${printPath(path)}: ${message}`);
    return '';
  };
  let isReplaced = false;
  const text = value.replace(
    references,
    (whole, file?: string, name?: string, hasDefault?: string, fallback?: string, end?: string) => {
      if (whole === '$${') return '${';
      if ((file ?? name) === undefined || end === undefined) {
        return fault(
          `expected \${NAME}, \${NAME:-default} or \${file:PATH} where a text has "\${" in it; write $\${ for "\${" itself`,
        );
      }
      isReplaced = true;
      if (file !== undefined) return readFile(file, given, fault);
      const found = given.environment[name ?? ''];
      if (hasDefault !== undefined) return found === undefined || found === '' ? (fallback ?? '') : found;
      return found ?? fault(`expected the environment variable ${name} to be set`);
    },
  );
  given.faults.push(...faults);
  if (faults.length > 0) return value;
  if (isReplaced) given.onReplaced(path);
  return text;
}

function readFile(path: string, { folder, onFile }: References, fault: (message: string) => string): string {
  const file = resolve(folder, path);
  onFile(file);
  const read = readSecretFile(file);
  return 'fault' in read ? fault(read.fault) : read.text;
}
