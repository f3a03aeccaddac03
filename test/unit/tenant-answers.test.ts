/** Two answers that differ only in what is replaced are the same, in whatever order their errors came. */
import { expect, test } from 'vitest';
import { normalised } from '../support/tenants.ts';

const error = (message: string, path: string) => ({ message, path: [path], extensions: { errorId: message } });
const withoutSeconds = (key: string, value: unknown) =>
  key === 'message' ? String(value).replace(/\d+ s/, 'some s') : value;

test('errors whose replaced parts had another order', () => {
  const early = { errors: [error('labii: again in 30 s', 'a'), error('labii: again in 29 s', 'b')] };
  const late = { errors: [error('labii: again in 29 s', 'a'), error('labii: again in 30 s', 'b')] };
  expect(normalised(early, withoutSeconds)).toEqual(normalised(late, withoutSeconds));
});

test('errors that stay different', () => {
  const one = { errors: [error('labii: again in 30 s', 'a')] };
  const other = { errors: [error('vprotect: again in 30 s', 'a')] };
  expect(normalised(one, withoutSeconds)).not.toEqual(normalised(other, withoutSeconds));
});
