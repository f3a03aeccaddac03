/** A configuration as its file has it: YAML, values of the environment put in, and faults in words. */
import { type Document, parseDocument } from 'yaml';
import type { z } from 'zod';
import { hintsOf } from './unknown-keys.ts';

/** Everything that is wrong with a configuration, a line each: `path: what was expected`. */
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
    // Its message has the value in it, which is often a password that nobody put in quotes.
    throw new ConfigError([
      error instanceof Error && error.message.startsWith('Excessive alias count')
        ? 'not a configuration: aliases (*) repeat parts of the file too often, so that it would become very large'
        : 'not YAML: a text that begins with * refers to another; put it in quotes where it does not',
    ]);
  }
}

/** `around`: the lists and maps that the value is in. */
function refersToItself(value: unknown, around: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  around.add(value);
  const isCircle = Object.values(value).some((item) => refersToItself(item, around));
  around.delete(value);
  return isCircle;
}

/** Values are never shown: any of them may be a secret in the wrong place. */
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
