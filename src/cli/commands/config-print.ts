/** The command `config print`: the configuration as it is used, without secrets. */
import { stringify } from 'yaml';
import { products } from '../../../providers/index.ts';
import { effectiveConfig } from '../../config/effective.ts';
import type { Command } from '../command.ts';
import { overridesOf, readConfigText } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const config = effectiveConfig(
    await readConfigText(flags),
    products,
    terminal.environment,
    overridesOf(flags, terminal),
  );
  terminal.say(stringify(config).trimEnd());
  return 0;
};
