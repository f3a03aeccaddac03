/** Why a provider cannot be reached is told apart, names no address, and is reported once for each change. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../../src/core/errors.ts';
import { availability } from '../../../src/core/upstream/availability.ts';
import { createUpstream } from '../../../src/core/upstream/upstream.ts';
import { createCertificate } from '../../support/certificate.ts';

const never = new AbortController().signal;

async function failureOf(url: string, ca?: string): Promise<GatewayError> {
  const upstream = createUpstream({
    provider: 'files',
    url,
    timeoutMs: 10_000,
    session: null,
    ca,
    limits: { retries: 0 },
  });
  try {
    const thrown: unknown = await upstream.read('/x', { schema: z.unknown() }, never).catch((error: unknown) => error);
    if (!(thrown instanceof GatewayError)) throw new Error('it was reached');
    return thrown;
  } finally {
    await upstream.close();
  }
}

async function portOf(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('tells apart why, without an address', async () => {
  const certificate = createCertificate('127.0.0.9');
  const secure = createServer(certificate, (_, response) => response.end('{}'));
  const resetting = createTcpServer((socket) => socket.resetAndDestroy());
  const securePort = await portOf(secure);
  const resettingPort = await portOf(resetting);
  const gone = createTcpServer();
  const gonePort = await portOf(gone);
  gone.close();
  const messages = [
    await failureOf(`http://127.0.0.1:${gonePort}`),
    await failureOf('http://no-such-host.invalid'),
    await failureOf(`https://127.0.0.1:${securePort}`),
    await failureOf(`https://127.0.0.1:${securePort}`, certificate.cert),
    await failureOf(`http://127.0.0.1:${resettingPort}`),
  ].map(({ message }) => message);
  secure.close();
  resetting.close();
  expect(messages).toEqual([
    expect.stringContaining('the connection was refused'),
    expect.stringMatching(/its host name was/),
    expect.stringContaining('is not trusted. Set "ca"'),
    expect.stringContaining('is for another host name'),
    expect.stringContaining('the connection was closed'),
  ]);
  expect(messages.join()).not.toMatch(/127\.0|invalid|:\d/);
});

it('is reported once for each change, not for each request', async () => {
  const told: (string | null)[] = [];
  const listener = (provider: string, error: GatewayError | null) =>
    void (provider === 'watched' && told.push(error?.code ?? null));
  availability.on('change', listener);
  const gone = createTcpServer();
  const port = await portOf(gone);
  gone.close();
  const url = `http://127.0.0.1:${port}`;
  const upstream = createUpstream({
    provider: 'watched',
    url,
    timeoutMs: 10_000,
    session: null,
    limits: { retries: 0 },
  });
  for (let time = 0; time < 4; time++) await upstream.read('/x', { schema: z.unknown() }, never).catch(() => undefined);
  expect(told).toEqual(['PROVIDER_UNAVAILABLE']);
  const back = createHttpServer((_, response) => response.end('{}')).listen(port, '127.0.0.1');
  await once(back, 'listening');
  for (let time = 0; time < 3; time++) await upstream.read('/x', { schema: z.unknown() }, never);
  back.close();
  await upstream.close();
  availability.off('change', listener);
  expect(told).toEqual(['PROVIDER_UNAVAILABLE', null]);
});
