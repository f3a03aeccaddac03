/** Reads the configuration file that the command line names. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { products } from '../../providers/index.ts';
import { type Config, parseConfig } from '../config/config.ts';
import { type Flags, UsageError } from './arguments.ts';

export async function readConfig({ config: file, ...overrides }: Flags): Promise<Config> {
  if (file === undefined) throw new UsageError('This needs --config FILE.');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`);
  }
  const warn = (line: string) => void process.stderr.write(`Warning: ${line}\n`);
  return parseConfig(text, products, process.env, { ...overrides, folder: dirname(file), warn });
}
