/** What ran on each of the last days: a mark for each, of another shape and colour for each status. */
import type { PointerEvent } from 'react';
import { graphql } from '../gql/gql.ts';
import type { DayCellFragment, EntityDayStatus } from '../gql/graphql.ts';
import { formatDay, formatNumber } from '../text/format.ts';
import { texts } from '../text/texts.ts';

graphql(/* GraphQL */ `
  fragment DayCell on EntityDay {
    date
    status
    succeeded
    failed
  }
`);

const width = 8;
const height = 20;

/** Relative to the top left corner of a day. */
const shapes: Record<EntityDayStatus, string> = {
  SUCCEEDED: 'm1 3h6v14h-6z',
  SUCCEEDED_WITH_WARNINGS: 'm4 3l3.4 14h-6.8z',
  RUNNING: 'm1.2 5v10l6-5z',
  FAILED: 'm1 5.5l6 9m0-9l-6 9',
  MISSED: 'm1.8 5.8h4.4v8.4h-4.4z',
  CANCELLED: 'm1.5 10h5',
  NONE: 'm4 10v.1',
  UNKNOWN: 'm2 8.2a2 2 0 1 1 2.7 1.9q-.7.3-.7 1.4m0 2.5v.1',
};
const statuses = Object.keys(shapes) as EntityDayStatus[];

type Days = readonly Pick<DayCellFragment, 'status'>[];

/** One path for each status: a list has hundreds of days. */
function Marks({ days }: { readonly days: Days }) {
  const pathOf = (status: EntityDayStatus) =>
    days.map((day, index) => (day.status === status ? `M${index * width} 0${shapes[status]}` : '')).join('');
  return (
    <svg
      className="days"
      style={{ aspectRatio: `${days.length * width} / ${height}` }}
      viewBox={`0 0 ${days.length * width} ${height}`}
      aria-hidden="true"
      focusable="false"
    >
      {statuses.map((status) => {
        const path = pathOf(status);
        return path && <path key={status} className={`day-${status.toLowerCase().replaceAll('_', '-')}`} d={path} />;
      })}
    </svg>
  );
}

/** Each day is described when pointed at; the whole of it in words is `describeDays`. */
export function DayStrip({ days }: { readonly days: readonly DayCellFragment[] }) {
  const describe = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) => {
    const { left, width: shown } = currentTarget.getBoundingClientRect();
    const day = days[Math.floor(((clientX - left) / shown) * days.length)];
    currentTarget.title = day ? describeDay(day) : '';
  };
  return (
    <span className="day-strip" onPointerMove={describe}>
      <Marks days={days} />
    </span>
  );
}

export function describeDay({ date, status, succeeded, failed }: DayCellFragment): string {
  const ran = [succeeded, failed].some((number) => number > 0) ? ` (${texts.days.counts(succeeded, failed)})` : '';
  return `${formatDay(date)}: ${texts.days.status[status]}${ran}`;
}

/** Number of days with each status: `27 Succeeded, 2 Failed, 1 Missed`. */
export const describeDays = (days: Days): string =>
  statuses
    .map((status) => [days.filter((day) => day.status === status).length, texts.days.status[status]] as const)
    .filter(([number]) => number > 0)
    .map(([number, text]) => `${formatNumber(number)} ${text}`)
    .join(', ');

export const DayLegend = () => (
  <details className="notes">
    <summary>{texts.days.legend}</summary>
    <ul className="legend">
      {statuses.map((status) => (
        <li key={status}>
          <Marks days={[{ status }]} /> {texts.days.status[status]}
        </li>
      ))}
    </ul>
  </details>
);
