/**
 * Many sockets that each watch one backup and note when what came. A program of its own, so that its work is nobody
 * else's; frames are read by hand, since the machine is shared with the server that is measured.
 */
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { announce } from './child-program.ts';

export interface OpenRequest {
  /** Of the GraphQL endpoint, as http. */
  readonly url: string;
  /** What each socket subscribes with, one after the other. */
  readonly subscriptions: readonly string[];
}

export interface Watched {
  /** Messages of one text: to how many sockets each came, and how long it took from the first to the last. */
  readonly events: readonly { readonly deliveries: number; readonly spreadMs: number }[];
  readonly deliveries: number;
  /** One of them. */
  readonly sample: string;
}

interface Arrival {
  first: number;
  last: number;
  count: number;
}

let arrivals = new Map<string, Arrival>();
let sample = '';
const sockets: Socket[] = [];

/** A message of a client, masked with zeros, which leaves it as it is. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body]);
}

/** Settles with the first event of the subscription. */
function open(url: URL, subscription: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    sockets.push(socket);
    let rest: Buffer = Buffer.alloc(0);
    let isOpen = false;
    socket.once('error', reject);
    socket.write(
      `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        'sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n' +
        'sec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    );
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!rest.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) return reject(new Error('was not upgraded'));
        isOpen = true;
        rest = rest.subarray(end + 4);
        socket.write(frame('{"type":"connection_init"}'));
      }
      for (;;) {
        const message = takeFrame();
        if (message === null) return;
        if (message.opcode === 9) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
        if (message.opcode === 8) return reject(new Error(`closed: ${message.text}`));
        if (message.opcode === 1) take(message.text);
      }
    });

    function takeFrame(): { opcode: number; text: string } | null {
      if (rest.length < 2) return null;
      const short = (rest[1] ?? 0) & 127;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (rest.length < start) return null;
      const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
      if (rest.length < start + length) return null;
      const taken = { opcode: (rest[0] ?? 0) & 15, text: rest.toString('latin1', start, start + length) };
      rest = rest.subarray(start + length);
      return taken;
    }

    function take(text: string): void {
      if (text.includes('connection_ack')) return void socket.write(frame(subscription));
      const now = performance.now();
      const arrival = arrivals.get(text);
      if (!arrival) arrivals.set(text, { first: now, last: now, count: 1 });
      else {
        arrival.last = now;
        arrival.count++;
      }
      sample = text;
      resolve();
    }
  });
}

/** At most so many at once: a queue of connections that nobody has accepted yet is short. */
const opening = 100;

async function openAll({ url, subscriptions }: OpenRequest): Promise<void> {
  for (let at = 0; at < subscriptions.length; at += opening) {
    await Promise.all(subscriptions.slice(at, at + opening).map((subscription) => open(new URL(url), subscription)));
  }
}

function takeWatched(): Watched {
  const all = [...arrivals.values()];
  arrivals = new Map();
  return {
    events: all.map(({ first, last, count }) => ({ deliveries: count, spreadMs: last - first })),
    deliveries: all.reduce((total, { count }) => total + count, 0),
    sample,
  };
}

announce(
  createServer(async (request, response) => {
    try {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (body !== '') await openAll(JSON.parse(body) as OpenRequest);
      response.end(JSON.stringify(takeWatched()));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }),
);
