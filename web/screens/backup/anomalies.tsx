/** What is unusual of a backup, compared with those before it. */
import { graphql } from '../../gql/gql.ts';
import type { BackupAnomalyKind, UnusualFragment } from '../../gql/graphql.ts';
import { formatBytes, formatDuration, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

graphql(/* GraphQL */ `
  fragment Unusual on BackupAnomaly {
    kind
    expected
    actual
    basedOn
  }
`);

const formats: Record<BackupAnomalyKind, (value: number) => string> = {
  SIZE_DROP: formatBytes,
  SIZE_JUMP: formatBytes,
  ITEM_DROP: formatNumber,
  DURATION_LONG: formatDuration,
};

export function Anomalies({ anomalies }: { readonly anomalies: readonly UnusualFragment[] }) {
  if (anomalies.length === 0) return null;
  const words = texts.anomalies;
  return (
    <section className="notice warn" aria-label={words.title}>
      <strong>{words.title}</strong>
      <ul className="plain">
        {anomalies.map(({ kind, expected, actual, basedOn }) => (
          <li key={kind}>
            {words.kinds[kind]}: {words.instead(formats[kind](actual), formats[kind](expected))}{' '}
            <span className="quiet">{words.basedOn(basedOn)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
