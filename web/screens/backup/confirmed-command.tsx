import { useState } from 'react';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import type { OperationRowFragment } from '../../gql/graphql.ts';
import { Dialog } from '../../parts/dialog.tsx';

export interface Answer {
  /** Why it was refused; null: it was not. */
  readonly message: string | null;
  readonly operation: OperationRowFragment | null;
}

interface Props<Result> {
  readonly isDangerous?: boolean;
  readonly words: { readonly button: string; readonly question: string; readonly hint: string; readonly back: string };
  readonly send: (idempotencyKey: string) => Promise<Result>;
  readonly onAnswer: (answer: Result) => void;
}

/** A button that asks first. Each question has one key: a second click sends the same command. */
export function ConfirmedCommand<Result>({ isDangerous = false, words, send, onAnswer }: Props<Result>) {
  const [key, setKey] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const style = isDangerous ? 'danger' : '';
  const confirm = async (idempotencyKey: string) => {
    setSending(true);
    const answer = await send(idempotencyKey);
    setSending(false);
    setKey(null);
    onAnswer(answer);
  };
  return (
    <>
      <button type="button" className={style} onClick={() => setKey(newIdempotencyKey())}>
        {words.button}
      </button>
      {key !== null && (
        <Dialog title={words.question} onClose={() => setKey(null)}>
          <p>{words.hint}</p>
          <p className="buttons">
            <button type="button" onClick={() => setKey(null)}>
              {words.back}
            </button>
            <button type="button" className={style || 'primary'} disabled={isSending} onClick={() => void confirm(key)}>
              {words.button}
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}
