/**
 * Parses answers of a product field by field. Fields that identify a row are required. Any other unreadable field
 * becomes null and its name is reported, so that one bad field does not lose the row, and one bad row does not lose the
 * page.
 */
import { z } from 'zod';
import { escapeIdentifier, toWellFormed } from './unicode.ts';

/** Called for an unreadable value: without a path for the value itself, otherwise with the path within it. */
type OnUnreadable = (path?: string) => void;

/** Reads a value. Returns null if there is none, or after a call of `onUnreadable`. */
export type Field<T> = (value: unknown, onUnreadable: OnUnreadable) => T | null;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Read<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T | null : never };
type Identity<F extends Fields> = { readonly [Name in keyof F]: NonNullable<Read<F>[Name]> };

/** A row with a readable identity. `unreadable`: the product's names of unreadable fields. */
export type Row<I extends Fields, F extends Fields> = Identity<I> &
  Read<F> & { readonly unreadable: readonly string[] };
export type RowOf<Reader> = Reader extends (value: unknown) => infer R ? NonNullable<R> : never;

/** `read` returns undefined for an unreadable value, and null for a value that means "none". */
export const field =
  <T>(read: (value: unknown) => T | null | undefined): Field<T> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) return null;
    const result = read(value);
    if (result === undefined) onUnreadable();
    return result ?? null;
  };

/** A field that the product's contract requires: a missing value counts as unreadable. */
export const required =
  <T>(inner: Field<T>): Field<T> =>
  (value, onUnreadable) => {
    if (value === null || value === undefined) onUnreadable();
    return inner(value, onUnreadable);
  };

/** Well-formed text for display. */
export const text = field((value) => (typeof value === 'string' ? toWellFormed(value) : undefined));

/** Text that identifies something: distinct values stay distinct. Empty text is unreadable. */
export const identifier = field((value) =>
  typeof value === 'string' && value !== '' ? escapeIdentifier(value) : undefined,
);

/** A serial number of a database, from 1. */
export const serial = field((value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined,
);

/** A whole number from 0 to 2^53-1: bytes, files, records. */
export const count = field((value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
);

/** Any number from 0 to 2^53-1: a percentage, a speed, seconds. Larger numbers could overflow in conversions. */
export const measure = field((value) =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined,
);

export const flag = field((value) => (typeof value === 'boolean' ? value : undefined));

/** Text or a number that may be a time. The adapter parses it, since it knows the time zone. */
export const moment = field((value) => (typeof value === 'string' || typeof value === 'number' ? value : undefined));

/** An object of further fields. */
export const object = <F extends Fields>(fields: F): Field<Read<F>> => {
  const shape = toShape(fields);
  return (value, onUnreadable) => {
    if (value === null || value === undefined) return null;
    if (!isObject(value)) {
      onUnreadable();
      return null;
    }
    const read = { ...shape.empty };
    readFields(shape, value, read, onUnreadable);
    return read as Read<F>;
  };
};

/** A list of its readable items. Unreadable items are reported by their index. */
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

/** Returns a reader of rows. It returns null for a value that is not an object, or has no readable identity. */
export const row = <I extends Fields, F extends Fields>(
  identity: I,
  fields: F,
): ((value: unknown) => Row<I, F> | null) => {
  const id = toShape(identity);
  const rest = toShape(fields);
  const empty = { ...id.empty, ...rest.empty, unreadable: none };
  return (value) => {
    if (!isObject(value)) return null;
    const read: Record<string, unknown> & { unreadable: readonly string[] } = { ...empty };
    let isKnown = true;
    readFields(id, value, read, () => {
      isKnown = false;
    });
    if (!isKnown || id.names.some((name) => read[name] === null)) return null;
    readFields(rest, value, read, (path = '') => {
      read.unreadable = [...read.unreadable, path];
    });
    return read as unknown as Row<I, F>;
  };
};

/**
 * Schema of unparsed rows, most of which are never opened. A list in which no row has an id violates the contract of
 * the product and is refused.
 */
export const rowsSchema = (read: (value: unknown) => unknown) =>
  z.array(z.unknown()).refine((given) => given.length < 2 || given.some((one) => read(one) !== null), {
    error: 'expected objects with their ids',
  });

/** Schema of an answer that is one row. A row without its identity is refused. */
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

/** What is known of the fields before any row: pages have hundreds of rows with dozens of fields. */
interface Shape {
  readonly names: readonly string[];
  readonly readers: readonly Field<unknown>[];
  /** Every field as null. */
  readonly empty: Readonly<Record<string, unknown>>;
}

const toShape = (fields: Fields): Shape => {
  const names = Object.keys(fields);
  return { names, readers: Object.values(fields), empty: Object.fromEntries(names.map((name) => [name, null])) };
};

/** Reads each field of `value` into `read`. */
function readFields(
  { names, readers }: Shape,
  value: Readonly<Record<string, unknown>>,
  read: Record<string, unknown>,
  onUnreadable: OnUnreadable,
): void {
  let current = '';
  const report: OnUnreadable = (path) => onUnreadable(path ? join(current, path) : current);
  names.forEach((name, index) => {
    current = name;
    read[name] = readers[index]?.(value[name], report);
  });
}

const join = (name: string, path: string): string => (path.startsWith('[') ? name + path : `${name}.${path}`);
