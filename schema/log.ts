import type { PageInfo } from '../src/core/lists/page.ts';
import type { LogPage } from '../src/core/logs/log-page.ts';
import type { GapReason, NumberedLine } from '../src/core/logs/log-parts.ts';
import { type LogLevel, logLevels } from '../src/core/model.ts';
import { type Builder, describe } from './builder.ts';
import { type Connection, toConnection } from './connection.ts';
import type { Refs } from './refs.ts';

const levelDescriptions: Record<LogLevel, string> = {
  DEBUG: 'Detail for developers of the product.',
  INFO: 'The usual course of things.',
  WARNING: 'Deserves a look.',
  ERROR: 'Something failed.',
  UNKNOWN: 'The product does not say.',
};

const reasonDescriptions: Record<GapReason, string> = {
  EVICTED: 'They fell out of this gateway’s bounded replay log before they were asked for.',
  UPSTREAM_TRUNCATED: 'The product let go of them before they could be read.',
  RESTARTED:
    'The cursor is of another log, or of a time that this gateway does not remember: what lies between is not known, and lines may repeat.',
  UNFILTERABLE:
    'Only of `backupChanges`: a provider does not tell what the filter asks of some or all of its backups, and their changes are left out; `problem` says which provider. It is told once for each provider.',
};

/** What log lists and log streams share. */
export function defineLogParts(builder: Builder) {
  const Level = builder.enumType('LogLevel', {
    description: 'How serious a line is.',
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
          description: 'The line’s number, from 1; null where only a window of the log was seen and nobody can tell.',
        }),
        text: t.exposeString('text', { description: 'For people: a machine event is made a sentence.' }),
        raw: t.exposeString('raw', { description: 'As the product gave it.' }),
        at: t.field({
          type: 'DateTime',
          nullable: true,
          description: 'When it was written; null where the product does not say.',
          resolve: ({ at }) => at,
        }),
        level: t.field({ type: Level, description: 'How serious it is.', resolve: ({ level }) => level }),
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
        description: 'They are missing right after this cursor; null: at the start of the log.',
      }),
      reason: t.field({ type: refs.StreamGapReason, description: 'Why.', resolve: ({ reason }) => reason }),
    }),
  });
  return builder.connectionObject<typeof refs.LogLine, LogConnection>(
    {
      type: refs.LogLine,
      name: 'LogLineConnection',
      description: 'A page of a backup’s log.',
      fields: (t) => ({
        isComplete: t.boolean({
          description: 'Every line from the first to the last one written so far is known here.',
          resolve: ({ list }) => list.isComplete,
        }),
        gaps: t.field({
          type: [Gap],
          description: 'Where lines are missing in this page or right after it.',
          resolve: ({ list }) => [...list.gaps],
        }),
      }),
    },
    { name: 'LogLineEdge', description: 'One line in a page of a log.' },
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
