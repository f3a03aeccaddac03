/** Tokens of an identity provider at the whole gateway: over HTTP, server-sent events and WebSocket alike. */
import { type Client, createClient } from 'graphql-ws';
import { beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { aToken, globalId, startGateway } from '../support/gateway.ts';
import {
  audience,
  createSigningKey,
  inSeconds,
  issuer,
  type SigningKey,
  signToken,
  startKeyServer,
} from '../support/key-server.ts';
import { openRaw } from '../support/raw-socket.ts';
import { deadlineMs } from '../support/timing.ts';

let key: SigningKey;
beforeAll(async () => {
  key = await createSigningKey('one');
});

const viewer = '{ viewer { name role providers { name } } }';

async function startJwtGateway(more: object = {}) {
  const keyServer = await startKeyServer([key]);
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const claims = { name: 'name', role: 'roles', providers: 'backups' };
  const jwt = { issuer, audience, jwksUrl: keyServer.url, algorithms: ['ES256'], clockSkewSeconds: 0, claims };
  const gateway = startGateway({ providers: [sandbox.config], auth: { jwt, ...more } });
  const job = sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
  const id = globalId('BorgBackup', 'files', String(job));
  return {
    ...gateway,
    sandbox,
    keyServer,
    /** Progress may be shared by many who watch, a log is not. */
    watches: {
      progress: `subscription { backupProgress(id: "${id}") { __typename } }`,
      log: `subscription { backupLog(id: "${id}") { __typename } }`,
      changes: 'subscription { backupChanges { __typename } }',
    },
    /** A token of a person who may see everything. */
    token: (sub: string, claims: object = {}) => signToken(key, { sub, name: sub, backups: '*', ...claims }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
      await keyServer[Symbol.asyncDispose]();
    },
  };
}
type JwtGateway = Awaited<ReturnType<typeof startJwtGateway>>;

interface Result {
  readonly data?: object | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

interface Watch {
  readonly results: Result[];
  readonly ended: Promise<void>;
  stop(): void;
}

/** What comes by a socket; an operation that ends in an error has it last. */
function overSocket(client: Client, query: string): Watch {
  const results: Result[] = [];
  let stop = (): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = client.subscribe<object>(
      { query },
      {
        next: (result) => void results.push(result as Result),
        error: (errors) => {
          if (!Array.isArray(errors)) return reject(errors);
          results.push({ errors });
          resolve();
        },
        complete: resolve,
      },
    );
  });
  return { results, ended, stop: () => stop() };
}

async function overEventStream(gateway: JwtGateway, token: string, query: string): Promise<Watch> {
  const leaving = new AbortController();
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  const results: Result[] = [];
  const ended = (async () => {
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1];
        if (data !== undefined) results.push(JSON.parse(data) as Result);
      }
    }
  })();
  return { results, ended, stop: () => leaving.abort() };
}

const lastError = ({ results }: Watch) => results.at(-1)?.errors?.[0];
const expired = {
  message: 'This token has expired: ask again with a new one.',
  extensions: { code: 'UNAUTHENTICATED', retryable: false },
};

describe('a token of the identity provider', () => {
  test('says who asks, what they may do and what they may see', async () => {
    await using gateway = await startJwtGateway();
    const ask = async (claims: object) =>
      (await gateway.as(await gateway.token('anna', claims)).askText(viewer)).data?.['viewer'];
    expect(await ask({})).toEqual({ name: 'anna', role: 'OPERATOR', providers: [{ name: 'files' }] });
    expect(await ask({ roles: 'READER', backups: 'files' })).toMatchObject({
      role: 'READER',
      providers: [{ name: 'files' }],
    });
    expect(await ask({ backups: undefined })).toMatchObject({ providers: [] });
  });

  test('is good beside those that the configuration names, and opens a socket', async () => {
    await using gateway = await startJwtGateway({ tokens: [aToken('bert')] });
    expect((await gateway.as('bert').askText(viewer)).data?.['viewer']).toMatchObject({ name: 'bert' });
    const client = await gateway.as(await gateway.token('anna')).connect();
    const watch = overSocket(client, viewer);
    await watch.ended;
    expect(watch.results).toMatchObject([{ data: { viewer: { name: 'anna' } } }]);
  });

  test('that is not good is UNAUTHENTICATED with 401, and 403 where it gives no role', async () => {
    await using gateway = await startJwtGateway();
    const url = `${await gateway.listen()}/graphql`;
    const ask = async (claims: object) => {
      const authorization = `Bearer ${await gateway.token('anna', claims)}`;
      const headers = { 'content-type': 'application/json', authorization };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: viewer }) });
      const { errors } = (await response.json()) as Result;
      return [response.status, errors?.[0]?.extensions['code'], errors?.[0]?.message];
    };
    expect(await ask({ aud: 'another' })).toEqual([401, 'UNAUTHENTICATED', expect.stringContaining('"aud"')]);
    expect(await ask({ exp: inSeconds(-1) })).toEqual([401, 'UNAUTHENTICATED', expired.message]);
    expect(await ask({ roles: 'guest' })).toEqual([403, 'FORBIDDEN', expect.stringContaining('"roles"')]);
  });

  test.each([
    ['is not good', { iss: 'https://elsewhere.example.com' }],
    ['gives no role', { roles: [] }],
    ['has expired', { exp: inSeconds(-60) }],
  ])('that %s closes its socket with 4403', async (_what, claims) => {
    await using gateway = await startJwtGateway();
    const client = createClient({
      url: `${(await gateway.listen()).replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${await gateway.token('anna', claims)}` },
    });
    const { ended } = overSocket(client, viewer);
    await expect(ended).rejects.toMatchObject({ code: 4403 });
    await client.dispose();
  });
});

