/** What this viewer may do with the backup now. */
import { useState } from 'react';
import { Link } from 'wouter';
import { command } from '../../api/client.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupAction, OperationRowFragment } from '../../gql/graphql.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Outcome } from '../../parts/outcome.tsx';
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
`);

interface Props {
  readonly backup: {
    readonly id: string;
    readonly allowedActions: readonly BackupAction[];
    readonly entity: { readonly id: string } | null;
  };
  readonly onDone: () => void;
}

export function Actions({ backup, onDone }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const [operation, setOperation] = useState<OperationRowFragment | null>(null);
  const { role } = useViewer();
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
      {role === 'OPERATOR' && backup.entity && (
        <Link className="act" href={`/start?entity=${encodeURIComponent(backup.entity.id)}`}>
          {texts.backup.startAgain}
        </Link>
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
