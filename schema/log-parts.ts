/** What log lists and log streams share. */

import { type LogLevel, logLevels } from '../src/core/model.ts';
import type { GapReason, NumberedLine } from '../src/replay/log-parts.ts';
import { type Builder, describe } from './builder.ts';

export const levelDescriptions: Record<LogLevel, string> = {
  DEBUG: 'Details for developers of the product.',
  INFO: 'Normal operation.',
  WARNING: 'Something to check.',
  ERROR: 'A failure.',
  UNKNOWN: 'The product does not tell.',
};

export const reasonDescriptions: Record<GapReason, string> = {
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
    LogLevel: Level,
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
