/** A list that is read page after page, as somebody scrolls. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ProblemRowFragment } from '../gql/graphql.ts';
import type { Failure } from './failure.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';

export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly problems: readonly ProblemRowFragment[];
  /** When it was read from the products, of a list that the gateway has stored. */
  readonly asOf?: string | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface State<Row> {
  readonly key: string;
  readonly rows: readonly Row[];
  readonly problems: readonly ProblemRowFragment[];
  readonly failure: Failure | null;
  /** Where the next page begins; null: there is none, or none was read yet. */
  readonly next: string | null;
  /** The earliest time of all pages; null: the products were asked. */
  readonly asOf: string | null;
  readonly isLoading: boolean;
}

export interface Pages<Row> extends Omit<State<Row>, 'key'> {
  loadMore(): void;
  reload(): void;
  /** Changes rows that are shown. */
  update(change: (row: Row) => Row): void;
}

const nothing = <Row>(key: string): State<Row> => ({
  key,
  rows: [],
  problems: [],
  failure: null,
  next: null,
  asOf: null,
  isLoading: true,
});

const earliest = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other < one) ? other : one;

/** The first page is soon there; who scrolls on waits less often for larger ones. */
const pageSizes = { first: 50, later: 200 };

/** `key`: what the list depends on; another one is another list. */
export function usePages<Row>(
  key: string,
  read: (
    after: string | null,
    first: number,
  ) => Promise<{ readonly page: Page<Row> | null; readonly failure: Failure | null }>,
): Pages<Row> {
  const { version } = useStore(session);
  const [state, setState] = useState<State<Row>>(() => nothing(key));
  const run = useRef(0);
  const readPage = useEffectEvent(read);

  const load = useCallback(
    async (after: string | null) => {
      run.current += 1;
      const mine = run.current;
      setState((former) => (former.key === key ? { ...former, isLoading: true } : nothing(key)));
      const { page, failure } = await readPage(after, after === null ? pageSizes.first : pageSizes.later);
      if (mine !== run.current) return;
      setState((former) => {
        if (!page) return { ...former, failure, isLoading: false };
        const rows = after === null ? page.nodes : [...former.rows, ...page.nodes];
        const problems = after === null ? page.problems : [...former.problems, ...page.problems];
        const next = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        const asOf = earliest(after === null ? null : former.asOf, page.asOf ?? null);
        return { key, rows, problems, failure: null, next, asOf, isLoading: false };
      });
    },
    [key],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: after a sign in everything is read again
  useEffect(() => {
    void load(null);
    return () => {
      run.current += 1;
    };
  }, [load, version]);

  const shown = state.key === key ? state : nothing<Row>(key);
  return {
    ...shown,
    loadMore() {
      if (shown.next !== null && !shown.isLoading) void load(shown.next);
    },
    reload: useCallback(() => void load(null), [load]),
    update: (change) => setState((former) => ({ ...former, rows: former.rows.map(change) })),
  };
}
