/** The command `check`. */
import { products } from '../../../providers/index.ts';
import { checkConfig } from '../check.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async ({ retry: isRetry = false, ...given }, terminal) => {
  const config = await readConfig(given, terminal);
  const results = await checkConfig(config, products, isRetry);
  for (const { line } of results) terminal.say(line);
  return results.every(({ isFine }) => isFine) ? 0 : 1;
};
