/** All backups that a filter selects, on all pages, as CSV. */
import { query } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupFilter, CsvRowFragment } from '../../gql/graphql.ts';
import { missingOf } from '../../parts/problems.tsx';
import { type Cell, toCsv } from '../../text/csv.ts';
import { texts } from '../../text/texts.ts';

const BackupsForCsv = graphql(/* GraphQL */ `
  query BackupsForCsv($after: String, $filter: BackupFilter!) {
    backups(first: 200, after: $after, filter: $filter) {
      nodes {
        ...CsvRow
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
  fragment CsvRow on Backup {
    id
    status
    type
    sortedAt
    endedAt
    durationSeconds
    size {
      originalBytes
      storedBytes
    }
    entity {
      name
    }
    provider {
      name
    }
    failureReason {
      category
    }
  }
`);

const columns: readonly (readonly [name: string, cell: (row: CsvRowFragment) => Cell])[] = [
  ['system', ({ provider }) => provider.name],
  ['entity', ({ entity }) => entity?.name ?? null],
  ['status', ({ status }) => status],
  ['type', ({ type }) => type],
  ['startedAt', ({ sortedAt }) => sortedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['durationSeconds', ({ durationSeconds }) => durationSeconds],
  ['originalBytes', ({ size }) => size.originalBytes],
  ['storedBytes', ({ size }) => size.storedBytes],
  ['failure', ({ failureReason }) => failureReason?.category ?? null],
  ['id', ({ id }) => id],
];

export interface Export {
  readonly csv: string;
  readonly count: number;
  /** Systems whose backups are not all in it. */
  readonly missing: readonly string[];
}

/** Throws why it could not be read to its end, and when `signal` ends it. */
export async function exportBackups(
  filter: BackupFilter,
  onProgress: (count: number) => void,
  signal: AbortSignal,
): Promise<Export> {
  const rows: CsvRowFragment[] = [];
  const missing = new Set<string>();
  let after: string | null = null;
  do {
    const { data, failure } = await readPage(after, filter);
    signal.throwIfAborted();
    if (!data?.backups) throw new Error(failure?.message ?? texts.errors.unexpected);
    const { nodes, problems, pageInfo } = data.backups;
    rows.push(...nodes);
    for (const name of missingOf(problems)) missing.add(name);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    onProgress(rows.length);
  } while (after !== null);
  const head = columns.map(([name]) => name);
  const csv = toCsv([head, ...rows.map((row) => columns.map(([, cell]) => cell(row)))]);
  return { csv, count: rows.length, missing: [...missing] };
}

const readPage = (after: string | null, filter: BackupFilter) => query(BackupsForCsv, { after, filter });
