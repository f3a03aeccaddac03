/** A fault of ours on every transport: masked, with the id of the request, under which the log has the whole cause. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import type { Product } from '../../providers/product.ts';
import type { Provider } from '../../src/core/provider.ts';
import { currentRequestId } from '../../src/core/request-scope.ts';
import { keepSecret } from '../../src/core/secret-redaction.ts';
import { aToken, type GatewayOptions, globalId, startGateway, type TestGateway } from '../support/gateway.ts';
import { captureLog } from '../support/log-lines.ts';
import { openRaw } from '../support/raw-socket.ts';

const bug = (): never => {
  throw new TypeError('planted');
};
const failing = (): Promise<never> => Promise.reject(new TypeError('planted'));

type Plant = (provider: Provider) => Partial<Provider>;

/** Borg UI with a fault in its adapter. */
const withBug = (plant: Plant): Product[] =>
  products.map((product) => ({
    ...product,
    create(config) {
      const provider = product.create(config);
      return { ...provider, ...plant(provider) };
    },
  }));

async function start(plant: Plant = () => ({}), options: Partial<GatewayOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 8 });
  const gateway = startGateway({ providers: [sandbox.config], products: withBug(plant), ...options });
  const log = captureLog(gateway.app);
  const origin = await gateway.listen();
  return {
    ...gateway,
    sandbox,
    log,
    origin,
    /** A job that runs for ten minutes of the sandbox's clock. */
    run() {
      const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
      return globalId('BorgBackup', 'files', String(job));
    },
    post: (query: string, headers: Record<string, string> = {}) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    /** The line of the log with the cause, which is there before the client has its answer. */
    causeOf(requestId: unknown) {
      const line = log.lines.find((one) => one.level === 50 && one['requestId'] === requestId);
      expect(line?.['err']).toMatchObject({ type: 'TypeError', message: 'planted', stack: expect.any(String) });
      return line;
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

interface Failed {
  readonly errors: readonly [{ readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }];
}

/** Checks what a client sees of it, and gives the id. */
function maskedId(errors: Failed['errors'] | undefined): string {
  expect(JSON.stringify(errors)).not.toContain('planted');
  expect(errors).toHaveLength(1);
  const { code, retryable, requestId } = errors?.[0].extensions ?? {};
  expect({ code, retryable }).toEqual({ code: 'INTERNAL', retryable: false });
  expect(requestId).toBeTypeOf('string');
  return String(requestId);
}

const list = '{ backups(first: 1) { nodes { name } } }';

describe('a fault of ours', () => {
  it('has the id that the client gave its request, or the one that was made for it', async () => {
    await using gateway = await start(() => ({ listBackups: failing }));
    for (const given of ['of-the-client-1', 'not one word', '']) {
      const response = await gateway.post(list, { 'x-request-id': given });
      const { errors } = (await response.json()) as Failed;
      const requestId = maskedId(errors);
      expect(response.headers.get('x-request-id')).toBe(requestId);
      if (given === 'of-the-client-1') expect(requestId).toBe(given);
      else expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      gateway.causeOf(requestId);
    }
  });

  it('is masked where no port is asked at all', async () => {
    await using gateway = await start(() => ({ listBackups: failing }));
    gateway.causeOf(maskedId((await gateway.askText(list)).errors as Failed['errors']));
  });

  it('in an event of an event stream has the id of the request that opened it', async () => {
    await using gateway = await start();
    breakField(gateway.app.schema, 'BorgBackup', 'name');
    const query = `subscription { backupProgress(id: "${gateway.run()}") { ... on BackupUpdated { backup { name } } } }`;
    const response = await gateway.post(query, { accept: 'text/event-stream' });
    const event = await firstEvent(response);
    const requestId = maskedId((event as unknown as Failed).errors);
    expect(response.headers.get('x-request-id')).toBe(requestId);
    gateway.causeOf(requestId);
  });

  it('that keeps an event stream from opening has the id of its request', async () => {
    await using gateway = await start(() => ({ getBackups: failing }));
    const query = `subscription { backupLog(id: "${gateway.run()}") { __typename } }`;
    const response = await gateway.post(query, { accept: 'text/event-stream' });
    const requestId = maskedId(((await firstEvent(response)) as unknown as Failed).errors);
    expect(response.headers.get('x-request-id')).toBe(requestId);
    gateway.causeOf(requestId);
  });

  it.each([
    ['a query', list],
    ['an event', 'subscription { backupLog(id: "$ID") { ... on LogLinesAppended { lines { text } } } }'],
    ['an event for many', 'subscription { backupProgress(id: "$ID") { ... on BackupUpdated { backup { name } } } }'],
    ['a start', 'subscription { backupProgress(id: "$ID") { __typename } }'],
  ])('in %s over a socket is masked, and the log has its cause', async (what, query) => {
    const isStart = what === 'a start';
    await using gateway = await start(() =>
      isStart ? { getBackups: failing } : what === 'a query' ? { listBackups: failing } : {},
    );
    breakField(gateway.app.schema, 'BorgBackup', 'name');
    breakField(gateway.app.schema, 'LogLine', 'text');
    await using raw = await openRaw(gateway.origin);
    raw.say({ id: 'a', type: 'subscribe', payload: { query: query.replace('$ID', gateway.run()) } });
    gateway.sandbox.clock.advance(5_000);
    let said = await raw.hear('a');
    while (JSON.stringify(said.payload).includes('{"backupLog":{}}')) said = await raw.hear('a');
    expect(said.type).toBe('next');
    // All lines of an event fail alike.
    const [first] = (said.payload as Failed).errors;
    gateway.causeOf(maskedId([first]));
    expect(JSON.stringify(said)).not.toContain('planted');
  });

  it('before an operation of a socket begins is an error of its own', async () => {
    await using gateway = await start();
    Object.assign(gateway.app.schema.getType('DateTime') as object, { parseLiteral: bug });
    await using raw = await openRaw(gateway.origin);
    const query = '{ backups(first: 1, filter: { startedAfter: "2026-01-01T00:00:00Z" }) { nodes { id } } }';
    raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    const { type, payload } = await raw.hear('a');
    expect(type).toBe('error');
    gateway.causeOf(maskedId(payload as Failed['errors']));
  });

  it('in a poll has an id of its own, which watchers are told with the problem', async () => {
    let calls = 0;
    await using gateway = await start((provider) => ({
      getBackups: (ids, signal) => (++calls > 1 ? failing() : provider.getBackups(ids, signal)),
    }));
    await using raw = await openRaw(gateway.origin);
    const query = `subscription { backupProgress(id: "${gateway.run()}") { ... on StreamStalled { problem { code message } } } }`;
    raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    await raw.hear('a');
    const { payload } = await raw.hear('a');
    expect(payload).toMatchObject({ data: { backupProgress: { problem: { code: 'INTERNAL' } } } });
    const text = JSON.stringify(payload);
    expect(text).not.toContain('planted');
    const [, requestId] = /under requestId ([0-9a-f-]{36})\./.exec(text) ?? [];
    gateway.causeOf(requestId);
  });

  it.each([
    ['serialise', '{ backups(first: 1) { nodes { startedAt } } }'],
    ['parseLiteral', '{ backups(first: 1, filter: { startedAfter: "2026-01-01T00:00:00Z" }) { nodes { id } } }'],
    [
      'parseValue',
      'query ($at: DateTime = "2026-01-01T00:00:00Z") { backups(first: 1, filter: { startedAfter: $at }) { nodes { id } } }',
    ],
  ])('in a scalar that cannot %s is masked', async (what, query) => {
    await using gateway = await start();
    const scalar = gateway.app.schema.getType('DateTime') as unknown as Record<string, unknown>;
    Object.assign(scalar, what === 'serialise' ? { serialize: bug } : { parseLiteral: bug, parseValue: bug });
    const response = await gateway.post(query);
    gateway.causeOf(maskedId(((await response.json()) as Failed).errors));
  });

  it('in the download of a log is a plain 500 with the id', async () => {
    await using gateway = await start(() => ({ getBackups: failing }));
    const response = await fetch(`${gateway.origin}/backups/${globalId('BorgBackup', 'files', '1')}/log`);
    const requestId = response.headers.get('x-request-id');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(`Something unexpected went wrong. The log has the cause under ${requestId}.\n`);
    gateway.causeOf(requestId);
  });

  it('half-way through a log that is downloaded cuts it, and is logged', async () => {
    let release: () => void = () => undefined;
    const isRead = new Promise<void>((resolve) => (release = resolve));
    await using gateway = await start(() => ({
      async downloadLog() {
        return (async function* () {
          yield Buffer.from('a line\n'.repeat(10_000));
          await isRead;
          bug();
        })();
      },
    }));
    const id = globalId('BorgBackup', 'files', String(gateway.sandbox.addFinished({ status: 'failed', lines: ['x'] })));
    const response = await fetch(`${gateway.origin}/backups/${id}/log`);
    const reader = response.body?.getReader();
    await reader?.read();
    release();
    await expect(async () => {
      while (!(await reader?.read())?.done);
    }).rejects.toThrow();
    gateway.causeOf(response.headers.get('x-request-id'));
  });
});

it('every answer says its id, also one that refuses', async () => {
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

describe('upstream', () => {
  const idOf = ({ headers }: { headers: Record<string, unknown> }) => headers['x-request-id'] ?? null;

  it('a read and a command carry the id of the request that asked for them', async () => {
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

  it('a poll does not carry the request id of a watcher', async () => {
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

  it('a look for what became of a start does not carry its id', async () => {
    let looks: (string | null)[] = [];
    await using gateway = await start(() => ({
      startBackup: () => Promise.resolve({ backup: null, handle: null, message: null }),
      findStarted: async () => {
        looks = [...looks, currentRequestId()];
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

  it('has a line at level debug for each operation, whatever its transport, without its text', async () => {
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
      { level: 20, requestId: 'by-http', viewer: 'token:anna', address: '127.0.0.1', type: 'query', name: 'Mine' },
      { level: 20, viewer: 'token:anna', address: '127.0.0.1', type: 'subscription', name: 'Watch' },
    ]);
    expect(gateway.log.text()).not.toMatch(/Bearer|__typename/);
  });

  it('says who was not let in, from where, and never with what', async () => {
    await using gateway = await start(() => ({}), { auth: { tokens: [aToken('anna')] } });
    const headers = { authorization: 'Bearer stolen-but-wrong', 'x-request-id': 'thief' };
    expect((await gateway.post(list, headers)).status).toBe(401);
    expect((await gateway.post(list)).status).toBe(401);
    await using _raw = await openRaw(gateway.origin, { isMute: true });
    const refused = gateway.log.lines.filter(({ msg }) => msg === 'not admitted');
    expect(refused).toMatchObject([
      { level: 40, requestId: 'thief', address: '127.0.0.1', code: 'UNAUTHENTICATED' },
      { level: 30, address: '127.0.0.1', code: 'UNAUTHENTICATED' },
    ]);
    expect(gateway.log.text()).not.toContain('stolen');
  });
});

async function anEntity(gateway: Pick<TestGateway, 'askText'>): Promise<string> {
  const { data } = await gateway.askText('{ protectedEntities(first: 1) { nodes { id } } }');
  const [first] = (data as { protectedEntities: { nodes: { id: string }[] } }).protectedEntities.nodes;
  return first?.id ?? '';
}

function breakField(schema: { getType(name: string): unknown }, type: string, field: string): void {
  const { getFields } = schema.getType(type) as { getFields(): Record<string, { resolve?: unknown }> };
  const found = getFields.call(schema.getType(type))[field];
  if (!found) throw new Error(`no field ${type}.${field}`);
  found.resolve = bug;
}

/** The first event with something in it; then it hangs up unless it is to go on. */
async function firstEvent(response: Response, isLast = true): Promise<Record<string, unknown>> {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('no body');
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += Buffer.from(value ?? []).toString();
    const [, data] = /^data: (\{.*\})$/m.exec(text) ?? [];
    if (data) {
      if (isLast) await reader.cancel();
      return JSON.parse(data) as Record<string, unknown>;
    }
    if (done) throw new Error(`ended: ${text}`);
  }
}
