/** Where the gateway listens: a TCP port, with TLS or without, or a Unix socket. */
import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { ConfigError } from '../config/file.ts';
import type { TlsIdentity } from '../config/tls.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Listener {
  readonly http: Server | TlsServer;
  /** The event by which `http` takes a connection whose bytes are plain. */
  readonly connectionEvent: 'connection' | 'secureConnection';
  /** New connections get this certificate. */
  renew(identity: TlsIdentity): void;
}

export function createListener(times: ServerOptions, tls: TlsIdentity | null, handle: Handler): Listener {
  if (!tls) return { http: createServer(times, handle), connectionEvent: 'connection', renew: () => undefined };
  const http = createTlsServer({ ...times, ...tls }, handle);
  return { http, connectionEvent: 'secureConnection', renew: (identity) => http.setSecureContext({ ...identity }) };
}

/** Resolves with the origin, and the port that was picked where `port` is 0. */
export function listenOn(http: Server, scheme: 'http' | 'https', port: number, host: string): Promise<string> {
  return started(http, () => http.listen(port, host)).then(() => {
    const { port: actual } = http.address() as AddressInfo;
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actual}`;
  });
}

/** Resolves with `unix:PATH`. Replaces the file of a gateway that has ended. Throws ConfigError. */
export async function listenOnSocket(http: Server, path: string, mode: number): Promise<string> {
  await removeStale(path);
  // Until the mode is set, nobody else can connect.
  const former = process.umask(0o177);
  try {
    await started(http, () => {
      http.listen(path);
      process.umask(former);
    });
  } catch (error) {
    throw new ConfigError([
      `server.socket: expected a path where a socket can be made (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}): ${path}`,
    ]);
  } finally {
    process.umask(former);
  }
  await chmod(path, mode);
  return `unix:${path}`;
}

function started(http: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.once('listening', () => {
      http.off('error', reject);
      resolve();
    });
    listen();
  });
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found) return;
  if (!found.isSocket()) throw new ConfigError([`server.socket: expected no other file at ${path}`]);
  const isUsed = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
  if (isUsed) throw new ConfigError([`server.socket: another program listens at ${path}`]);
  await unlink(path);
}
