/** What each system has done in the range, and how much its storage has grown. */
import { lazy, Suspense, useMemo } from 'react';
import type { Failure } from '../../api/failure.ts';
import { Time } from '../../parts/clock.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, Loading } from '../../parts/states.tsx';
import { TableHead } from '../../parts/table-head.tsx';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { toGrowth } from './growth.ts';
import type { readTotals, SystemRow } from './read-totals.ts';

const Chart = lazy(() => import('../../parts/chart.tsx'));

type Totals = NonNullable<Awaited<ReturnType<typeof readTotals>>['data']>;

interface Props {
  readonly totals: Totals | null;
  readonly failure: Failure | null;
  readonly zone: string;
}

const looks = [
  { tone: 'busy', dash: [] },
  { tone: 'good', dash: [10, 4] },
  { tone: 'warn', dash: [2, 4] },
  { tone: 'none', dash: [10, 4, 2, 4] },
] as const;

export function BySystem({ totals, failure, zone }: Props) {
  const words = texts.statistics;
  const steps = totals?.growth?.groups;
  const growth = useMemo(() => toGrowth(steps ?? []), [steps]);
  const systems = totals?.systems;
  if (!systems) {
    return failure && <Section title={words.bySystem}>{<Empty>{failure.message}</Empty>}</Section>;
  }
  const rows = systems.groups;
  return (
    <>
      <Problems problems={systems.problems} />
      <Section
        title={words.bySystem}
        beside={
          <span className="quiet">
            {texts.asOf} <Time at={systems.asOf} />
          </span>
        }
      >
        {rows.length === 0 ? <Empty>{texts.backups.none}</Empty> : <Table rows={rows} />}
      </Section>
      {growth.systems.length > 0 && growth.times.length > 1 && (
        <Section title={words.growth}>
          <Suspense fallback={<Loading />}>
            <Chart
              label={words.growth}
              times={growth.times}
              zone={zone}
              format={formatBytes}
              series={growth.systems.map(({ name, values }, index) => {
                const { tone, dash } = looks[index % looks.length] ?? looks[0];
                return { name, values, tone, dash: [...dash] };
              })}
            />
          </Suspense>
          <p className="quiet">{words.growthHint}</p>
        </Section>
      )}
    </>
  );
}

const shown = (value: number | null, format: (value: number) => string): string =>
  value === null ? texts.unknown : format(value);

const columns: readonly (readonly [name: string, cell: (row: SystemRow) => string])[] = [
  [texts.statistics.count, ({ count }) => formatNumber(count)],
  [texts.statistics.successRate, ({ successRate }) => shown(successRate, (rate) => formatPercent(rate * 100))],
  [texts.statistics.median, ({ medianDurationSeconds }) => shown(medianDurationSeconds, formatDuration)],
  [texts.statistics.p95, ({ p95DurationSeconds }) => shown(p95DurationSeconds, formatDuration)],
  [texts.statistics.stored, ({ storedBytes }) => shown(storedBytes, formatBytes)],
  [texts.statistics.original, ({ originalBytes }) => shown(originalBytes, formatBytes)],
];

function Table({ rows }: { readonly rows: readonly SystemRow[] }) {
  return (
    <div className="table-box">
      <table className="numbers">
        <TableHead names={[texts.backup.system, ...columns.map(([name]) => name)]} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.provider?.name}>
              <th scope="row">{row.provider?.name}</th>
              {columns.map(([name, cell]) => (
                <td key={name}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
