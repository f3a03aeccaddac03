import type { ReactNode } from 'react';
import { graphql } from '../../gql/gql.ts';
import type { BackupFactsFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { Section } from '../../parts/section.tsx';
import { formatBytes, formatDuration, formatNumber } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';

graphql(/* GraphQL */ `
  fragment BackupFacts on Backup {
    type
    externalId
    upstreamStatus
    endedAt
    durationSeconds
    itemCount
    description
    dataPresence
    startedBy {
      kind
      name
    }
    size {
      originalBytes
      storedBytes
    }
    copies {
      destination
      status
      expiresAt
    }
    warnings {
      message
      acknowledged
    }
  }
`);

type Row = readonly [name: string, value: ReactNode];

interface Props {
  readonly backup: BackupFactsFragment & {
    readonly id: string;
    readonly startedAt: string | null;
    readonly entity: { readonly name: string } | null;
    readonly provider: { readonly name: string; readonly kind: keyof typeof texts.kind };
  };
}

export function Facts({ backup }: Props) {
  const { id, externalId, upstreamStatus, warnings, copies } = backup;
  const words = texts.backup;
  return (
    <div className="cards">
      <Section title={texts.screens.backup}>
        <List rows={toRows(backup)} />
      </Section>
      {copies !== null && copies.length > 0 && (
        <Section title={words.copies}>
          <ul className="plain">
            {copies.map(({ destination, status, expiresAt }) => (
              <li key={`${destination} ${status}`}>
                {destination ?? texts.unknown}: {words.copyStatus[status]}
                {expiresAt && (
                  <>
                    , {words.until} <Time at={expiresAt} both />
                  </>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={words.warnings}>
          <ul className="plain">
            {warnings.map(({ message, acknowledged }) => (
              <li key={message}>
                {message} {acknowledged && <span className="quiet">({words.acknowledged})</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={words.identifiers}>
        <List
          rows={[
            [words.id, <Copyable key="id" text={id} label={words.id} />],
            [words.externalId, <Copyable key="externalId" text={externalId} label={words.externalId} />],
            [words.upstreamStatus, upstreamStatus],
          ]}
        />
      </Section>
    </div>
  );
}

function toRows(backup: Props['backup']): readonly Row[] {
  const { entity, provider, type, startedAt, endedAt, durationSeconds, startedBy, itemCount, size, dataPresence } =
    backup;
  const words = texts.backup;
  const optional = (name: string, value: ReactNode | null): readonly Row[] => (value === null ? [] : [[name, value]]);
  return [
    ...optional(words.entity, entity?.name ?? null),
    [words.system, `${provider.name} (${texts.kind[provider.kind]})`],
    [words.type, texts.type[type]],
    [words.started, <Time key="started" at={startedAt} both />],
    ...optional(words.ended, endedAt && <Time at={endedAt} both />),
    ...optional(words.duration, durationSeconds === null ? null : formatDuration(durationSeconds)),
    ...optional(
      words.startedBy,
      startedBy && [words.origin[startedBy.kind], startedBy.name].filter(Boolean).join(': '),
    ),
    ...optional(words.items, itemCount === null ? null : formatNumber(itemCount)),
    ...optional(words.original, size.originalBytes === null ? null : formatBytes(size.originalBytes)),
    ...optional(words.stored, size.storedBytes === null ? null : formatBytes(size.storedBytes)),
    [words.data, words.presence[dataPresence]],
  ];
}

const List = ({ rows }: { readonly rows: readonly Row[] }) => (
  <dl className="facts">
    {rows.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
