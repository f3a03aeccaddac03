/** Everything that is protected: its state, its last success, and what is expected. */
import { useChanges } from '../../api/changes.ts';
import { query } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProtectedEntityFilter, ProtectionStatus } from '../../gql/graphql.ts';
import { type AddressFilter, Choice, SearchBox, useAddressFilter } from '../../parts/filters.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Empty, ListState } from '../../parts/states.tsx';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { texts } from '../../text/texts.ts';
import { EntityRow } from './entity-row.tsx';

const Entities = graphql(/* GraphQL */ `
  query Entities($after: String, $filter: ProtectedEntityFilter!) {
    protectedEntities(first: 100, after: $after, filter: $filter) {
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

const names = ['system', 'state', 'q'] as const;
const states = Object.entries(texts.protection);

function toFilter(address: AddressFilter): ProtectedEntityFilter {
  const [system, state, search] = names.map(address.get);
  return {
    ...(system ? { providers: [system] } : {}),
    ...(state && state in texts.protection ? { protection: [state as ProtectionStatus] } : {}),
    ...(search ? { search } : {}),
  };
}

export default function EntityList() {
  const address = useAddressFilter();
  const { providers } = useViewer();
  const pages = usePages(names.map(address.get).join('\n'), async (after) => {
    const { data, failure } = await query(Entities, { after, filter: toFilter(address) });
    return { page: data?.protectedEntities ?? null, failure };
  });
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
        <button type="button" onClick={pages.reload}>
          {texts.readAgain}
        </button>
      </div>
      <Problems problems={pages.problems} />
      <ListState pages={pages} />
      {pages.rows.length > 0 ? (
        <VirtualList
          label={texts.screens.entities}
          rows={pages.rows}
          keyOf={({ id }) => id}
          onEnd={pages.loadMore}
          render={(row) => <EntityRow row={row} />}
        />
      ) : (
        !pages.isLoading && !pages.failure && <Empty hint={texts.entities.noneHint}>{texts.entities.none}</Empty>
      )}
    </>
  );
}
