/** The command `storage check`: whether a gateway could use the database. */
import { checkStorage } from '../../storage/maintenance.ts';
import type { Command } from '../command.ts';
import { say } from '../print.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags) => {
  const { label, found, needed, owner } = await checkStorage((await readConfig(flags)).storage.url);
  say(`ok    ${label}: version ${found}${owner === null ? ', not in use' : `, in use by ${owner}`}`);
  if (found < needed) say(`A gateway of this version will bring its tables to version ${needed} when it starts.`);
  return 0;
};
