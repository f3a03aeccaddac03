/** The command `healthcheck`: asks the gateway of a configuration for its health, as a container's supervisor does. */
import { waitForHealth } from '../ask-health.ts';
import type { Command } from '../command.ts';
import { readConfig } from '../read-config.ts';

export const run: Command = async ({ ready: isReady = false, waitSeconds = 0, ...flags }, terminal) => {
  const path = isReady ? '/health/ready' : '/health/live';
  try {
    const { server } =
      flags.config === undefined ? { server: sandboxServer(flags) } : await readConfig(flags, terminal);
    const { isFine, text } = await waitForHealth(server, path, waitSeconds * 1000);
    terminal.say(text);
    return isFine ? 0 : 1;
  } catch (error) {
    // Supervisors know two answers: each fault, of the configuration too, is "not healthy".
    terminal.say(error instanceof Error ? error.message : String(error));
    return 1;
  }
};

/** Where a gateway without a configuration listens. */
const sandboxServer = ({
  host = '127.0.0.1',
  port = 4000,
}: {
  host?: string | undefined;
  port?: number | undefined;
}) => ({
  host,
  port,
});
