/** What load balancers are told while the gateway starts, serves and stops. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { aToken, startGateway } from '../support/gateway.ts';
import { createSigningKey, startKeyServer } from '../support/key-server.ts';
import { ask, writeConfig } from '../support/main.ts';
import { start } from '../support/process.ts';
import { until } from '../support/timing.ts';

const provider = { name: 'a', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' };

async function ready(origin: string): Promise<[number, string]> {
  const response = await fetch(`${origin}/health/ready`);
  return [response.status, (await response.text()).trim()];
}

const withDrain = (seconds: number) =>
  writeConfig(
    'drain.yaml',
    `server: { shutdownSeconds: ${seconds} }\nproviders: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`,
  );

describe('after SIGTERM, with server.shutdownSeconds', () => {
  it('a gateway is not ready, goes on to answer, and keeps its sockets', async () => {
    await using running = start(['--config', await withDrain(3_600), '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    await running.untilPrinted(/storage\.url is not set/);
    expect(await ready(origin)).toEqual([200, 'ok']);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    running.child.kill('SIGTERM');
    await running.untilPrinted(/Stopping in 3600 s/);
    expect(await ready(origin)).toEqual([503, 'draining: this gateway is stopping']);
    expect((await fetch(`${origin}/health/live`)).headers.get('connection')).toBe('close');
    expect(await ask(origin, '{ providers { name } }')).toEqual({ data: { providers: [{ name: 'a' }] } });
    socket.send('{"type":"connection_init"}');
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(String(message)).toContain('connection_ack');
    // A second signal, of either kind, does not wait.
    running.child.kill('SIGINT');
    expect(await running.ended).toBe('SIGINT');
  });

  it('a gateway stops after that time, and its sockets close with 1012', async () => {
    await using running = start(['--config', await withDrain(0.1), '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    running.child.kill('SIGTERM');
    expect((await closed)[0]).toBe(1012);
    expect(await running.ended).toBe(0);
    expect(running.stdout()).toContain('Stopping in 0.1 s');
  });
});

describe('at the start', () => {
  const jwt = (url: string) => ({
    issuer: 'https://login.example',
    audience: 'backplane',
    jwksUrl: url,
    algorithms: ['ES256'],
  });

  it('a gateway is not ready until the keys of its identity provider were read', async () => {
    await using keys = await startKeyServer([await createSigningKey('one')]);
    keys.mode = 'waits';
    await using gateway = startGateway({ providers: [provider], auth: { jwt: jwt(keys.url) } });
    const origin = await gateway.listen();
    expect(await ready(origin)).toEqual([503, 'starting: the keys of auth.jwt.jwksUrl have not been read yet']);
    keys.release();
    await until(async () => (await ready(origin))[0] === 200);
  });

  it('a gateway with tokens of its own is ready, since these work', async () => {
    await using keys = await startKeyServer([await createSigningKey('one')]);
    keys.mode = 'fails';
    await using gateway = startGateway({ providers: [provider], auth: { tokens: [aToken('a')], jwt: jwt(keys.url) } });
    expect(await ready(await gateway.listen())).toEqual([200, 'ok']);
  });
});
