import type { PageInfo } from '../src/core/lists/page.ts';
import type { LogPage } from '../src/core/logs/log-page.ts';
import type { GapReason, NumberedLine } from '../src/core/logs/log-parts.ts';
import { type LogLevel, logLevels } from '../src/core/model.ts';
import { type Builder, describe } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import type { Refs } from './refs.ts';

const levelDescriptions: Record<LogLevel, string> = {
  DEBUG: 'Details for developers of the product.',
  INFO: 'Normal operation.',
  WARNING: 'Something to check.',
  ERROR: 'A failure.',
  UNKNOWN: 'The product does not tell.',
};

const reasonDescriptions: Record<GapReason, string> = {
  EVICTED: 'The gateway dropped them from its bounded replay log before they were requested.',
  UPSTREAM_TRUNCATED: 'The product deleted them before they could be read.',
  RESTARTED:
    'The cursor belongs to another log, or to a time before this gateway started: what lies between is not known, and lines may repeat.',
  UNFILTERABLE:
    'Only in `backupChanges`: a provider does not tell a value that the filter needs, so changes of its backups are left out; `problem` names the provider. Sent once for each provider.',
};

/** What log lists and log streams share. */
export function defineLogParts(builder: Builder) {
  const Level = builder.enumType('LogLevel', {
    description: 'Severity of a log line.',
    values: describe(logLevels, levelDescriptions),
  });
  return {
    StreamGapReason: builder.enumType('StreamGapReason', {
      description: 'Why lines or events are missing.',
      values: describe(['EVICTED', 'UPSTREAM_TRUNCATED', 'RESTARTED', 'UNFILTERABLE'], reasonDescriptions),
    }),
    LogLine: builder.objectRef<NumberedLine>('LogLine').implement({
      description: 'One line of a backup’s log.',
      fields: (t) => ({
        number: t.exposeInt('number', {
          nullable: true,
          description:
            'Number of the line, from 1; null if only a part of the log was seen and the number is not known.',
        }),
        text: t.exposeString('text', {
          description: 'The line for display: a machine-readable event is written as a sentence.',
        }),
        raw: t.exposeString('raw', { description: 'The line as the product sent it.' }),
        at: t.field({
          type: 'DateTime',
          nullable: true,
          description: 'When the line was written; null if the product does not tell.',
          resolve: ({ at }) => at,
        }),
        level: t.field({ type: Level, description: 'Severity of the line.', resolve: ({ level }) => level }),
      }),
    }),
  };
}

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
