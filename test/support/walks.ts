/** How a client reads a fixture page by page, and what each page must be. */

import fc from 'fast-check';
import { expect } from 'vitest';
import { matchesFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import type { SortKey } from '../../src/core/order.ts';
import type { Problem, Provider } from '../../src/core/provider.ts';
import type { RowShares } from '../../src/core/row-shares.ts';
import { type BackupList, type ListFilter, listBackups } from '../../src/lists/backup-list.ts';
import { never } from './model.ts';
import { casesOf } from './nightly.ts';
import { anyShares } from './row-shares.ts';
import { hangMs } from './timing.ts';

/** For a property: it ends a hang, and nothing else. */
export const timeoutMs = 5 * hangMs;
/** Every night so many histories; in the gate the first twentieth of them. */
export const options = (numRuns: number) => ({ numRuns: casesOf(numRuns, Math.ceil(numRuns * 0.05)) });

const { entityIds: _, ...rest } = noFilter;
export const everything: ListFilter = {
  ...rest,
  providers: null,
  kinds: null,
  entities: null,
  entitySearch: null,
  own: null,
};

/**
 * The order as it is promised, written down a second time: by time, newest first, one without before all others; then
 * by name of the provider; then by id from high to low, where ids of digits are numbers, and lower than all others.
 */
export function orderOf(isDescending: boolean): (a: SortKey, b: SortKey) => number {
  const time = ({ sortedAt }: SortKey) => sortedAt ?? Number.MAX_SAFE_INTEGER;
  const number = ({ externalId: id }: SortKey) => (/^\d+$/.test(id) ? Number(id) : Number.POSITIVE_INFINITY);
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const newestFirst = (a: SortKey, b: SortKey) =>
    time(b) - time(a) ||
    byText(a.provider, b.provider) ||
    // Of two words no number, which is no difference either.
    number(b) - number(a) ||
    byText(b.externalId, a.externalId);
  return isDescending ? newestFirst : (a, b) => newestFirst(b, a);
}

/** What is read. */
export interface Listing {
  readonly providers: readonly Provider[];
  /** Any guesses where it has none. */
  readonly shares?: RowShares;
  /** Every row, in the order of a walk. */
  sorted(isDescending: boolean): readonly Backup[];
  /** Name and id of the entity of a row. */
  entityTexts?(row: Backup): readonly string[];
}

export interface Way {
  readonly size: number;
  readonly isForward: boolean;
  readonly isAscending: boolean;
  readonly filter?: ListFilter;
}

export const way: fc.Arbitrary<Way> = fc.record({
  size: fc.integer({ min: 1, max: 60 }),
  isForward: fc.boolean(),
  isAscending: fc.boolean(),
});

/** The list is walked from the newest row to the oldest one. */
export const isDescending = ({ isForward, isAscending }: Way): boolean => isForward !== isAscending;

/** A page in the order in which it is walked, whichever way that is. */
export interface WalkedPage {
  readonly rows: readonly SortKey[];
  readonly hasMore: boolean;
  /** What it says of the way that it came. */
  readonly hasRowsBehind: boolean;
  readonly problems: readonly Problem[];
  /** Where the walk goes on. */
  readonly next: string | null;
  /** The other end. */
  readonly back: string | null;
  readonly cursorAt: (index: number) => string;
  readonly list: BackupList;
}

export async function readPage(
  { providers, shares = anyShares }: Listing,
  { size, isForward, isAscending, filter }: Way,
  cursor: string | null,
) {
  const list = await listBackups(
    providers,
    () => 60_000,
    {
      page: isForward ? { first: size, after: cursor } : { last: size, before: cursor },
      filter: filter ?? everything,
      isAscending,
    },
    never,
    shares,
  );
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
  const { length } = list.rows;
  const page: WalkedPage = {
    rows: isForward ? list.rows : [...list.rows].reverse(),
    hasMore: isForward ? hasNextPage : hasPreviousPage,
    hasRowsBehind: isForward ? hasPreviousPage : hasNextPage,
    problems: list.problems,
    next: isForward ? endCursor : startCursor,
    back: isForward ? startCursor : endCursor,
    cursorAt: (index) => list.cursorAt(isForward ? index : length - 1 - index),
    list,
  };
  return page;
}

/** A cursor somewhere in the list, as a page of the most rows has it; null: at its start. */
export async function cursorWithin(
  list: Listing,
  way: Way,
  at: number,
): Promise<{ cursor: string; key: SortKey } | null> {
  const page = await readPage(list, { ...way, size: 200 }, null);
  const index = at % (page.rows.length + 1);
  const key = page.rows[index - 1];
  return key ? { cursor: page.cursorAt(index - 1), key } : null;
}

/** Of a long walk; where it begins is drawn. */
export const maxPages = 12;

const isMeant =
  (filter: ListFilter = everything, { entityTexts = () => [] }: Pick<Listing, 'entityTexts'> = {}) =>
  (row: Backup): boolean => {
    const { providers, kinds, entities, entitySearch, ...same } = filter;
    const mentions = (text: string) => text.toLowerCase().includes(entitySearch?.toLowerCase() ?? '');
    if (entitySearch !== null && !entityTexts(row).some(mentions)) return false;
    const ofThese = entities?.filter(({ provider }) => provider === row.provider).map(({ localId }) => localId) ?? null;
    return (
      (providers?.includes(row.provider) ?? true) &&
      (kinds?.includes(row.kind) ?? true) &&
      matchesFilter(row, { ...same, entityIds: ofThese })
    );
  };

export const isAfter = (to: Way, key: SortKey | null) => {
  const compare = orderOf(isDescending(to));
  return (row: SortKey) => key === null || compare(row, key) > 0;
};

/** A page of a fixture that stood still while it was read is the list cut there, and tells the truth about its ends. */
export function expectCut(page: WalkedPage, from: Listing, to: Way, after: SortKey | null) {
  const following = from.sorted(isDescending(to)).filter(isMeant(to.filter, from)).filter(isAfter(to, after));
  expect(page.rows.map(keyOf)).toEqual(following.slice(0, to.size).map(keyOf));
  expect(page.hasMore).toBe(following.length > to.size);
  expect(page.hasRowsBehind).toBe(after !== null);
  expect(page.problems).toEqual([]);
}

export interface Told {
  readonly list: Listing;
  readonly way: Way;
  readonly start: { readonly cursor: string; readonly key: SortKey } | null;
  /** Each page that is told, with the key that it was asked to follow. */
  readonly onPage: (page: WalkedPage, after: SortKey | null) => void | Promise<void>;
  /** After each page but the last. */
  readonly between?: (pageNumber: number) => void;
  readonly most?: number;
}

/** From the start to the end of the list, or so many pages; gives every row that was shown, and whether that was all. */
export async function walk({ list, way: to, start, onPage, between, most = maxPages }: Told) {
  const shown: SortKey[] = [];
  let cursor = start?.cursor ?? null;
  let after = start?.key ?? null;
  for (let number = 1; ; number++) {
    const page = await readPage(list, to, cursor);
    await onPage(page, after);
    shown.push(...page.rows);
    if (!page.hasMore || number === most) return { shown, isWhole: !page.hasMore };
    cursor = page.next;
    after = page.rows.at(-1) ?? after;
    between?.(number);
  }
}

export const nameOf = ({ provider, externalId }: SortKey): string => `${provider}/${externalId}`;
/** A row and its place, so that one that moved is another one. */
export const keyOf = (row: SortKey): string => `${row.sortedAt ?? 'queued'} ${nameOf(row)}`;
