import { lazy, useMemo } from 'react';
import { Section } from '../../parts/section.tsx';
import { TableHead } from '../../parts/table-head.tsx';
import { formatBytes, formatDuration, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import type { Point } from './read-statistics.ts';

const Chart = lazy(() => import('../../parts/chart.tsx'));

interface Props {
  readonly points: readonly Point[];
  readonly zone: string;
}

/** What the points show, drawn, and as a table for those who cannot see a drawing. */
export function Charts({ points, zone }: Props) {
  const words = texts.statistics;
  const times = useMemo(() => points.map(({ start }) => start), [points]);
  const counts = { times, zone, format: formatNumber };
  return (
    <>
      <Section title={words.perDay}>
        <Chart
          {...counts}
          label={words.perDay}
          series={[
            { name: texts.status.SUCCEEDED, tone: 'good', dash: [], values: points.map(({ succeeded }) => succeeded) },
            { name: texts.status.FAILED, tone: 'bad', dash: [8, 4], values: points.map(({ failed }) => failed) },
            { name: words.other, tone: 'none', dash: [2, 4], values: points.map(({ other }) => other) },
          ]}
        />
      </Section>
      <div className="cards">
        <Section title={words.storedPerDay}>
          <Chart
            times={times}
            zone={zone}
            format={formatBytes}
            label={words.storedPerDay}
            series={[
              { name: words.stored, tone: 'busy', dash: [], values: points.map(({ storedBytes }) => storedBytes) },
            ]}
          />
        </Section>
        <Section title={words.durationPerDay}>
          <Chart
            times={times}
            zone={zone}
            format={formatDuration}
            label={words.durationPerDay}
            series={[
              {
                name: words.duration,
                tone: 'busy',
                dash: [],
                values: points.map(
                  ({ durationSeconds, timedCount }) => durationSeconds && durationSeconds / timedCount,
                ),
              },
            ]}
          />
        </Section>
      </div>
      <details className="notes">
        <summary>{words.table}</summary>
        <Table points={points} zone={zone} />
      </details>
    </>
  );
}

function Table({ points, zone }: Props) {
  const words = texts.statistics;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeZone: zone });
  return (
    <table>
      <TableHead names={[words.day, texts.status.SUCCEEDED, texts.status.FAILED, words.other, words.stored]} />
      <tbody>
        {points.map(({ start, succeeded, failed, other, storedBytes }) => (
          <tr key={start}>
            <th scope="row">{format.format(new Date(start))}</th>
            <td>{formatNumber(succeeded)}</td>
            <td>{formatNumber(failed)}</td>
            <td>{formatNumber(other)}</td>
            <td>{storedBytes === null ? '' : formatBytes(storedBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
