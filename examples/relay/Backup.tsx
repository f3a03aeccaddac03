/** One backup: asked for again by its id alone, through `node`; a button that starts another, and its log. */
import { useState } from 'react';
import { graphql, useMutation, useRefetchableFragment } from 'react-relay';
import type { Backup_backup$key } from './__generated__/Backup_backup.graphql.ts';
import type { BackupRefetchQuery } from './__generated__/BackupRefetchQuery.graphql.ts';
import type { BackupStartMutation } from './__generated__/BackupStartMutation.graphql.ts';
import { Log } from './Log.tsx';

export function Backup({ backup }: { backup: Backup_backup$key }) {
  const [{ status, entity }, refetch] = useRefetchableFragment<BackupRefetchQuery, Backup_backup$key>(
    graphql`
      fragment Backup_backup on Backup @refetchable(queryName: "BackupRefetchQuery") {
        status
        entity { id name }
      }
    `,
    backup,
  );
  const [start] = useMutation<BackupStartMutation>(graphql`
    mutation BackupStartMutation($input: StartBackupInput!) {
      startBackup(input: $input) { backup { id } userErrors { message } }
    }
  `);
  const [said, setSaid] = useState('');
  const [started, setStarted] = useState<string | null>(null);
  const runNow = (entityId: string) =>
    start({
      variables: { input: { entityId, idempotencyKey: crypto.randomUUID() } },
      onCompleted({ startBackup: { backup, userErrors } }) {
        setStarted(backup?.id ?? null);
        setSaid(userErrors.map(({ message }) => message).join(' '));
      },
      onError: ({ message }) => setSaid(message),
    });
  return (
    <li>
      {`${entity?.name}: ${status}`}
      <button type="button" onClick={() => refetch({}, { fetchPolicy: 'network-only' })}>
        Refresh
      </button>
      <button type="button" disabled={!entity} onClick={() => entity && runNow(entity.id)}>
        Run now
      </button>
      {said && <p role="alert">{said}</p>}
      {started && <Log id={started} />}
    </li>
  );
}
