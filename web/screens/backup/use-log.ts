/** The log of a backup from its first line, live. After a lost connection it continues behind the last line that arrived. */
import { useEffect, useState } from 'react';
import type { Failure } from '../../api/failure.ts';
import { follow } from '../../api/live.ts';
import { graphql } from '../../gql/gql.ts';
import type { LogEventsSubscription } from '../../gql/graphql.ts';

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

type LogEvent = LogEventsSubscription['backupLog'];
export type Line = Extract<LogEvent, { __typename: 'LogLinesAppended' }>['lines'][number];
export type Gap = Extract<LogEvent, { __typename: 'StreamGap' }>;
/** A line, or the place of lines that nobody can deliver. */
export type Entry = Line | Gap;

export const isGap = (entry: Entry): entry is Gap => '__typename' in entry && entry.__typename === 'StreamGap';

export interface Log {
  readonly entries: readonly Entry[];
  readonly state: 'live' | 'stalled' | 'complete';
  readonly failure: Failure | null;
}

const empty: Log = { entries: [], state: 'live', failure: null };

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
        setLog(({ entries }) => ({ entries: more.length > 0 ? [...entries, ...more] : entries, state, failure }));
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
