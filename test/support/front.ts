/** A gateway on a port, asked byte for byte as a browser asks: fetch would hide the headers that this is about. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as send } from 'node:http';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startGateway, type TestGateway } from './gateway.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Front extends TestGateway {
  readonly sandbox: BorgSandbox;
  readonly origin: string;
  send(asked: Asked): Promise<Reply>;
  /** An operation by POST, as JSON. */
  post(query: string, headers?: OutgoingHttpHeaders): Promise<Reply>;
  /** A query by GET. */
  get(query: string, headers?: OutgoingHttpHeaders): Promise<Reply>;
  /** 101 where a WebSocket was opened; it is closed again. */
  upgrade(headers?: OutgoingHttpHeaders, path?: string): Promise<Reply>;
}

export async function startFront(server: object = {}, auth?: object): Promise<Front> {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const gateway = startGateway({ providers: [sandbox.config], server, ...(auth ? { auth } : {}) });
  const origin = await gateway.listen();
  const ask = ({ method = 'GET', path = '/graphql', headers = {}, body }: Asked): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const asked = send(`${origin}${path}`, { method, headers, agent: false });
      asked.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        // An event stream has no end; what it begins with is all that is looked at.
        if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy();
        response.once('close', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      asked.once('upgrade', ({ headers: given }, socket) => {
        socket.destroy();
        resolve({ status: 101, headers: given, text: '' });
      });
      asked.once('error', reject);
      asked.end(body);
    });
  return {
    ...gateway,
    sandbox,
    origin,
    send: ask,
    post: (query, headers) =>
      ask({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    get: (query, headers = {}) => ask({ path: `/graphql?query=${encodeURIComponent(query)}`, headers }),
    upgrade: (headers = {}, path = '/graphql') =>
      ask({
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          'sec-websocket-protocol': 'graphql-transport-ws',
          ...headers,
        },
      }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
