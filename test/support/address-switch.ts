/** A TCP proxy that is the address of a database server: it can leave its clients without an answer, and lead to another server. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface AddressSwitch extends AsyncDisposable {
  /** The same URL at this address. */
  through(url: string): string;
  /** Passes nothing on, in either direction, and takes new connections that nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Ends all connections; new ones lead to this port. */
  leadTo(port: number): void;
}

export async function startAddressSwitch(port: number): Promise<AddressSwitch> {
  const sockets = new Set<Socket>();
  let target = port;
  let isFrozen = false;
  const thawed: (() => void)[] = [];

  function join(from: Socket, to: Socket): void {
    sockets.add(from);
    from.on('error', () => undefined);
    from.on('data', (chunk) => {
      if (isFrozen) thawed.push(() => void to.write(chunk));
      else to.write(chunk);
    });
    from.once('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    join(client, upstream);
    join(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    through: (url) => url.replace(`:${port}/`, `:${own}/`),
    freeze() {
      isFrozen = true;
    },
    thaw() {
      isFrozen = false;
      for (const pass of thawed.splice(0)) pass();
    },
    leadTo(other) {
      target = other;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
