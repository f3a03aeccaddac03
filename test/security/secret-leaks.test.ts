/**
 * Secrets that would be known again anywhere: planted in every field of a configuration that holds one, while products
 * do their worst with what they are sent. Then everything that the gateway printed, answered and wrote is searched.
 * One file, since all its tests search the same output for the same planted secrets.
 */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { command } from '../support/commands.ts';
import { aToken, globalId } from '../support/gateway.ts';
import { type Running, start } from '../support/process.ts';
import { openRaw } from '../support/raw-socket.ts';

/** Each with characters that look different in JSON, in a URL and in base64. */
const canary = (name: string): string => `Cnry/${name}+"&\\?=x`;
const plain = (name: string): string => `Cnry.${name}.plain-1`;

const canaries = {
  flosumToken: canary('flosum-token'),
  labiiToken: canary('labii-token'),
  labiiKey: canary('labii-key'),
  labiiPassword: canary('labii-password'),
  vprotectPassword: canary('vprotect-password'),
  borgToken: canary('borg-token'),
  borgPassword: canary('borg-password'),
  client: plain('client'),
  wrongClient: plain('wrong-client'),
  labiiSession: plain('labii-session'),
  vprotectSession: plain('vprotect-session'),
  borgSession: plain('borg-session'),
};
/** What comes from a client goes nowhere at all, and need not be in what products were sent. */
const sentUpstream = Object.entries(canaries).filter(([name]) => !name.toLowerCase().includes('client'));

const modes = ['refuses', 'leaks', 'leaks in an error', 'talks nonsense', 'redirects', 'hangs'] as const;

let folder: string;
/** What the product was sent, as text. */
let received = '';
let mode: (typeof modes)[number] = 'refuses';
let takesLogins = false;
const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) body += String(chunk);
  const { authorization = '', cookie = '', token = '' } = request.headers;
  const seen = [authorization, cookie, String(token), body, decodeURIComponent(body.replaceAll('+', ' '))].join('\n');
  received += seen;
  if (takesLogins && /login$|\/accounts\/auth\/$/.test(request.url ?? '')) {
    response.setHeader('set-cookie', `JSESSIONID=${canaries.vprotectSession}; Path=/`);
    const session = request.url?.includes('accounts') ? canaries.labiiSession : canaries.borgSession;
    response.end(JSON.stringify({ access_token: session, token: session, token_type: 'bearer' }));
    return;
  }
  const leak = `you sent ${seen} or ${Buffer.from(seen).toString('base64')} or ${encodeURIComponent(seen)}`;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers: Record<typeof mode, () => void> = {
    refuses: () => send(response, 401, { detail: 'no' }),
    leaks: () => send(response, 400, { detail: leak, message: leak, error: { message: leak } }),
    'leaks in an error': () => void response.writeHead(500, { 'x-leak': encodeURIComponent(seen) }).end(leak),
    'talks nonsense': () => void response.writeHead(200, { 'content-type': encodeURIComponent(leak) }).end(leak),
    redirects: () => void response.writeHead(302, { location: `${origin}/x?a=${encodeURIComponent(seen)}` }).end(),
    hangs: () => undefined,
  };
  answers[mode]();
}

const send = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backplane-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const providers = () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const each = { timeoutSeconds: 0.5, cacheSeconds: 0 };
  const labii = { ...each, kind: 'labii', url, organizations: [{ sid: 'og1', name: 'One' }], startTimeoutSeconds: 0.5 };
  const borg = { ...each, kind: 'borg', url };
  return [
    { ...each, name: 'flosum', kind: 'flosum', url, token: canaries.flosumToken, connections: [7] },
    { ...labii, name: 'labii-token', token: canaries.labiiToken },
    { ...labii, name: 'labii-key', apiKey: canaries.labiiKey },
    { ...labii, name: 'labii-login', username: 'ada', password: canaries.labiiPassword },
    {
      ...each,
      name: 'vprotect',
      kind: 'vprotect',
      url: `${url}/api`,
      username: 'ada',
      password: canaries.vprotectPassword,
    },
    { ...borg, name: 'borg-token', token: canaries.borgToken },
    // As most people give it.
    { ...borg, name: 'borg-login', username: 'ada', password: '${BORG_PASSWORD}' },
  ];
};

