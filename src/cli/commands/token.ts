/** The command `token`: a new token, and its entry for the configuration. */
import { stringify } from 'yaml';
import { makeToken } from '../../auth/tokens.ts';
import { tokenSettings } from '../../config/auth.ts';
import { type Flags, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';

export const run: Command = async ({ config, host, port, ...given }, terminal) => {
  if ((config ?? host ?? port) !== undefined) throw new UsageError('The command token takes only --name and --role.');
  const entry = tokenEntry(given);
  terminal.say(`The token, shown this once and stored nowhere: ${entry.token}`);
  terminal.say('For the configuration, which only knows its SHA-256:\n');
  terminal.say(stringify({ auth: { tokens: [entry.settings] } }).trimEnd());
  return 0;
};

function tokenEntry({ name = 'somebody', role = 'READER' }: Pick<Flags, 'name' | 'role'>) {
  const { token, sha256 } = makeToken();
  const read = tokenSettings.safeParse({ name, sha256, role });
  if (read.success) return { token, settings: { name, sha256, role } };
  const [issue] = read.error.issues;
  throw new UsageError(
    issue?.path[0] === 'role' ? '--role is READER or OPERATOR.' : '--name is 1 to 60 letters, digits and ._@-.',
  );
}
