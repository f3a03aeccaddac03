/** The command `storage copy`: moves the records of a file to PostgreSQL. */
import { LedgerError } from '../../storage/database.ts';
import { isPostgresUrl } from '../../storage/storage-url.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async (flags, terminal) => {
  const { from = '' } = flags;
  if (!from.startsWith('file:')) throw new UsageError('"storage copy" needs --from file:PATH.');
  const to = flags.to ?? (await readConfig(flags, terminal)).storage.url;
  if (!isPostgresUrl(to)) {
    throw new LedgerError('The records can only be copied to PostgreSQL: --to or storage.url is postgres://...');
  }
  const copied = await (await import('../../storage/copy.ts')).copyStorage(from, to);
  const { operations, audit, replay_logs: logs } = copied.rows;
  terminal.say(
    `Copied ${copied.from} to ${copied.to}: ${operations} commands, ${audit} entries of the audit log, ${logs} replay logs.`,
  );
  terminal.say('The file stays. Do not serve with it again: a gateway there does not know the commands that come now.');
  return 0;
};
