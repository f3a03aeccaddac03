/** A page over several lists of one provider, such as one list for each Salesforce org. */
import { GatewayError } from '../../../src/core/errors.ts';
import { mapBounded } from '../../../src/core/map-bounded.ts';
import type { LocalId } from '../../../src/core/model.ts';
import { comparator } from '../../../src/core/order.ts';
import type { BackupPage, PageQuery, Problem } from '../../../src/core/provider.ts';

export interface Collection {
  /** The entity whose list it is; problems name it. */
  readonly entityId: LocalId;
  readonly read: (query: PageQuery, signal: AbortSignal) => Promise<BackupPage>;
}

/** Concurrent calls to one provider. */
const maxAtOnce = 8;

/** A list that fails becomes a problem of the page. Throws the first error if all lists fail. */
export async function readCollections(
  provider: string,
  collections: readonly Collection[],
  query: PageQuery,
  signal: AbortSignal,
): Promise<BackupPage> {
  const answers = await mapBounded(collections, maxAtOnce, async ({ entityId, read }) => {
    try {
      return { page: await read(query, signal), problem: null };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { page: null, problem: { provider, entityId, error } satisfies Problem };
    }
  });
  const [first] = answers;
  if (first?.problem && answers.every(({ page }) => page === null)) throw first.problem.error;
  const pages = answers.flatMap(({ page }) => page ?? []);
  const rows = pages.flatMap((page) => page.rows).sort(comparator(query.direction));
  return {
    rows: rows.slice(0, query.limit),
    isEnd: pages.length === answers.length && pages.every(({ isEnd }) => isEnd) && rows.length <= query.limit,
    problems: [...answers.flatMap(({ problem }) => problem ?? []), ...pages.flatMap(({ problems }) => problems)],
  };
}

/** The sum of the counts; null if one of them is not known. */
export const addCounts = (counts: readonly (number | null)[]): number | null =>
  counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
