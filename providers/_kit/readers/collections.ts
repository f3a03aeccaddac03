/** A page over several lists of one provider, such as one list for each Salesforce org. */
import { GatewayError } from '../../../src/core/errors.ts';
import { joinProblems } from '../../../src/core/join-problems.ts';
import type { ListedBackup } from '../../../src/core/listed-backup.ts';
import { mapBounded } from '../../../src/core/map-bounded.ts';
import { type MergeWindow, type Taken, takeFirst } from '../../../src/core/merge-windows.ts';
import type { LocalId } from '../../../src/core/model.ts';
import { toSortKey } from '../../../src/core/order.ts';
import { type BackupPage, enoughOf, type PageQuery, type Problem } from '../../../src/core/provider.ts';
import { createRowShares, type RowShares } from '../../../src/core/row-shares.ts';

export interface Collection {
  /** The entity whose list it is; problems name it. */
  readonly entityId: LocalId;
  readonly read: (query: PageQuery, signal: AbortSignal) => Promise<BackupPage>;
}

/** Concurrent calls to one provider. */
const maxAtOnce = 8;

/** What was read of one list so far. */
interface Part extends MergeWindow<ListedBackup> {
  readonly isEnd: boolean;
  readonly problems: readonly Problem[];
  readonly isOrderAssumed: boolean;
  /** The list could not be read, or not be read on. */
  readonly failure: Problem | null;
  readonly offset: number;
}

/**
 * A list that fails becomes a problem of the page. Throws the first error if all lists fail. Each list is read only as
 * far as recent pages needed its rows, and further where it is used up. `shares`: of the pages of one provider.
 */
export async function readCollections(
  provider: string,
  collections: readonly Collection[],
  query: PageQuery,
  signal: AbortSignal,
  shares: RowShares = createRowShares(),
): Promise<BackupPage> {
  const enough = enoughOf(query);
  const question = questionOf(collections, query);
  const plan = collections.length === 1 ? [enough] : shares.plan(question, collections.length, enough - 1);
  const read = (index: number, part: PageQuery, before: Part | null) =>
    readPart(provider, collections[index] as Collection, part, before, signal);
  let parts = await mapBounded([...collections.keys()], maxAtOnce, (index) =>
    read(index, { ...query, enough: plan[index] as number }, null),
  );
  const [first] = parts;
  if (first?.failure && parts.every(({ failure }) => failure !== null)) throw first.failure.error;
  for (let round = 2; ; round++) {
    const taken = takeFirst(parts, query.limit, query.direction);
    const missing = enough - taken.rows.length;
    if (missing <= 0 || taken.short.length === 0) {
      // Of the rows that were asked for, since those after them may come from few lists.
      const sources = taken.sources.slice(0, enough);
      const used = parts.map((_, index) => sources.filter((source) => source === index).length);
      if (sources.length === enough) shares.note(question, used);
      return toPage(parts, taken);
    }
    const short = round === 2 ? taken.short : mayRunOut(parts, taken, missing);
    const more = await mapBounded(short, maxAtOnce, (index) => {
      const part = parts[index] as Part;
      const after = toSortKey(part.rows.at(-1) as ListedBackup);
      return read(index, { ...query, after, offset: part.offset, enough: missing }, part);
    });
    parts = parts.map((part, index) => more[short.indexOf(index)] ?? part);
  }
}

const questionOf = (collections: readonly Collection[], { direction, filter }: PageQuery): string => {
  const { statuses, types, triggers, search } = filter;
  const entityIds = collections.map(({ entityId }) => entityId);
  return JSON.stringify([direction, entityIds, statuses, types, triggers, search === null]);
};

const mayRunOut = (parts: readonly Part[], { used }: Taken<ListedBackup>, missing: number): number[] =>
  parts.flatMap(({ isOpen, rows }, index) =>
    isOpen && rows.length - (used[index] as number) < missing ? [index] : [],
  );

async function readPart(
  provider: string,
  { entityId, read }: Collection,
  query: PageQuery,
  before: Part | null,
  signal: AbortSignal,
): Promise<Part> {
  const earlier = before ?? { rows: [], problems: [], isOrderAssumed: false };
  const isOrderAssumed = query.isOrderAssumed || earlier.isOrderAssumed;
  try {
    const page = await read({ ...query, ...(isOrderAssumed ? { isOrderAssumed } : {}) }, signal);
    return {
      rows: before ? [...before.rows, ...page.rows] : page.rows,
      isEnd: page.isEnd,
      isOpen: !page.isEnd && page.rows.length >= enoughOf(query),
      problems: joinProblems(earlier.problems, page.problems),
      isOrderAssumed: earlier.isOrderAssumed || (page.isOrderAssumed ?? false),
      failure: null,
      offset: page.positions?.at(-1) ?? query.offset + page.rows.length,
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const failure = { provider, entityId, error } satisfies Problem;
    return { ...earlier, isEnd: false, isOpen: false, failure, offset: query.offset };
  }
}

function toPage(parts: readonly Part[], { rows, used }: Taken<ListedBackup>): BackupPage {
  return {
    rows,
    isEnd: parts.every(({ isEnd, rows: read }, index) => isEnd && read.length === used[index]),
    problems: [...parts.flatMap(({ failure }) => failure ?? []), ...parts.flatMap(({ problems }) => problems)],
    ...(parts.some(({ isOrderAssumed }) => isOrderAssumed) ? { isOrderAssumed: true } : {}),
  };
}

/** The sum of the counts; null if one of them is not known. */
export const addCounts = (counts: readonly (number | null)[]): number | null =>
  counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
