/** Section `log`: the log level. */
import { z } from 'zod';

export const logSettings = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Lowest level that is logged. The log is JSON, one line for each event, on standard error.'),
});
