/** What no input whatever may bring about. */
import { expect } from 'vitest';
import { errorCodes } from '../../src/core/errors.ts';
import { casesOf } from '../support/nightly.ts';

/** Long enough for any answer on a slow machine; a later one counts as a hang. */
export const hangMs = 60_000;

/** `npm run fuzz` sends more, and the gate less than `.ci/nightly`. */
const factor = Number(process.env['FUZZ_FACTOR'] ?? casesOf(1, 0.06));

export const runs = (few: number): number => Math.ceil(few * factor);

/** For all the runs of one test. */
export const allMs = 600_000 * Math.max(1, factor);

interface PublicError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown; readonly requestId?: unknown };
}

/** Each error is one of ours, none of them is a bug, and none shows how we are made. */
export function expectPublicErrors(errors: unknown): void {
  if (errors === undefined) return;
  expect(Array.isArray(errors)).toBe(true);
  for (const error of errors as PublicError[]) {
    expect(errorCodes).toContain(error.extensions?.code);
    expect(error.extensions?.code, JSON.stringify(error)).not.toBe('INTERNAL');
    expect(String(error.message)).not.toMatch(/\bat .*\.[tj]s:\d+|node_modules|TypeError|RangeError|undefined is not/);
  }
}

/** Fails where there is no answer at all. */
export async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${hangMs / 1000} s: ${what.slice(0, 2_000)}`)), hangMs);
  });
  return Promise.race([work, hung]).finally(() => clearTimeout(timer));
}
