/** The command `storage backup`: a copy of the database file, also while a gateway uses it. */
import { backupFile } from '../../storage/backup.ts';
import { LedgerError } from '../../storage/database.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const { to } = flags;
  if (to === undefined || to === '') throw new UsageError('"storage backup" needs --to FILE.');
  const { url } = (await readConfig(flags, terminal)).storage;
  if (!url.startsWith('file:')) {
    throw new LedgerError('There is no database file to copy: storage.url names none. For PostgreSQL, use pg_dump.');
  }
  backupFile(url, to);
  terminal.say(
    `Copied the database to ${to}. Restore it while no gateway runs: remove the old file and its -wal and -shm first.`,
  );
  return 0;
};
