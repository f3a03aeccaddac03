/** Keys that are published at a URL: when they are asked for, which are believed, and what an outage of theirs costs. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verify } from '../../../src/auth/identity.ts';
import { createJwt, createVerify } from '../../../src/auth/jwt.ts';
import { createKeyServer, type KeyServerOptions } from '../../../src/auth/jwt-key-server.ts';
import type { Keys } from '../../../src/auth/jwt-keys.ts';
import { type AuthSettings, authSettings } from '../../../src/config/auth.ts';
import type { JwtSettings } from '../../../src/config/jwt.ts';
import { currentRequestId, inRequest } from '../../../src/core/request-scope.ts';
import { type Certificate, createCertificate } from '../../support/certificate.ts';
import {
  audience,
  createSigningKey,
  issuer,
  type KeyServer,
  type KeyServerMode,
  type SigningKey,
  signToken,
  startKeyServer,
} from '../../support/key-server.ts';

let one: SigningKey;
let two: SigningKey;
beforeAll(async () => {
  one = await createSigningKey('one');
  two = await createSigningKey('two');
});

interface Logged {
  readonly msg: string;
  readonly keyServer: string;
  readonly reason?: string;
  readonly err?: { readonly message: string };
}

interface Reader extends AsyncDisposable {
  readonly server: KeyServer;
  readonly keys: Keys;
  readonly verify: Verify;
  readonly lines: Logged[];
  /** Of the gateway, which stands still until a test moves it. */
  readonly clock: { now: number };
  /** The first keys were read, or were not. */
  settled(): Promise<unknown>;
  /** `in`, or the message of the refusal. */
  outcome(key: SigningKey): Promise<string>;
}

const collectLog = (lines: Logged[]) =>
  pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as Logged) });

function settings(jwksUrl: string, more: object = {}): JwtSettings {
  const given = { issuer, audience, jwksUrl, algorithms: ['ES256'], ...more };
  return (authSettings.parse({ jwt: given }) as NonNullable<AuthSettings>).jwt as JwtSettings;
}

/** Reads the keys again only where it is asked to, unless the options say more. */
async function startReader(more: Partial<KeyServerOptions> = {}, mode: KeyServerMode | 'down' = 'answers') {
  const server = await startKeyServer([one]);
  if (mode === 'down') await server.stop();
  else server.mode = mode;
  const lines: Logged[] = [];
  const clock = { now: Date.now() };
  const keys = createKeyServer({
    url: server.url,
    ca: null,
    algorithms: ['ES256'],
    keysMs: 1_000_000,
    log: collectLog(lines),
    now: () => clock.now,
    timeoutMs: 10_000,
    pauseMs: 10_000,
    ...more,
  });
  const verify = createVerify(settings(server.url), keys, () => clock.now);
  const reader: Reader = {
    server,
    keys,
    verify,
    lines,
    clock,
    settled: () => expect.poll(() => keys.ring !== null || lines.length > 0).toBe(true),
    outcome: async (key) => {
      try {
        await verify(await signToken(key));
        return 'in';
      } catch (error) {
        expect((error as { code?: string }).code).toBe('UNAUTHENTICATED');
        return (error as Error).message;
      }
    },
    async [Symbol.asyncDispose]() {
      await keys.close();
      await server[Symbol.asyncDispose]();
    },
  };
  return reader;
}

const unknownKey = 'This token was signed with a key that is not known here ("kid").';
const unreachable = 'The key server that could verify this token cannot be reached.';