const names = () => providers().map(({ name }) => name);

/** Every way in which a text may stand in another. */
function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
      .toString('base64')
      .replace(/=+$/, '')
      // Without what its neighbours have a part in.
      .slice(before === 0 ? 0 : 4, -2),
  );
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

function expectNone(where: string, text: string): void {
  for (const [name, secret] of Object.entries(canaries)) {
    for (const form of formsOf(secret)) {
      const at = text.indexOf(form);
      expect([where, name, at < 0 ? null : text.slice(Math.max(0, at - 60), at + 60)]).toEqual([where, name, null]);
    }
  }
}

async function writeConfig(more: object = {}): Promise<string> {
  const file = join(folder, 'backplane.yaml');
  const config = {
    server: { port: 0 },
    auth: { tokens: [aToken(canaries.client, { name: 'anna' })] },
    providers: providers(),
    ledger: { file: join(folder, 'ledger.db'), answerWithinSeconds: 1, reconcileSeconds: 1 },
    log: { level: 'trace' },
    ...more,
  };
  await writeFile(file, stringify(config));
  return file;
}

const environment = { BORG_PASSWORD: canaries.borgPassword };

const read = `{
  backups(first: 2) { nodes { name errorMessage } problems { code message } }
  providers { name health { status problem { code message } } }
  protectedEntities(first: 2) { nodes { name } problems { code message } }
}`;

