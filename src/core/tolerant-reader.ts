/**
 * Reads what a product sent, field by field. What identifies a row is required; every other field that cannot be read
 * is null, and its name is kept, so that one odd field never costs a row and one odd row never costs a page.
 */
import { z } from 'zod';
import { escapeIdentifier, toWellFormed } from './unicode.ts';

/** Called for what cannot be read: without a path for the value itself, else with the path within it. */
type OnUnreadable = (path?: string) => void;

/** Null where there is nothing, and where `onUnreadable` was called. */
export type Field<T> = (value: unknown, onUnreadable: OnUnreadable) => T | null;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Read<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T | null : never };
type Identity<F extends Fields> = { readonly [Name in keyof F]: NonNullable<Read<F>[Name]> };

/** A row whose identity was read. `unreadable`: names of the fields that were not, as the product calls them. */
export type Row<I extends Fields, F extends Fields> = Identity<I> &
  Read<F> & { readonly unreadable: readonly string[] };
export type RowOf<Reader> = Reader extends (value: unknown) => infer R ? NonNullable<R> : never;

/** `read` gives undefined for what it cannot read, and null for what stands for nothing. */
export const field =
  <T>(read: (value: unknown) => T | null | undefined): Field<T> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) return null;
    const result = read(value);
    if (result === undefined) onUnreadable();
    return result ?? null;
  };

/** A field that the product's contract promises: nothing in its place is unreadable, too. */
export const required =
  <T>(inner: Field<T>): Field<T> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) onUnreadable();
    return inner(value, onUnreadable);
  };

/** Well-formed text, to be shown. */
export const text = field((value) => (typeof value === 'string' ? toWellFormed(value) : undefined));

/** Text that finds something again: no two are made one. Empty text identifies nothing. */
export const identifier = field((value) =>
  typeof value === 'string' && value !== '' ? escapeIdentifier(value) : undefined,
);

/** A number as databases count, from 1 on. */
export const serial = field((value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined,
);

/** Whole and exact, from 0 on: bytes, files, records. */
export const count = field((value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
);

/** Any number from 0 to 2^53-1: a percentage, a speed, seconds. What is larger would overflow when it is converted. */
export const measure = field((value) =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined,
);

export const flag = field((value) => (typeof value === 'boolean' ? value : undefined));

/** Something that may be a time; the adapter, which knows the time zone, reads it. Empty text is none. */
export const moment = field((value) => (typeof value === 'string' || typeof value === 'number' ? value : undefined));

/** An object of further fields. */
export const object =
  <F extends Fields>(fields: F): Field<Read<F>> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) return null;
    if (!isObject(value)) {
      onUnreadable();
      return null;
    }
    return readFields(fields, value, onUnreadable);
  };

/** Items that can be read, of a list; each other one is named by its place. */
export const list =
  <T>(item: Field<T>): Field<readonly T[]> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      onUnreadable();
      return null;
    }
    return value.flatMap((one: unknown, index) => {
      const read = required(item)(one, (path) => onUnreadable(`[${index}]${path ? `.${path}` : ''}`));
      return read === null ? [] : [read];
    });
  };

/** A reader of rows; it gives null for what is no object, and for one whose identity cannot be read. */
export const row = <I extends Fields, F extends Fields>(
  identity: I,
  fields: F,
): ((value: unknown) => Row<I, F> | null) => {
  return (value) => {
    if (!isObject(value)) return null;
    let isKnown = true;
    const id = readFields(identity, value, () => (isKnown = false));
    if (!isKnown || Object.values(id).includes(null)) return null;
    let unreadable: readonly string[] = none;
    const rest = readFields(fields, value, (path = '') => {
      unreadable = [...unreadable, path];
    });
    return { ...id, ...rest, unreadable } as Row<I, F>;
  };
};

/**
 * Rows as they came, most of which are never looked at. A list of which no row has its id is another one than the
 * contract says, and not one with an odd row.
 */
export const rowsSchema = (read: (value: unknown) => unknown) =>
  z.array(z.unknown()).refine((given) => given.length < 2 || given.some((one) => read(one) !== null), {
    error: 'expected objects with their ids',
  });

/** For a reply that is one row: without its identity it is not what the contract says. */
export const rowSchema = <R>(read: (value: unknown) => R | null): z.ZodType<R> =>
  z.unknown().transform((value, context): R => {
    const result = read(value);
    if (result !== null) return result;
    context.issues.push({ code: 'custom', message: 'expected an object with its id', input: undefined });
    return z.NEVER;
  });

const none: readonly string[] = [];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readFields<F extends Fields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  onUnreadable: OnUnreadable,
): Read<F> {
  const read: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(fields)) {
    read[name] = inner(value[name], (path) => onUnreadable(path ? join(name, path) : name));
  }
  return read as Read<F>;
}

const join = (name: string, path: string): string => (path.startsWith('[') ? name + path : `${name}.${path}`);