describe('keys at a URL', () => {
  it('are read once at the start, and requests that come meanwhile wait for them', async () => {
    await using reader = await startReader();
    const outcomes = await Promise.all([one, one, one].map((key) => reader.outcome(key)));
    expect(outcomes).toEqual(['in', 'in', 'in']);
    expect(reader.server.requests).toEqual(['/keys']);
    expect(reader.lines).toEqual([]);
  });

  it('are asked for at once by a token with a key that is new', async () => {
    await using reader = await startReader();
    await reader.settled();
    reader.server.keys = [one.jwk, two.jwk];
    expect(await reader.outcome(two)).toBe('in');
    expect(reader.server.requests).toHaveLength(2);
  });

  it('are asked for once, however many come with keys that nobody knows, and once more after a pause', async () => {
    await using reader = await startReader();
    await reader.settled();
    const flood = async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => reader.outcome(two)));
      expect(new Set(outcomes)).toEqual(new Set([unknownKey]));
      return reader.server.requests.length;
    };
    expect(await flood()).toBe(2);
    expect(await flood()).toBe(2);
    reader.clock.now += 9_999;
    expect(await flood()).toBe(2);
    reader.clock.now += 1;
    expect(await flood()).toBe(3);
    expect(await reader.outcome(one)).toBe('in');
  });

  it('are asked for again where the answer that was awaited is older than the key', async () => {
    const token = await signToken(two);
    await using reader = await startReader({}, 'waits');
    await reader.server.asked();
    const outcomes = [token, token].map((one) => reader.verify(one));
    reader.server.keys = [one.jwk, two.jwk];
    reader.server.mode = 'answers';
    reader.server.release();
    expect(await Promise.all(outcomes)).toMatchObject([{ viewer: { name: 'anna' } }, { viewer: { name: 'anna' } }]);
    expect(reader.server.requests).toHaveLength(2);
  });

  it('are read again every so often with nobody waiting, and those that were removed let nobody in', async () => {
    await using reader = await startReader({ keysMs: 30 });
    expect(await reader.outcome(one)).toBe('in');
    const token = await signToken(one);
    await reader.verify(token);
    const { ring } = reader.keys;
    // The same keys stay the same.
    await reader.server.asked();
    await reader.server.asked();
    expect(reader.keys.ring).toBe(ring);
    reader.server.keys = [two.jwk];
    await expect.poll(() => reader.keys.ring !== ring).toBe(true);
    await expect(async () => reader.verify(token)).rejects.toThrow(unknownKey);
    expect(await reader.outcome(two)).toBe('in');
    reader.server.keys = [];
    await expect.poll(() => reader.keys.ring?.size).toBe(0);
    expect(await reader.outcome(two)).toBe(unknownKey);
    expect(reader.lines.map(({ msg }) => msg)).toEqual(['the key server publishes no key that can be used']);
  });

  it('are asked for by one request at a time', async () => {
    await using reader = await startReader({ keysMs: 100 });
    await reader.settled();
    reader.server.mode = 'waits';
    const outcome = reader.outcome(two);
    await reader.server.asked();
    const { length } = reader.server.requests;
    // The time for the next reading comes while this one is on its way.
    await pass(300);
    expect(reader.server.requests).toHaveLength(length);
    reader.server.mode = 'answers';
    reader.server.release();
    expect(await outcome).toBe(unknownKey);
  });

  it('are not waited for where a key is known, however long the server takes', async () => {
    await using reader = await startReader({ keysMs: 30 });
    await reader.settled();
    reader.server.mode = 'hangs';
    await reader.server.asked();
    expect(await reader.outcome(one)).toBe('in');
  });

  it('are read for everybody: what that does belongs to nobody’s request', async () => {
    const server = await startKeyServer([one]);
    const seen: unknown[] = [];
    const write = () => void seen.push(currentRequestId());
    server.mode = 'fails';
    const log = pino({ base: null }, { write });
    const options = { url: server.url, ca: null, algorithms: ['ES256'] as const, keysMs: 1_000_000, log };
    const keys = inRequest('the first', () => createKeyServer(options));
    await expect.poll(() => seen).toEqual([null]);
    await keys.close();
    await server[Symbol.asyncDispose]();
  });
});

