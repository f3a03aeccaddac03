import { graphql } from '../gql/index.ts';

export const Page = graphql(`
  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {
    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          externalId
          status
          sortedAt
        }
      }
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      problems {
        code
      }
    }
  }
`);

export const Details = graphql(`
  query BackupDetails($id: ID!) {
    backup(id: $id) {
      __typename
      id
      externalId
      name
      type
      status
      upstreamStatus
      trigger
      startedAt
      endedAt
      durationSeconds
      itemCount
      isRemoved
      errorMessage
      allowedActions
      size {
        originalBytes
        compressedBytes
        deduplicatedBytes
        storedBytes
      }
      ... on BorgBackup {
        jobId
        repository
      }
    }
  }
`);
