import { Link } from 'wouter';
import { graphql } from '../../gql/gql.ts';
import type { EntityRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { DayStrip, describeDays } from '../../parts/day-strip.tsx';
import { LastSuccess } from '../../parts/last-success.tsx';
import { ProtectionMark } from '../../parts/marks.tsx';
import { formatDuration } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { canStart } from './start-selected.tsx';

graphql(/* GraphQL */ `
  fragment EntityRow on ProtectedEntity {
    id
    name
    isPresent
    allowedActions
    provider {
      name
    }
    protection {
      status
      lastSuccessAt
      dueAt
      lastKnown {
        status
        asOf
      }
      expectedEverySeconds
      expectedSchedule
    }
    days(last: 30, timeZone: $timeZone) {
      ...DayCell
    }
  }
`);

interface Props {
  readonly row: EntityRowFragment;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

export function EntityRow({ row, isSelected, onSelect }: Props) {
  const { id, name, isPresent, allowedActions, provider, protection, days } = row;
  const { status, dueAt } = protection;
  return (
    <>
      {canStart(row) && (
        <input
          type="checkbox"
          className="select"
          checked={isSelected}
          onChange={onSelect}
          aria-label={texts.selected.one(name)}
        />
      )}
      <ProtectionMark status={status} />
      <div className="what">
        <Link href={`/backups?entity=${encodeURIComponent(id)}`}>{name}</Link>
        <span className="quiet">
          {provider.name}
          {isPresent === false && ` · ${texts.entities.gone}`}
        </span>
      </div>
      <div className="why">
        <LastSuccess {...protection} />
        <span className="quiet">
          {toExpectation(protection)}
          {dueAt && (
            <>
              , {texts.entities.due} <Time at={dueAt} />
            </>
          )}
        </span>
      </div>
      {days && (
        <Link
          className="strip-link"
          href={`/entities/${id}`}
          aria-label={`${name}, ${texts.days.title(days.length)}: ${describeDays(days)}`}
        >
          <DayStrip days={days} />
        </Link>
      )}
      {allowedActions.length > 0 && (
        <Link
          className="act"
          href={`/start?entity=${encodeURIComponent(id)}`}
          aria-label={`${texts.screens.start}: ${name}`}
        >
          {texts.start.short}
        </Link>
      )}
    </>
  );
}

function toExpectation({ expectedEverySeconds, expectedSchedule }: EntityRowFragment['protection']): string {
  if (expectedSchedule !== null) return texts.entities.scheduled(expectedSchedule);
  if (expectedEverySeconds === null) return texts.entities.nothingExpected;
  return texts.entities.every(formatDuration(expectedEverySeconds));
}
