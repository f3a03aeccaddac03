/** The commands beside `serve`, as people type them. One file, since all its tests run the command line. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { createCertificate } from '../support/certificate.ts';
import { command } from '../support/commands.ts';
import { endToEnd, type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { audience, createSigningKey, issuer, startKeyServer } from '../support/key-server.ts';
import { ask, writeConfig } from '../support/main.ts';
import { start } from '../support/process.ts';

/** Every time as some products write it. */
const withoutZones: Fault = {
  name: 'has times without a zone',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const body = Buffer.concat(parts)
      .toString()
      .replaceAll(/(T[\d:.]{8,15})\+00:00"/g, '$1"');
    const headers = { ...endToEnd(answer.headers), 'content-length': Buffer.byteLength(body) };
    response.writeHead(answer.statusCode ?? 502, headers).end(body);
  },
};

describe('check', () => {
  it('prints a line for each provider, exits 1 where one is bad, and prints no secret', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
    const { username, password } = sandbox.config as { username: string; password: string };
    const file = await writeConfig(
      'check.yaml',
      `providers:
  - { name: good, kind: borg, url: "${sandbox.url}", username: ${username}, password: "\${GOOD_PASSWORD}",
      entities: { /backups/mail: { expectEvery: 1d }, /backups/male: { expectEvery: 1d } } }
  - { name: bad, kind: borg, url: "${sandbox.url}", token: canary-token }
  - { name: gone, kind: borg, url: "http://127.0.0.1:1", token: canary-token }
`,
    );
    await using running = start(['check', '--config', file], { GOOD_PASSWORD: password });
    expect(await running.ended).toBe(1);
    const lines = running.stdout().trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^FAIL {2}good \(borg\): 6 protected entities, 5 without an expectation \(expectEvery\), \d+ ms; "entities" names what it does not have: \/backups\/male$/,
    );
    expect(lines[1]).toMatch(/^FAIL {2}bad \(borg\): PROVIDER_UNAUTHENTICATED: /);
    expect(lines[2]).toMatch(/^FAIL {2}gone \(borg\): PROVIDER_UNAVAILABLE: /);
    expect(running.stdout() + running.stderr()).not.toMatch(new RegExp(`canary|${password}`));
  });

  it.each([true, false])('notes that times have no zone only where they have none: %s', async (hasZone) => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 3 });
    await using proxy = await startFaultProxy(sandbox.url);
    if (!hasZone) proxy.fail(withoutZones);
    const { username, password } = sandbox.config as { username: string; password: string };
    const file = await writeConfig(
      'zones.yaml',
      `providers: [{ name: files, kind: borg, url: "${proxy.url}", username: ${username}, password: "${password}" }]\n`,
    );
    await using running = command(['check', '--config', file]);
    expect(await running.ended).toBe(0);
    const note = '; some times have no time zone, and were read as those of "timeZone" in its configuration';
    expect(running.stdout().includes(note)).toBe(!hasZone);
  });

  it('trusts the authorities of NODE_EXTRA_CA_CERTS for providers and the key server, and reads no proxy variable', async () => {
    const certificate = createCertificate();
    await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
    await using keys = await startKeyServer([await createSigningKey('one')], certificate);
    const front = createServer(certificate, (incoming, response) => {
      const { method, url, headers } = incoming;
      const forwarded = request(`${sandbox.url}${url}`, { method, headers }, (answer) => {
        answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
      });
      incoming.pipe(forwarded);
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    const { username, password } = sandbox.config as { username: string; password: string };
    const file = await writeConfig(
      'authority.yaml',
      `auth: { jwt: { issuer: "${issuer}", audience: ${audience}, jwksUrl: "${keys.url}", algorithms: [ES256] } }
providers:
  - { name: good, kind: borg, url: "https://127.0.0.1:${(front.address() as AddressInfo).port}", username: ${username}, password: ${password} }
`,
    );
    const authority = await writeConfig('company.pem', certificate.cert);
    const proxy = 'http://127.0.0.1:1';
    const proxies = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy, NO_PROXY: '' };
    await using trusting = start(['check', '--config', file], { ...proxies, NODE_EXTRA_CA_CERTS: authority });
    await using doubting = start(['check', '--config', file], { NODE_EXTRA_CA_CERTS: '' });
    expect(await trusting.ended).toBe(0);
    expect(trusting.stdout()).toMatch(/^ok {4}auth\.jwt\.jwksUrl: 1 key\nok {4}good \(borg\): 6 protected entities/);
    expect(await doubting.ended).toBe(1);
    const [ofKeys, ofProvider] = doubting.stdout().split('\n');
    expect(ofKeys).toMatch(/^FAIL {2}auth\.jwt\.jwksUrl: .* not trusted\. Set auth\.jwt\.ca to .* NODE_EXTRA_CA_CERTS/);
    expect(ofProvider).toMatch(/^FAIL {2}good .* not trusted\. Set "ca" to .* NODE_EXTRA_CA_CERTS/);
    front.closeAllConnections();
    front.close();
  });

  it('tells every fault of a configuration at once, each with its path, and no stack', async () => {
    const file = await writeConfig(
      'faults.yaml',
      `server: { port: 70000, hosst: x }
providers:
  - { name: UPPER, kind: borg, url: ftp://x, token: canary-secret, colour: red }
  - { name: b, kind: nope }
  - { name: c, kind: borg, url: http://x, token: "\${NOT_SET_ANYWHERE}" }
log: { level: loud }
`,
    );
    await using running = command(['check', '--config', file]);
    expect(await running.ended).toBe(2);
    const text = running.stderr();
    for (const path of [
      'server.port: ',
      'server.hosst: unknown key',
      'providers[0].name: expected 1 to 40',
      'providers[0].url: expected an http or https URL',
      'providers[0].colour: unknown key',
      'providers[1].kind: expected one of: flosum, labii, vprotect, borg',
      'providers[2].token: expected the environment variable NOT_SET_ANYWHERE to be set',
      'log.level: expected one of: ',
    ]) {
      expect(text).toContain(path);
    }
    expect(text).not.toMatch(/canary|\n\s+at /);
  });

  it.each([
    [['check'], 'This needs --config FILE.'],
    [['check', '--config', '/does/not/exist.yaml'], 'Cannot read'],
    [['nonsense'], 'There is no command "nonsense".'],
    [['--nonsense'], 'nonsense'],
    [['--port', 'x'], '--port is a number from 0 to 65535.'],
    [['token', '--role', 'ADMIN'], '--role is READER or OPERATOR.'],
    [['token', '--name', 'two words'], '--name is 1 to 60 letters, digits and ._@-.'],
    [['token', '--port', '1'], 'The command token takes only --name and --role.'],
    [['serve', '--role', 'READER'], '--name and --role are for "token".'],
  ])('%j exits 2 and says what to do', async (args, message) => {
    await using running = command(args);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toContain(message);
    expect(running.stderr()).not.toMatch(/\n\s+at /);
  });
});

