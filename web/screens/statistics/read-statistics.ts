import { query } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { StatisticsQuery, StatisticsQueryVariables } from '../../gql/graphql.ts';

const Statistics = graphql(/* GraphQL */ `
  query Statistics($filter: BackupFilter!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {
    backupStatistics(filter: $filter) {
      ...StatisticsFigures
      problems {
        ...ProblemRow
      }
    }
    backupTimeline(from: $from, to: $to, bucket: DAY, timeZone: $timeZone, filter: $filter) {
      isComplete
      points {
        start
        succeeded
        failed
        other
        storedBytes
        durationSeconds
        timedCount
      }
      problems {
        ...ProblemRow
      }
    }
  }
`);

export type Point = NonNullable<StatisticsQuery['backupTimeline']>['points'][number];

export const readStatistics = (variables: StatisticsQueryVariables) => query(Statistics, variables);
