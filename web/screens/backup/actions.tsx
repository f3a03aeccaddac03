/** What this viewer may do with the backup now. */
import { useState } from 'react';
import { Link } from 'wouter';
import type { BackupAction, EntityAction, OperationRowFragment } from '../../gql/graphql.ts';
import { Outcome } from '../../parts/outcome.tsx';
import { texts } from '../../text/texts.ts';
import { cancelBackup, retryBackup } from './commands.ts';
import { type Answer, ConfirmedCommand } from './confirmed-command.tsx';

interface Props {
  readonly backup: {
    readonly id: string;
    readonly allowedActions: readonly BackupAction[];
    readonly entity: { readonly id: string; readonly allowedActions: readonly EntityAction[] } | null;
  };
  readonly onDone: () => void;
}

export function Actions({ backup: { id, allowedActions, entity }, onDone }: Props) {
  const [message, setMessage] = useState<string | null>(null);
  const [operation, setOperation] = useState<OperationRowFragment | null>(null);
  const mayStart = entity !== null && entity.allowedActions.length > 0;
  const words = texts.backup;
  const show = (answer: Answer) => {
    setMessage(answer.message);
    setOperation(answer.operation);
    onDone();
  };
  return (
    <>
      {allowedActions.includes('CANCEL') && (
        <ConfirmedCommand
          isDangerous
          words={{ button: words.cancel, question: words.cancelQuestion, hint: words.cancelHint, back: words.keep }}
          send={() => cancelBackup(id)}
          onAnswer={show}
        />
      )}
      {allowedActions.includes('RETRY') && (
        <ConfirmedCommand
          words={{ button: words.retry, question: words.retryQuestion, hint: words.retryHint, back: words.leave }}
          send={(key) => retryBackup(id, key)}
          onAnswer={show}
        />
      )}
      {mayStart && (
        <Link className="act" href={`/start?entity=${encodeURIComponent(entity.id)}`}>
          {words.startAgain}
        </Link>
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
