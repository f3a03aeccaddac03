/** Reads the configuration file that the command line names. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { products } from '../../providers/index.ts';
import { type Config, type ConfigOverrides, parseConfig } from '../config/config.ts';
import { type Flags, UsageError } from './arguments.ts';

export const readConfig = async (flags: Flags): Promise<Config> =>
  parseConfig(await readConfigText(flags), products, process.env, overridesOf(flags));

export async function readConfigText({ config: file }: Flags): Promise<string> {
  if (file === undefined) throw new UsageError('This needs --config FILE.');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`);
  }
}

/** Paths are relative to the folder of the file. */
export const overridesOf = ({ config: file = '', host, port }: Flags): ConfigOverrides => ({
  host,
  port,
  folder: dirname(file),
  warn: (line) => void process.stderr.write(`Warning: ${line}\n`),
});
