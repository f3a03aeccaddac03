/** Section `history`: how long backups of the products are stored, and how they are read. */
import { z } from 'zod';

export const historySettings = z.strictObject({
  off: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      '`true`: nothing is stored. `false`: backups are stored, also in memory. null: they are stored if `storage.url` is a file or PostgreSQL.',
    ),
  keepDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(400)
    .describe('Days for which backups are stored. Older ones are neither read nor kept.'),
  keepRows: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(1_000_000)
    .describe('Backups of each provider that are stored, about 1.2 kB each. Beyond it the oldest are deleted.'),
  everySeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(300)
    .describe(
      'Seconds between two reads of the newest backups of a provider. Changes that streams see cause one at once.',
    ),
  requestsPerMinute: z
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .describe('Requests in a minute that may be sent to each provider for the history, by this gateway.'),
});
