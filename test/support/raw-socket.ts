/** A WebSocket that says exactly what it is told to, and nothing by itself. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Said {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface RawSocket extends AsyncDisposable {
  readonly socket: WebSocket;
  /** What came and was not taken yet. */
  readonly inbox: Said[];
  say(message: Said | string): void;
  /** The next message of this operation, or of any; fails where the socket is closed before. */
  hear(id?: string): Promise<Said>;
  /** The closing, with its code and reason, whenever it came. */
  readonly closed: Promise<string>;
}

/** Opened; introduced as well, unless `isMute`. */
export async function openRaw(
  origin: string,
  { isMute = false, protocol = 'graphql-transport-ws' as string | null, headers = {} } = {},
): Promise<RawSocket> {
  const url = `${origin.replace('http', 'ws')}/graphql`;
  const socket = protocol === null ? new WebSocket(url, { headers }) : new WebSocket(url, protocol, { headers });
  const inbox: Said[] = [];
  let arrived: () => void = () => undefined;
  let end: string | null = null;
  socket.on('message', (data) => {
    inbox.push(JSON.parse(String(data)) as Said);
    arrived();
  });
  const closed = new Promise<string>((resolve) =>
    socket.once('close', (code, reason) => {
      end = `${code} ${reason}`;
      resolve(end);
      arrived();
    }),
  );
  const raw: RawSocket = {
    socket,
    inbox,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async hear(id) {
      for (;;) {
        const place = inbox.findIndex((message) => id === undefined || message.id === id);
        const [message] = place < 0 ? [] : inbox.splice(place, 1);
        if (message) return message;
        if (end !== null) throw new Error(`closed with ${end}`);
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await closed;
    },
  };
  await once(socket, 'open');
  if (!isMute) {
    raw.say({ type: 'connection_init' });
    await raw.hear();
  }
  return raw;
}
