/** Everything that is protected: its state, its last success, and what is expected. */
import { useChanges } from '../../api/changes.ts';
import { query } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProtectedEntityFilter, ProtectedEntityOrder, ProtectionStatus } from '../../gql/graphql.ts';
import { DayLegend } from '../../parts/day-strip.tsx';
import { type AddressFilter, Choice, SearchBox, useAddressFilter } from '../../parts/filters.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Empty, ListState } from '../../parts/states.tsx';
import { useSelection } from '../../parts/use-selection.ts';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { ownZone } from '../../text/format.ts';
import { texts } from '../../text/texts.ts';
import { EntityRow } from './entity-row.tsx';
import { StartSelected } from './start-selected.tsx';

const Entities = graphql(/* GraphQL */ `
  query Entities(
    $first: Int!
    $after: String
    $filter: ProtectedEntityFilter!
    $orderBy: ProtectedEntityOrder!
    $timeZone: String!
  ) {
    protectedEntities(first: $first, after: $after, filter: $filter, orderBy: $orderBy, lastKnown: true) {
      nodes {
        ...EntityRow
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

const names = ['system', 'state', 'q', 'order'] as const;
const states = Object.entries(texts.protection);

function toFilter(address: AddressFilter): ProtectedEntityFilter {
  const [system, state, search] = names.map(address.get);
  return {
    ...(system ? { providers: [system] } : {}),
    ...(state && state in texts.protection ? { protection: [state as ProtectionStatus] } : {}),
    ...(search ? { search } : {}),
  };
}

/** By system unless one is chosen. */
const orders: Readonly<Record<string, ProtectedEntityOrder>> = {
  name: { field: 'NAME', direction: 'ASC' },
  oldest: { field: 'LAST_SUCCESS', direction: 'ASC' },
  newest: { field: 'LAST_SUCCESS', direction: 'DESC' },
};
const bySystem: ProtectedEntityOrder = { field: 'PROVIDER', direction: 'ASC' };

export default function EntityList() {
  const address = useAddressFilter();
  const { providers } = useViewer();
  const key = names.map(address.get).join('\n');
  const pages = usePages(key, async (after, first) => {
    const orderBy = orders[address.get('order')] ?? bySystem;
    const { data, failure } = await query(Entities, {
      first,
      after,
      filter: toFilter(address),
      orderBy,
      timeZone: ownZone,
    });
    return { page: data?.protectedEntities ?? null, failure };
  });
  const selection = useSelection(key, pages.rows);
  useChanges({ onOpen: pages.reload });
  const choose = (name: (typeof names)[number]) => ({
    value: address.get(name),
    onChange: (value: string) => address.set(name, value),
  });
  return (
    <>
      <h1>{texts.screens.entities}</h1>
      <div className="tools">
        <SearchBox label={texts.entities.search} {...choose('q')} />
        <Choice label={texts.backup.system} options={providers.map(({ name }) => [name, name])} {...choose('system')} />
        <Choice label={texts.entities.state} options={states} {...choose('state')} />
        <Choice
          label={texts.entities.order}
          first={texts.entities.bySystem}
          options={Object.entries(texts.entities.orders)}
          {...choose('order')}
        />
        <button type="button" onClick={pages.reload}>
          {texts.readAgain}
        </button>
      </div>
      <StartSelected selection={selection} />
      <Problems problems={pages.problems} />
      {pages.rows.some(({ days }) => days) && <DayLegend />}
      <ListState pages={pages} />
      {pages.rows.length > 0 ? (
        <VirtualList
          label={texts.screens.entities}
          rows={pages.rows}
          narrowHeight={168}
          onEnd={pages.loadMore}
          render={(row) => (
            <EntityRow row={row} isSelected={selection.has(row.id)} onSelect={() => selection.toggle(row.id)} />
          )}
        />
      ) : (
        !pages.isLoading && !pages.failure && <Empty hint={texts.entities.noneHint}>{texts.entities.none}</Empty>
      )}
    </>
  );
}