describe('a key server that', () => {
  it.each<KeyServerMode>([
    'compresses with gzip',
    'compresses with deflate',
    'compresses with br',
    'sends a byte order mark',
  ])('%s is understood', async (mode) => {
    await using reader = await startReader({}, mode);
    expect(await reader.outcome(one)).toBe('in');
  });

  it.each<[KeyServerMode | 'down', RegExp]>([
    ['down', /^the connection was refused. Check that it runs, and the port in auth\.jwt\.jwksUrl$/],
    ['fails', /HTTP 503/],
    ['hangs', /^it did not answer in time$/],
    ['hangs in the middle', /^it did not answer in time$/],
    ['drips', /^it did not answer in time$|too slowly/],
    ['redirects', /HTTP 302, a redirect to 127\.0\.0\.1:\d+\/elsewhere over http, and redirects are not followed/],
    ['is too large', /more than 0.256 MB/],
    ['is endless', /more than 0.256 MB/],
    ['becomes too large', /more than 0.256 MB/],
    ['is not JSON', /not a set of keys/],
    ['is no set', /not a set of keys/],
  ])('%s lets nobody in, says so once in the log, and does so until it is back', async (mode, reason) => {
    await using reader = await startReader({ timeoutMs: /hangs|drips/.test(mode) ? 200 : 10_000 }, mode);
    const { port } = new URL(reader.server.url);
    // Requests that wait for the first read and requests during the pause are told alike.
    for (const _time of [1, 2]) {
      const refused = Promise.resolve(reader.verify(await signToken(one)));
      await expect(refused).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: unreachable,
        retryAfterSeconds: 10,
      });
    }
    expect(unreachable).not.toContain(port);
    expect(reader.lines).toHaveLength(1);
    const [line] = reader.lines;
    expect(line).toMatchObject({ msg: 'the key server could not be read', keyServer: reader.server.url });
    expect(line?.reason).toMatch(reason);
    // Nothing was fetched from where a redirect leads.
    expect(reader.server.requests).toEqual(mode === 'down' ? [] : ['/keys']);

    reader.server.mode = 'answers';
    if (mode === 'down') await reader.server.start();
    expect(await reader.outcome(one)).toBe(unreachable);
    reader.clock.now += 10_000;
    expect(await reader.outcome(one)).toBe('in');
    expect(reader.lines.map(({ msg }) => msg)).toEqual([
      'the key server could not be read',
      'the key server answers again',
    ]);
  });

  it.each<KeyServerMode | 'down'>(['down', 'fails', 'redirects', 'is too large', 'is not JSON', 'is no set'])(
    '%s later leaves its keys as they were, until it gives others',
    async (mode) => {
      await using reader = await startReader();
      await reader.settled();
      reader.server.keys = [two.jwk];
      if (mode === 'down') await reader.server.stop();
      else reader.server.mode = mode;
      expect(await reader.outcome(two)).toBe(unreachable);
      expect(await reader.outcome(one)).toBe('in');
      reader.server.mode = 'answers';
      if (mode === 'down') await reader.server.start();
      reader.clock.now += 10_000;
      expect(await reader.outcome(two)).toBe('in');
      expect(await reader.outcome(one)).toBe(unknownKey);
    },
  );

  it('fails is asked again by itself, less and less often', async () => {
    await using reader = await startReader({ pauseMs: 20 }, 'fails');
    for (let asked = 0; asked < 4; asked++) await reader.server.asked();
    reader.server.mode = 'answers';
    await expect.poll(() => reader.keys.ring?.size).toBe(1);
    expect(await reader.outcome(one)).toBe('in');
  });

  it('is down says so once for each cause, and once when it answers again, however often it is asked', async () => {
    await using reader = await startReader({ pauseMs: 2 }, 'fails');
    const asked = async () => {
      for (let time = 0; time < 3; time++) await reader.server.asked();
    };
    await asked();
    reader.server.mode = 'is no set';
    await asked();
    reader.server.mode = 'fails';
    await asked();
    reader.server.mode = 'answers';
    await expect.poll(() => reader.lines.at(-1)?.msg).toBe('the key server answers again');
    // The same cause is another change of state once it has answered.
    reader.server.mode = 'fails';
    reader.clock.now += 10;
    expect(await reader.outcome(two)).toBe(unreachable);
    expect(reader.lines.map(({ msg, reason }) => reason ?? msg)).toEqual([
      'it answered HTTP 503',
      'the answer is not a set of keys: {"keys": [...]}, 100 at most',
      'it answered HTTP 503',
      'the key server answers again',
      'it answered HTTP 503',
    ]);
  });

  it('hangs does not keep the process from ending', async () => {
    const reader = await startReader({ timeoutMs: 1_000_000 }, 'hangs');
    await reader.server.asked();
    await reader[Symbol.asyncDispose]();
    expect(reader.lines).toEqual([]);
  });
});

