/**
 * Cursors: opaque to clients, compact, and checked whole when they come back. A cursor is a key, not a position;
 * the offsets in it only save upstream work and never decide what is shown.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../core/errors.ts';
import type { SortKey } from '../core/order.ts';

/** No provider is read further down than this by an offset. */
const maxOffset = 10_000;

/** The longest that is read: 10 providers need about 300, and the id of an entity may be a path that is all escapes. */
const maxCursorLength = 50_000;

const version = 1;

/** What a list cursor says. Providers are meant by their place in the list of those that were asked, by name. */
export interface ListCursor {
  /** The row that the cursor stands at. */
  readonly key: SortKey;
  /** For each provider, how many of its rows lie before the key, where that is known. */
  readonly offsets: readonly number[];
  /** Providers that were missing from a page of this walk: every later page says so. */
  readonly missed: readonly string[];
}

/** Microseconds; every time that RFC 3339 can write, from the year 0 to the year 9999, is within. */
const furthest = 300_000_000_000_000_000;

const wireCursor = z.tuple([
  z.literal(version),
  z.string().length(8),
  // A time after the year 2255 is not a safe integer any more, and a row may have one.
  z.tuple([
    z.number().min(-furthest).max(furthest).refine(Number.isInteger).nullable(),
    z.int().min(0).max(99),
    z.string().min(1).max(1_000),
  ]),
  z.array(z.int().min(0).max(maxOffset)).max(100),
  z.int().min(0),
]);

/**
 * Which list a cursor belongs to: its filter, its order and the providers that it goes over. A cursor of
 * another list is refused, since its key would stand at a wrong place or none.
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
  const missedBits = cursor.missed.reduce((bits, name) => bits + 2 ** list.providers.indexOf(name), 0);
  const { sortedAt, provider, externalId } = cursor.key;
  const wire: z.infer<typeof wireCursor> = [
    version,
    list.hash,
    [sortedAt, list.providers.indexOf(provider), externalId],
    cursor.offsets.map((offset) => Math.min(offset, maxOffset)),
    missedBits,
  ];
  return encodeToken(wire);
}

/** Throws BAD_USER_INPUT for text that is not a cursor of this list. */
export function decodeListCursor(list: ListIdentity, text: string, argument: string): ListCursor {
  const parsed = wireCursor.safeParse(decodeToken(text));
  if (!parsed.success) {
    throw badInput(`"${argument}" is not a cursor of this list. Use endCursor or startCursor of a page, unchanged.`, [
      argument,
    ]);
  }
  const [, hash, [sortedAt, providerIndex, externalId], offsets, missedBits] = parsed.data;
  const provider = list.providers[providerIndex];
  if (hash !== list.hash || provider === undefined || offsets.length !== list.providers.length) {
    throw badInput(
      `"${argument}" belongs to another list: a cursor goes with the filter, order and providers that it came from. Start again without it.`,
      [argument],
    );
  }
  const missed = list.providers.filter((_, index) => Math.floor(missedBits / 2 ** index) % 2 === 1);
  return { key: { sortedAt, provider, externalId }, offsets, missed };
}

/** Any small value as text that fits a URL. */
export const encodeToken = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Undefined where the text is not such a value. */
export function decodeToken(text: string): unknown {
  if (text.length === 0 || text.length > maxCursorLength || !/^[\w-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
