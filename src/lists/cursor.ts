/**
 * Cursors: opaque to clients, compact, and validated completely. A cursor is a sort key, not a position. The offsets in
 * it only save upstream work and never change the result.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import type { SortKey } from '../core/order.ts';

/** Largest offset that a provider receives. */
const maxOffset = 10_000;

/**
 * Longest accepted cursor, in characters: 10 providers need about 300, but an entity id may be a long, escaped path.
 */
const maxCursorLength = 50_000;

const version = 1;

/** A decoded list cursor. Its encoded form refers to providers by their index in the selected providers, by name. */
export interface ListCursor {
  /** The row at the cursor. */
  readonly key: SortKey;
  /** For each provider, the number of its rows before the key, if known. */
  readonly offsets: readonly number[];
  /** Providers that were missing from an earlier page. Every later page has a problem for each of them. */
  readonly missed: readonly string[];
  /** Providers whose order an earlier page assumed, see `BackupPage.isOrderAssumed`. */
  readonly assumed?: readonly string[];
}

/** Largest time in microseconds: includes every time of RFC 3339, from the year 0 to 9999. */
const furthest = 300_000_000_000_000_000;

const wireCursor = z.tuple([
  z.literal(version),
  z.string().length(8),
  // Times after the year 2255 exceed the safe integers, and rows may have them.
  z.tuple([
    z.number().min(-furthest).max(furthest).refine(Number.isInteger).nullable(),
    z.int().min(0).max(99),
    z.string().min(1).max(1_000),
  ]),
  z.array(z.int().min(0).max(maxOffset)).max(100),
  z.int().min(0),
  z.int().min(0).optional(),
]);

/**
 * Identifies the list of a cursor: its filter, its order and its providers. A cursor of another list is refused, since
 * its key would be at a wrong position.
 */
export interface ListIdentity {
  readonly providers: readonly string[];
  readonly hash: string;
}

export function identifyList(providers: readonly string[], ...parts: readonly unknown[]): ListIdentity {
  const sorted = [...providers].sort();
  const hash = createHash('sha256')
    .update(JSON.stringify([sorted, ...parts]))
    .digest('base64url')
    .slice(0, 8);
  return { providers: sorted, hash };
}

export function encodeListCursor(list: ListIdentity, cursor: ListCursor): string {
  const assumedBits = toBits(list, cursor.assumed ?? []);
  const { sortedAt, provider, externalId } = cursor.key;
  const wire: z.infer<typeof wireCursor> = [
    version,
    list.hash,
    [sortedAt, list.providers.indexOf(provider), externalId],
    cursor.offsets.map((offset) => Math.min(offset, maxOffset)),
    toBits(list, cursor.missed),
    ...(assumedBits === 0 ? ([] as const) : ([assumedBits] as const)),
  ];
  return encodeToken(wire);
}

/** Throws BAD_USER_INPUT if the text is not a cursor of this list. */
export function decodeListCursor(list: ListIdentity, text: string, argument: string): ListCursor {
  const parsed = wireCursor.safeParse(decodeToken(text));
  if (!parsed.success) {
    throw badInput(`"${argument}" is not a cursor of this list. Use endCursor or startCursor of a page, unchanged.`, [
      argument,
    ]);
  }
  const [, hash, [sortedAt, providerIndex, externalId], offsets, missedBits, assumedBits = 0] = parsed.data;
  const provider = list.providers[providerIndex];
  if (hash !== list.hash || provider === undefined || offsets.length !== list.providers.length) {
    throw badInput(
      `"${argument}" belongs to another list: a cursor is valid only with the same filter, order and providers. Start again without it.`,
      [argument],
    );
  }
  const [missed, assumed] = [fromBits(list, missedBits), fromBits(list, assumedBits)];
  return { key: { sortedAt, provider, externalId }, offsets, missed, ...(assumed.length > 0 ? { assumed } : {}) };
}

/** A number with a bit for each of these providers. */
const toBits = (list: ListIdentity, names: readonly string[]): number =>
  names.reduce((bits, name) => bits + 2 ** list.providers.indexOf(name), 0);

const fromBits = (list: ListIdentity, bits: number): string[] =>
  list.providers.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1);

/** Encodes a small JSON value as base64url. */
export const encodeToken = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Returns undefined if the text is malformed or too long. */
export function decodeToken(text: string): unknown {
  if (text.length === 0 || text.length > maxCursorLength || !/^[\w-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
