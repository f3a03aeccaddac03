import { GatewayError } from '../core/errors.ts';

/**
 * A URL path with ids in it: each value becomes exactly one segment. A value that a URL parser would
 * resolve away (`.`, `..`, empty, and their encodings) is refused, since it would reach another endpoint:
 * `encodeURIComponent('..')` is `..`, and `new URL` then walks up.
 */
export function path(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.reduce((whole, text, index) => whole + segment(values[index - 1]) + text);
}

function segment(value: string | number | undefined): string {
  const text = String(value);
  if (value === undefined || isDotSegment(text) || loneSurrogate.test(text)) {
    throw new GatewayError('NOT_FOUND', 'There is no such id.');
  }
  return encodeURIComponent(text);
}

/** Half of a character, which `encodeURIComponent` cannot encode. */
const loneSurrogate = /\p{Surrogate}/u;

/** `%2e` is a dot to every URL parser, also half encoded. */
function isDotSegment(text: string): boolean {
  const plain = text.replace(/%2e/gi, '.');
  return plain === '' || plain === '.' || plain === '..';
}
