/** Starts a backup of each entity that is selected, in one command. */
import { useState } from 'react';
import { command } from '../../api/client.ts';
import { graphql } from '../../gql/gql.ts';
import type { EntityRowFragment } from '../../gql/graphql.ts';
import { type Result, Results } from '../../parts/results.tsx';
import type { Selection } from '../../parts/use-selection.ts';
import { texts } from '../../text/texts.ts';
import { ConfirmedCommand } from '../backup/confirmed-command.tsx';

const StartBackups = graphql(/* GraphQL */ `
  mutation StartBackups($entityIds: [ID!]!, $key: String!) {
    startBackups(input: { entityIds: $entityIds, idempotencyKey: $key }) {
      results {
        entityId
        operation {
          ...OperationRow
        }
        userErrors {
          message
        }
      }
      userErrors {
        message
      }
    }
  }
`);

async function start(rows: readonly EntityRowFragment[], key: string): Promise<readonly Result[]> {
  const { data, failure } = await command(StartBackups, { entityIds: rows.map(({ id }) => id), key });
  const ofAll = failure?.message ?? data?.startBackups.userErrors[0]?.message ?? null;
  const results = new Map(data?.startBackups.results.map((result) => [result.entityId, result]));
  return rows.map(({ id, name }) => {
    const result = results.get(id);
    const message = result?.userErrors[0]?.message ?? ofAll;
    return { id, name, message, operation: result?.operation ?? null };
  });
}

export const canStart = ({ allowedActions }: EntityRowFragment): boolean => allowedActions.includes('START_BACKUP');

export function StartSelected({ selection }: { readonly selection: Selection<EntityRowFragment> }) {
  const [results, setResults] = useState<readonly Result[]>([]);
  const { rows, clear } = selection;
  const words = texts.entities;
  return (
    <>
      {rows.length > 0 && (
        <section className="tools" aria-label={words.selected}>
          <p role="status">{texts.selected.count(rows.length)}</p>
          <ConfirmedCommand
            words={{
              button: words.start(rows.length),
              question: words.startQuestion(rows.length),
              hint: words.startHint,
              back: texts.backup.leave,
            }}
            send={(key) => start(rows, key)}
            onAnswer={(given) => {
              setResults(given);
              clear();
            }}
          />
          <button type="button" onClick={clear}>
            {texts.selected.none}
          </button>
        </section>
      )}
      <Results results={results} />
    </>
  );
}