describe('token', () => {
  it('prints a token once, and a configuration that knows it and lets its bearer in', async () => {
    await using made = command(['token', '--name', 'night.watch@example', '--role', 'OPERATOR']);
    expect(await made.ended).toBe(0);
    expect(made.stderr()).toBe('');
    const text = made.stdout();
    const [, token = ''] = /: (bp_[\w-]{43})$/m.exec(text) ?? [];
    expect(text.split(token)).toHaveLength(2);
    const yaml = text.slice(text.indexOf('auth:'));
    expect(parse(yaml)).toEqual({
      auth: {
        tokens: [{ name: 'night.watch@example', sha256: expect.stringMatching(/^[\da-f]{64}$/), role: 'OPERATOR' }],
      },
    });
    const file = await writeConfig(
      'token.yaml',
      `${yaml}providers: [{ name: a, kind: borg, url: "http://127.0.0.1:1", token: x }]\n`,
    );
    await using running = command(['--config', file, '--port', '0']);
    const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/);
    await running.untilPrinted(/GraphiQL is off, .*server\.graphiql: true/);
    expect(await ask(origin, '{ viewer { name role } }')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await ask(origin, '{ viewer { name role } }', token)).toEqual({
      data: { viewer: { name: 'night.watch@example', role: 'OPERATOR' } },
    });
  });

  it('makes a reader unless told otherwise, and another token each time', async () => {
    const made = [command(['token']), command(['token'])];
    const tokens = await Promise.all(
      made.map(async (running) => {
        expect(await running.ended).toBe(0);
        expect(running.stdout()).toContain('role: READER');
        return /bp_[\w-]+/.exec(running.stdout())?.[0];
      }),
    );
    expect(new Set(tokens).size).toBe(2);
  });
});

describe('the example configuration', () => {
  it('is one that check takes', async () => {
    await using running = command(['check', '--config', 'backplane.example.yaml'], {
      BORG_PASSWORD: 'x',
      BORG_ARCHIVE_PASSWORD: 'x',
      FLOSUM_TOKEN: 'x',
      LABII_PASSWORD: 'x',
      VPROTECT_PASSWORD: 'x',
    });
    // Nobody answers at its addresses here, and that is all that is wrong with it.
    expect(await running.ended).toBe(1);
    expect(running.stdout()).toMatch(/^FAIL {2}files /m);
    expect(running.stderr()).toBe('');
  });
});

describe('entities without an expectation', () => {
  it('are counted by check and by the start, for each provider that has some', async () => {
    await using sandbox = await startBorgSandbox({ demo: false, history: 1 });
    const { username, password } = sandbox.config as { username: string; password: string };
    const login = `kind: borg, url: "${sandbox.url}", username: ${username}, password: ${password}`;
    const file = await writeConfig(
      'expected.yaml',
      `providers:
  - { name: some, ${login}, expectEvery: 24h, entities: { /backups/mail: { expectEvery: none } } }
  - { name: none, ${login} }
  - { name: all, ${login}, expectEvery: 0 1 * * * UTC }
  - { name: gone, kind: borg, url: "http://127.0.0.1:1", token: x }
`,
    );
    await using checked = command(['check', '--config', file]);
    expect(await checked.ended).toBe(1);
    const lines = checked.stdout().trim().split('\n');
    expect(lines[0]).toMatch(
      /^ok {4}some \(borg\): 6 protected entities, 1 without an expectation \(expectEvery\), \d+ ms$/,
    );
    expect(lines[1]).toMatch(
      /^ok {4}none \(borg\): 6 protected entities, 6 without an expectation \(expectEvery\), \d+ ms$/,
    );
    expect(lines[2]).toMatch(/^ok {4}all \(borg\): 6 protected entities, \d+ ms$/);
    await using running = command(['--config', file, '--port', '0']);
    await running.untilPrinted(/some: no backup is expected of 1 of 6 protected entities, so they are never OVERDUE\./);
    await running.untilPrinted(/none: no backup is expected of 6 of 6 protected entities/);
    await running.untilPrinted(/gone: no backup is expected of some .* How many is not known: PROVIDER_UNAVAILABLE\./);
    expect(running.stdout()).not.toMatch(/^all: /m);
  });
});
