import { command } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { OperationRowFragment } from '../../gql/graphql.ts';
import type { Answer } from './confirmed-command.tsx';

const CancelBackup = graphql(/* GraphQL */ `
  mutation CancelBackup($id: ID!) {
    cancelBackup(input: { id: $id }) {
      operation {
        ...OperationRow
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const RetryBackup = graphql(/* GraphQL */ `
  mutation RetryBackup($id: ID!, $key: String!) {
    retryBackup(input: { id: $id, idempotencyKey: $key }) {
      operation {
        ...OperationRow
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export async function cancelBackup(id: string): Promise<Answer> {
  const { data, failure } = await command(CancelBackup, { id });
  return toAnswer(data?.cancelBackup, failure);
}

export async function retryBackup(id: string, key: string): Promise<Answer> {
  const { data, failure } = await command(RetryBackup, { id, key });
  return toAnswer(data?.retryBackup, failure);
}

interface Payload {
  readonly operation: OperationRowFragment | null;
  readonly userErrors: readonly { readonly message: string }[];
}

const toAnswer = (payload: Payload | undefined, failure: { readonly message: string } | null): Answer => ({
  message: payload?.userErrors[0]?.message ?? failure?.message ?? null,
  operation: payload?.operation ?? null,
});
