/** The command `sandbox`: only the sandboxes. */
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { startSandboxes } from '../sandboxes.ts';

export const run: Command = async (flags, terminal) => {
  if (flags.config !== undefined) throw new UsageError('The sandboxes take no --config: they print one.');
  const stopped = terminal.untilStopped();
  const { sandboxes, yaml } = await startSandboxes(flags.port);
  terminal.say(
    '# Pretended products with made-up backups. Save this as a file and start the gateway with --config FILE.',
  );
  terminal.say(yaml.trimEnd());
  await stopped;
  await Promise.all(sandboxes.map((running) => running.close()));
  return 0;
};
