/** Commands of the last 30 days: who sent them, what for, and what became of them. */
import { Link } from 'wouter';
import { query } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import type { AuditFilter, AuditOutcome, AuditRowFragment } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { Choice, useAddressFilter } from '../../parts/filters.tsx';
import { OutcomeMark } from '../../parts/marks.tsx';
import { Empty, ListState } from '../../parts/states.tsx';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { texts } from '../../text/texts.ts';

const AuditLog = graphql(/* GraphQL */ `
  query AuditLog($after: String, $filter: AuditFilter!) {
    auditLog(first: 50, after: $after, filter: $filter) {
      nodes {
        ...AuditRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  fragment AuditRow on AuditEntry {
    id
    at
    command
    count
    outcome
    code
    viewerName
    targets {
      id
      provider {
        name
      }
      entity {
        id
        name
      }
      backup {
        id
        entity {
          name
        }
      }
    }
  }
`);

const outcomes = Object.entries(texts.outcome);

export default function Audit() {
  const address = useAddressFilter();
  const { providers, role } = useViewer();
  const [system, outcome] = ['system', 'outcome'].map(address.get);
  const pages = usePages(`${system}\n${outcome}`, async (after) => {
    const filter: AuditFilter = {
      ...(system ? { providers: [system] } : {}),
      ...(outcome && outcome in texts.outcome ? { outcomes: [outcome as AuditOutcome] } : {}),
    };
    const { data, failure } = await query(AuditLog, { after, filter });
    return { page: data?.auditLog ? { ...data.auditLog, problems: [] } : null, failure };
  });
  if (role !== 'OPERATOR') return <Empty>{texts.audit.notAllowed}</Empty>;
  return (
    <>
      <h1>{texts.screens.audit}</h1>
      <div className="tools">
        <Choice
          label={texts.backup.system}
          value={system ?? ''}
          options={providers.map(({ name }) => [name, name])}
          onChange={(value) => address.set('system', value)}
        />
        <Choice
          label={texts.audit.outcome}
          value={outcome ?? ''}
          options={outcomes}
          onChange={(value) => address.set('outcome', value)}
        />
        <button type="button" onClick={pages.reload}>
          {texts.readAgain}
        </button>
      </div>
      <ListState pages={pages} />
      {pages.rows.length > 0 ? (
        <VirtualList
          label={texts.screens.audit}
          rows={pages.rows}
          onEnd={pages.loadMore}
          render={(row) => <AuditRow row={row} />}
        />
      ) : (
        !pages.isLoading && !pages.failure && <Empty hint={texts.audit.noneHint}>{texts.audit.none}</Empty>
      )}
    </>
  );
}

function AuditRow({
  row: { at, command, count, outcome, code, viewerName, targets },
}: {
  readonly row: AuditRowFragment;
}) {
  const [first] = targets;
  const name = first?.entity?.name ?? first?.backup?.entity?.name ?? first?.id;
  const to = first?.backup
    ? `/backups/${first.backup.id}`
    : first?.entity
      ? `/backups?entity=${first.entity.id}`
      : null;
  return (
    <>
      <OutcomeMark outcome={outcome} />
      <div className="what">
        <span>
          <strong>{viewerName}</strong> {command ?? texts.audit.several(count)}
        </span>
        <span className="quiet">
          <Time at={at} both />
        </span>
      </div>
      <div className="why">
        <span>
          {to ? <Link href={to}>{name}</Link> : name}
          {targets.length > 1 && ` ${texts.audit.more(targets.length - 1)}`}
        </span>
        <span className="quiet">{[first?.provider?.name, code].filter(Boolean).join(' · ')}</span>
      </div>
    </>
  );
}
