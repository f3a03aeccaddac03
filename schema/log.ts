import type { PageInfo } from '../src/lists/page.ts';
import type { NumberedLine } from '../src/replay/log-parts.ts';
import type { LogPage } from '../src/streams/log-page.ts';
import type { Builder } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import type { Refs } from './refs.ts';

type LogConnection = Connection<NumberedLine, LogPage & { rows: readonly NumberedLine[] }>;

export function defineLog(builder: Builder, refs: Refs) {
  const Gap = builder.objectRef<LogPage['gaps'][number]>('LogGap').implement({
    description: 'A place in a log where lines are missing.',
    fields: (t) => ({
      afterCursor: t.exposeString('afterCursor', {
        nullable: true,
        description: 'The missing lines follow this cursor; null if they are missing at the start of the log.',
      }),
      reason: t.field({
        type: refs.StreamGapReason,
        description: 'Why they are missing.',
        resolve: ({ reason }) => reason,
      }),
    }),
  });
  return builder.connectionObject<typeof refs.LogLine, LogConnection>(
    {
      type: refs.LogLine,
      name: 'LogLineConnection',
      description: 'A page of a backup’s log.',
      fields: (t) => ({
        isComplete: t.boolean({
          description: 'Whether every line from the first to the newest is known here.',
          resolve: ({ list }) => list.isComplete,
        }),
        gaps: t.field({
          type: [Gap],
          description: 'Places in this page, or right after it, where lines are missing.',
          resolve: ({ list }) => [...list.gaps],
        }),
      }),
    },
    { name: 'LogLineEdge', description: 'One log line in a page.' },
  );
}

/** A page of a log as a Relay connection. */
export function toLogConnection(page: LogPage): LogConnection {
  const last = page.lines.length - 1;
  const pageInfo: PageInfo = page;
  return toConnection({
    ...page,
    rows: page.lines,
    pageInfo: {
      ...pageInfo,
      startCursor: last < 0 ? null : page.cursorAt(0),
      endCursor: last < 0 ? page.endCursor : page.cursorAt(last),
    },
  });
}
