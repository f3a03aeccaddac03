/** Size and duration of the last successes, drawn, and as a table for those who cannot see a drawing. */
import { lazy, Suspense, useMemo, useState } from 'react';
import { graphql } from '../../gql/gql.ts';
import type { BackupType, TrendRowFragment } from '../../gql/graphql.ts';
import { Choice } from '../../parts/filters.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, Loading } from '../../parts/states.tsx';
import { TableHead } from '../../parts/table-head.tsx';
import { formatAbsolute, formatBytes, formatDuration, formatNumber, ownZone } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

const Chart = lazy(() => import('../../parts/chart.tsx'));

graphql(/* GraphQL */ `
  fragment TrendRow on TrendPoint {
    externalId
    startedAt
    type
    durationSeconds
    originalBytes
    storedBytes
    itemCount
  }
`);

type Points = readonly TrendRowFragment[];
const optional = <Value,>(value: Value | null, format: (value: Value) => string): string =>
  value === null ? '' : format(value);

export function Trend({ points }: { readonly points: Points }) {
  const [type, setType] = useState('');
  const types = [...new Set(points.map((point) => point.type))];
  const shown = useMemo(() => (type === '' ? points : points.filter((point) => point.type === type)), [points, type]);
  const words = texts.entity;
  // A full backup and an incremental one have little in common.
  const choice = types.length > 1 && (
    <Choice label={texts.backup.type} value={type} options={types.map(toOption)} onChange={setType} />
  );
  return (
    <Section title={words.trend(points.length)} beside={choice}>
      {shown.length < 2 ? <Empty hint={words.noTrendHint}>{words.noTrend}</Empty> : <Drawings points={shown} />}
      {shown.length > 0 && (
        <details className="notes">
          <summary>{texts.statistics.table}</summary>
          <Table points={shown} />
        </details>
      )}
    </Section>
  );
}

const toOption = (type: BackupType) => [type, texts.type[type]] as const;

function Drawings({ points }: { readonly points: Points }) {
  const times = useMemo(() => points.map(({ startedAt }) => startedAt), [points]);
  const words = texts.backup;
  const sizes = [
    { name: words.stored, tone: 'busy' as const, dash: [], values: points.map(({ storedBytes }) => storedBytes) },
    {
      name: words.original,
      tone: 'none' as const,
      dash: [8, 4],
      values: points.map(({ originalBytes }) => originalBytes),
    },
  ].filter(({ values }) => values.some((value) => value !== null));
  const durations = points.map(({ durationSeconds }) => durationSeconds);
  return (
    <Suspense fallback={<Loading />}>
      {sizes.length > 0 && (
        <Chart label={texts.entity.size} times={times} zone={ownZone} series={sizes} format={formatBytes} />
      )}
      {durations.some((value) => value !== null) && (
        <Chart
          label={words.duration}
          times={times}
          zone={ownZone}
          series={[{ name: words.duration, tone: 'busy', dash: [], values: durations }]}
          format={formatDuration}
        />
      )}
    </Suspense>
  );
}

function Table({ points }: { readonly points: Points }) {
  const words = texts.backup;
  return (
    <table>
      <TableHead names={[words.started, words.type, words.duration, words.original, words.stored, words.items]} />
      <tbody>
        {points
          .toReversed()
          .map(({ externalId, startedAt, type, durationSeconds, originalBytes, storedBytes, itemCount }) => (
            <tr key={externalId}>
              <th scope="row">{formatAbsolute(startedAt)}</th>
              <td>{texts.type[type]}</td>
              <td>{optional(durationSeconds, formatDuration)}</td>
              <td>{optional(originalBytes, formatBytes)}</td>
              <td>{optional(storedBytes, formatBytes)}</td>
              <td>{optional(itemCount, formatNumber)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
