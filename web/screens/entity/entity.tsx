/** One entity: its state, what ran on the last days, and how its backups grow. */
import { Link } from 'wouter';
import { useChanges } from '../../api/changes.ts';
import { query } from '../../api/client.ts';
import { useReading } from '../../api/use-reading.ts';
import { graphql } from '../../gql/gql.ts';
import type { EntityRowFragment } from '../../gql/graphql.ts';
import { DayLegend, DayStrip, describeDay, describeDays } from '../../parts/day-strip.tsx';
import { LastSuccess } from '../../parts/last-success.tsx';
import { ProtectionMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { ownZone } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { canStart } from '../entities/start-selected.tsx';
import { Trend } from './trend.tsx';

const EntityDocument = graphql(/* GraphQL */ `
  query Entity($id: ID!, $timeZone: String!) {
    node(id: $id) {
      __typename
      ... on ProtectedEntity {
        ...EntityRow
        trend(last: 60) {
          ...TrendRow
        }
      }
    }
  }
`);

export default function Entity({ id }: { readonly id: string }) {
  const reading = useReading(() => query(EntityDocument, { id, timeZone: ownZone }), { key: id, everySeconds: 60 });
  useChanges({ onOpen: reading.reload });
  const found = reading.data?.node;
  const entity = found && 'days' in found ? found : null;
  if (!entity) {
    return (
      <>
        <h1>{texts.screens.entity}</h1>
        <ReadingState reading={reading} />
        {reading.data && <Empty>{texts.start.notFound}</Empty>}
      </>
    );
  }
  const { name, protection, days, trend } = entity;
  const address = `?entity=${encodeURIComponent(id)}`;
  return (
    <>
      <header className="title">
        <h1>{name}</h1>
        <ProtectionMark status={protection.status} />
        <Link href={`/backups${address}`}>{texts.screens.backups}</Link>
        {canStart(entity) && <Link href={`/start${address}`}>{texts.screens.start}</Link>}
      </header>
      <ReadingState reading={reading} />
      <p>
        {entity.provider.name} · <LastSuccess {...protection} />
      </p>
      {days === null && trend === null && <Empty hint={texts.days.offHint}>{texts.days.off}</Empty>}
      {days && <Days days={days} />}
      {trend && <Trend points={trend} />}
    </>
  );
}

function Days({ days }: { readonly days: NonNullable<EntityRowFragment['days']> }) {
  return (
    <Section title={texts.days.title(days.length)}>
      <div className="days-wide">
        <DayStrip days={days} />
      </div>
      <p>{describeDays(days)}</p>
      <DayLegend />
      <details className="notes">
        <summary>{texts.days.each}</summary>
        <ol className="plain">
          {days.toReversed().map((day) => (
            <li key={day.date}>{describeDay(day)}</li>
          ))}
        </ol>
      </details>
    </Section>
  );
}
