/** What can be done with the backups that are selected, and what became of it. */
import { useState } from 'react';
import type { BackupRowFragment } from '../../gql/graphql.ts';
import { type Result, Results } from '../../parts/results.tsx';
import { texts } from '../../text/texts.ts';
import { ConfirmedCommand } from '../backup/confirmed-command.tsx';
import { acknowledgeSelected, canAcknowledge, canRetry, retrySelected } from './selected-commands.ts';

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
          <p role="status">{texts.selected.count(rows.length)}</p>
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
            {texts.selected.none}
          </button>
        </section>
      )}
      <Results results={results} />
    </>
  );
}
