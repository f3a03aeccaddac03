/** The log of a backup from its first line, live. After a lost connection it continues behind the last line that arrived. */
import { useEffect, useState } from 'react';
import type { Failure } from '../../api/failure.ts';
import { follow } from '../../api/live.ts';
import { graphql } from '../../gql/gql.ts';
import { append, type Entries, type Entry, noEntries } from './log-entries.ts';

const LogEvents = graphql(/* GraphQL */ `
  subscription LogEvents($id: ID!, $after: String) {
    backupLog(id: $id, after: $after) {
      __typename
      ... on StreamEvent {
        cursor
      }
      ... on LogLinesAppended {
        lines {
          number
          at
          level
          text
        }
      }
      ... on StreamGap {
        fromLine
        toLine
        reason
      }
      ... on StreamStalled {
        problem {
          message
        }
      }
    }
  }
`);

export interface Log extends Entries {
  readonly state: 'live' | 'stalled' | 'complete';
  readonly failure: Failure | null;
}

const empty: Log = { ...noEntries, state: 'live', failure: null };

export function useLog(id: string): Log {
  const [log, setLog] = useState<Log>(empty);
  useEffect(() => {
    let after: string | null = null;
    let arrived: Entry[] = [];
    let state: Log['state'] = 'live';
    let failure: Failure | null = null;
    let frame = 0;
    setLog(empty);
    // A thousand lines a second arrive in many events: they are shown once a frame.
    const show = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        const more = arrived;
        arrived = [];
        setLog(({ entries, dropped }) => ({ ...append({ entries, dropped }, more), state, failure }));
      });
    };
    const stop = follow(LogEvents, {
      variables: () => ({ id, after }),
      onEvent: ({ backupLog: event }) => {
        after = event.cursor;
        state = event.__typename === 'StreamStalled' ? 'stalled' : 'live';
        if (event.__typename === 'LogLinesAppended') arrived.push(...event.lines);
        if (event.__typename === 'StreamGap') arrived.push(event);
        show();
      },
      onEnd: (reason) => {
        state = 'complete';
        failure = reason;
        show();
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [id]);
  return log;
}
