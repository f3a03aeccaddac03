/**
 * How the gateway treats a WebSocket: what it answers, what it refuses, and what it closes for.
 * One file, since every case is a rule of the same protocol.
 */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { type BorgGateway, globalId, startBorgGateway, startGateway } from '../support/gateway.ts';
import { start } from '../support/process.ts';
import { openRaw, type RawSocket } from '../support/raw-socket.ts';
import { replaceResolver } from '../support/replace-resolver.ts';

const startWith = (clients: object): Promise<BorgGateway> => startBorgGateway({ history: 5 }, {}, { clients });

const viewer = (id: string) => ({ id, type: 'subscribe', payload: { query: '{ viewer { name } }' } });

/** Progress of a backup that goes on for ten minutes of the sandbox's clock. */
function watchRun(gateway: BorgGateway) {
  const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
  const query = `subscription { backupProgress(id: "${globalId('BorgBackup', 'files', String(job))}") { __typename } }`;
  return (id: string) => ({ id, type: 'subscribe', payload: { query } });
}

async function answersStill(raw: RawSocket): Promise<void> {
  raw.say(viewer('still'));
  expect(await raw.hear('still')).toMatchObject({ type: 'next', payload: { data: { viewer: { name: 'anonymous' } } } });
  expect(await raw.hear('still')).toMatchObject({ type: 'complete' });
}

