/** The command `storage check`: whether a gateway could use the database. */
import { checkStorage } from '../../storage/maintenance.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const { label, found, needed, owner } = await checkStorage((await readConfig(flags, terminal)).storage.url);
  terminal.say(`ok    ${label}: version ${found}${owner === null ? ', not in use' : `, in use by ${owner}`}`);
  if (found < needed)
    terminal.say(`A gateway of this version will bring its tables to version ${needed} when it starts.`);
  return 0;
};
