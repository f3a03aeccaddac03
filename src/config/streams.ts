/** Section `streams`: how often backups are polled for subscriptions, and how much of the past a stream can resume. */
import { z } from 'zod';

const seconds = (fallback: number) => z.number().positive().max(3600).default(fallback);

export const streamSettings = z
  .strictObject({
    fastSeconds: seconds(1).describe('Seconds between two polls of a provider while a watched backup changes.'),
    slowSeconds: seconds(10).describe(
      'Longest pause between two polls, in seconds: the pause grows up to it while nothing changes. Not less than `fastSeconds`.',
    ),
    replayLines: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe('Log lines of one backup that the replay log keeps, the newest.'),
    replayBytes: z
      .int()
      .min(10_000)
      .max(1_000_000_000)
      .default(8_000_000)
      .describe('Bytes of one replay log: the log of one backup, or the changes of `backupChanges`.'),
    replayTotalBytes: z
      .int()
      .min(10_000)
      .max(10_000_000_000)
      .default(64_000_000)
      .describe('Bytes of all replay logs together.'),
    replayChanges: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(10_000)
      .describe('Changes that `backupChanges` can resume from, the newest.'),
    replayHours: z
      .number()
      .positive()
      .max(8760)
      .default(168)
      .describe('Hours after which entries of the replay logs are dropped.'),
  })
  .refine(({ fastSeconds, slowSeconds }) => fastSeconds <= slowSeconds, {
    path: ['slowSeconds'],
    error: 'expected at least fastSeconds',
  });
