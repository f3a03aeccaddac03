/** The command `config print`: the configuration as it is used, without secrets. */
import { stringify } from 'yaml';
import { products } from '../../../providers/index.ts';
import { effectiveConfig } from '../../config/effective.ts';
import type { Command } from '../command.ts';
import { say } from '../print.ts';
import { overridesOf, readConfigText } from '../read-config.ts';

export const run: Command = async (flags) => {
  const config = effectiveConfig(await readConfigText(flags), products, process.env, overridesOf(flags));
  say(stringify(config).trimEnd());
  return 0;
};
