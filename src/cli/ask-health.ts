/** Asks a gateway on this machine for its health. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout } from 'node:timers/promises';

/** Where the gateway listens. */
export interface HealthAddress {
  readonly host: string;
  readonly port: number;
  /** Path of a Unix socket; it replaces host and port. */
  readonly socket?: string | null | undefined;
  /** Anything but null: the gateway speaks TLS. */
  readonly tls?: unknown;
  /** What its paths begin with. */
  readonly basePath?: string | null | undefined;
}

export interface Health {
  readonly isFine: boolean;
  /** The answer of the gateway, or why there is none. */
  readonly text: string;
}

const maxLength = 1_000;

const pauseMs = 200;

/** Asks again until the answer is fine or the time is over, and returns the last answer. */
export async function waitForHealth(address: HealthAddress, path: string, waitMs: number): Promise<Health> {
  const endsAt = performance.now() + waitMs;
  for (;;) {
    const health = await askHealth(address, path);
    if (health.isFine || performance.now() >= endsAt) return health;
    await setTimeout(pauseMs);
  }
}

export function askHealth(address: HealthAddress, path: string, timeoutMs = 5_000): Promise<Health> {
  const { host, port, socket, tls, basePath } = address;
  const place = socket ? { socketPath: socket } : { host: reachable(host), port };
  // The certificate is for the name that clients use. This asks an address of its own machine, and sends nothing secret.
  const trust = { agent: false, rejectUnauthorized: false };
  const options = { ...place, ...trust, path: `${basePath ?? ''}${path}`, signal: AbortSignal.timeout(timeoutMs) };
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const reason = error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : error.message;
      resolve({ isFine: false, text: `The gateway at ${socket ?? `${host}:${port}`} does not answer: ${reason}` });
    };
    const request = (tls ? requestHttps : requestHttp)(options, (response) => {
      readText(response).then((text) => resolve({ isFine: response.statusCode === 200, text }), fail);
    });
    request.once('error', fail).end();
  });
}

/** A server that listens on all addresses is asked at the loopback address. */
const reachable = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) {
    text += part as string;
    if (text.length > maxLength) break;
  }
  return text.slice(0, maxLength).trim();
}
