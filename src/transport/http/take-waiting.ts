/** Before a server stops listening. */
import type { Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop without a connection after which none waits. Each turn takes one. */
const quietTurns = 3;
const maxTurns = 500;

/**
 * Takes the connections that wait in the queue of the system, which resets them when the server stops listening: a proxy that
 * has sent a request there cannot know that nobody has read it, and does not repeat it.
 */
export async function takeWaiting(server: Server): Promise<void> {
  let quiet = 0;
  const taken = () => {
    quiet = 0;
  };
  server.on('connection', taken);
  for (let turn = 0; turn < maxTurns && quiet < quietTurns; turn++) {
    quiet++;
    await setImmediate();
  }
  server.off('connection', taken);
}
