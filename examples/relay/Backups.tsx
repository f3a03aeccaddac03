/** One growing list: `usePaginationFragment` on a connection, as Relay's documentation shows it. */
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import type { BackupsList_query$key } from './__generated__/BackupsList_query.graphql.ts';
import type { BackupsPageQuery } from './__generated__/BackupsPageQuery.graphql.ts';
import type { BackupsQuery } from './__generated__/BackupsQuery.graphql.ts';
import { Backup } from './Backup.tsx';

export function Backups() {
  const query = useLazyLoadQuery<BackupsQuery>(graphql`query BackupsQuery { ...BackupsList_query }`, {});
  return <List query={query} />;
}

function List({ query }: { query: BackupsList_query$key }) {
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<BackupsPageQuery, BackupsList_query$key>(
    graphql`
      fragment BackupsList_query on Query
      @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" })
      @refetchable(queryName: "BackupsPageQuery") {
        backups(first: $count, after: $cursor) @connection(key: "BackupsList_backups") {
          edges { node { id ...Backup_backup } }
          problems { provider { name } message }
        }
      }
    `,
    query,
  );
  return (
    <>
      {data.backups?.problems.map(({ provider, message }) => (
        <p key={provider.name}>{`${provider.name}: ${message}`}</p>
      ))}
      <ul>
        {data.backups?.edges.map(({ node }) => (
          <Backup key={node.id} backup={node} />
        ))}
      </ul>
      <button type="button" disabled={!hasNext || isLoadingNext} onClick={() => loadNext(5)}>
        Older
      </button>
    </>
  );
}
