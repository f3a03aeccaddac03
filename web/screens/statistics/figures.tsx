import { graphql } from '../../gql/gql.ts';
import type { StatisticsFiguresFragment } from '../../gql/graphql.ts';
import { StatusMark } from '../../parts/marks.tsx';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

graphql(/* GraphQL */ `
  fragment StatisticsFigures on BackupStatistics {
    count
    successRate
    averageDurationSeconds
    timedCount
    totalSize {
      storedBytes
      originalBytes
    }
    sizedCount {
      storedBytes
      originalBytes
    }
    byStatus {
      status
      count
    }
  }
`);

export function Figures({ figures }: { readonly figures: StatisticsFiguresFragment }) {
  const { count, successRate, averageDurationSeconds, timedCount, totalSize, sizedCount, byStatus } = figures;
  const words = texts.statistics;
  return (
    <>
      <dl className="figures">
        <Figure name={words.count} value={formatNumber(count)} />
        <Figure
          name={words.successRate}
          value={successRate === null ? texts.unknown : formatPercent(successRate * 100)}
        />
        <Figure
          name={words.duration}
          value={averageDurationSeconds === null ? texts.unknown : formatDuration(averageDurationSeconds)}
          of={words.of(timedCount, count)}
        />
        <Figure
          name={words.stored}
          value={totalSize.storedBytes === null ? texts.unknown : formatBytes(totalSize.storedBytes)}
          of={words.of(sizedCount.storedBytes, count)}
        />
        <Figure
          name={words.original}
          value={totalSize.originalBytes === null ? texts.unknown : formatBytes(totalSize.originalBytes)}
          of={words.of(sizedCount.originalBytes, count)}
        />
      </dl>
      <ul className="strip">
        {byStatus.map(({ status, count: number }) => (
          <li key={status} className="chip">
            <StatusMark status={status} />
            {formatNumber(number)}
          </li>
        ))}
      </ul>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  /** Of how many backups it is known. */
  readonly of?: string;
}

const Figure = ({ name, value, of }: FigureProps) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {value}
      {of && <span className="quiet">{of}</span>}
    </dd>
  </div>
);
