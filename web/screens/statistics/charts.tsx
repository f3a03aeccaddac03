import { Section } from '../../parts/section.tsx';
import { formatBytes, formatDuration, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { Chart } from './chart.tsx';
import type { Point } from './read-statistics.ts';

interface Props {
  readonly points: readonly Point[];
  readonly zone: string;
}

/** What the points show, drawn, and as a table for those who cannot see a drawing. */
export function Charts({ points, zone }: Props) {
  const words = texts.statistics;
  const counts = { points, zone, format: formatNumber };
  return (
    <>
      <Section title={words.perDay}>
        <Chart
          {...counts}
          label={words.perDay}
          series={[
            { name: texts.status.SUCCEEDED, tone: 'good', dash: [], value: ({ succeeded }) => succeeded },
            { name: texts.status.FAILED, tone: 'bad', dash: [8, 4], value: ({ failed }) => failed },
            { name: words.other, tone: 'none', dash: [2, 4], value: ({ other }) => other },
          ]}
        />
      </Section>
      <div className="cards">
        <Section title={words.storedPerDay}>
          <Chart
            points={points}
            zone={zone}
            format={formatBytes}
            label={words.storedPerDay}
            series={[{ name: words.stored, tone: 'busy', dash: [], value: ({ storedBytes }) => storedBytes }]}
          />
        </Section>
        <Section title={words.durationPerDay}>
          <Chart
            points={points}
            zone={zone}
            format={formatDuration}
            label={words.durationPerDay}
            series={[
              {
                name: words.duration,
                tone: 'busy',
                dash: [],
                value: ({ durationSeconds, timedCount }) => durationSeconds && durationSeconds / timedCount,
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
      <thead>
        <tr>
          {[words.day, texts.status.SUCCEEDED, texts.status.FAILED, words.other, words.stored].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
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