/** Everything that one client asks for, on every transport; gives all that it heard. */
async function askEverything(origin: string): Promise<string[]> {
  const heard: string[] = [];
  const authorization = `Bearer ${canaries.client}`;
  const hear = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${origin}${path}`, init);
    heard.push(JSON.stringify([...response.headers]), await response.text());
  };
  const post = (query: string, headers: Record<string, string> = {}) =>
    hear('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      body: JSON.stringify({ query }),
    });
  const entity = (name: string) =>
    name.startsWith('labii') ? globalId('LabiiOrganization', name, 'og1') : globalId('SalesforceOrg', name, '7');
  await Promise.all([
    post(read),
    post('{ __schema { types { name } } }'),
    post('{ broken'),
    post(read, { authorization: `Bearer ${canaries.wrongClient}` }),
    watch(origin, authorization, heard),
    ...names().map((name, index) =>
      post(
        `mutation { startBackup(input: { entityId: "${entity(name)}", idempotencyKey: "${mode}-${takesLogins}-${index}" }) { userErrors { message } operation { message error { message } } } }`,
      ),
    ),
    // It is always the same.
    ...(mode === 'leaks' ? [hear('/graphql', { headers: { accept: 'text/html', authorization } })] : []),
    hear(`/backups/${globalId('BorgBackup', 'borg-token', '7')}/log`, { headers: { authorization } }),
    hear('/nothing', { headers: { authorization } }),
    askOverSocket(origin, heard),
  ]);
  return heard;
}

/** The first events of a stream, which would go on until its product answers. */
async function watch(origin: string, authorization: string, heard: string[]): Promise<void> {
  const id = globalId('BorgBackup', 'borg-token', '7');
  const query = `subscription { backupProgress(id: "${id}") { ... on StreamStalled { problem { message } } } }`;
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
    body: JSON.stringify({ query }),
  });
  let text = JSON.stringify([...response.headers]);
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/^data: ./m.test(text)) break;
  }
  heard.push(text);
}

async function askOverSocket(origin: string, heard: string[]): Promise<void> {
  await using raw = await openRaw(origin, { isMute: true });
  raw.say({ type: 'connection_init', payload: { authorization: `Bearer ${canaries.client}` } });
  await raw.hear();
  raw.say({ id: 'a', type: 'subscribe', payload: { query: read } });
  raw.say({ id: 'b', type: 'subscribe', payload: { query: '{ broken' } });
  heard.push(JSON.stringify([await raw.hear('a'), await raw.hear('b')]));
}

const isUnsent = ([, secret]: readonly [string, string]): boolean =>
  !formsOf(secret).some((form) => received.includes(form));

async function originOf(running: Running): Promise<string> {
  const [, origin = ''] = await running.untilPrinted(/listening on (http:\/\/127\.0\.0\.1:\d+)\/graphql/);
  return origin;
}

it('no secret is printed, answered or written, whatever products do with it', async () => {
  let heard = '';
  for (const isOpen of [false, true]) {
    takesLogins = isOpen;
    // A ledger of its own: a refused login is remembered there, and not tried again.
    const ledger = { file: join(folder, `ledger-${isOpen}.db`), answerWithinSeconds: 1, reconcileSeconds: 1 };
    await using running = start(['--config', await writeConfig({ ledger })], environment);
    const origin = await originOf(running);
    for (mode of modes) heard += (await askEverything(origin)).join('\n');
    // On a busy machine, a login may take longer than the provider's timeout. Then everything is asked again.
    for (mode = 'leaks'; isOpen && sentUpstream.some(isUnsent); ) heard += (await askEverything(origin)).join('\n');
    running.child.kill('SIGTERM');
    await running.ended;
    // Where nothing was hidden, nothing was there to be hidden, and this proves nothing.
    expect(heard).toContain('[secret]');
    expect(running.stderr()).toContain('not admitted');
    expectNone('standard output', running.stdout());
    expectNone('the log', running.stderr());
  }
  expectNone('answers', heard);
  expect(sentUpstream.filter(isUnsent)).toEqual([]);
  for (const file of await readdir(folder)) {
    if (!file.startsWith('ledger')) continue;
    const bytes = (await readFile(join(folder, file))).toString('latin1');
    expectNone(file, bytes);
  }
});

it('check says nothing of them either', async () => {
  for ([mode, takesLogins] of [
    ['leaks', false],
    ['leaks', true],
    ['talks nonsense', true],
  ] as const) {
    // One in a process of its own, whose log is searched, too.
    const args = ['check', '--config', await writeConfig()];
    await using running = mode === 'leaks' && takesLogins ? start(args, environment) : command(args, environment);
    expect(await running.ended).toBe(1);
    expect(running.stdout()).toContain('FAIL');
    expectNone(`check that ${mode}`, running.stdout() + running.stderr());
  }
});

/** What the command line prints of a configuration that it refuses. */
async function refusalOf(config: string): Promise<string> {
  await using refused = command(['check', '--config', config]);
  expect(await refused.ended).toBe(2);
  return refused.stdout() + refused.stderr();
}

const borg = { name: 'files', kind: 'borg', url: 'http://127.0.0.1:1' };

it.each<[string, object]>([
  ['a list where a text is expected', { providers: [{ ...borg, token: [canaries.borgToken] }] }],
  ['a key that nobody knows', { providers: [{ ...borg, tokn: canaries.borgToken }] }],
  ['two ways at once', { providers: [{ ...borg, token: canaries.borgToken, password: canaries.borgPassword }] }],
  [
    'a password in an address',
    { providers: [{ ...borg, url: `http://ada:${plain('client')}@127.0.0.1/`, token: 'x' }] },
  ],
  ['a password as a kind', { providers: [{ ...borg, kind: canaries.borgPassword }] }],
  ['a variable that is not set', { providers: [{ ...borg, token: `${canaries.borgToken}\${NOT_SET}` }] }],
  ['a token instead of its digest', { auth: { tokens: [{ name: 'anna', sha256: canaries.client }] } }],
  ['a token as a name', { auth: { tokens: [{ name: canaries.borgToken, sha256: 'a'.repeat(64) }] } }],
  [
    'a key instead of its address',
    { auth: { jwt: { issuer: 'i', audience: 'a', algorithms: ['RS256'], jwksUrl: canaries.borgToken } } },
  ],
  [
    'a key of a bad algorithm',
    { auth: { jwt: { issuer: 'i', audience: 'a', algorithms: ['HS256'], secret: canaries.borgToken } } },
  ],
])('a configuration with %s is refused without saying it', async (_what, more) => {
  const printed = await refusalOf(await writeConfig(more));
  expect(printed).toContain('The configuration has faults');
  expectNone('faults', printed);
});

it('a configuration that is no YAML is refused without saying it', async () => {
  const file = join(folder, 'broken.yaml');
  for (const text of [
    `password: *${canaries.borgPassword}`,
    `a: "${canaries.client}`,
    `${canaries.client}: [`,
    `- ${canaries.client}\nb: c`,
  ]) {
    await writeFile(file, text);
    expectNone('faults', await refusalOf(file));
  }
});