describe('a key server with TLS', () => {
  async function readOver(certificate: Certificate, authority: string | null): Promise<Logged[]> {
    const server = await startKeyServer([one], certificate);
    const ca = authority === null ? null : join(tmpdir(), `${randomUUID()}.pem`);
    if (ca !== null) await writeFile(ca, authority ?? '');
    const lines: Logged[] = [];
    const jwt = createJwt(settings(server.url, { ca }), collectLog(lines));
    const token = await signToken(one);
    const outcome = await Promise.resolve(jwt.verify(token)).then(
      () => 'in',
      (error: Error) => error.message,
    );
    expect(outcome).toBe(lines.length === 0 ? 'in' : unreachable);
    await jwt.close();
    await server[Symbol.asyncDispose]();
    return lines;
  }

  it('is believed with a certificate of the authority that the configuration names', async () => {
    const certificate = createCertificate();
    expect(await readOver(certificate, certificate.cert)).toEqual([]);
  });

  it('is not believed with a certificate that nobody has signed, whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const [line] = await readOver(createCertificate(), null);
      expect(line?.err?.message).toContain('self-signed certificate');
      expect(line?.reason).toMatch(/^its certificate is not trusted\. Set auth\.jwt\.ca to the certificate/);
      expect(await readOver(createCertificate(), createCertificate().cert)).toHaveLength(1);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('has a reason of its own for each fault of its certificate, its port and its name', async () => {
    const reasonOf = async (url: string, ca: string | null) => {
      const lines: Logged[] = [];
      const keys = createKeyServer({ url, ca, algorithms: ['ES256'], keysMs: 1_000_000, log: collectLog(lines) });
      await expect(Promise.resolve(keys.find({ alg: 'ES256', kid: 'one' }))).rejects.toThrow(unreachable);
      await keys.close();
      return lines.map(({ reason }) => reason);
    };
    const over = async (certificate: Certificate) => {
      await using server = await startKeyServer([one], certificate);
      return await reasonOf(server.url, certificate.cert);
    };
    await using plain = await startKeyServer([one]);
    await using secure = await startKeyServer([one], createCertificate());
    expect(await over(createCertificate('127.0.0.1', { untilMs: -1_000 }))).toEqual(['its certificate has expired']);
    expect(await over(createCertificate('127.0.0.9'))).toEqual([
      'its certificate is for another host name than the one in auth.jwt.jwksUrl',
    ]);
    expect(await reasonOf(plain.url.replace('http:', 'https:'), null)).toEqual([
      'it does not speak TLS as expected: check whether auth.jwt.jwksUrl is http or https, and its port',
    ]);
    expect(await reasonOf(secure.url.replace('https:', 'http:'), null)).toEqual([
      expect.stringMatching(/^the connection was closed .* check whether auth\.jwt\.jwksUrl is http or https/),
    ]);
    expect(await reasonOf('http://no-such-host.invalid/keys', null)).toEqual([
      expect.stringMatching(/its host name was (not found: check auth\.jwt\.jwksUrl|looked up)/),
    ]);
  });

  it('whose authority is no certificate is a fault of the configuration', async () => {
    const ca = join(tmpdir(), `${randomUUID()}.pem`);
    await writeFile(ca, 'canary');
    const log = pino({ level: 'silent' });
    const create = (file: string) => createJwt(settings('https://127.0.0.1:9/keys', { ca: file }), log);
    expect(() => create(ca)).toThrow(`auth.jwt.ca: expected a file with a certificate in PEM form: ${ca}`);
    const none = `${ca}.none`;
    expect(() => create(none)).toThrow(`auth.jwt.ca: expected a file that can be read (ENOENT): ${none}`);
  });
});
