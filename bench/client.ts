/**
 * An HTTP client that costs next to nothing, since the machine is shared with what it measures: one socket that stays
 * open, one request at a time, and no more of an answer read than where it ends.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Client extends Disposable {
  /** The whole answer, head and body. */
  post(body: string): Promise<Buffer>;
}

const headEnd = Buffer.from('\r\n\r\n');
/** JSON has no bare line feeds in it that could look like this. */
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

export async function connectClient(url: string): Promise<Client> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const exchange = createExchange(socket);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: application/json\r\ncontent-type: application/json\r\n`;
  const requestOf = (body: string): Buffer =>
    Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  /** Most clients ask the same thing for ever. */
  let known = { body: '', request: requestOf('') };
  return {
    post(body) {
      if (known.body !== body) known = { body, request: requestOf(body) };
      return exchange(known.request);
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

function createExchange(socket: Socket): (request: Buffer) => Promise<Buffer> {
  let received: Buffer | null = null;
  /** Where the answer ends; null until its head has come, -1 where it comes in chunks. */
  let end: number | null = null;
  let waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | null = null;

  socket.on('data', (chunk: Buffer) => {
    received = received ? Buffer.concat([received, chunk]) : chunk;
    end ??= findEnd(received);
    const isWhole = end === -1 ? endsWith(received, lastChunk) : end !== null && received.length >= end;
    if (!isWhole) return;
    const answer = received;
    const done = waiting;
    received = null;
    end = null;
    waiting = null;
    done?.resolve(answer);
  });
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed before the answer was whole')));

  return (request) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(request);
    });
}

function findEnd(received: Buffer): number | null {
  const bodyStart = received.indexOf(headEnd);
  if (bodyStart < 0) return null;
  const head = received.toString('latin1', 0, bodyStart).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  return length === undefined ? -1 : bodyStart + headEnd.length + Number(length);
}

const endsWith = (received: Buffer, tail: Buffer): boolean =>
  received.length >= tail.length && received.compare(tail, 0, tail.length, received.length - tail.length) === 0;

const ok = Buffer.from('HTTP/1.1 200 ');

export const isOk = (answer: Buffer): boolean => answer.compare(ok, 0, ok.length, 0, ok.length) === 0;

/** The body of an answer as JSON. */
export function parseAnswer(answer: Buffer): unknown {
  const bodyStart = answer.indexOf(headEnd) + headEnd.length;
  const isChunked = /\r\ntransfer-encoding: *chunked/i.test(answer.toString('latin1', 0, bodyStart));
  const body = answer.subarray(bodyStart);
  if (!isOk(answer)) throw new Error(`answered ${answer.toString('utf8', 9, 400)}`);
  return JSON.parse((isChunked ? joinChunks(body) : body).toString('utf8'));
}

function joinChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!length) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
