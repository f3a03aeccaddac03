/** The newest backups, a button that starts one, and the log of what it started. */
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { latestBackups, startBackup } from '../operations.ts';
import { Log } from './Log.tsx';

export function Backups() {
  const [after, setAfter] = useState<string | null>(null);
  const [started, setStarted] = useState<string | null>(null);
  const [{ data, error }] = useQuery({ query: latestBackups, variables: { first: 5, after } });
  const [result, start] = useMutation(startBackup);
  if (error) return <p role="alert">{error.message}</p>;
  const page = data?.backups;
  if (!page) return <p>Loading</p>;
  const runNow = async (entityId: string) => {
    const { data } = await start({ entityId, key: crypto.randomUUID() });
    setStarted(data?.startBackup.backup?.id ?? null);
  };
  const refused = result.error ?? result.data?.startBackup.userErrors[0];
  return (
    <>
      {page.problems.map(({ provider, message }) => (
        <p key={provider.name}>{`${provider.name}: ${message}`}</p>
      ))}
      <ul>
        {page.edges.map(({ node: { id, status, entity } }) => (
          <li key={id}>
            {`${entity?.name}: ${status}`}
            <button type="button" disabled={!entity} onClick={() => entity && runNow(entity.id)}>
              Run now
            </button>
          </li>
        ))}
      </ul>
      <button type="button" disabled={!page.pageInfo.hasNextPage} onClick={() => setAfter(page.pageInfo.endCursor)}>
        Older
      </button>
      {refused && <p role="alert">{refused.message}</p>}
      {started && <Log key={started} id={started} />}
    </>
  );
}
