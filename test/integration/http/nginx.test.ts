/** nginx with the blocks of docs/nginx-caddy-traefik.md, in which only addresses and files are replaced. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { BorgSandbox } from '../../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { createCertificate } from '../../support/certificate.ts';
import { globalId, startGateway, type TestGateway } from '../../support/gateway.ts';
import { overSocket } from '../../support/jwt-gateway.ts';
import { blocksOf } from '../../support/markdown.ts';
import { freePort, isNginxMissing, runNginx } from '../../support/nginx.ts';
import { deadlineMs, until } from '../../support/timing.ts';

const [whole = '', removed = '', kept = '', socket = ''] = blocksOf('nginx', 'docs/nginx-caddy-traefik.md').map(
  ({ text }) => text,
);
const certificate = createCertificate();
const heartbeatMs = 300;
/** In the place of 60 s. Streams of this test are busy every 300 ms. */
const readTimeoutMs = deadlineMs(1_500);

/** A way through nginx to a gateway of its own. */
interface Way {
  readonly origin: string;
  /** The same way, where nginx waits no longer than `readTimeoutMs`. */
  readonly impatient: string;
  /** What clients ask for before `/graphql`. */
  readonly prefix: string;
  readonly gateway: TestGateway;
}

/** Replaces what must be there. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`the document has no ${from}`);
    return filled.replaceAll(from, to);
  }, text);
}

const [map = '', upstream = '', server = ''] = whole.split(/\n\n(?=upstream|server)/);
const location = /location \/ \{[^}]*\}/.exec(server)?.[0] ?? '';

/** The blocks of one way: an upstream of its own, the server of the document, and the same with the short timeout. */
function blocksOfWay(
  name: string,
  ports: readonly number[],
  target: string,
  ownLocation?: string,
  ownUpstream?: string,
) {
  const [port = 0, impatientPort = 0] = ports;
  const patient = serverOf(name, port, target, ownLocation, ownUpstream);
  const impatient = serverOf(`${name}_impatient`, impatientPort, target, ownLocation, ownUpstream);
  return [patient, fill(impatient, { 'proxy_read_timeout 60s': `proxy_read_timeout ${readTimeoutMs}ms` })];
}

/** The block of one server, with an upstream of its own. */
function serverOf(name: string, port: number, target: string, ownLocation = location, ownUpstream = upstream): string {
  const values = {
    'listen 443': `listen 127.0.0.1:${port}`,
    '/etc/nginx/backups.example.com': 'backups',
  };
  const [, address = ''] = /server (\S+);/.exec(ownUpstream) ?? [];
  const filled = fill(ownUpstream, { [address]: target }) + fill(server, { ...values, [location]: ownLocation });
  return fill(filled, { 'upstream backplane': `upstream ${name}`, 'http://backplane': `http://${name}` });
}

