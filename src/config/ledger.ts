/** Section `ledger`: the database in which commands, the audit log and replay logs are stored. */
import { z } from 'zod';

const seconds = (fallback: number) => z.number().positive().max(3600).default(fallback);

export const ledgerSettings = z.strictObject({
  file: z
    .string()
    .min(1)
    .default(':memory:')
    .describe(
      'SQLite database file. Each command is recorded in it before it is sent, so that it is never sent twice; the audit log and the replay logs are in it as well. One gateway uses a file at a time. `:memory:` keeps all of it in memory: it is lost when the gateway ends.',
    ),
  reconcileSeconds: seconds(60).describe(
    'Seconds for which a command whose answer was lost is reconciled by reading the product; then its operation is OUTCOME_UNKNOWN.',
  ),
  answerWithinSeconds: seconds(5).describe(
    'Seconds that `startBackup` waits for a slow product (Labii answers after minutes) before it returns the pending operation.',
  ),
  lockSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(10)
    .describe(
      'Seconds that a starting gateway waits for another gateway to release the file. After that it exits with code 2 and names the process that holds the file.',
    ),
});
