/** A configuration as its file has it: YAML, values of the environment put in, and faults in words. */
import { parseDocument } from 'yaml';
import type { z } from 'zod';

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
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    // Its message has the value in it, which is often a password that nobody put in quotes.
    throw new ConfigError([
      'not YAML: a text that begins with * refers to another; put it in quotes where it does not',
    ]);
  }
}

/** `${NAME}` in any text becomes the variable's value; one that is not set is a fault, never an empty text. */
export function substitute(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  path: readonly PropertyKey[],
  faults: string[],
): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
      const found = environment[name];
      if (found === undefined) faults.push(`${printPath(path)}: expected the environment variable ${name} to be set`);
      return found ?? whole;
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, environment, [...path, index], faults));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, environment, [...path, key], faults)]),
    );
  }
  return value;
}

/** Values are never shown: any of them may be a secret in the wrong place. */
export function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${printPath([...issue.path, key])}: unknown key; see backplane.example.yaml`);
  }
  if (issue.code === 'invalid_type' && !issue.message.startsWith('expected ')) {
    return [`${printPath(issue.path)}: expected ${article(issue.expected)}`];
  }
  if (issue.code === 'invalid_value') return [`${printPath(issue.path)}: expected one of: ${issue.values.join(', ')}`];
  return [`${printPath(issue.path)}: ${issue.message.replace(/^Too (small|big): /, '')}`];
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

const printPath = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
        .join('');
