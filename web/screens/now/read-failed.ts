/** Backups that failed since a time. Systems that do not tell when a backup ended are asked by its start. */
import { query } from '../../api/client.ts';
import type { Read } from '../../api/use-reading.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupFilter, FailedRowFragment, ProblemRowFragment } from '../../gql/graphql.ts';

const Failed = graphql(/* GraphQL */ `
  query Failed($filter: BackupFilter!) {
    backups(first: 50, filter: $filter) {
      nodes {
        ...FailedRow
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
      }
    }
  }
  fragment FailedRow on Backup {
    id
    name
    externalId
    status
    startedAt
    sortedAt
    endedAt
    entity {
      id
      name
    }
    provider {
      name
      kind
    }
    failureReason {
      category
      message
      remedy
    }
  }
`);

export interface FailedBackups {
  readonly rows: readonly FailedRowFragment[];
  readonly problems: readonly ProblemRowFragment[];
  /** Systems that were asked by the start of their backups. */
  readonly byStart: readonly string[];
  readonly hasMore: boolean;
}

export async function readFailed(since: Date): Promise<Read<FailedBackups>> {
  const at = since.toISOString();
  const ended = await readPage({ statuses: ['FAILED'], endedAfter: at });
  if (!ended.data?.backups) return { data: null, failure: ended.failure };
  const { problems, nodes, pageInfo } = ended.data.backups;
  const untold = problems.filter(({ code }) => code === 'INCOMPLETE');
  const byStart = [...new Set(untold.map(({ provider }) => provider.name))];
  const others = problems.filter((problem) => !untold.includes(problem));
  if (byStart.length === 0) {
    return { data: { rows: nodes, problems: others, byStart, hasMore: pageInfo.hasNextPage }, failure: null };
  }
  const started = await readPage({ statuses: ['FAILED'], startedAfter: at, providers: byStart });
  if (!started.data?.backups) return { data: null, failure: started.failure };
  const rows = new Map([...nodes, ...started.data.backups.nodes].map((row) => [row.id, row]));
  return {
    data: {
      rows: [...rows.values()].toSorted((a, b) => timeOf(b).localeCompare(timeOf(a))),
      problems: [...others, ...started.data.backups.problems],
      byStart,
      hasMore: pageInfo.hasNextPage || started.data.backups.pageInfo.hasNextPage,
    },
    failure: null,
  };
}

const readPage = (filter: Partial<BackupFilter>) => query(Failed, { filter: filter as BackupFilter });

export const timeOf = ({ endedAt, sortedAt }: FailedRowFragment): string => endedAt ?? sortedAt ?? '';
