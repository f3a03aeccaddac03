/** The systems and how they are. */
import { graphql } from '../gql/gql.ts';
import { query } from './client.ts';

const Systems = graphql(/* GraphQL */ `
  query Systems {
    providers {
      id
      name
      kind
      capabilities
      limits {
        requests
        downloads
        commands
        queue
        timeoutSeconds
        cacheSeconds
      }
      history {
        from
        asOf
        rows
        progress
        isComplete
        problem
      }
      health {
        status
        checkedAt
        latencyMs
        problem {
          ...ProblemRow
        }
      }
    }
  }
`);

export const readSystems = () => query(Systems, {});
