/** Why a provider cannot be reached is told apart, names no address, and is reported once for each change. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../../src/core/errors.ts';
import { availability } from '../../../src/upstream/availability.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { createCertificate, type Validity } from '../../support/certificate.ts';

const never = new AbortController().signal;

async function failureOf(url: string, ca?: string, timeoutMs = 10_000): Promise<GatewayError> {
  const upstream = createUpstream({
    provider: 'files',
    url,
    timeoutMs,
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

it('says of a certificate whether it has expired or is not valid yet', async () => {
  const messageOver = async (validity: Validity) => {
    const certificate = createCertificate('127.0.0.1', validity);
    const server = createServer(certificate, (_, response) => response.end('{}'));
    const { message } = await failureOf(`https://127.0.0.1:${await portOf(server)}`, certificate.cert);
    server.close();
    return message;
  };
  expect(await messageOver({ untilMs: -1_000 })).toBe('files cannot be reached: its certificate has expired.');
  expect(await messageOver({ fromMs: 3_600_000 })).toBe(
    'files cannot be reached: its certificate is not valid yet: check the clocks.',
  );
});

it('says to check the scheme of the url where one side speaks TLS and the other does not', async () => {
  const plain = createHttpServer((_, response) => response.end('{}'));
  const secure = createServer(createCertificate(), (_, response) => response.end('{}'));
  // Some servers send an alert of TLS to a client that speaks plain HTTP.
  const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
  const alerting = createTcpServer((socket) => void socket.end(alert));
  const hint = 'check whether its url is http or https, and its port.';
  expect((await failureOf(`https://127.0.0.1:${await portOf(plain)}`)).message).toBe(
    `files cannot be reached: it does not speak TLS as expected: ${hint}`,
  );
  expect((await failureOf(`http://127.0.0.1:${await portOf(secure)}`)).message).toBe(
    `files cannot be reached: the connection was closed before an answer came. If every request ends so, ${hint}`,
  );
  expect((await failureOf(`http://127.0.0.1:${await portOf(alerting)}`)).message).toBe(
    `files cannot be reached: its answer is not HTTP: ${hint}`,
  );
  for (const server of [plain, secure, alerting]) server.close();
});

it('has a sentence of its own for a server that does not answer in time', async () => {
  const silent = createTcpServer(() => undefined);
  const thrown = await failureOf(`http://127.0.0.1:${await portOf(silent)}`, undefined, 200);
  silent.close();
  expect(thrown).toMatchObject({ code: 'PROVIDER_TIMEOUT', message: 'files did not answer in time.' });
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
