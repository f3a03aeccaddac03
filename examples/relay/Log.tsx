/** The log of one backup: every line once and in order, since the socket resumes where it was. */
import { useMemo, useState } from 'react';
import { graphql, useSubscription } from 'react-relay';
import type { LogSubscription } from './__generated__/LogSubscription.graphql.ts';

export function Log({ id }: { id: string }) {
  const [lines, setLines] = useState<readonly string[]>([]);
  const config = useMemo(() => {
    const append = (...more: readonly string[]) => setLines((before) => [...before, ...more]);
    return {
      subscription: graphql`
        subscription LogSubscription($id: ID!, $after: String) {
          backupLog(id: $id, after: $after) {
            ... on StreamEvent { cursor }
            ... on LogLinesAppended { lines { text } }
            ... on BackupFinished { backup { status } }
          }
        }
      `,
      variables: { id, after: null },
      onNext(response: LogSubscription['response'] | null | undefined) {
        const event = response?.backupLog;
        if (event?.lines) append(...event.lines.map(({ text }) => text));
        if (event?.backup) append(event.backup.status);
      },
      onError: ({ message }: Error) => append(message),
    };
  }, [id]);
  useSubscription<LogSubscription>(config);
  return <pre>{lines.join('\n')}</pre>;
}
