import { type FormEvent, useRef, useState } from 'react';
import { command } from '../../api/client.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import { graphql } from '../../gql/gql.ts';
import type { OperationRowFragment, StartRowFragment } from '../../gql/graphql.ts';
import { Outcome } from '../../parts/outcome.tsx';
import { Section } from '../../parts/section.tsx';
import { texts } from '../../text/texts.ts';
import { Settings } from './settings.tsx';
import { toInput } from './to-input.ts';

const CreateBackup = graphql(/* GraphQL */ `
  mutation CreateBackup($input: CreateBackupInput!) {
    createBackup(input: $input) {
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

/** One form is one command: it has one key, so a second click, or a second try after a lost answer, starts nothing twice. */
export function StartForm({ entity }: { readonly entity: StartRowFragment }) {
  const key = useRef(newIdempotencyKey());
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [operation, setOperation] = useState<OperationRowFragment | null>(null);
  const { name, provider } = entity;

  const send = async (form: HTMLFormElement) => {
    setSending(true);
    setProblem(null);
    const input = toInput(provider.kind, new FormData(form), entity.id, key.current);
    const { data, failure } = await command(CreateBackup, { input });
    setSending(false);
    const result = data?.createBackup;
    const refused = result?.userErrors[0];
    // It was certainly not carried out, and the next try may have other settings.
    if (refused) key.current = newIdempotencyKey();
    setProblem(refused?.message ?? failure?.message ?? null);
    setOperation(result?.operation ?? null);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isSending) void send(event.currentTarget);
  };
  const again = () => {
    key.current = newIdempotencyKey();
    setOperation(null);
  };

  return (
    <Section title={name}>
      {operation ? (
        <>
          <Outcome operation={operation} />
          <p>
            <button type="button" onClick={again}>
              {texts.start.again}
            </button>
          </p>
        </>
      ) : (
        <form className="start" onSubmit={submit}>
          <p>{texts.start.what(name, provider.name, texts.kind[provider.kind])}</p>
          <Settings kind={provider.kind} entityName={name} />
          {problem && (
            <p className="notice bad" role="alert">
              {problem}
            </p>
          )}
          <p className="buttons">
            <button type="submit" className="primary" disabled={isSending}>
              {isSending ? `${texts.start.sending}…` : texts.start.submit}
            </button>
          </p>
        </form>
      )}
    </Section>
  );
}
