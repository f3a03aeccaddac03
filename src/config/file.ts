/** Reads the YAML of a configuration file, and turns faults into lines. */
import { type Document, parseDocument } from 'yaml';
import type { z } from 'zod';
import { hintsOf } from './unknown-keys.ts';

/** All faults of a configuration, one line each: `path: what was expected`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

export function readYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map(({ message }) => `not YAML: ${message.split('\n')[0]}`));
  }
  const value = toValue(document);
  if (refersToItself(value, new Set())) {
    throw new ConfigError([
      'not a configuration: a part of the file contains itself, by an anchor (&) and an alias (*)',
    ]);
  }
  return value;
}

function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // The message of the library contains the value, which is often a password without quotes.
    throw new ConfigError([
      error instanceof Error && error.message.startsWith('Excessive alias count')
        ? 'not a configuration: aliases (*) repeat parts of the file too often, so that it would become very large'
        : 'not YAML: a value that begins with * is an alias, and there is no anchor of that name; put a text in quotes',
    ]);
  }
}

/** `around`: the lists and maps that contain the value. */
function refersToItself(value: unknown, around: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  around.add(value);
  const isCircle = Object.values(value).some((item) => refersToItself(item, around));
  around.delete(value);
  return isCircle;
}

/** Never shows a value: any of them may be a misplaced secret. */
export function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    const hints = hintsOf(issue);
    return issue.keys.map(
      (key, index) => `${printPath([...issue.path, key])}: ${hints[index]}; see backplane.example.yaml`,
    );
  }
  if (issue.code === 'invalid_type' && !issue.message.startsWith('expected ')) {
    return [`${printPath(issue.path)}: expected ${article(issue.expected)}`];
  }
  if (issue.code === 'invalid_value') return [`${printPath(issue.path)}: expected one of: ${issue.values.join(', ')}`];
  return [`${printPath(issue.path)}: ${issue.message.replace(/^Too (small|big): /, '')}`];
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

export const printPath = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
        .join('');
