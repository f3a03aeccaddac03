/** Section `log`: the level and the format of the log. */
import { z } from 'zod';

export const logSettings = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Lowest level that is logged. The log goes to standard error.'),
  format: z
    .enum(['json', 'pretty'])
    .default('json')
    .describe('`json`: one JSON object on one line for each event. `pretty`: text for people, which is not stable.'),
});
