/** Starts a backup: first what of, then with which settings of its product. */
import { useState } from 'react';
import { Link } from 'wouter';
import { query } from '../../api/client.ts';
import { useReading } from '../../api/use-reading.ts';
import { useViewer } from '../../api/viewer.ts';
import { graphql } from '../../gql/gql.ts';
import { SearchBox, useAddressFilter } from '../../parts/filters.tsx';
import { ProtectionMark } from '../../parts/marks.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty, ReadingState } from '../../parts/states.tsx';
import { texts } from '../../text/texts.ts';
import { StartForm } from './start-form.tsx';

const Startable = graphql(/* GraphQL */ `
  query Startable($search: String) {
    protectedEntities(first: 50, filter: { search: $search }) {
      nodes {
        ...StartRow
      }
      problems {
        ...ProblemRow
      }
      pageInfo {
        hasNextPage
      }
    }
  }
  fragment StartRow on ProtectedEntity {
    id
    name
    allowedActions
    provider {
      name
      kind
    }
    protection {
      status
    }
  }
`);

const StartEntity = graphql(/* GraphQL */ `
  query StartEntity($id: ID!) {
    node(id: $id) {
      __typename
      ... on ProtectedEntity {
        ...StartRow
      }
    }
  }
`);

export default function Start() {
  const address = useAddressFilter();
  const { role } = useViewer();
  const entity = address.get('entity');
  return (
    <>
      <h1>{texts.screens.start}</h1>
      {role !== 'OPERATOR' && <Empty>{texts.start.notAllowed}</Empty>}
      {role === 'OPERATOR' && (entity ? <Chosen id={entity} /> : <EntityChoice />)}
    </>
  );
}

function Chosen({ id }: { readonly id: string }) {
  const reading = useReading(() => query(StartEntity, { id }), { key: id });
  const entity = reading.data?.node;
  const found = entity && 'allowedActions' in entity ? entity : null;
  return (
    <>
      <Link href="/start">{texts.start.another}</Link>
      <ReadingState reading={reading} />
      {reading.data && !found && <Empty>{texts.start.notFound}</Empty>}
      {found && found.allowedActions.length === 0 && <Empty>{texts.start.notAllowed}</Empty>}
      {found && found.allowedActions.length > 0 && <StartForm key={found.id} entity={found} />}
    </>
  );
}

function EntityChoice() {
  const [search, setSearch] = useState('');
  const reading = useReading(() => query(Startable, { search: search || null }), { key: search });
  const page = reading.data?.protectedEntities;
  const rows = page?.nodes.filter(({ allowedActions }) => allowedActions.length > 0);
  return (
    <Section title={texts.start.choose}>
      <div className="tools">
        <SearchBox label={texts.entities.search} value={search} onChange={setSearch} />
      </div>
      <ReadingState reading={reading} />
      {page && <Problems problems={page.problems} />}
      {rows?.length === 0 && <Empty hint={texts.start.noneHint}>{texts.entities.none}</Empty>}
      <ul className="rows">
        {rows?.map(({ id, name, provider, protection }) => (
          <li key={id}>
            <ProtectionMark status={protection.status} />
            <div className="what">
              <Link href={`/start?entity=${encodeURIComponent(id)}`}>{name}</Link>
              <span className="quiet">{provider.name}</span>
            </div>
          </li>
        ))}
      </ul>
      {page?.pageInfo.hasNextPage && <p className="quiet">{texts.start.searchForMore}</p>}
    </Section>
  );
}
