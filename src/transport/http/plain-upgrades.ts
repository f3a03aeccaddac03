/**
 * Requests that offer another protocol than WebSocket, as Java's HTTP client and `curl --http2` do (`Upgrade: h2c`). A
 * server may ignore the offer (RFC 9110, 7.8), and this one does. Node 20 stops parsing at such a request, so the request
 * is put together again without the offer and parsed once more.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export const isWebSocketUpgrade = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.trim().toLowerCase() === 'websocket';

/** Of the connection, and about the offer alone. */
const offers = new Set(['upgrade', 'http2-settings']);

/** `take` gives the connection to the server. `open`: answers that are not over yet. Those of this connection come first. */
export async function ignoreUpgrade(
  take: (socket: Socket) => void,
  request: IncomingMessage,
  head: Buffer,
  open: ReadonlySet<ServerResponse>,
): Promise<void> {
  const { socket } = request;
  const onError = () => socket.destroy();
  socket.on('error', onError);
  for (const response of open) if (response.req.socket === socket) await once(response, 'close');
  socket.off('error', onError);
  // The answer before this one was the last, or the client has gone.
  if (!socket.writable) return void socket.destroy();
  // The time between two requests, which began with the answer before this one.
  socket.setTimeout(0);
  socket.unshift(Buffer.concat([headOf(request), head]));
  take(socket);
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() === 'connection') lines.push(`${name}: ${withoutOffers(value)}`);
    else if (!offers.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  // Node reads the bytes of a head one by one.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const withoutOffers = (connection: string): string =>
  connection
    .split(',')
    .filter((option) => !offers.has(option.trim().toLowerCase()))
    .join(',');
