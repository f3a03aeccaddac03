/** An identity provider, as far as this gateway sees one: keys at a URL over real HTTP, and tokens that they signed. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Certificate } from './certificate.ts';

export const issuer = 'https://login.example.com/realms/backups';
export const audience = 'backplane';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** Its public half, as a key server publishes it. */
  readonly jwk: JWK;
}

export async function createSigningKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export const inSeconds = (seconds: number): number => Date.now() / 1000 + seconds;

/** A token that is good unless something is said; a claim or a part of the header that is undefined is left out. */
export const signToken = (key: SigningKey, claims: object = {}, header: object = {}): Promise<string> =>
  new SignJWT({ iss: issuer, aud: audience, sub: 'anna', exp: inSeconds(600), roles: ['OPERATOR'], ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey);

/** What the server does with a request. */
export type KeyServerMode =
  | 'answers'
  | 'fails'
  | 'hangs'
  | 'hangs in the middle'
  | 'drips'
  | 'waits'
  | 'redirects'
  | 'compresses with gzip'
  | 'compresses with deflate'
  | 'compresses with br'
  | 'sends a byte order mark'
  | 'becomes too large'
  | 'is too large'
  | 'is endless'
  | 'is not JSON'
  | 'is no set';

export interface KeyServer extends AsyncDisposable {
  readonly url: string;
  mode: KeyServerMode;
  /** What it publishes. */
  keys: object[];
  /** Paths that were asked for. */
  readonly requests: string[];
  /** Answers what waits, with the keys of when it was asked. */
  release(): void;
  /** The next request that comes. */
  asked(): Promise<unknown>;
  /** Nobody listens at its port any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startKeyServer(keys: readonly SigningKey[], certificate?: Certificate): Promise<KeyServer> {
  const waiting: (() => void)[] = [];
  const answer: RequestListener = (request, response) => {
    server.requests.push(request.url ?? '');
    const text = JSON.stringify({ keys: server.keys });
    const json = { 'content-type': 'application/json' };
    const encoded = (name: string) => ({ ...json, 'content-encoding': name });
    const answers: Record<KeyServerMode, () => unknown> = {
      answers: () => response.writeHead(200, json).end(text),
      fails: () => response.writeHead(503, json).end(text),
      hangs: () => undefined,
      'hangs in the middle': () => response.writeHead(200, json).write(text.slice(0, 10)),
      drips: () => {
        const timer = setInterval(() => response.write(' '), 10);
        response.writeHead(200, json).on('close', () => clearInterval(timer));
      },
      waits: () => waiting.push(() => response.writeHead(200, json).end(text)),
      'compresses with gzip': () => response.writeHead(200, encoded('gzip')).end(gzipSync(text)),
      'compresses with deflate': () => response.writeHead(200, encoded('deflate')).end(deflateSync(text)),
      'compresses with br': () => response.writeHead(200, encoded('br')).end(brotliCompressSync(text)),
      'sends a byte order mark': () => response.writeHead(200, json).end(`\ufeff${text}`),
      'becomes too large': () => response.writeHead(200, encoded('gzip')).end(gzipSync(text.padEnd(1_000_000))),
      redirects: () => response.writeHead(302, { location: '/elsewhere' }).end(text),
      'is too large': () =>
        response.writeHead(200, { ...json, 'content-length': 1_000_000 }).end(text.padEnd(1_000_000)),
      'is endless': () => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(16_384)));
        };
        response.writeHead(200, json).on('drain', more);
        more();
      },
      'is not JSON': () => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>'),
      'is no set': () => response.writeHead(200, json).end(JSON.stringify(server.keys[0])),
    };
    // Where a redirect leads there are keys, for a client that follows it.
    if (request.url === '/elsewhere') answers.answers();
    else answers[server.mode]();
    http.emit('asked');
  };
  const http = certificate ? createTlsServer(certificate, answer) : createServer(answer);
  const listen = async (port: number): Promise<number> => {
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return (http.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const stop = async () => {
    if (!http.listening) return;
    const closed = once(http, 'close');
    http.close();
    http.closeAllConnections();
    await closed;
  };
  const server: KeyServer = {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/keys`,
    mode: 'answers',
    keys: keys.map(({ jwk }) => jwk),
    requests: [],
    release: () => {
      for (const respond of waiting.splice(0)) respond();
    },
    asked: () => once(http, 'asked'),
    stop,
    start: async () => void (await listen(port)),
    [Symbol.asyncDispose]: stop,
  };
  return server;
}
