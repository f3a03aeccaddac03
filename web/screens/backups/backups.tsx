/** All backups of all systems in one list, newest first. */
import { useState } from 'react';
import { useChanges } from '../../api/changes.ts';
import { query } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import type { BackupFilter, BackupStatus } from '../../gql/graphql.ts';
import { Time } from '../../parts/clock.tsx';
import { type AddressFilter, Choice, SearchBox, useAddressFilter } from '../../parts/filters.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Empty, ListState } from '../../parts/states.tsx';
import { useSelection } from '../../parts/use-selection.ts';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { texts } from '../../text/texts.ts';
import { BackupRow } from './backup-row.tsx';
import { CsvButton } from './csv-button.tsx';
import { OrderHead, toOrder } from './order.tsx';
import { Selected } from './selected.tsx';

const Backups = graphql(/* GraphQL */ `
  query Backups($first: Int!, $after: String, $filter: BackupFilter!, $lastKnown: Boolean!, $orderBy: BackupOrder!) {
    backups(first: $first, after: $after, filter: $filter, lastKnown: $lastKnown, orderBy: $orderBy) {
      asOf
      nodes {
        ...BackupRow
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const names = ['system', 'status', 'q', 'entity', 'days', 'order', 'direction'] as const;
const statuses = Object.entries(texts.status);
const spans = Object.entries(texts.backups.spans);

function toFilter(address: AddressFilter): BackupFilter {
  const [system, status, search, entity] = names.map(address.get);
  const days = Number(address.get('days'));
  return {
    ...(system ? { providers: [system] } : {}),
    ...(status && status in texts.status ? { statuses: [status as BackupStatus] } : {}),
    ...(search ? { entitySearch: search } : {}),
    ...(entity ? { entities: [entity] } : {}),
    ...(days > 0 ? { startedAfter: new Date(Date.now() - days * 86_400_000).toISOString() } : {}),
  };
}

export default function BackupList() {
  const address = useAddressFilter();
  const [fresh, setFresh] = useState(0);
  const key = names.map(address.get).join('\n');
  const pages = usePages(key, async (after, first) => {
    const filter = toFilter(address);
    // The gateway cannot search in what it has stored.
    const lastKnown = filter.entitySearch === undefined;
    const { data, failure } = await query(Backups, {
      first,
      after,
      filter,
      lastKnown,
      orderBy: toOrder(address).orderBy,
    });
    return { page: data?.backups ?? null, failure };
  });
  const { role } = useViewer();
  const selection = useSelection(key, pages.rows);
  const readAgain = () => {
    setFresh(0);
    pages.reload();
  };
  useChanges({
    onOpen: readAgain,
    onChange(change) {
      if (!('backup' in change)) return;
      const { id, status } = change.backup;
      if (change.__typename === 'BackupStarted') setFresh((count) => count + 1);
      pages.update((row) => (row.id === id ? { ...row, status } : row));
    },
  });
  const entity = address.get('entity') && pages.rows[0]?.entity?.name;
  return (
    <>
      <h1>{entity ? `${texts.screens.backups}: ${entity}` : texts.screens.backups}</h1>
      <Tools address={address} />
      <Selected rows={selection.rows} onClear={selection.clear} onDone={pages.reload} />
      <Problems problems={pages.problems} />
      {fresh > 0 && (
        <button type="button" onClick={readAgain}>
          {texts.backups.fresh(fresh)}
        </button>
      )}
      {pages.asOf && (
        <p className="quiet">
          {texts.backups.fromHistory} {texts.backups.observed} <Time at={pages.asOf} both />
        </p>
      )}
      <OrderHead address={address} />
      <ListState pages={pages} />
      {pages.rows.length > 0 ? (
        <VirtualList
          label={texts.screens.backups}
          rows={pages.rows}
          onEnd={pages.loadMore}
          render={(row) => (
            <BackupRow
              row={row}
              isLastKnown={pages.asOf === null && row.observedAt !== null}
              isSelected={selection.has(row.id)}
              onSelect={role === 'OPERATOR' ? () => selection.toggle(row.id) : null}
            />
          )}
        />
      ) : (
        !pages.isLoading && !pages.failure && <Empty hint={texts.backups.noneHint}>{texts.backups.none}</Empty>
      )}
    </>
  );
}

function Tools({ address }: { readonly address: AddressFilter }) {
  const { providers } = useViewer();
  const choose = (name: (typeof names)[number]) => ({
    value: address.get(name),
    onChange: (value: string) => address.set(name, value),
  });
  return (
    <div className="tools">
      <SearchBox label={texts.backups.search} {...choose('q')} />
      <Choice label={texts.backup.system} options={providers.map(({ name }) => [name, name])} {...choose('system')} />
      <Choice label={texts.backups.status} options={statuses} {...choose('status')} />
      <Choice label={texts.backups.started} options={spans} {...choose('days')} />
      {address.get('entity') && (
        <button type="button" onClick={() => address.set('entity', '')}>
          {texts.backups.allEntities}
        </button>
      )}
      <CsvButton filter={() => toFilter(address)} />
    </div>
  );
}
