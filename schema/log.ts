import { badInput } from '../src/core/errors.ts';
import type { LogLevel } from '../src/core/model.ts';
import type { PageArguments } from '../src/lists/page.ts';
import type { NumberedLine } from '../src/replay/log-parts.ts';
import type { LogPage, LogPageQuery } from '../src/streams/log-page.ts';
import type { Builder } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import { toSearch } from './inputs.ts';
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
        unknownLevelCount: t.int({
          description:
            'Number of lines that `minLevel` left out of this page because the product does not tell their level; 0 without `minLevel`.',
          resolve: ({ list }) => list.unknownLevelCount,
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

export interface LogArguments extends PageArguments {
  readonly minLevel?: LogLevel | null | undefined;
  readonly search?: string | null | undefined;
}

/** Throws BAD_USER_INPUT for UNKNOWN, which is no severity, and for a text that is too long. */
export function toLogQuery({ minLevel, search, ...page }: LogArguments): LogPageQuery {
  if (minLevel === 'UNKNOWN') {
    throw badInput('"minLevel" must be DEBUG, INFO, WARNING or ERROR: UNKNOWN is no severity.', ['minLevel']);
  }
  return { ...page, minLevel: minLevel ?? null, search: toSearch(search, ['search']) };
}

/** A page of a log as a Relay connection. */
export function toLogConnection(page: LogPage): LogConnection {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page;
  return toConnection({
    ...page,
    rows: page.lines,
    pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor },
  });
}