describe.skipIf(isNginxMissing)('behind nginx as the document sets it up', () => {
  let sandbox: BorgSandbox;
  let folder: string;
  const ways: Record<string, Way> = {};
  const started: AsyncDisposable[] = [];

  beforeAll(async () => {
    sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    folder = await mkdtemp(join(tmpdir(), 'backplane-socket-'));
    const blocks: string[] = [map];
    async function open(name: string, settings: object, block: string | undefined, own?: string, isSocket = false) {
      const [port, impatientPort] = [await freePort(), await freePort()];
      const prefix = block === undefined ? '' : '/backplane';
      const gateway = startGateway({
        providers: [sandbox.config],
        server: {
          publicUrl: `https://127.0.0.1:${port}${prefix}`,
          clients: { heartbeatSeconds: heartbeatMs / 1000, socketsPerAddress: 1 },
          ...settings,
        },
      });
      started.push(gateway);
      const target = (await gateway.listen()).replace(/^http:\/\//, '');
      blocks.push(...blocksOfWay(name, [port, impatientPort], target, block, isSocket ? own : undefined));
      const impatient = `https://127.0.0.1:${impatientPort}`;
      ways[name] = { origin: `https://127.0.0.1:${port}`, impatient, prefix, gateway };
    }
    const trusted = { trustedProxies: ['127.0.0.1'] };
    await open('direct', trusted, undefined);
    await open('removed', trusted, removed);
    await open('kept', { ...trusted, basePath: '/backplane' }, kept);
    await open('unix', { socket: join(folder, 'gateway.sock') }, undefined, socket, true);
    const port = Number(new URL(ways['unix']?.origin ?? '').port);
    const files = { 'backups.crt': certificate.cert, 'backups.key': certificate.key };
    started.push(await runNginx(blocks.join('\n'), port, files));
  });

  afterAll(async () => {
    for (const one of started.reverse()) await one[Symbol.asyncDispose]();
    await sandbox?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const wayOf = (name: string): Way => ways[name] as Way;

  async function ask({ origin, prefix }: Way, path: string, headers = {}, body?: string): Promise<IncomingMessage> {
    const method = body === undefined ? 'GET' : 'POST';
    const options = { method, headers, ca: certificate.cert, agent: false };
    const sent = request(origin + prefix + path, options).end(body);
    const [response] = await once(sent, 'response');
    return (response as IncomingMessage).setEncoding('utf8');
  }

  async function textOf(response: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return text;
  }

  /** From this address of the loopback network. */
  function socketOf({ origin, prefix }: Way, localAddress = '127.0.0.1', headers = {}): WebSocket {
    const options = { ca: certificate.cert, origin, localAddress, headers };
    return new WebSocket(`${origin.replace('https', 'wss')}${prefix}/graphql`, 'graphql-transport-ws', options);
  }

  /** The same subscription over a socket and as an event stream, both with their first event. */
  async function watchOver(way: Way, query: string) {
    let pings = 0;
    class Counting extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { ca: certificate.cert, origin: way.origin });
        this.on('ping', () => pings++);
      }
    }
    const url = `${way.impatient.replace('https', 'wss')}${way.prefix}/graphql`;
    const client = createClient({ url, webSocketImpl: Counting, retryAttempts: 0 });
    const watch = overSocket(client, query);
    const path = `/graphql?query=${encodeURIComponent(query)}`;
    const stream = await ask({ ...way, origin: way.impatient }, path, { accept: 'text/event-stream' });
    let text = '';
    stream.on('data', (chunk: string) => (text += chunk));
    const ended = Promise.all([watch.ended, once(stream, 'end')]).then(async () => {
      await client.dispose();
      return { last: watch.results.at(-1), text };
    });
    // Until it is awaited, a failure is no unhandled one.
    ended.catch(() => undefined);
    await until(() => watch.results.length > 0 && text.includes('BackupUpdated'));
    return { ended, count: () => ({ results: watch.results.length, pings, comments: text.split(':\n\n').length }) };
  }

  const names = ['direct', 'removed', 'kept', 'unix'];

  it.each(names)('queries, the page, health and logs by their addresses work: %s', async (name) => {
    const way = wayOf(name);
    const query = '{ backups(first: 1) { nodes { logUrl } } }';
    const answer = await textOf(
      await ask(way, '/graphql', { 'content-type': 'application/json', origin: way.origin }, JSON.stringify({ query })),
    );
    const [{ logUrl }] = JSON.parse(answer).data.backups.nodes;
    expect(logUrl.startsWith(`${way.origin}${way.prefix}/backups/`)).toBe(true);
    const logPath = logUrl.slice(`${way.origin}${way.prefix}`.length);
    expect((await ask(way, logPath)).statusCode).toBe(200);
    const page = await ask(way, '/graphql', { accept: 'text/html', 'accept-encoding': 'br' });
    expect([page.statusCode, page.headers['content-encoding']]).toEqual([200, 'br']);
    page.destroy();
    expect(await textOf(await ask(way, '/health/ready'))).toBe('ok\n');
    const outside = await ask({ ...way, prefix: '/elsewhere' }, '/graphql');
    expect(outside.statusCode).toBe(404);
  });

  it('a socket and an event stream stay open for longer than nginx waits, and go on', async () => {
    const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
    const id = globalId('BorgBackup', 'files', String(job));
    const query = `subscription { backupProgress(id: "${id}") { __typename } }`;
    const watches = await Promise.all(names.map((name) => watchOver(wayOf(name), query)));
    const counts = watches.map(({ count }) => count());
    const enough = Math.ceil(readTimeoutMs / heartbeatMs) + 2;
    await until(() =>
      watches.every(({ count }, index) => {
        const { pings = 0, comments = 0 } = counts[index] ?? {};
        return count().pings - pings > enough && count().comments - comments > enough;
      }),
    );
    // Nothing else has happened meanwhile.
    expect(watches.map(({ count }) => count().results)).toEqual(counts.map(({ results }) => results));
    sandbox.clock.advance(700_000);
    for (const { ended } of watches) {
      const { last, text } = await ended;
      expect(last).toEqual({ data: { backupProgress: { __typename: 'BackupFinished' } } });
      expect(text).toMatch(/BackupFinished[\s\S]*event: complete/);
    }
  });

  it.each(names)('clients are told apart by the address that nginx saw, whatever they say: %s', async (name) => {
    const way = wayOf(name);
    const forged = (address: string) => ({ 'x-forwarded-for': address });
    const first = socketOf(way, '127.0.0.2', forged('203.0.113.1'));
    const other = socketOf(way, '127.0.0.3', forged('203.0.113.1'));
    await Promise.all([once(first, 'open'), once(other, 'open')]);
    const second = socketOf(way, '127.0.0.2', forged('203.0.113.2'));
    const [code] = await once(second, 'close');
    expect(code).toBe(1013);
    expect([first.readyState, other.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    first.terminate();
    other.terminate();
  });
});
