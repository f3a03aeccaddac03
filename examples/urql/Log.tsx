/** The log of one backup: every line once and in order, since the socket resumes where it was. */
import { useSubscription } from 'urql';
import type { FollowLogSubscription } from '../gql/graphql.ts';
import { followLog } from '../operations.ts';

export function Log({ id }: { id: string }) {
  const [{ data, error }] = useSubscription({ query: followLog, variables: { id, after: null } }, append);
  return <pre>{error ? error.message : data && [...data.lines, ...data.end].join('\n')}</pre>;
}

interface Told {
  readonly lines: readonly string[];
  readonly end: readonly string[];
}

/** urql tells the last event, which is BackupFinished, once more when the stream completes. */
function append(told: Told = { lines: [], end: [] }, { backupLog: event }: FollowLogSubscription): Told {
  if (event.__typename === 'BackupFinished') return { ...told, end: [event.backup.status] };
  return event.__typename === 'LogLinesAppended'
    ? { ...told, lines: [...told.lines, ...event.lines.map(({ text }) => text)] }
    : told;
}
