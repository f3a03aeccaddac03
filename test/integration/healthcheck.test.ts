/** The command `healthcheck`, against gateways and against servers that answer as a gateway would. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askHealth, waitForHealth } from '../../src/cli/ask-health.ts';
import { createCertificate } from '../support/certificate.ts';
import { command } from '../support/commands.ts';
import { writeConfig } from '../support/main.ts';
import { start } from '../support/process.ts';
import { hangMs } from '../support/timing.ts';

const provider = 'providers: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]';

async function listen(server: Server, where: string | number = 0): Promise<number> {
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return typeof where === 'string' ? 0 : (server.address() as AddressInfo).port;
}

const answers =
  (status: number, text: string): RequestListener =>
  ({ url }, response) =>
    response.writeHead(status).end(`${url}: ${text}\n`);

async function check(args: readonly string[], environment: Record<string, string> = {}) {
  await using running = command(['healthcheck', ...args], environment);
  const code = await running.ended;
  expect(running.stderr()).toBe('');
  return { code, text: running.stdout().trim() };
}

describe('healthcheck', () => {
  it('is content with a gateway that runs, of the configuration in the environment, on all addresses', async () => {
    const token = 'auth: { tokens: [{ name: a, sha256: "'.concat('0'.repeat(64), '", role: READER }] }');
    const free = await freePort();
    const file = await writeConfig('health.yaml', `server: { host: 0.0.0.0, port: ${free} }\n${token}\n${provider}\n`);
    await using running = start([], { BACKPLANE_CONFIG: file });
    await running.untilPrinted(/listening on/);
    expect(await check([], { BACKPLANE_CONFIG: file })).toEqual({ code: 0, text: 'ok' });
    expect(await check(['--ready', '--config', file])).toEqual({ code: 0, text: 'ok' });
  });

  it('asks whether it runs, or with --ready whether it can do its work, and tells what it hears', async () => {
    const port = await listen(createServer(answers(503, 'no storage')));
    expect(await check(['--port', `${port}`])).toEqual({ code: 1, text: '/health/live: no storage' });
    expect(await check(['--port', `${port}`, '--ready'])).toEqual({ code: 1, text: '/health/ready: no storage' });
  });

  it('with --wait asks until the gateway is there and healthy, or says at the end why it is not', async () => {
    const port = await freePort();
    const address = { host: '127.0.0.1', port };
    const waiting = waitForHealth(address, '/health/live', hangMs);
    let asked = 0;
    const server = createServer(({ url }, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end(`${url} ${asked}`);
    }).listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    expect(await waiting).toEqual({ isFine: true, text: '/health/live 3' });
    asked = 0;
    expect(await waitForHealth(address, '/', 0)).toEqual({ isFine: false, text: '/ 1' });
    const late = await freePort();
    const nobody = await waitForHealth({ ...address, port: late }, '/', 500);
    expect(nobody).toEqual({ isFine: false, text: expect.stringContaining('ECONNREFUSED') });
  });

  it('with --wait in the command line takes whole seconds', async () => {
    const port = await listen(createServer(answers(200, 'ok')));
    expect(await check(['--port', `${port}`, '--wait', '5'])).toEqual({ code: 0, text: '/health/live: ok' });
    await using running = command(['healthcheck', '--wait', 'soon']);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toContain('--wait is a whole number of seconds, up to 9999.');
  });

  it('exits 1 where nobody listens, and where the configuration cannot be read', async () => {
    const port = await freePort();
    const nobody = await check(['--port', `${port}`]);
    expect(nobody).toEqual({ code: 1, text: expect.stringContaining('ECONNREFUSED') });
    expect(await check(['--config', '/nowhere.yaml'])).toEqual({ code: 1, text: 'Cannot read /nowhere.yaml: ENOENT.' });
    const faulty = await writeConfig('faulty.yaml', 'providers: []\n');
    expect(await check(['--config', faulty])).toMatchObject({ code: 1 });
  });
});

describe('the health of a gateway', () => {
  it('is asked through TLS, whatever the name in its certificate', async () => {
    const port = await listen(createTlsServer(createCertificate('192.0.2.1'), answers(200, 'ok')));
    const address = { host: '127.0.0.1', port, tls: {} };
    expect(await askHealth(address, '/health/live')).toEqual({ isFine: true, text: '/health/live: ok' });
  });

  it('is asked through a Unix socket', async () => {
    const folder = await writeConfig('unused', '');
    const socket = join(folder, '..', 'gateway.sock');
    await listen(createServer(answers(200, 'ok')), socket);
    const address = { host: '127.0.0.1', port: 1, socket };
    expect(await askHealth(address, '/health/live')).toEqual({ isFine: true, text: '/health/live: ok' });
  });

  it('is bad where the gateway takes the question and does not answer', async () => {
    const port = await listen(createTcpServer((socket) => onTestFinished(() => void socket.destroy())));
    const health = await askHealth({ host: '127.0.0.1', port }, '/health/live', 50);
    expect(health).toEqual({ isFine: false, text: expect.stringContaining('no answer in time') });
  });

  it('is bad where something else answers, and its text is cut', async () => {
    const port = await listen(createServer(answers(404, 'x'.repeat(100_000))));
    const health = await askHealth({ host: '127.0.0.1', port }, '/health/live');
    expect(health.isFine).toBe(false);
    expect(health.text).toHaveLength(1000);
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
