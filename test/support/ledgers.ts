/** Commands over products whose answers are lost. */
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { graphql } from '../gql/index.ts';
import { globalId } from './gateway.ts';

export const Operation = graphql(`
  query OperationOutcome($id: ID!) {
    operation(id: $id) {
      __typename
      id
      status
      requestedAt
      resolvedAt
      provider {
        name
      }
      entity {
        externalId
      }
      backup {
        id
      }
      candidates {
        externalId
      }
      error {
        code
      }
    }
    node(id: $id) {
      id
    }
  }
`);

export const accounting = globalId('BorgRepository', 'files', '/backups/accounting');

export const isStart = (method: string, path: string) => method === 'POST' && path === '/api/backup/start';

export const startsOf = (sandbox: BorgSandbox): number =>
  sandbox.requests.filter(({ method, path }) => isStart(method, path)).length;
