/** A way to the gateway that can be cut: every open connection is lost at once, and the next one gets through. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface Cutting extends AsyncDisposable {
  readonly origin: string;
  /** How many connections were lost so far. */
  readonly lost: number;
  /** Where connections go from now on. */
  target: string;
  cut(): void;
}

export async function startCutting(target: string): Promise<Cutting> {
  const open = new Set<Socket>();
  let lost = 0;
  const server = createServer((client) => {
    const gateway = connect(Number(new URL(cutting.target).port), '127.0.0.1');
    open.add(client);
    client.pipe(gateway).pipe(client);
    for (const [socket, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => other.destroy());
    }
    client.on('close', () => open.delete(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutting: Cutting = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    get lost() {
      return lost;
    },
    cut() {
      for (const socket of open) {
        lost++;
        socket.resetAndDestroy();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return cutting;
}
