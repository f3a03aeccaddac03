/** How much of a system the gateway has stored, so that lists and statistics need not ask for it. */
import type { SystemsQuery } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { texts } from '../../text/texts.ts';

type Stored = NonNullable<SystemsQuery['providers'][number]['history']>;

export function History({ history }: { readonly history: Stored }) {
  const { from, asOf, rows, progress, isComplete, problem } = history;
  const words = texts.systems;
  return (
    <>
      {words.historyRows(rows)},{' '}
      {isComplete ? words.historyComplete : progress === null ? words.historyReading : words.historyShare(progress)}
      {!isComplete && progress !== null && (
        <progress aria-label={words.history} value={Math.floor(progress * 100)} max={100} />
      )}
      {asOf && (
        <>
          , {words.historyAsOf} <Time at={asOf} />
        </>
      )}
      {from && (
        <>
          , {words.historyFrom} <Time at={from} />
        </>
      )}
      {problem && <span className="quiet"> {problem}</span>}
    </>
  );
}
