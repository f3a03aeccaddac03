/** How much may be asked in a minute, and what those who ask for more are told. */
import { describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { createAuthenticateRequest } from '../../../src/auth/authentication.ts';
import { unauthenticated } from '../../../src/auth/identity.ts';
import { limits as settings } from '../../../src/config/limits.ts';
import { createRate } from '../../../src/core/rate.ts';
import { aToken, globalId } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { ask, code, message, post, startLimited, transports } from './transports.ts';

const query = '{ viewer { name } }';
const tokens = { auth: { tokens: [aToken('anna'), aToken('bert')] } };

/** A rate whose clock a test moves. */
function aRate(perMinute: number) {
  const clock = { ms: 1_000_000.3 };
  return { rate: createRate(perMinute, () => clock.ms), clock };
}

describe('a rate', () => {
  it('gives a whole minute at once, and then evenly', () => {
    const { rate, clock } = aRate(6);
    expect(Array.from({ length: 7 }, () => rate.take('a'))).toEqual([0, 0, 0, 0, 0, 0, 10]);
    clock.ms += 9_999;
    expect([rate.wait('a'), rate.take('a')]).toEqual([1, 1]);
    clock.ms += 1;
    // To look takes nothing.
    expect([rate.wait('a'), rate.wait('a'), rate.take('a'), rate.take('a')]).toEqual([0, 0, 0, 10]);
    clock.ms += 60_000;
    expect([rate.take('a', 6), rate.take('a')]).toEqual([0, 10]);
  });

  it('takes all or nothing', () => {
    const { rate } = aRate(6);
    expect([rate.take('a', 4), rate.take('a', 3), rate.take('a', 2)]).toEqual([0, 10, 0]);
    expect(rate.take('b', 100)).toBe(60);
    expect(rate.take('b', 6)).toBe(0);
  });

  it.each([7, 120, 6_000, 9_999])('of %i gives exactly so many', (perMinute) => {
    const { rate } = aRate(perMinute);
    let given = 0;
    while (rate.take('a') === 0) given++;
    expect(given).toBe(perMinute);
  });

  it('counts each by itself', () => {
    const { rate } = aRate(1);
    expect([rate.take('a'), rate.take('b'), rate.take('a')]).toEqual([0, 0, 60]);
  });

  it('remembers 10,000 at most, and forgives nobody whom it must forget', () => {
    const { rate, clock } = aRate(2);
    rate.take('a', 2);
    for (let one = 0; one < 50_000; one++) rate.take(`other ${one}`);
    expect(rate.keys).toBe(10_001);
    expect(rate.take('a')).toBe(30);
    // Those who came too late share one minute's worth.
    expect(rate.take('another')).toBe(30);
    clock.ms += 30_000;
    // All but the first have their whole minute again, and need not be remembered.
    expect(rate.take('another')).toBe(0);
    expect(rate.keys).toBeLessThan(5);
    expect([rate.take('a'), rate.take('a')]).toEqual([0, 30]);
  });
});

describe.each(transports)('over %s', (transport) => {
  it('a viewer that asks too often is told when to come back, and nobody else is', async () => {
    // A socket is a request by itself.
    const each = transport === 'WebSocket' ? 2 : 1;
    await using gateway = await startLimited({ requestsPerMinute: 2 * each }, tokens);
    const { origin } = gateway;
    for (let one = 0; one < 2; one++) expect((await ask(transport, origin, { query }, 'anna')).data).toBeTruthy();
    if (transport === 'WebSocket') {
      await using raw = await openRaw(origin, { isMute: true });
      raw.say({ type: 'connection_init', payload: { authorization: 'Bearer anna' } });
      expect(await raw.closed).toMatch(
        /^1013 More than 4 requests of yours came within a minute: try again in \d+ s\.$/,
      );
    } else {
      const refused = await ask(transport, origin, { query }, 'anna');
      // Half a minute, less what the test has taken until now.
      const seconds = Number(refused.errors?.[0]?.extensions['retryAfterSeconds']);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(30);
      expect([refused.status, refused.headers?.get('retry-after')]).toEqual([429, String(seconds)]);
      expect(refused.errors).toEqual([
        {
          message: `More than 2 requests of yours came within a minute: try again in ${seconds} s.`,
          extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: seconds },
        },
      ]);
    }
    expect((await ask(transport, origin, { query }, 'bert')).data).toEqual({ viewer: { name: 'bert' } });
  });

  it('each field of a mutation is one, also of one request; queries are none', async () => {
    await using gateway = await startLimited({ mutationsPerMinute: 5 }, tokens);
    const cancels = (count: number) =>
      Array.from(
        { length: count },
        (_, i) =>
          `m${i}: cancelBackup(input: { id: "${globalId('BorgBackup', 'files', '1')}" }) { message: __typename }`,
      );
    const mutate = (fields: string[], token: string) =>
      ask(transport, gateway.origin, { query: `mutation { ${fields.join(' ')} }` }, token);
    expect((await mutate(cancels(3), 'anna')).data).toBeTruthy();
    gateway.sandbox.requests.length = 0;
    const refused = await ask(
      transport,
      gateway.origin,
      { query: `mutation { ...M } fragment M on Mutation { ${cancels(3).join(' ')} }` },
      'anna',
    );
    expect([code(refused), message(refused)]).toEqual([
      'RATE_LIMITED',
      expect.stringMatching(/^More than 5 mutations came within a minute: try again in \d+ s\. Nothing of this one/),
    ]);
    const seconds = Number(refused.errors?.[0]?.extensions['retryAfterSeconds']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(12);
    if (transport === 'HTTP')
      expect([refused.status, refused.headers?.get('retry-after')]).toEqual([429, String(seconds)]);
    expect(gateway.sandbox.requests).toEqual([]);
    const log = await ask(transport, gateway.origin, { query: '{ auditLog { nodes { command code } } }' }, 'anna');
    const list = log.data?.['auditLog'] as { nodes: { command: string; code: string | null }[] } | undefined;
    expect(list?.nodes.filter(({ code }) => code === 'RATE_LIMITED')).toEqual(
      Array.from({ length: 3 }, () => ({ command: 'cancelBackup', code: 'RATE_LIMITED' })),
    );
    expect((await mutate(cancels(2), 'anna')).data).toBeTruthy();
    expect((await ask(transport, gateway.origin, { query }, 'anna')).data).toBeTruthy();
    expect(message(await mutate(cancels(6), 'bert'))).toMatch(
      /^This has 6 mutations in it, and 5 a minute is the limit/,
    );
    expect((await mutate(cancels(5), 'bert')).data).toBeTruthy();
  });
});

test('every operation of a socket is a request, and what is refused is that operation alone', async () => {
  await using gateway = await startLimited({ requestsPerMinute: 3 });
  await using raw = await openRaw(gateway.origin);
  const heard = [];
  for (const id of ['a', 'b', 'c', 'd']) {
    raw.say({ id, type: 'subscribe', payload: { query } });
    heard.push((await raw.hear(id)).type);
  }
  expect(heard).toEqual(['next', 'next', 'next', 'error']);
  expect(raw.socket.readyState).toBe(WebSocket.OPEN);
});

test('a log that is downloaded is a request', async () => {
  await using gateway = await startLimited({ requestsPerMinute: 1 });
  const url = `${gateway.origin}/backups/${globalId('BorgBackup', 'files', '1')}/log`;
  expect((await fetch(url)).status).not.toBe(429);
  const refused = await fetch(url);
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringMatching(/try again in \d+ s/)]);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
});

