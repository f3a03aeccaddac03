/** Reads the configuration file that the command line names. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { products } from '../../providers/index.ts';
import { type Config, type ConfigOverrides, parseConfig } from '../config/config.ts';
import { type Flags, UsageError } from './arguments.ts';
import type { Terminal } from './command.ts';

export const readConfig = async (flags: Flags, terminal: Terminal): Promise<Config> =>
  parseConfig(await readConfigText(flags), products, terminal.environment, overridesOf(flags, terminal));

export async function readConfigText({ config: file }: Flags): Promise<string> {
  if (file === undefined) throw new UsageError('This needs --config FILE.');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`);
  }
}

/** Paths are relative to the folder of the file. */
export const overridesOf = ({ config: file = '', host, port }: Flags, terminal: Terminal): ConfigOverrides => ({
  host,
  port,
  folder: dirname(file),
  warn: (line) => terminal.complain(`Warning: ${line}\n`),
});