test('a client that is refused with 4403 comes back with new connectionParams, where they are a function', async () => {
  await using gateway = await startJwtGateway();
  const tokens = [await gateway.token('anna', { exp: inSeconds(-60) }), await gateway.token('anna')];
  const client = createClient({
    url: `${(await gateway.listen()).replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: () => Promise.resolve(),
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
  });
  const watch = overSocket(client, viewer);
  await watch.ended;
  expect(watch.results).toMatchObject([{ data: { viewer: { name: 'anna' } } }]);
  await client.dispose();
});

describe('a token that expires', () => {
  test.each(['progress', 'log', 'changes'] as const)(
    'ends its %s over a socket, and the polling for it',
    async (what) => {
      await using gateway = await startJwtGateway();
      const client = await gateway
        .as(await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) }))
        .connect();
      const watch = overSocket(client, gateway.watches[what]);
      await expect.poll(() => gateway.app.hub.loops).toBe(1);
      await watch.ended;
      expect(lastError(watch)).toMatchObject(expired);
      await expect.poll(() => gateway.app.hub.loops).toBe(0);
    },
  );

  test.each(['progress', 'log', 'changes'] as const)(
    'ends its %s over an event stream, and the polling',
    async (what) => {
      await using gateway = await startJwtGateway();
      const token = await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) });
      const watch = await overEventStream(gateway, token, gateway.watches[what]);
      await expect.poll(() => gateway.app.hub.loops).toBe(1);
      await watch.ended;
      expect(lastError(watch)).toMatchObject(expired);
      await expect.poll(() => gateway.app.hub.loops).toBe(0);
    },
  );

  test('leaves its socket open until something is asked on it, and closes it with 4403 then', async () => {
    await using gateway = await startJwtGateway();
    await using raw = await openRaw(await gateway.listen(), { isMute: true });
    const authorization = `Bearer ${await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) })}`;
    raw.say({ type: 'connection_init', payload: { authorization } });
    expect(await raw.hear()).toMatchObject({ type: 'connection_ack' });
    raw.say({ type: 'subscribe', id: 'a', payload: { query: gateway.watches.log } });
    for (;;) if ((await raw.hear()).type === 'error') break;
    raw.say({ type: 'subscribe', id: 'b', payload: { query: viewer } });
    expect(await raw.closed).toMatch(/^4403 /);
    expect(raw.inbox.filter(({ id }) => id === 'b')).toEqual([]);
  });

  test('leaves the run to others who watch the same with a longer one', async () => {
    await using gateway = await startJwtGateway();
    const short = await gateway
      .as(await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) }))
      .connect();
    const long = await gateway.as(await gateway.token('anna')).connect();
    const first = overSocket(short, gateway.watches.progress);
    await expect.poll(() => first.results.length).toBe(1);
    const second = overSocket(long, gateway.watches.progress);
    await expect.poll(() => second.results.length).toBe(1);
    await first.ended;
    expect(lastError(first)).toMatchObject(expired);
    expect(gateway.app.hub.loops).toBe(1);
    gateway.sandbox.clock.advance(60_000);
    await expect.poll(() => second.results.length).toBe(2);
    expect(second.results[1]?.errors).toBeUndefined();
    second.stop();
  });

  test('and is one that the configuration names does the same', async () => {
    const soon = () => new Date(Date.now() + deadlineMs(1_500)).toISOString();
    await using gateway = await startJwtGateway({ tokens: [aToken('carl', { expires: soon() })] });
    const socket = overSocket(await gateway.as('carl').connect(), gateway.watches.log);
    const stream = await overEventStream(gateway, 'carl', gateway.watches.log);
    await Promise.all([socket.ended, stream.ended]);
    expect(lastError(socket)).toMatchObject(expired);
    expect(lastError(stream)).toMatchObject(expired);
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
    expect((await gateway.as('carl').askText(viewer)).errors).toMatchObject([expired]);
  });
});

test('two tokens of one person that let them see different things do not share a stream', async () => {
  await using gateway = await startJwtGateway();
  const all = overSocket(await gateway.as(await gateway.token('anna')).connect(), gateway.watches.progress);
  await expect.poll(() => all.results.length).toBe(1);
  const blind = await gateway.as(await gateway.token('anna', { backups: [] })).connect();
  const none = overSocket(blind, gateway.watches.progress);
  await none.ended;
  expect(lastError(none)).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  all.stop();
});

test('a key server that goes down takes nobody down who is known by its keys, and lets nobody in', async () => {
  await using gateway = await startJwtGateway();
  const stranger = await createSigningKey('two');
  const anna = gateway.as(await gateway.token('anna'));
  expect((await anna.askText(viewer)).errors).toBeUndefined();
  const watch = overSocket(await anna.connect(), gateway.watches.progress);
  await expect.poll(() => watch.results.length).toBe(1);
  await gateway.keyServer.stop();
  const refused = await gateway.as(await signToken(stranger, { name: 'eve', backups: '*' })).askText(viewer);
  expect(refused.errors).toMatchObject([
    {
      message: 'The key server that could verify this token cannot be reached.',
      extensions: { code: 'UNAUTHENTICATED', retryAfterSeconds: expect.any(Number) },
    },
  ]);
  expect(JSON.stringify(refused)).not.toContain(new URL(gateway.keyServer.url).host);
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await signToken(stranger)}` },
    body: JSON.stringify({ query: viewer }),
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([401, expect.stringMatching(/^\d+$/)]);
  expect((await anna.askText(viewer)).errors).toBeUndefined();
  // Somebody new whose key is known comes in, too.
  expect((await gateway.as(await gateway.token('bert')).askText(viewer)).errors).toBeUndefined();
  gateway.sandbox.clock.advance(60_000);
  await expect.poll(() => watch.results.length).toBe(2);
  watch.stop();
});
