/** Numbers by system, from what the gateway has stored: no system is asked, and a year costs what a day costs. */
import { query } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { TotalsQuery, TotalsQueryVariables } from '../../gql/graphql.ts';

const Totals = graphql(/* GraphQL */ `
  query Totals($filter: BackupFilter!, $steps: [BackupGroupBy!]!, $timeZone: String!) {
    systems: backupTotals(filter: $filter, groupBy: [PROVIDER], timeZone: $timeZone) {
      asOf
      groups {
        provider {
          name
        }
        count
        successRate
        medianDurationSeconds
        p95DurationSeconds
        storedBytes
        originalBytes
      }
      problems {
        ...ProblemRow
      }
    }
    growth: backupTotals(filter: $filter, groupBy: $steps, timeZone: $timeZone) {
      groups {
        start
        provider {
          name
        }
        storedBytes
      }
    }
  }
`);

export type SystemRow = NonNullable<TotalsQuery['systems']>['groups'][number];

export const readTotals = (variables: TotalsQueryVariables) => query(Totals, variables);
