/** What can be done with the backups that are selected, and what became of it. */
import { useState } from 'react';
import type { BackupRowFragment } from '../../gql/graphql.ts';
import { Outcome } from '../../parts/outcome.tsx';
import { texts } from '../../text/texts.ts';
import { ConfirmedCommand } from '../backup/confirmed-command.tsx';
import { acknowledgeSelected, canAcknowledge, canRetry, type Result, retrySelected } from './selected-commands.ts';

interface Props {
  readonly rows: readonly BackupRowFragment[];
  readonly onClear: () => void;
  readonly onDone: () => void;
}

export function Selected({ rows, onClear, onDone }: Props) {
  const [results, setResults] = useState<readonly Result[]>([]);
  const words = texts.backups.selected;
  const retried = rows.filter(canRetry);
  const acknowledged = rows.filter(canAcknowledge);
  const show = (given: readonly Result[]) => {
    setResults(given);
    onClear();
    onDone();
  };
  return (
    <>
      {rows.length > 0 && (
        <section className="tools" aria-label={words.label}>
          <p role="status">{words.count(rows.length)}</p>
          {retried.length > 0 && (
            <ConfirmedCommand
              words={{
                button: words.retry(retried.length),
                question: words.retryQuestion(retried.length),
                hint: texts.backup.retryHint,
                back: texts.backup.leave,
              }}
              send={(key) => retrySelected(retried, key)}
              onAnswer={show}
            />
          )}
          {acknowledged.length > 0 && (
            <ConfirmedCommand
              words={{
                button: words.acknowledge(acknowledged.length),
                question: words.acknowledgeQuestion(acknowledged.length),
                hint: words.acknowledgeHint,
                back: texts.backup.leave,
              }}
              send={() => acknowledgeSelected(acknowledged)}
              onAnswer={show}
            />
          )}
          {retried.length + acknowledged.length === 0 && <p className="quiet">{words.nothing}</p>}
          <button type="button" onClick={onClear}>
            {words.clear}
          </button>
        </section>
      )}
      {results.length > 0 && <Results results={results} />}
    </>
  );
}

function Results({ results }: { readonly results: readonly Result[] }) {
  return (
    <ul className="results" aria-label={texts.backups.selected.results}>
      {results.map(({ id, name, message, operation }) => (
        <li key={id}>
          <strong>{name}</strong>
          {operation && message === null ? (
            <Outcome operation={operation} />
          ) : (
            <p className={`notice ${message === null ? 'good' : 'bad'}`}>{message ?? texts.backup.outcome.SUCCEEDED}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
