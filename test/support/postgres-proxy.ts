/** A TCP proxy in front of PostgreSQL, which can keep a statement back, or its answer: before a commit, or after it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy extends AsyncDisposable {
  /** The URL of the same database. */
  readonly url: string;
  /** Keeps back what the server answers to the next statement that contains this text. Resolves when the statement is sent. */
  hold(text: string): Promise<void>;
  /** Keeps back the next statement that contains this text. Resolves when the client has sent it. */
  block(text: string): Promise<void>;
  /** Passes on what was kept back. */
  release(): void;
}

export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let passOn: (() => void) | null = null;
  let wanted: { readonly text: string; readonly isBlocked: boolean; readonly sent: () => void } | null = null;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (wanted && chunk.includes(wanted.text)) {
        const { isBlocked, sent } = wanted;
        wanted = null;
        (isBlocked ? client : upstream).pause();
        passOn = () => {
          if (isBlocked) upstream.write(chunk);
          (isBlocked ? client : upstream).resume();
        };
        sent();
        if (isBlocked) return;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    hold: (text) => new Promise((sent) => (wanted = { text, isBlocked: false, sent })),
    block: (text) => new Promise((sent) => (wanted = { text, isBlocked: true, sent })),
    release() {
      passOn?.();
      passOn = null;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
