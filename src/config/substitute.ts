/** Replaces `${NAME}` in the strings of a configuration by values of the environment. */
import { printPath } from './file.ts';

/** `$${` is a literal `${`; `${NAME}` and `${NAME:-default}` are references; any other `${` is a fault. */
const references = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(:-((?:(?!\$\{)[^}])*))?\})?/g;

/**
 * `${NAME}` becomes the value of the variable; a variable that is not set is a fault, never an empty string.
 * `${NAME:-default}` becomes the default where the variable is not set or empty. Any other `${` is a fault, because it
 * would silently become part of the value, such as a password.
 */
export function substitute(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  path: readonly PropertyKey[],
  faults: string[],
): unknown {
  if (typeof value === 'string') {
    const faultsBefore = faults.length;
    const text = value.replace(references, (whole, name?: string, hasDefault?: string, fallback?: string) => {
      if (whole === '$${') return '${';
      if (name === undefined) {
        faults.push(
          `${printPath(path)}: expected \${NAME} or \${NAME:-default} where a text has "\${" in it; write $\${ for "\${" itself`,
        );
        return whole;
      }
      const found = environment[name];
      if (hasDefault !== undefined) return found === undefined || found === '' ? (fallback ?? '') : found;
      if (found === undefined) faults.push(`${printPath(path)}: expected the environment variable ${name} to be set`);
      return found ?? whole;
    });
    return faults.length === faultsBefore ? text : value;
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, environment, [...path, index], faults));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, environment, [...path, key], faults)]),
    );
  }
  return value;
}
