/** How everything stands: all entities are counted, page after page, and those that are not protected are listed. */

import { query } from '../../api/client.ts';
import type { Read } from '../../api/use-reading.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProblemRowFragment, UnprotectedRowFragment } from '../../gql/graphql.ts';

const Unprotected = graphql(/* GraphQL */ `
  query Unprotected($after: String) {
    protectedEntities(
      first: 200
      after: $after
      filter: { protection: [OVERDUE, NEVER_BACKED_UP, NO_EXPECTATION, UNKNOWN] }
    ) {
      nodes {
        ...UnprotectedRow
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  fragment UnprotectedRow on ProtectedEntity {
    id
    name
    externalId
    provider {
      name
      kind
    }
    protection {
      status
      lastSuccessAt
      lastKnown {
        status
        asOf
      }
      dueAt
      failuresSinceLastSuccess
    }
  }
`);

const EntityIds = graphql(/* GraphQL */ `
  query EntityIds($after: String) {
    protectedEntities(first: 200, after: $after) {
      totalCount
      nodes {
        id
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export interface ProtectionSurvey {
  /** Every entity that could be listed. */
  readonly total: number;
  /** In the order of need: never backed up, then the longest without a success. */
  readonly rows: readonly UnprotectedRowFragment[];
  readonly problems: readonly ProblemRowFragment[];
}

export async function readProtection(signal: AbortSignal): Promise<Read<ProtectionSurvey>> {
  const [unprotected, all] = await Promise.all([readUnprotected(signal), countAll(signal)]);
  if (!unprotected.data || !all.data) return { data: null, failure: unprotected.failure ?? all.failure };
  const { rows, problems } = unprotected.data;
  return {
    data: { total: all.data.total, rows: rows.toSorted(byNeed), problems: [...problems, ...all.data.problems] },
    failure: null,
  };
}

async function readUnprotected(signal: AbortSignal): Promise<Read<Omit<ProtectionSurvey, 'total'>>> {
  const rows: UnprotectedRowFragment[] = [];
  const problems: ProblemRowFragment[] = [];
  for (let after: string | null = null; !signal.aborted; ) {
    const { data, failure }: Awaited<ReturnType<typeof readPage>> = await readPage(after);
    const page = data?.protectedEntities;
    if (!page) return { data: null, failure };
    rows.push(...page.nodes);
    problems.push(...page.problems);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return { data: { rows, problems }, failure: null };
}

const readPage = (after: string | null) => query(Unprotected, { after });
const readIds = (after: string | null) => query(EntityIds, { after });

async function countAll(
  signal: AbortSignal,
): Promise<Read<{ readonly total: number; readonly problems: readonly ProblemRowFragment[] }>> {
  const problems: ProblemRowFragment[] = [];
  let total = 0;
  for (let after: string | null = null; !signal.aborted; ) {
    const { data, failure }: Awaited<ReturnType<typeof readIds>> = await readIds(after);
    const page = data?.protectedEntities;
    if (!page) return { data: null, failure };
    problems.push(...page.problems);
    total += page.nodes.length;
    // Known at once where every system could count.
    if (page.totalCount !== null) return { data: { total: page.totalCount, problems }, failure: null };
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return { data: { total, problems }, failure: null };
}

/** What has never succeeded comes first, then what waits longest; what cannot be judged comes last. */
const urgency = { NEVER_BACKED_UP: 0, OVERDUE: 1, UNKNOWN: 2, NO_EXPECTATION: 3, PROTECTED: 4 };

function byNeed(a: UnprotectedRowFragment, b: UnprotectedRowFragment): number {
  const [one, other] = [a.protection, b.protection];
  return (
    urgency[one.status] - urgency[other.status] ||
    (one.lastSuccessAt ?? '').localeCompare(other.lastSuccessAt ?? '') ||
    a.name.localeCompare(b.name)
  );
}
