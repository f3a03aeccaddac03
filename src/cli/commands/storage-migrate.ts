/** The command `storage migrate`: brings the tables of the database up to date, while no gateway uses it. */
import { migrateStorage } from '../../storage/maintenance.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const { label, from, to } = await migrateStorage((await readConfig(flags, terminal)).storage.url);
  terminal.say(
    from === to
      ? `${label} is of version ${to} already.`
      : `${label} was of version ${from} and is of version ${to} now.`,
  );
  return 0;
};
