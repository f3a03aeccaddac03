/** The id of a request: in every answer, in upstream requests and in the log. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requestOf } from '../../src/core/request-scope.ts';
import { keepSecret } from '../../src/core/secret-redaction.ts';
import { aToken, type TestGateway } from '../support/gateway.ts';
import { firstEvent, list, start } from '../support/planted-bugs.ts';
import { openRaw } from '../support/raw-socket.ts';

it('every answer has its request id, including refusals', async () => {
  await using gateway = await start();
  const headers = { 'x-request-id': 'mine-1' };
  const answers = [
    [404, await fetch(`${gateway.origin}/nothing`, { headers })],
    [405, await fetch(`${gateway.origin}/backups/abc/log`, { method: 'PUT', headers })],
    [404, await fetch(`${gateway.origin}/backups/abc/log`, { headers })],
    [200, await fetch(`${gateway.origin}/health/live`, { headers })],
    [415, await fetch(`${gateway.origin}/graphql`, { method: 'POST', body: 'x', headers })],
  ] as const;
  for (const [status, response] of answers) {
    expect([response.status, response.headers.get('x-request-id')]).toEqual([status, 'mine-1']);
  }
  const socket = new WebSocket(`${gateway.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const [[upgrade]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')]);
  expect((upgrade as { headers: object }).headers).toMatchObject({ 'x-request-id': 'mine-1' });
  socket.terminate();
});

describe('upstream requests', () => {
  const idOf = ({ headers }: { headers: Record<string, unknown> }) => headers['x-request-id'] ?? null;

  it('of a read and a command have the id of the client request', async () => {
    await using gateway = await start();
    await gateway.post(list, { 'x-request-id': 'a-read' });
    expect(gateway.sandbox.requests.map(idOf)).toContain('a-read');
    expect(new Set(gateway.sandbox.requests.map(idOf))).toEqual(new Set(['a-read']));
    const entityId = await anEntity(gateway);
    gateway.sandbox.requests.length = 0;
    const response = await gateway.post(
      `mutation { startBackup(input: { entityId: "${entityId}", idempotencyKey: "k1" }) { userErrors { message } } }`,
      { 'x-request-id': 'a-command' },
    );
    expect(await response.json()).toEqual({ data: { startBackup: { userErrors: [] } } });
    expect(gateway.sandbox.requests.filter(({ method }) => method === 'POST').map(idOf)).toEqual(['a-command']);
  });

  it('of a poll do not have the request id of a watcher', async () => {
    await using gateway = await start();
    const id = gateway.run();
    const query = `subscription { backupProgress(id: "${id}") { __typename } }`;
    const reading = new AbortController();
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-request-id': 'the-watcher' },
      body: JSON.stringify({ query }),
      signal: reading.signal,
    });
    await firstEvent(response, false);
    expect(gateway.sandbox.requests.map(idOf)).toContain('the-watcher');
    gateway.sandbox.requests.length = 0;
    await expect.poll(() => gateway.sandbox.requests.length).toBeGreaterThan(3);
    // The first poll may have left before the record was emptied, and whatever comes is of a poll.
    expect(new Set(gateway.sandbox.requests.map(idOf))).toEqual(new Set([null]));
    reading.abort();
  });

  it('of reads at the same time have the id of their own request', async () => {
    await using gateway = await start();
    const ids = ['one', 'two', 'three'];
    const page = (index: number) => `{ backups(first: ${index + 1}) { nodes { name } } }`;
    await Promise.all(ids.map((id, index) => gateway.post(page(index), { 'x-request-id': id })));
    // What several wait for, such as the login, is asked once.
    const asked = gateway.sandbox.requests.filter(({ query }) => query.has('limit')).map(idOf);
    expect(new Set(asked)).toEqual(new Set(ids));
  });

  it('of a start that goes on after its answer have its request id', async () => {
    let release: () => void = () => undefined;
    const isAnswered = new Promise<void>((resolve) => (release = resolve));
    await using gateway = await start(
      (provider) => ({
        async startBackup(request, signal) {
          await isAnswered;
          return (await provider.startBackup?.(request, signal)) as never;
        },
      }),
      { ledger: { answerWithinSeconds: 0.2 } },
    );
    const entityId = await anEntity(gateway);
    gateway.sandbox.requests.length = 0;
    const text = `mutation { startBackup(input: { entityId: "${entityId}" }) { operation { status } } }`;
    const answer = await gateway.post(text, { 'x-request-id': 'a-long-start' });
    expect(await answer.json()).toMatchObject({ data: { startBackup: { operation: { status: 'PENDING' } } } });
    release();
    const posts = () => gateway.sandbox.requests.filter(({ method }) => method === 'POST').map(idOf);
    await expect.poll(posts).toEqual(['a-long-start']);
  });

  it('that reconcile a start do not have its request id', async () => {
    let looks: (string | null)[] = [];
    await using gateway = await start(() => ({
      startBackup: () => Promise.resolve({ backup: null, handle: null, message: null }),
      findStarted: async (_start, signal) => {
        looks = [...looks, requestOf(signal)?.requestId ?? null];
        return { backup: null, candidates: [], error: null };
      },
    }));
    const entityId = await anEntity(gateway);
    await gateway.post(
      `mutation { startBackup(input: { entityId: "${entityId}", idempotencyKey: "k1" }) { userErrors { message } } }`,
    );
    await expect.poll(() => looks.length).toBeGreaterThan(0);
    expect(looks[0]).toBeNull();
  });
});

describe('the log', () => {
  it('hides a known secret in every line', async () => {
    await using gateway = await start();
    keepSecret('known-to-the-gateway');
    gateway.app.log.error({ err: new Error('it said known-to-the-gateway') }, 'known-to-the-gateway');
    expect(gateway.log.text()).toContain('it said [secret]');
    expect(gateway.log.text()).not.toContain('known-to-the-gateway');
  });

  it('has a debug line for each operation on every transport, without its text', async () => {
    await using gateway = await start(() => ({}), {
      auth: { tokens: [aToken('anna')] },
      log: { level: 'debug' },
    });
    await gateway.post('query Mine { viewer { name } }', { authorization: 'Bearer anna', 'x-request-id': 'by-http' });
    await using raw = await openRaw(gateway.origin, { isMute: true });
    raw.say({ type: 'connection_init', payload: { authorization: 'Bearer anna' } });
    await raw.hear();
    raw.say({ id: 'a', type: 'subscribe', payload: { query: `subscription Watch { backupChanges { __typename } }` } });
    await expect.poll(() => gateway.log.lines.filter(({ msg }) => msg === 'operation')).toHaveLength(2);
    expect(gateway.log.lines.filter(({ msg }) => msg === 'operation')).toMatchObject([
      { level: 'debug', requestId: 'by-http', viewer: 'token:anna', address: '127.0.0.1', type: 'query', name: 'Mine' },
      { level: 'debug', viewer: 'token:anna', address: '127.0.0.1', type: 'subscription', name: 'Watch' },
    ]);
    expect(gateway.log.text()).not.toMatch(/Bearer|__typename/);
  });

  it('has the name and address of refused clients, but never their credentials', async () => {
    await using gateway = await start(() => ({}), { auth: { tokens: [aToken('anna')] } });
    const headers = { authorization: 'Bearer stolen-but-wrong', 'x-request-id': 'thief' };
    expect((await gateway.post(list, headers)).status).toBe(401);
    expect((await gateway.post(list)).status).toBe(401);
    await using _raw = await openRaw(gateway.origin, { isMute: true });
    const refused = gateway.log.lines.filter(({ msg }) => msg === 'not admitted');
    expect(refused).toMatchObject([
      { level: 'warn', requestId: 'thief', address: '127.0.0.1', code: 'UNAUTHENTICATED' },
      { level: 'info', address: '127.0.0.1', code: 'UNAUTHENTICATED' },
    ]);
    expect(gateway.log.text()).not.toContain('stolen');
  });
});

async function anEntity(gateway: Pick<TestGateway, 'askText'>): Promise<string> {
  const { data } = await gateway.askText('{ protectedEntities(first: 1) { nodes { id } } }');
  const [first] = (data as { protectedEntities: { nodes: { id: string }[] } }).protectedEntities.nodes;
  return first?.id ?? '';
}
