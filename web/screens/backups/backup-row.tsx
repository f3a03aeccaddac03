import { Link } from 'wouter';
import { graphql } from '../../gql/gql.ts';
import type { BackupRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { StatusMark } from '../../parts/marks.tsx';
import { formatBytes, formatDuration } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { nameOf } from './selected-commands.ts';

graphql(/* GraphQL */ `
  fragment BackupRow on Backup {
    id
    name
    externalId
    status
    type
    sortedAt
    endedAt
    durationSeconds
    size {
      originalBytes
      storedBytes
    }
    observedAt
    allowedActions
    entity {
      id
      name
      allowedActions
    }
    provider {
      name
    }
    failureReason {
      category
    }
  }
`);

interface Props {
  readonly row: BackupRowFragment;
  /** Its system does not answer now. */
  readonly isLastKnown: boolean;
  readonly isSelected: boolean;
  /** Null: nothing can be selected. */
  readonly onSelect: (() => void) | null;
}

export function BackupRow({ row, isLastKnown, isSelected, onSelect }: Props) {
  const { id, status, type, sortedAt, endedAt, durationSeconds, size, provider, failureReason, observedAt } = row;
  const bytes = size.storedBytes ?? size.originalBytes;
  return (
    <>
      {onSelect && (
        <input
          type="checkbox"
          className="select"
          checked={isSelected}
          onChange={onSelect}
          aria-label={texts.selected.one(nameOf(row))}
        />
      )}
      <StatusMark status={status} />
      <div className="what">
        <Link href={`/backups/${id}`}>{nameOf(row)}</Link>
        <span className="quiet">
          {provider.name} · {texts.type[type]}
          {failureReason && ` · ${texts.category[failureReason.category]}`}
          {isLastKnown && (
            <>
              {' · '}
              {texts.backups.observed} <Time at={observedAt} />
            </>
          )}
        </span>
      </div>
      <div className="why">
        <span>{sortedAt ? <Time at={sortedAt} both /> : texts.status.QUEUED}</span>
        <span className="quiet">
          {endedAt && (
            <>
              {texts.backups.ended} <Time at={endedAt} />
            </>
          )}
        </span>
      </div>
      <span className="number">{durationSeconds !== null && formatDuration(durationSeconds)}</span>
      <span className="number">{bytes !== null && formatBytes(bytes)}</span>
    </>
  );
}
