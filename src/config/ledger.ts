/** Section `ledger`: how commands are reconciled, and how long a starting gateway waits for the database. */
import { z } from 'zod';

const seconds = (fallback: number) => z.number().positive().max(3600).default(fallback);

export const ledgerSettings = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The older way to name an SQLite file: `file: PATH` is `storage.url: file:PATH`, and only one may be given.',
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
    .max(31_536_000)
    .default(10)
    .describe(
      'Seconds that a starting gateway waits for another gateway to release the database. After that it exits with code 2 and names the process that holds it.',
    ),
});
