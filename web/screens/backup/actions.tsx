/** What this viewer may do with the backup now. */
import { useEffect, useState } from 'react';
import { command } from '../../api/client.ts';
import { follow } from '../../api/live.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupAction, OperationRowFragment } from '../../gql/graphql.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { texts } from '../../text/texts.ts';

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
  fragment OperationRow on Operation {
    id
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

const OperationEvents = graphql(/* GraphQL */ `
  subscription OperationEvents($id: ID!) {
    operationChanges(id: $id) {
      ...OperationRow
    }
  }
`);

interface Props {
  readonly backup: { readonly id: string; readonly allowedActions: readonly BackupAction[] };
  readonly onDone: () => void;
}

export function Actions({ backup, onDone }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const [operation, setOperation] = useState<OperationRowFragment | null>(null);
  const mayCancel = backup.allowedActions.includes('CANCEL');

  const cancel = async () => {
    setSending(true);
    const { data, failure } = await command(CancelBackup, { id: backup.id });
    setSending(false);
    setAsking(false);
    const result = data?.cancelBackup;
    setMessage(result?.userErrors[0]?.message ?? failure?.message ?? null);
    setOperation(result?.operation ?? null);
    onDone();
  };

  return (
    <>
      {mayCancel && (
        <button type="button" className="danger" onClick={() => setAsking(true)}>
          {texts.backup.cancel}
        </button>
      )}
      {isAsking && (
        <Dialog title={texts.backup.cancelQuestion} onClose={() => setAsking(false)}>
          <p>{texts.backup.cancelHint}</p>
          <p className="buttons">
            <button type="button" onClick={() => setAsking(false)}>
              {texts.backup.keep}
            </button>
            <button type="button" className="danger" disabled={isSending} onClick={() => void cancel()}>
              {texts.backup.cancel}
            </button>
          </p>
        </Dialog>
      )}
      {message && (
        <p className="notice bad" role="alert">
          {message}
        </p>
      )}
      {operation && <Outcome operation={operation} />}
    </>
  );
}

/** What became of a command. */
export function Outcome({ operation }: { readonly operation: OperationRowFragment }) {
  const [current, setCurrent] = useState(operation);
  const isPending = current.status === 'PENDING';
  useEffect(() => {
    if (!isPending) return;
    return follow(OperationEvents, {
      variables: () => ({ id: operation.id }),
      onEvent: ({ operationChanges }) => setCurrent(operationChanges),
    });
  }, [operation.id, isPending]);
  return (
    <p className={`notice ${current.status === 'SUCCEEDED' ? 'good' : 'plain'}`} role="status">
      {texts.backup.outcome[current.status]} {current.error?.message}
    </p>
  );
}
