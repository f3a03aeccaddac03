/** TLS in the server, and a Unix socket instead of a port: everything works as over plain HTTP. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { type Certificate, createCertificate } from '../../support/certificate.ts';
import { globalId, startGateway } from '../../support/gateway.ts';
import { overSocket } from '../../support/jwt-gateway.ts';
import { until } from '../../support/timing.ts';

const provider = { name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' };
const query = JSON.stringify({ query: '{ providers { name } }' });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backplane-listen-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, { cert, key }: Certificate) {
  writeFileSync(join(folder, `${name}.crt`), cert);
  writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
  return { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly response: IncomingMessage;
}

async function send(
  request: typeof plainRequest,
  to: RequestOptions | string,
  options: RequestOptions = {},
  body = query,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...options.headers };
  const given = { method: 'POST', path: '/graphql', agent: false, ...options, headers } as RequestOptions;
  const sent = typeof to === 'string' ? request(to, given) : request({ ...to, ...given });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text, response };
}

const https = tlsRequest as typeof plainRequest;

describe('with server.tls', () => {
  it('HTTP, event streams and sockets work over TLS, and the page of the gateway itself may ask', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 3 });
    const certificate = createCertificate();
    await using gateway = startGateway({ providers: [sandbox.config], server: { tls: write('one', certificate) } });
    const origin = await gateway.listen();
    expect(origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = certificate.cert;
    expect((await send(https, `${origin}/graphql`, { ca } as RequestOptions)).text).toContain('"files"');
    const from = (page: string) =>
      send(https, `${origin}/graphql`, { ca, headers: { origin: page } } as RequestOptions).then(
        ({ status }) => status,
      );
    expect(await from(origin)).toBe(200);
    expect(await from(origin.replace('https', 'http'))).toBe(403);
    // The offer of another protocol is ignored, as without TLS.
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'x' };
    expect((await send(https, `${origin}/graphql`, { ca, headers: offer } as RequestOptions)).text).toContain(
      '"files"',
    );
    const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 60 } });
    const subscription = `subscription { backupProgress(id: "${globalId('BorgBackup', 'files', String(job))}") { __typename } }`;
    class Trusting extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { ca, headers: { origin } });
      }
    }
    const client = createClient({
      url: `${origin.replace('https', 'wss')}/graphql`,
      webSocketImpl: Trusting,
      retryAttempts: 0,
    });
    const watch = overSocket(client, subscription);
    await until(() => watch.results.length > 0);
    const events = send(
      https,
      `${origin}/graphql`,
      { ca, headers: { accept: 'text/event-stream' } } as RequestOptions,
      JSON.stringify({ query: subscription }),
    );
    sandbox.clock.advance(100_000);
    await watch.ended;
    expect((await events).text).toContain('BackupFinished');
    await client.dispose();
  });

  it('the page of GraphiQL is served, and only to a browser that asks by TLS', async () => {
    const certificate = createCertificate();
    await using gateway = startGateway({ providers: [provider], server: { tls: write('page', certificate) } });
    const origin = await gateway.listen();
    const html = { method: 'GET', ca: certificate.cert, headers: { accept: 'text/html' } } as RequestOptions;
    const { status, text, response } = await send(https, `${origin}/graphql`, html, '');
    expect([status, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<title>Backplane</title>');
    await expect(send(plainRequest, `${origin.replace('https', 'http')}/graphql`, html, '')).rejects.toThrow();
  });

  it('a changed certificate is used for new connections after a reload, and a bad one changes nothing', async () => {
    const [first, second] = [createCertificate(), createCertificate()];
    const tls = write('renewed', first);
    await using gateway = startGateway({ providers: [provider], server: { tls } });
    const origin = await gateway.listen();
    const shown = async () => {
      const sent = tlsRequest(`${origin}/health/live`, { agent: false, rejectUnauthorized: false }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage & { socket: import('node:tls').TLSSocket }];
      const { fingerprint256 } = response.socket.getPeerX509Certificate() ?? {};
      response.resume();
      return fingerprint256;
    };
    const before = await shown();
    writeFileSync(tls.cert, second.cert);
    expect(() => gateway.reload({})).toThrow(
      `server.tls.key: expected the private key of server.tls.cert in PEM form: ${tls.key}`,
    );
    expect(await shown()).toBe(before);
    writeFileSync(tls.key, second.key);
    expect(gateway.reload({}).restart).toEqual([]);
    expect(await shown()).not.toBe(before);
  });

  it('clients without a certificate of server.tls.clientCa are refused', async () => {
    const [server, client, stranger] = [createCertificate(), createCertificate(), createCertificate()];
    const { cert: clientCa } = write('client', client);
    await using gateway = startGateway({
      providers: [provider],
      server: { tls: { ...write('mutual', server), clientCa } },
    });
    const origin = await gateway.listen();
    const as = (own: object) => send(https, `${origin}/graphql`, { ca: server.cert, ...own } as RequestOptions);
    expect((await as(client)).status).toBe(200);
    await expect(as({})).rejects.toThrow();
    await expect(as(stranger)).rejects.toThrow();
  });

  it('a key that everyone can read is a fault of the configuration', () => {
    const tls = write('open', createCertificate());
    rmSync(tls.key);
    writeFileSync(tls.key, 'x', { mode: 0o644 });
    expect(() => startGateway({ providers: [provider], server: { tls } })).toThrow(
      'server.tls.key: expected a file that only its owner and group can read',
    );
  });
});

describe('with server.socket', () => {
  it('the gateway listens there with the mode, replaces the file of one that has ended, and trusts its proxy', async () => {
    const path = join(folder, 'gateway.sock');
    const stale = createServer().listen(path);
    await once(stale, 'listening');
    // Without its handle the server cannot remove the file, like a program that was killed.
    (stale as unknown as { _handle: { unref(): void } })._handle.unref();
    await expect(startAt(path).listen()).rejects.toThrow(`server.socket: another program listens at ${path}`);
    stale.close();
    await once(stale, 'close');
    const other = join(folder, 'file');
    writeFileSync(other, '');
    await expect(startAt(other).listen()).rejects.toThrow(`server.socket: expected no other file at ${other}`);
    await using gateway = startAt(path);
    expect(await gateway.listen()).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o620);
    const answer = await send(plainRequest, { socketPath: path, headers: { host: 'localhost' } });
    expect(answer.text).toContain('"files"');
    const client = createClient({ url: `ws+unix://${path}:/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const watch = overSocket(client, '{ providers { name } }');
    await watch.ended;
    expect(watch.results).toEqual([{ data: { providers: [{ name: 'files' }] } }]);
    await client.dispose();
  });
});

describe('the client of a gateway at a Unix socket', () => {
  it.each([
    ['X-Forwarded-For', '203.0.113.5', '203.0.113.6'],
    ['Forwarded', 'for="[2001:db8::5]:1"', 'for=203.0.113.6'],
  ])('is the last address in %s, which its proxy wrote, whatever stands before', async (header, one, other) => {
    const path = join(folder, `${header}.sock`);
    await using gateway = startGateway({
      providers: [provider],
      server: { socket: path, forwardedHeader: header, clients: { socketsPerAddress: 1 } },
    });
    await gateway.listen();
    const open = (value: string) => {
      const headers = { [header]: value };
      return new WebSocket(`ws+unix://${path}:/graphql`, 'graphql-transport-ws', { headers });
    };
    const forged = header === 'Forwarded' ? 'for=198.51.100.1' : '198.51.100.1';
    const [first, second] = [open(one), open(`${forged}, ${other}`)];
    await Promise.all([once(first, 'open'), once(second, 'open')]);
    const again = open(`${forged}, ${one}`);
    expect((await once(again, 'close'))[0]).toBe(1013);
    expect([first.readyState, second.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    for (const socket of [first, second]) socket.terminate();
  });
});

const startAt = (socket: string) => startGateway({ providers: [provider], server: { socket, socketMode: '0620' } });
