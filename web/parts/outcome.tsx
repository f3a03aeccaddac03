/** What became of a command, followed until it is known. */
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { follow } from '../api/live.ts';
import { graphql } from '../gql/gql.ts';
import type { OperationRowFragment } from '../gql/graphql.ts';
import { texts } from '../text/texts.ts';

const OperationEvents = graphql(/* GraphQL */ `
  subscription OperationEvents($id: ID!) {
    operationChanges(id: $id) {
      ...OperationRow
    }
  }
  fragment OperationRow on Operation {
    id
    kind
    status
    error {
      code
      message
    }
    backup {
      id
    }
  }
`);

export function Outcome({ operation }: { readonly operation: OperationRowFragment }) {
  const [event, setEvent] = useState(operation);
  // Another command may have been sent since then.
  const current = event.id === operation.id ? event : operation;
  const isPending = current.status === 'PENDING';
  useEffect(() => {
    if (!isPending) return;
    return follow(OperationEvents, {
      variables: () => ({ id: operation.id }),
      onEvent: ({ operationChanges }) => setEvent(operationChanges),
    });
  }, [operation.id, isPending]);
  return (
    <p className={`notice ${current.status === 'SUCCEEDED' ? 'good' : 'plain'}`} role="status">
      <span>
        {texts.backup.outcome[current.status]} {current.error?.message}
      </span>
      {current.backup && current.kind !== 'CANCEL' && (
        <Link href={`/backups/${current.backup.id}`}>{texts.start.toBackup}</Link>
      )}
    </p>
  );
}
