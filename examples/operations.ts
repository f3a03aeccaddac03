/** The documents of all clients but Relay, which has a compiler of its own. Their types come from `npm run codegen`. */
import { graphql } from './gql/index.ts';

/** One list over every system. `problems` names each one whose rows are missing. */
export const latestBackups = graphql(/* GraphQL */ `
  query LatestBackups($first: Int!, $after: String) {
    backups(first: $first, after: $after) {
      edges { node { id name status startedAt entity { id name } provider { name capabilities } } }
      pageInfo { hasNextPage endCursor }
      problems { provider { name } code message }
    }
  }
`);

/** Sent again with the same key, it is the same command. What is refused has its reason in `userErrors`. */
export const startBackup = graphql(/* GraphQL */ `
  mutation StartBackup($entityId: ID!, $key: String!) {
    startBackup(input: { entityId: $entityId, idempotencyKey: $key }) {
      operation { id status }
      backup { id status }
      userErrors { code message }
    }
  }
`);

/** A stream resumes after `cursor`: it is asked for with each event, and `$after` brings it back. */
export const followLog = graphql(/* GraphQL */ `
  subscription FollowLog($id: ID!, $after: String) {
    backupLog(id: $id, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on LogLinesAppended { lines { number raw text } }
      ... on StreamGap { fromLine toLine reason }
      ... on StreamStalled { problem { message } }
      ... on BackupFinished { backup { id status } }
    }
  }
`);