test('an address that fails to log in too often is refused before the token is looked at, a good one, too', async () => {
  await using gateway = await startLimited({ failedLoginsPerMinute: 3 }, tokens);
  const { origin } = gateway;
  expect((await post(origin, { query }, 'anna')).status).toBe(200);
  const statuses = [];
  for (const token of ['x', 'y', 'z', 'x', 'anna']) statuses.push((await post(origin, { query }, token)).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  const refused = await ask('HTTP', origin, { query }, 'x');
  expect(message(refused)).toMatch(
    /^More than 3 failed logins from your address came within a minute: try again in \d/,
  );
  await using raw = await openRaw(origin, { isMute: true });
  raw.say({ type: 'connection_init', payload: { authorization: 'Bearer x' } });
  expect(await raw.closed).toMatch(/^1013 /);
});

describe('who is counted', () => {
  const limits = settings.parse({ failedLoginsPerMinute: 1, requestsPerMinute: 1 });
  const from = (address: string) => ({ address, requestId: 'r' });
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'admitted',
      (error: { code: string }) => error.code,
    );

  it.each([
    ['192.0.2.1', '192.0.2.2', false],
    ['2001:db8::1', '2001:db8::2', true],
    ['2001:db8:0:0:1::', '2001:DB8::ffff:0:0:9', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['::1', '::2', true],
    ['fe80::1%eth0', 'fe80::2', true],
  ])('%s and %s are the same: %s', async (one, other, isSame) => {
    const anonymous = {
      viewer: { id: 'anonymous', name: 'anonymous', role: 'READER', providers: null },
      expiresAt: null,
    } as const;
    const open = createAuthenticateRequest(() => anonymous, limits);
    await open(null, from(one));
    expect(await outcome(Promise.resolve(open(null, from(other))))).toBe(isSame ? 'RATE_LIMITED' : 'admitted');
    const closed = createAuthenticateRequest(() => {
      throw unauthenticated('no');
    }, limits);
    await outcome(Promise.resolve(closed(null, from(one))));
    expect(await outcome(Promise.resolve(closed(null, from(other))))).toBe(isSame ? 'RATE_LIMITED' : 'UNAUTHENTICATED');
  });
});
