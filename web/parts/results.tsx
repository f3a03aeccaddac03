/** What became of a command for several, a line for each. */
import type { OperationRowFragment } from '../gql/graphql.ts';
import { texts } from '../text/texts.ts';
import { Outcome } from './outcome.tsx';

export interface Result {
  readonly id: string;
  readonly name: string;
  /** Why it was refused. */
  readonly message: string | null;
  /** To follow; null also where the command ends with its answer. */
  readonly operation: OperationRowFragment | null;
}

export function Results({ results }: { readonly results: readonly Result[] }) {
  if (results.length === 0) return null;
  return (
    <ul className="results" aria-label={texts.selected.results}>
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