describe('a socket', () => {
  it('is closed with 4408 where it does not introduce itself', async () => {
    await using gateway = await startWith({ initSeconds: 0.05 });
    await using raw = await openRaw(await gateway.listen(), { isMute: true });
    expect(await raw.closed).toMatch(/^4408 /);
  });

  it.each([
    ['subscribes before it is acknowledged', '4401', [viewer('a')]],
    ['introduces itself twice', '4429', [{ type: 'connection_init' }, { type: 'connection_init' }]],
    ['says what is not JSON', '4400', ['{']],
    ['says what the protocol does not know', '4400', [{ type: 'start', id: 'a' }]],
    ['says what only a server says', '4400', [{ type: 'connection_init' }, { type: 'connection_ack' }]],
    [
      'subscribes without an id',
      '4400',
      [{ type: 'connection_init' }, { type: 'subscribe', payload: { query: '{a}' } }],
    ],
  ])('that %s is closed with %s', async (_what, code, messages) => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen(), { isMute: true });
    for (const message of messages) raw.say(message);
    expect(await raw.closed).toMatch(new RegExp(`^${code} `));
  });

  it('that uses the id of an operation that runs is closed with 4409', async () => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen());
    const watch = watchRun(gateway);
    raw.say(watch('a'));
    await raw.hear('a');
    raw.say(watch('a'));
    expect(await raw.closed).toMatch(/^4409 .*a already exists/);
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it('may use an id again as soon as it has completed it', async () => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen());
    const watch = watchRun(gateway);
    // The first is completed while it is still looking for the backup, the second is another operation.
    raw.say(watch('a'));
    raw.say({ id: 'a', type: 'complete' });
    raw.say(viewer('a'));
    expect(await raw.hear('a')).toMatchObject({ type: 'next', payload: { data: { viewer: { name: 'anonymous' } } } });
    expect(await raw.hear('a')).toMatchObject({ type: 'complete' });
    raw.say(watch('a'));
    raw.say({ id: 'a', type: 'complete' });
    raw.say(watch('a'));
    expect(await raw.hear('a')).toMatchObject({ type: 'next', payload: { data: { backupProgress: {} } } });
    raw.say({ id: 'a', type: 'complete' });
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
    expect(raw.inbox).toEqual([]);
  });

  it('may complete and use an id again, time after time, and leaves nothing behind', async () => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen());
    const watch = { id: 'a', type: 'subscribe', payload: { query: 'subscription { backupChanges { __typename } }' } };
    for (let round = 0; round < 5; round++) {
      raw.say(watch);
      raw.say({ id: 'a', type: 'complete' });
    }
    raw.say(viewer('a'));
    expect(await raw.hear('a')).toMatchObject({ type: 'next', payload: { data: { viewer: { name: 'anonymous' } } } });
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it('of another sub-protocol is refused', async () => {
    await using gateway = await startWith({});
    const origin = await gateway.listen();
    const old = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-ws');
    expect(await new Promise((resolve) => old.once('error', (error) => resolve(error.message)))).toContain(
      'no subprotocol',
    );
    await using raw = await openRaw(origin, { protocol: null, isMute: true });
    expect(await raw.closed).toMatch(/^4406 /);
  });

  it('is answered when it pings', async () => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen());
    raw.say({ type: 'ping', payload: { at: 1 } });
    expect(await raw.hear()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  it('stays open whatever becomes of one operation, and tells its code', async () => {
    await using gateway = await startWith({});
    await using raw = await openRaw(await gateway.listen());
    const watch = watchRun(gateway);
    raw.say(watch('other'));
    await raw.hear('other');
    const ask = (query: string, more: object = {}) =>
      raw.say({ id: 'bad', type: 'subscribe', payload: { query, ...more } });
    for (const [query, code] of [
      ['{ nope', 'BAD_USER_INPUT'],
      ['{ nope }', 'BAD_USER_INPUT'],
      ['subscription { nope }', 'BAD_USER_INPUT'],
      ['query A { viewer { name } } query B { viewer { name } }', 'BAD_USER_INPUT'],
      ['query ($id: ID!) { backup(id: $id) { id } }', 'BAD_USER_INPUT'],
      ['subscription { backupProgress(id: "zzz") { __typename } }', 'NOT_FOUND'],
      ['{ backup(id: "zzz") { id } }', null],
    ] as const) {
      ask(query);
      const { type, payload } = await raw.hear('bad');
      const errors = type === 'error' ? payload : (payload as { errors?: unknown }).errors;
      if (code) expect([query, errors]).toMatchObject([query, [{ extensions: { code } }]]);
      if (type === 'next') expect(await raw.hear('bad')).toMatchObject({ type: 'complete' });
    }
    gateway.sandbox.clock.advance(3_000);
    expect(await raw.hear('other')).toMatchObject({ type: 'next' });
    await answersStill(raw);
  });

  it('stays open when a resolver fails in a way that nobody thought of', async () => {
    await using gateway = await startWith({});
    replaceResolver(gateway.app.schema, 'viewer', () => {
      throw new TypeError('canary');
    });
    await using raw = await openRaw(await gateway.listen());
    raw.say(viewer('a'));
    const answer = await raw.hear('a');
    expect(answer).toMatchObject({ payload: { errors: [{ extensions: { code: 'INTERNAL' } }] } });
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('runs so many operations at once, refuses the next, and takes it when one has ended', async () => {
    await using gateway = await startWith({ operationsPerSocket: 3 });
    await using raw = await openRaw(await gateway.listen());
    const watch = watchRun(gateway);
    for (const id of ['a', 'b', 'c']) {
      raw.say(watch(id));
      await raw.hear(id);
    }
    raw.say(viewer('d'));
    expect(await raw.hear('d')).toMatchObject({
      type: 'error',
      payload: [{ message: expect.stringContaining('open another socket'), extensions: { code: 'RATE_LIMITED' } }],
    });
    raw.say({ id: 'a', type: 'complete' });
    // What was refused, too, is over: it must not count.
    for (let round = 0; round < 5; round++) {
      raw.say({ id: 'e', type: 'subscribe', payload: { query: '{ nope }' } });
      expect(await raw.hear('e')).toMatchObject({ payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
    await answersStill(raw);
  });

  it('is one of so many from an address; the next is told to come back, and may when one has left', async () => {
    await using gateway = await startWith({ socketsPerAddress: 2 });
    const origin = await gateway.listen();
    await using first = await openRaw(origin);
    await using second = await openRaw(origin);
    await using third = await openRaw(origin, { isMute: true });
    expect(await third.closed).toBe('1013 This address has 2 sockets open: close some, or run more on each.');
    first.socket.close();
    await first.closed;
    await using fourth = await openRaw(origin);
    await answersStill(fourth);
    await answersStill(second);
  });

  it('that sends more than is allowed is closed with 1009, and our own log says so in one line', async () => {
    await using running = start(['serve', '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    await using raw = await openRaw(origin);
    raw.say('x'.repeat(256_001));
    expect(await raw.closed).toMatch(/^1009 /);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(
      running
        .stderr()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ msg: 'a socket broke the protocol', reason: 'Max payload size exceeded' }]);
  });

  it('whose peer answers no ping any more is cut, and its streams end', async () => {
    await using gateway = await startWith({ heartbeatSeconds: 0.1 });
    const origin = await gateway.listen();
    // A peer that fell silent: it takes what comes, and answers nothing.
    await using raw = await openRaw(origin);
    const watch = watchRun(gateway);
    raw.say(watch('a'));
    await raw.hear('a');
    expect(gateway.app.hub.loops).toBe(1);
    raw.socket.pong = () => undefined;
    expect(await raw.closed).toMatch(/^1006 /);
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it('whose peer answers pings stays open', async () => {
    await using gateway = await startWith({ heartbeatSeconds: 0.05 });
    await using raw = await openRaw(await gateway.listen());
    for (let ping = 0; ping < 5; ping++) await new Promise((resolve) => raw.socket.once('ping', resolve));
    await answersStill(raw);
  });
});

describe('unsubscribing', () => {
  it('frees everything at once, also while a product is being asked', async () => {
    await using sandboxed = await startBorgGateway({ history: 5 });
    const { sandbox } = sandboxed;
    await using proxy = await startFaultProxy(sandbox.url);
    // Longer than any test may take: nothing but leaving ends a request.
    const patient = { ...sandbox.config, url: proxy.url, timeoutSeconds: 300 };
    await using gateway = startGateway({ providers: [patient] });
    const watch = watchRun(sandboxed);
    await using raw = await openRaw(await gateway.listen());
    /** One request to the product that is never answered: it ends when the gateway gives it up. */
    const holdOne = () => {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      const name = 'is given up';
      const apply: Fault['apply'] = ({ response }) => void response.once('close', end);
      return { fault: proxy.fail({ name, apply }, { times: 1 }), ended };
    };
    raw.say(watch('polled'));
    await raw.hear('polled');
    const poll = holdOne();
    await poll.fault.untilHit();
    raw.say({ id: 'polled', type: 'complete' });
    await poll.ended;
    expect(gateway.app.hub.loops).toBe(0);

    const search = holdOne();
    raw.say(watch('looked for'));
    await search.fault.untilHit();
    raw.say({ id: 'looked for', type: 'complete' });
    await search.ended;

    const last = holdOne();
    raw.say(watch('of a socket that goes'));
    await last.fault.untilHit();
    raw.socket.terminate();
    await last.ended;
    expect(gateway.app.hub.loops).toBe(0);
  });
});

describe('stopping', () => {
  it('tells sockets to come back with 1012, and does not wait for those that do not answer', async () => {
    const gateway = await startWith({});
    await using _ = gateway;
    const origin = await gateway.listen();
    await using raw = await openRaw(origin);
    const deaf = connect(Number(new URL(origin).port), '127.0.0.1');
    deaf.write(
      'GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    );
    await new Promise((resolve) => deaf.once('data', resolve));
    const startedAt = performance.now();
    await gateway.app.close();
    expect(await raw.closed).toBe('1012 Service restart');
    expect(performance.now() - startedAt).toBeLessThan(4_500);
    deaf.destroy();
  });
});
