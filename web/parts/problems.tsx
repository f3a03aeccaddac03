/** Which systems are missing on a screen, and why. */
import type { ProblemRowFragment } from '../gql/graphql.ts';
import { texts } from '../text/texts.ts';
import { Time } from './clock.tsx';

/** Codes of answers that are there, but not complete. */
const notes = new Set(['INCOMPLETE', 'UNSUPPORTED']);

/** All of the provider is missing, not a part of it. */
export const isMissing = ({ code, entity }: ProblemRowFragment): boolean => !notes.has(code) && entity === null;

/** Names of systems whose rows are missing, each once. */
export const missingOf = (problems: readonly ProblemRowFragment[]): string[] => [
  ...new Set(problems.filter(isMissing).map(({ provider }) => provider.name)),
];

export function Problems({ problems }: { readonly problems: readonly ProblemRowFragment[] }) {
  const unique = [...new Map(problems.map((problem) => [`${problem.provider.name}: ${problem.message}`, problem]))];
  const missing = unique.filter(([, problem]) => isMissing(problem));
  const others = unique.filter(([, problem]) => !isMissing(problem));
  return (
    <>
      {missing.map(([key, { provider, message, servedAsOf }]) => (
        <div className="notice bad" role="alert" key={key}>
          <strong>{servedAsOf ? texts.problems.lastKnown(provider.name) : texts.problems.down(provider.name)}</strong>
          <span>{message}</span>
          {servedAsOf && (
            <span>
              {texts.asOf} <Time at={servedAsOf} both />
            </span>
          )}
        </div>
      ))}
      {others.length > 0 && (
        <details className="notes">
          <summary>{texts.problems.notes(others.length)}</summary>
          <ul>
            {others.map(([key]) => (
              <li key={key}>{key}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
