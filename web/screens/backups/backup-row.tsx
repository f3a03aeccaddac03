import { Link } from 'wouter';
import { graphql } from '../../gql/gql.ts';
import type { BackupRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { StatusMark } from '../../parts/marks.tsx';
import { formatBytes, formatDuration } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

graphql(/* GraphQL */ `
  fragment BackupRow on Backup {
    id
    name
    status
    type
    sortedAt
    durationSeconds
    size {
      originalBytes
      storedBytes
    }
    entity {
      id
      name
    }
    provider {
      name
    }
    failureReason {
      category
    }
  }
`);

export function BackupRow({ row }: { readonly row: BackupRowFragment }) {
  const { id, name, status, type, sortedAt, durationSeconds, size, entity, provider, failureReason } = row;
  const bytes = size.storedBytes ?? size.originalBytes;
  const facts = [
    durationSeconds === null ? '' : formatDuration(durationSeconds),
    bytes === null ? '' : formatBytes(bytes),
    failureReason ? texts.category[failureReason.category] : '',
  ];
  return (
    <>
      <StatusMark status={status} />
      <div className="what">
        <Link href={`/backups/${id}`}>{entity?.name ?? name ?? texts.backup.unnamed}</Link>
        <span className="quiet">
          {provider.name} · {texts.type[type]}
        </span>
      </div>
      <div className="why">
        <span>{sortedAt ? <Time at={sortedAt} both /> : texts.status.QUEUED}</span>
        <span className="quiet">{facts.filter(Boolean).join(' · ')}</span>
      </div>
    </>
  );
}
