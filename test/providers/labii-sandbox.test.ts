import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it, vi } from 'vitest';
import { type LabiiSandbox, type LabiiSandboxOptions, startLabiiSandbox } from '../../providers/labii/sandbox.ts';

type Json = Readonly<Record<string, unknown>>;
interface Row {
  readonly sid: string;
  readonly name: string;
  readonly description: string;
  readonly database_size: string;
  readonly file_size: string;
  readonly date_created: string;
  readonly status: string;
}
interface Page {
  readonly page_size: number;
  readonly page_number: number;
  readonly page_count: number;
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Row[];
}
interface Reply<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}
interface Ask {
  /** The API key unless given; null for none. */
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Json }>>;
}

const contract = JSON.parse(readFileSync(new URL('../fixtures/labii/openapi.json', import.meta.url), 'utf8')) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const now = Date.parse('2026-11-22T10:00:00.000Z');
const dayMs = 86_400_000;
const minuteMs = 60_000;
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
// The package is CommonJS, and its types do not say that its default export lies one step deeper.
(formats as unknown as { default: typeof formats.default }).default(ajv);
ajv.addSchema(contract, 'contract');
const validators = new Map<string, ValidateFunction>();
const shown = new Set<string>();

const templates = Object.keys(contract.paths).map((template) => ({
  template,
  pattern: new RegExp(`^(/v1)?${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));
const listTemplate = '/organizations/backup/list/{level}/{sid}/{serializer}/';
const detailTemplate = '/organizations/backup/detail/{sid}/';

/** What Django does although the description says nothing about it. */
const undescribed = new Set([
  `GET ${listTemplate} 404`,
  `PATCH ${detailTemplate} 400`,
  `PATCH ${detailTemplate} 405`,
  `DELETE ${detailTemplate} 405`,
  'POST /accounts/auth/ 400',
  'POST /accounts/mfa/code/ 406',
  'POST /accounts/mfa/verify/ 406',
]);

function checkAgainstContract(method: string, path: string, reply: Reply): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  const response = operation.responses[reply.status];
  if (!response) {
    if (!undescribed.has(name)) throw new Error(`the description does not know ${name}`);
    return;
  }
  shown.add(name);
  const types = Object.keys(response.content ?? {});
  if (types.length === 0) return;
  const type = reply.headers['content-type']?.split(';')[0] ?? '';
  expect(types, name).toContain(type);
  if (type !== 'application/json') return;
  const validate = validators.get(name) ?? compile(template, method, reply.status);
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}

function compile(template: string, method: string, status: number): ValidateFunction {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return ajv.compile({
    $ref: `contract#/paths/${path}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`,
  });
}

/** Asks over HTTP, below the configured address, and holds every reply against the description. */
async function ask<T = Json>(sandbox: LabiiSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const url = new URL(sandbox.config.url + path);
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(how.headers === null ? {} : (how.headers ?? { authorization: `Bearer ${sandbox.apiKey}` })),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: how.form ? new URLSearchParams(how.form) : how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const isJson = headers['content-type']?.startsWith('application/json');
  const body = (isJson ? await response.json() : await response.text()) as T;
  const reply = { status: response.status, headers, body };
  checkAgainstContract(method, url.pathname, reply);
  return reply;
}

const start = (options: LabiiSandboxOptions = {}): Promise<LabiiSandbox> =>
  startLabiiSandbox({ now, speed: 0, history: 0, demo: false, ...options });

const organization = (sandbox: LabiiSandbox, index = 0): string => sandbox.config.organizations[index]?.sid ?? '';
const listPath = (sid: string, serializer = 'list', level = 'organization') =>
  `/organizations/backup/list/${level}/${sid}/${serializer}/`;
const detailPath = (sid: string) => `/organizations/backup/detail/${sid}/`;

const list = async (sandbox: LabiiSandbox, query = '', sid = organization(sandbox)): Promise<Page> =>
  (await ask<Page>(sandbox, `GET ${listPath(sid)}${query}`)).body;
const detail = (sandbox: LabiiSandbox, sid: string, how: Ask = {}) => ask<Row>(sandbox, `GET ${detailPath(sid)}`, how);
const post = (sandbox: LabiiSandbox, serializer = 'detail', sid = organization(sandbox)) =>
  ask<Row>(sandbox, `POST ${listPath(sid, serializer)}`);

/** Sends a POST and comes back when the sandbox has taken it. The reply is a property, or it would be awaited too. */
async function posted(sandbox: LabiiSandbox, serializer?: string): Promise<{ reply: Promise<Reply<Row>> }> {
  const before = sandbox.billed;
  const reply = post(sandbox, serializer);
  reply.catch(() => {});
  await vi.waitFor(() => expect(sandbox.billed).toBe(before + 1), { interval: 1 });
  return { reply };
}

async function everyRow(sandbox: LabiiSandbox, sid: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const { results, page_count } = await list(sandbox, `?page=${page}&page_size=50`, sid);
    rows.push(...results);
    if (page === page_count) return rows;
  }
}

const keysOf = (body: object): string[] => Object.keys(body).toSorted((a, b) => a.localeCompare(b));

/** How many places the most misplaced row is away from where its time belongs. */
function disorder(rows: readonly { readonly date_created: string }[]): number {
  const listed = rows.map(({ date_created }) => date_created);
  const sorted = listed.toSorted((a, b) => (a < b ? 1 : -1));
  return Math.max(...listed.map((time, at) => Math.max(at - sorted.lastIndexOf(time), sorted.indexOf(time) - at)));
}

const login = (sandbox: LabiiSandbox, given: { username?: string; password?: string } = {}) => {
  const { username, password } = { ...sandbox.config, ...given };
  return ask<{ token: string; secret: string; user: Json }>(sandbox, 'POST /accounts/auth/', {
    headers: null,
    json: { username, password },
  });
};

const checkToken = async (sandbox: LabiiSandbox, headers: Ask['headers'] = { token: sandbox.token }) =>
  (await ask(sandbox, 'GET /accounts/checktoken/', { headers })).status;

const startOf = (name: string): number =>
  Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.gz$/, '$1-$2-$3T$4:$5:$6Z'));

describe('signing in', () => {
  it('takes the token in either header, and the API key as a bearer', async () => {
    await using sandbox = await start();
    const { token, apiKey } = sandbox;
    expect(await checkToken(sandbox, { token })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Token ${token}` })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Bearer ${apiKey}` })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Bearer ${token}` })).toBe(401);
    expect(await checkToken(sandbox, { authorization: `Token ${apiKey}` })).toBe(401);
    expect(await checkToken(sandbox, { token: apiKey })).toBe(401);
  });

  it('trades e-mail and password for a token, as JSON or as a form', async () => {
    await using sandbox = await start();
    const { body } = await login(sandbox);
    expect(body.user).toEqual({
      sid: expect.stringMatching(/^us/),
      first_name: 'Ada',
      last_name: 'Quist',
      email: sandbox.config.username,
    });
    const { username, password } = sandbox.config;
    const form = await ask<{ token: string }>(sandbox, 'POST /accounts/auth/', {
      headers: null,
      form: { username, password },
    });
    expect(form.body.token).not.toBe(body.token);
    expect(await checkToken(sandbox, { token: body.token })).toBe(200);
    expect(await checkToken(sandbox, { token: form.body.token })).toBe(200);
    expect(sandbox.loginCount).toBe(2);
  });

  it('answers a wrong password with 406 and a list, and a body that is no object with 400', async () => {
    await using sandbox = await start();
    const { status, body } = await login(sandbox, { password: 'no' });
    expect([status, body]).toEqual([406, ['Unable to log in with provided credentials.']]);
    expect((await login(sandbox, { username: 'nobody@sandbox.example' })).status).toBe(406);
    expect((await ask(sandbox, 'POST /accounts/auth/', { json: [] })).status).toBe(400);
    expect(sandbox.loginCount).toBe(0);
  });

  it('locks an account for an hour after five failures in a row', async () => {
    await using sandbox = await start();
    const fail = async (times: number) => {
      for (let failure = 0; failure < times; failure += 1) await login(sandbox, { password: 'no' });
    };
    await fail(4);
    expect((await login(sandbox)).status).toBe(200);
    await fail(1);
    expect((await login(sandbox)).status).toBe(200);
    await fail(5);
    const { status, body } = await login(sandbox);
    expect([status, body]).toEqual([406, [expect.stringContaining('locked')]]);
    expect((await login(sandbox, sandbox.secondFactorUser)).status).toBe(200);
    sandbox.clock.advance(60 * minuteMs - 1);
    expect((await login(sandbox)).status).toBe(406);
    sandbox.clock.advance(1);
    expect((await login(sandbox)).status).toBe(200);
    await fail(4);
    expect((await login(sandbox)).status).toBe(200);
  });

  it('asks one user for a second factor', async () => {
    await using sandbox = await start();
    const { body } = await login(sandbox, sandbox.secondFactorUser);
    expect(Object.keys(body)).toEqual(['secret']);
    const { secret } = body;
    const verify = (json: Json) =>
      ask<{ token: string }>(sandbox, 'POST /accounts/mfa/verify/', { headers: null, json });
    const code = sandbox.secondFactorCode;
    expect((await verify({ code, secret })).status).toBe(406);
    const send = (json: Json) => ask(sandbox, 'POST /accounts/mfa/code/', { headers: null, json });
    expect((await send({ option: 'pigeon', secret })).status).toBe(406);
    expect((await send({ option: 'email', secret: 'no' })).status).toBe(406);
    expect((await send({ option: 'email', secret })).status).toBe(200);
    expect((await verify({ code: '000000', secret })).status).toBe(406);
    expect(sandbox.loginCount).toBe(0);
    const verified = await verify({ code, secret });
    expect(await checkToken(sandbox, { token: verified.body.token })).toBe(200);
    expect((await verify({ code, secret })).status).toBe(406);
    expect(sandbox.loginCount).toBe(1);
  });

  it('lets a token die after thirty idle minutes, and a used one live', async () => {
    await using sandbox = await start();
    for (let use = 0; use < 3; use += 1) {
      sandbox.clock.advance(30 * minuteMs - 1);
      expect(await checkToken(sandbox)).toBe(200);
    }
    sandbox.clock.advance(30 * minuteMs);
    expect(await checkToken(sandbox)).toBe(401);
    expect(await checkToken(sandbox, { authorization: `Bearer ${sandbox.apiKey}` })).toBe(200);
  });

  it('drops tokens when it is told to, but not the key', async () => {
    await using sandbox = await start();
    sandbox.expireTokens();
    const { status, body, headers } = await ask(sandbox, `GET ${listPath(organization(sandbox))}`, {
      headers: { token: sandbox.token },
    });
    expect([status, body, headers['www-authenticate']]).toEqual([401, { detail: 'Invalid token.' }, 'Token']);
    expect((await list(sandbox)).count).toBe(0);
    expect(await checkToken(sandbox, { token: (await login(sandbox)).body.token })).toBe(200);
  });

  it('ends one token with a GET, and says nothing to whom has none', async () => {
    await using sandbox = await start();
    const { token } = (await login(sandbox)).body;
    const logout = (headers: Ask['headers'] = null) => ask(sandbox, 'GET /accounts/logout/', { headers });
    expect((await logout({ authorization: `Token ${token}` })).body).toEqual({});
    expect(await checkToken(sandbox, { token })).toBe(401);
    expect(await checkToken(sandbox)).toBe(200);
    const refused = await logout({ token });
    expect([refused.status, refused.body]).toEqual([401, '']);
    await logout({ token: sandbox.token });
    expect(await checkToken(sandbox)).toBe(401);
  });
});

describe('refusals', () => {
  it('are 406 and never 404 for a wrong id, level or serializer, in this order', async () => {
    await using sandbox = await start();
    const sid = organization(sandbox);
    const sentence = async (path: string, method = 'GET') => {
      const { status, body } = await ask(sandbox, `${method} ${path}`);
      expect(status).toBe(406);
      return (body as unknown as string[])[0];
    };
    const wrongId = 'Wrong id - the provided sid is not correct';
    const wrongLevel = 'Wrong level: user. Acceptable levels is organization.';
    expect(await sentence(listPath('no', 'list', 'user'))).toBe(wrongLevel);
    expect(await sentence(listPath(sid, 'list', 'user'), 'POST')).toBe(wrongLevel);
    expect(await sentence(listPath('no'))).toBe(wrongId);
    expect(await sentence(listPath('no'), 'POST')).toBe(wrongId);
    expect(await sentence(listPath(sid.toLowerCase()))).toBe(wrongId);
    expect(await sentence(listPath(sid, 'all'))).toContain('serializer');
    expect(await sentence(detailPath('no'))).toBe(wrongId);
    expect(await sentence(detailPath(sid))).toBe(wrongId);
    expect(sandbox.billed).toBe(0);
  });

  it('are 401 before anything else', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    const nobody = { headers: null };
    const detail = 'Authentication credentials were not provided.';
    for (const route of [
      `GET ${listPath('no', 'all', 'user')}`,
      `POST ${listPath('no')}`,
      `GET ${detailPath('no')}`,
      `PATCH ${detailPath(sid)}`,
      `DELETE ${detailPath(sid)}`,
      'GET /accounts/checktoken/',
    ]) {
      const { status, body } = await ask(sandbox, route, nobody);
      expect([route, status, body]).toEqual([route, 401, { detail }]);
    }
    expect(sandbox.rows).toHaveLength(1);
  });

  it('are 403 for an organization of which the caller is no administrator', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    sandbox.forbidOrganization(organization(sandbox));
    for (const route of [
      `GET ${listPath(organization(sandbox))}`,
      `POST ${listPath(organization(sandbox))}`,
      `GET ${detailPath(sid)}`,
      `PATCH ${detailPath(sid)}`,
      `DELETE ${detailPath(sid)}`,
    ]) {
      const { status, body } = await ask(sandbox, route);
      expect([route, status, body]).toEqual([
        route,
        403,
        { detail: 'You do not have permission to perform this action.' },
      ]);
    }
    expect((await list(sandbox, '', organization(sandbox, 1))).count).toBe(0);
    expect(sandbox.billed).toBe(0);
    sandbox.allowOrganization(organization(sandbox));
    expect((await detail(sandbox, sid)).status).toBe(200);
  });

  it('come in four forms', async () => {
    await using sandbox = await start();
    const sentence = 'Wrong id - the provided sid is not correct';
    const forms = {
      usual: ['application/json', [sentence]],
      detail: ['application/json', { detail: sentence }],
      list: ['application/json', [sentence]],
      string: ['application/json', sentence],
      text: ['text/plain; charset=utf-8', sentence],
    };
    for (const [style, [type, wanted]] of Object.entries(forms)) {
      sandbox.errorStyle = style as keyof typeof forms;
      const { body, headers } = await detail(sandbox, 'no');
      expect([style, headers['content-type'], body]).toEqual([style, type, wanted]);
      const other = await detail(sandbox, 'no', { headers: null });
      const isObject = ['usual', 'detail'].includes(style);
      expect([style, typeof other.body, Array.isArray(other.body)]).toEqual([
        style,
        isObject || style === 'list' ? 'object' : 'string',
        style === 'list',
      ]);
      expect((await login(sandbox, { password: 'no' })).body).toHaveLength(1);
      await login(sandbox);
    }
  });

  it('are pages of the server itself when it is out of order or knows no such path', async () => {
    await using sandbox = await start();
    sandbox.outage = true;
    const down = await ask<string>(sandbox, `GET ${listPath(organization(sandbox))}`);
    expect([down.status, down.body]).toEqual([500, expect.stringContaining('<h1>Server Error (500)</h1>')]);
    expect((await post(sandbox)).status).toBe(500);
    expect(sandbox.billed).toBe(0);
    sandbox.outage = false;
    expect((await ask(sandbox, 'GET /organizations/')).status).toBe(404);
    expect(sandbox.requests.map(({ isStray, status }) => [isStray, status])).toEqual([
      [false, 500],
      [false, 500],
      [true, 404],
    ]);
  });

  it('send a GET without its last slash on, and lose a POST', async () => {
    await using sandbox = await start();
    const path = listPath(organization(sandbox)).slice(0, -1);
    const { status, headers } = await ask(sandbox, `GET ${path}?page=2&page_size=5`);
    expect([status, headers.location]).toEqual([301, `/v1${path}/?page=2&page_size=5`]);
    expect((await ask(sandbox, `GET ${detailPath('x').slice(0, -1)}`)).status).toBe(301);
    expect((await ask(sandbox, `POST ${path}`)).status).toBe(500);
    expect((await ask(sandbox, 'POST /accounts/auth', { json: {} })).status).toBe(500);
    expect([sandbox.billed, sandbox.rows.length]).toEqual([0, 0]);
  });
});

describe('the two generations', () => {
  it('live under /v1 and under no version', async () => {
    await using old = await start();
    await using current = await start({ generation: 'current' });
    expect([old.config.url, current.config.url]).toEqual([`${old.url}/v1`, current.url]);
    expect((await fetch(`${old.url}${listPath(organization(old))}`)).status).toBe(404);
    expect((await fetch(`${current.url}/v1${listPath(organization(current))}`)).status).toBe(404);
    expect(old.config).toEqual({
      name: 'labii',
      kind: 'labii',
      url: expect.any(String),
      username: expect.any(String),
      password: expect.any(String),
      organizations: expect.any(Array),
      expectEvery: '7d',
      entities: { [old.config.organizations[2]?.sid ?? '']: { expectEvery: '2w' } },
    });
  });

  it('give each serializer its fields', async () => {
    const fields = async (sandbox: LabiiSandbox) => {
      const sid = sandbox.addFinished();
      const found: Record<string, string[]> = { one: keysOf((await detail(sandbox, sid)).body) };
      for (const serializer of ['name', 'list', 'detail']) {
        const route = `GET ${listPath(organization(sandbox), serializer)}`;
        const { body } = await ask<Page>(sandbox, route);
        found[serializer] = keysOf(body.results[0] ?? {});
      }
      return found;
    };
    await using old = await start();
    const printed = ['change_permission', 'database_size', 'date_created', 'description', 'name', 'sid'];
    const name = ['name', 'sid'];
    expect(await fields(old)).toEqual({ one: printed, name, list: printed, detail: printed });
    await using current = await start({ generation: 'current' });
    const listed = ['change_permission', 'date_created', 'file_size', 'files', 'name', 'sid', 'status', 'versions'];
    const all = ['change_permission', 'date_created', 'date_expired', 'description', 'file_path', ...listed.slice(2)];
    expect(await fields(current)).toEqual({ one: all, name, list: listed, detail: all });
  });

  it('differ in what may be done to a backup', async () => {
    await using old = await start();
    const sid = old.addFinished();
    for (const method of ['PATCH', 'DELETE']) {
      const { status, body, headers } = await ask(old, `${method} ${detailPath(sid)}`);
      expect([status, body, headers.allow]).toEqual([
        405,
        { detail: `Method "${method}" not allowed.` },
        'GET, HEAD, OPTIONS',
      ]);
    }
    expect((await ask(old, `DELETE ${detailPath(sid)}`, { headers: null })).status).toBe(401);
    expect(old.rows).toHaveLength(1);
    expect(old.rows[0]?.change_permission).toBe(false);
    await using current = await start({ generation: 'current', history: 1 });
    expect(current.rows[0]?.change_permission).toBe(true);
  });

  it('change the name and the description of a backup, and nothing else, in the current one', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    const before = (await detail(sandbox, sid)).body;
    const patch = (json: unknown, of = sid) => ask<Row>(sandbox, `PATCH ${detailPath(of)}`, { json });
    expect((await patch({ name: 'Kept', sid: 'x', status: 'Error' })).body).toEqual({ ...before, name: 'Kept' });
    await patch({ description: 'For the audit' });
    expect((await detail(sandbox, sid)).body).toEqual({ ...before, name: 'Kept', description: 'For the audit' });
    expect((await patch({ name: ['no'] })).body).toEqual({ name: ['Not a valid string.'] });
    expect((await patch('no')).status).toBe(400);
    expect((await patch({}, 'no')).status).toBe(406);
  });

  it('delete a backup in the current one', async () => {
    await using sandbox = await start({ generation: 'current' });
    const [gone, kept] = [sandbox.addFinished(), sandbox.addFinished()];
    const { status, body } = await ask(sandbox, `DELETE ${detailPath(gone)}`);
    expect([status, body]).toEqual([204, '']);
    expect(sandbox.rows.map(({ sid }) => sid)).toEqual([kept]);
    expect((await ask(sandbox, `DELETE ${detailPath(gone)}`)).status).toBe(406);
  });
});

describe('pages', () => {
  const filled = async () => {
    const sandbox = await start();
    for (let day = 0; day < 23; day += 1)
      sandbox.addFinished({ date_created: new Date(now - day * dayMs).toISOString() });
    return sandbox;
  };
  const link = (sandbox: LabiiSandbox, query: string) =>
    `http://127.0.0.1:8000/v1${listPath(organization(sandbox))}${query}`;

  it('have ten rows unless asked, count from one, and link to a wrong host', async () => {
    await using sandbox = await filled();
    const first = await list(sandbox);
    expect({ ...first, results: first.results.length }).toEqual({
      page_size: 10,
      page_number: 1,
      page_count: 3,
      count: 23,
      next: link(sandbox, '?page=2'),
      previous: null,
      add_permission: true,
      results: 10,
    });
    const second = await list(sandbox, '?page=2');
    expect([second.next, second.previous]).toEqual([link(sandbox, '?page=3'), link(sandbox, '')]);
    const third = await list(sandbox, '?page=3&page_size=10');
    expect([third.next, third.previous]).toEqual([null, link(sandbox, '?page=2&page_size=10')]);
    const all = [first, second, third].flatMap(({ results }) => results.map(({ sid }) => sid));
    expect(all).toEqual(sandbox.rows.map(({ sid }) => sid));
    expect((await list(sandbox, '?page=last')).page_number).toBe(3);
  });

  it('are never larger than the maximum, and say so only by their size', async () => {
    await using sandbox = await filled();
    for (let more = 0; more < 40; more += 1) sandbox.addFinished();
    const large = await list(sandbox, '?page_size=1000');
    expect([large.page_size, large.results.length, large.page_count]).toEqual([50, 50, 2]);
    sandbox.maxPageSize = 20;
    expect((await list(sandbox, '?page_size=50')).results).toHaveLength(20);
    for (const strange of ['0', '-3', 'many', '']) {
      expect((await list(sandbox, `?page_size=${strange}`)).page_size).toBe(10);
    }
  });

  it('end with 404, but an empty organization has one', async () => {
    await using sandbox = await filled();
    for (const page of ['4', '0', '-1', 'x', '']) {
      const { status, body } = await ask(sandbox, `GET ${listPath(organization(sandbox))}?page=${page}`);
      expect([page, status, body]).toEqual([page, 404, { detail: 'Invalid page.' }]);
    }
    expect(await list(sandbox, '', organization(sandbox, 1))).toMatchObject({
      page_count: 1,
      count: 0,
      next: null,
      results: [],
    });
  });

  it('shift, and nothing more, when rows come and go', async () => {
    await using sandbox = await filled();
    const order = () => sandbox.rows.map(({ sid }) => sid);
    const before = order();
    const added = [1, 2, 3].map((hours) =>
      sandbox.addFinished({ date_created: new Date(now - 5 * dayMs + hours * 3_600_000).toISOString() }),
    );
    expect(order().filter((sid) => !added.includes(sid))).toEqual(before);
    const gone = before[7] ?? '';
    sandbox.removeBackup(gone);
    expect((await list(sandbox)).count).toBe(25);
    expect(order().filter((sid) => !added.includes(sid))).toEqual(before.filter((sid) => sid !== gone));
  });
});

describe('the history', () => {
  it('has ninety backups of three organizations over eight months, the same every time', async () => {
    await using sandbox = await start({ history: 90 });
    await using other = await start({ history: 90 });
    expect(sandbox.rows).toEqual(other.rows);
    const counts = await Promise.all(
      [0, 1, 2].map(async (index) => (await list(sandbox, '', organization(sandbox, index))).count),
    );
    expect(counts).toEqual([30, 30, 30]);
    const times = sandbox.rows.map(({ date_created }) => Date.parse(date_created)).sort((a, b) => a - b);
    expect((now - (times[0] ?? 0)) / dayMs).toBeGreaterThan(230);
    expect((now - (times[0] ?? 0)) / dayMs).toBeLessThan(241);
    expect(times.at(-1)).toBeLessThan(now);
    expect(new Set(sandbox.rows.map(({ sid }) => sid)).size).toBe(90);
  });

  it.each([90, 1200])('is listed about the newest first, but not quite, with %i rows', async (history) => {
    await using sandbox = await start({ history });
    for (const { sid } of sandbox.config.organizations) {
      const worst = disorder(await everyRow(sandbox, sid));
      expect(worst).toBeGreaterThan(1);
      expect(worst).toBeLessThan(50);
    }
  });

  it.each([
    ['newest last', (index: number) => index],
    ['newest first', (index: number) => -index],
    ['mixed', (index: number) => (index * 211) % 500],
  ])('stays so when rows are inserted %s', async (_, hours) => {
    await using sandbox = await start();
    for (let index = 0; index < 500; index += 1) {
      sandbox.addFinished({ date_created: new Date(now + hours(index) * 3_600_000).toISOString() });
    }
    expect(disorder(sandbox.rows)).toBeLessThan(50);
  });

  it.each(['v1', 'current'] as const)(
    'has equal times in one organization and across them in %s',
    async (generation) => {
      await using sandbox = await start({ history: 90, generation });
      const ofTime = (time: string) => sandbox.rows.filter(({ date_created }) => date_created === time);
      const together = sandbox.rows.map(({ date_created }) => ofTime(date_created)).filter(({ length }) => length > 1);
      const organizations = together.map((rows) => new Set(rows.map(({ organizationSid }) => organizationSid)).size);
      expect(organizations).toContain(1);
      expect(organizations.some((count) => count > 1)).toBe(true);
    },
  );

  it('has two sids that differ only in the case of letters', async () => {
    await using sandbox = await start({ history: 20 });
    const sids = (await list(sandbox)).results.map(({ sid }) => sid);
    const lower = sids.map((sid) => sid.toLowerCase());
    const twins = sids.filter(
      (_, index) => lower.indexOf(lower[index] ?? '') !== lower.lastIndexOf(lower[index] ?? ''),
    );
    expect(twins).toHaveLength(2);
    const found = await Promise.all(twins.map(async (sid) => (await detail(sandbox, sid)).body.date_created));
    expect(found[0]).not.toBe(found[1]);
  });

  it('writes sizes as Django does, in steps of 1024 with a no-break space', async () => {
    await using sandbox = await start({ history: 90 });
    const texts = sandbox.rows.map(({ database_size }) => database_size);
    expect(new Set(sandbox.rows.map(({ status }) => status))).toEqual(new Set(['Completed']));
    for (const text of texts) expect(text).toMatch(/^\d[\d.,]*\u00a0(bytes|KB|MB|GB)$/);
    expect(texts).toContain('47.0\u00a0MB');
    expect(texts).toContain('1,012.4\u00a0MB');
    expect(texts).toContain('512\u00a0bytes');
    expect(texts.some((text) => /^1\.[12]\u00a0GB$/.test(text))).toBe(true);
    expect(texts.some((text) => /^\d+,\d\u00a0/.test(text))).toBe(true);
    const units: Readonly<Record<string, number>> = { bytes: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
    for (const { database_size, sizeBytes } of sandbox.rows) {
      const [number = '', unit = ''] = database_size.split('\u00a0');
      const tenths = unit === 'bytes' ? Number(number) * 10 : Number(number.replaceAll(/[.,]/g, ''));
      expect(Math.abs((tenths / 10) * (units[unit] ?? 0) - sizeBytes)).toBeLessThanOrEqual((units[unit] ?? 0) * 0.051);
    }
  });

  it('names a backup after its start in v1, and freely in the current generation', async () => {
    await using old = await start({ history: 90 });
    for (const { name, description, date_created } of old.rows) {
      expect(name).toMatch(/^\d{14}\.gz$/);
      expect(description).toBe(`Data backup on ${name.slice(0, 14)}`);
      expect(date_created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      const seconds = (Date.parse(date_created) - startOf(name)) / 1000;
      expect(seconds).toBeGreaterThan(44);
      expect(seconds).toBeLessThan(157);
    }
    expect(old.rows.some(({ date_created }) => !date_created.endsWith('000Z'))).toBe(true);
    await using current = await start({ history: 90, generation: 'current' });
    const rows = await everyRow(current, organization(current));
    for (const { description, date_created } of current.rows) {
      expect(description).toBe(`Data backup on ${date_created.slice(0, 19).replaceAll(/\D/g, '')}`);
    }
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['Completed', 'Error']));
    expect(rows.filter(({ name }) => !/^\d{14}/.test(name)).length).toBeGreaterThan(20);
    expect(rows.find(({ status }) => status === 'Error')?.file_size).toBe('0\u00a0bytes');
  });

  it('can have other organizations and other lengths', async () => {
    const organizations = [{ sid: 'onlyOne', name: 'Only' }];
    await using sandbox = await start({ organizations, history: 7 });
    expect(sandbox.config.organizations).toEqual(organizations);
    expect((await list(sandbox)).count).toBe(7);
    await using empty = await start({ organizations: [], history: 7, demo: true });
    expect(empty.rows).toEqual([]);
  });

  it('shows a run under way to those who only look', async () => {
    await using old = await start({ demo: true });
    expect(old.rows).toEqual([]);
    old.clock.advance(95_000);
    expect((await list(old, '', organization(old, 1))).count).toBe(1);
    await using current = await start({ demo: true, generation: 'current' });
    expect(current.rows.map(({ status }) => status)).toEqual(['In Progress']);
  });
});

describe('a POST in v1', () => {
  it('is answered only when the run is over, and nothing shows before', async () => {
    await using sandbox = await start();
    const { reply } = await posted(sandbox);
    let isAnswered = false;
    void reply.then(() => {
      isAnswered = true;
    });
    sandbox.clock.advance(94_000);
    expect((await list(sandbox)).count).toBe(0);
    expect(isAnswered).toBe(false);
    sandbox.clock.advance(1000);
    const { status, body } = await reply;
    expect(status).toBe(200);
    expect(body).toEqual((await list(sandbox)).results[0]);
    expect(body.name).toBe('20261122095959.gz');
    expect(body.date_created).toMatch(/^2026-11-22T10:01:34\.999\d{3}Z$/);
    expect(body.date_created.endsWith('000Z')).toBe(false);
    expect(sandbox.requests.find(({ method }) => method === 'POST')?.status).toBe(200);
  });

  it('ends when the run did, however far the clock has jumped', async () => {
    await using sandbox = await start();
    const long = await posted(sandbox);
    sandbox.postDurationMs = 10_000;
    const short = await posted(sandbox);
    sandbox.clock.advance(dayMs);
    const [slow, fast] = [(await long.reply).body, (await short.reply).body];
    expect(Date.parse(slow.date_created) - Date.parse(fast.date_created)).toBe(85_000);
    expect(slow.name).toBe(fast.name);
  });

  it('makes and bills another backup every time', async () => {
    await using sandbox = await start();
    sandbox.postDurationMs = 0;
    const first = (await post(sandbox)).body;
    const second = (await post(sandbox, 'name')).body;
    expect(Object.keys(second)).toEqual(['sid', 'name']);
    expect(first.sid).not.toBe(second.sid);
    expect([sandbox.billed, sandbox.rows.length]).toEqual([2, 2]);
  });

  it('answers 201 when told to', async () => {
    await using sandbox = await start();
    sandbox.postStatus = 201;
    sandbox.postDurationMs = 0;
    expect((await post(sandbox)).status).toBe(201);
  });

  it('can be finished by hand, but not the run of somebody else', async () => {
    await using sandbox = await start();
    const { reply } = await posted(sandbox);
    sandbox.startOutside(organization(sandbox));
    sandbox.clock.advance(3000);
    sandbox.finishPosts();
    const { body } = await reply;
    expect(Date.parse(body.date_created) - startOf(body.name)).toBeLessThan(5000);
    expect((await list(sandbox)).count).toBe(1);
  });

  it('goes on when its caller has hung up, and is billed', async () => {
    await using sandbox = await start();
    const stop = new AbortController();
    const reply = fetch(sandbox.config.url + listPath(organization(sandbox)), {
      method: 'POST',
      headers: { token: sandbox.token },
      signal: stop.signal,
    });
    reply.catch(() => {});
    await vi.waitFor(() => expect(sandbox.billed).toBe(1), { interval: 1 });
    stop.abort();
    await expect(reply).rejects.toThrow('abort');
    sandbox.clock.advance(95_000);
    expect((await list(sandbox)).count).toBe(1);
  });

  it('leaves no row when the run fails, once', async () => {
    await using sandbox = await start();
    sandbox.nextOutcome = 'error';
    const { reply } = await posted(sandbox);
    sandbox.finishPosts();
    expect((await reply).status).toBe(500);
    expect([sandbox.rows.length, sandbox.billed, sandbox.nextOutcome]).toEqual([0, 1, 'completed']);
    sandbox.postDurationMs = 0;
    expect((await post(sandbox)).status).toBe(200);
  });

  it('can lose its answer although the backup was made', async () => {
    await using sandbox = await start();
    sandbox.nextOutcome = 'cut';
    const { reply } = await posted(sandbox);
    expect(sandbox.rows).toHaveLength(0);
    sandbox.clock.advance(95_000);
    await expect(reply).rejects.toThrow();
    expect((await list(sandbox)).count).toBe(1);
    expect(sandbox.requests[0]).toMatchObject({ method: 'POST', status: 0 });
  });

  it('is answered by a clock that runs by itself', async () => {
    await using sandbox = await start({ speed: 10_000 });
    const { body } = await post(sandbox);
    expect(Date.parse(body.date_created) - startOf(body.name)).toBeGreaterThanOrEqual(95_000);
  });

  it('is cut when the sandbox closes', async () => {
    const sandbox = await start();
    const { reply } = await posted(sandbox);
    await sandbox.close();
    await expect(reply).rejects.toThrow();
    sandbox.clock.advance(95_000);
    expect(sandbox.rows).toEqual([]);
    await sandbox.close();
  });
});

describe('a POST in the current generation', () => {
  it('answers at once with a row under way, which then completes', async () => {
    await using sandbox = await start({ generation: 'current' });
    const { body } = await post(sandbox);
    expect(body).toMatchObject({ status: 'In Progress', file_size: '0\u00a0bytes', versions: 0, files: 0 });
    expect((await list(sandbox)).results[0]).toMatchObject({ sid: body.sid, status: 'In Progress' });
    sandbox.clock.advance(94_000);
    expect((await detail(sandbox, body.sid)).body).toEqual(body);
    sandbox.clock.advance(1000);
    const done = (await detail(sandbox, body.sid)).body;
    expect(done).toMatchObject({ status: 'Completed', date_created: body.date_created, name: body.name });
    expect(done.file_size).toMatch(/^112\.\d\u00a0MB$/);
    expect(sandbox.billed).toBe(1);
  });

  it('can end in an error, and can be finished by hand', async () => {
    await using sandbox = await start({ generation: 'current' });
    sandbox.nextOutcome = 'error';
    const { sid } = (await post(sandbox)).body;
    const outside = sandbox.startOutside(organization(sandbox));
    sandbox.finishPosts();
    expect((await detail(sandbox, sid)).body).toMatchObject({ status: 'Error', file_size: '0\u00a0bytes' });
    expect((await detail(sandbox, outside)).body.status).toBe('In Progress');
  });

  it('can lose its answer with the row already there', async () => {
    await using sandbox = await start({ generation: 'current' });
    sandbox.nextOutcome = 'cut';
    await expect(post(sandbox)).rejects.toThrow();
    expect((await list(sandbox)).results.map(({ status }) => status)).toEqual(['In Progress']);
  });

  it('may be deleted before it is over', async () => {
    await using sandbox = await start({ generation: 'current' });
    const { sid } = (await post(sandbox)).body;
    await ask(sandbox, `DELETE ${detailPath(sid)}`);
    sandbox.clock.advance(95_000);
    expect(sandbox.rows).toEqual([]);
  });
});

describe('the switches of a test', () => {
  it('start a backup as somebody else would', async () => {
    await using sandbox = await start();
    const sid = sandbox.startOutside(organization(sandbox, 2));
    expect((await detail(sandbox, sid)).status).toBe(406);
    sandbox.clock.advance(95_000);
    expect((await list(sandbox, '', organization(sandbox, 2))).results.map((row) => row.sid)).toEqual([sid]);
    expect(sandbox.billed).toBe(0);
    expect(() => sandbox.startOutside('no')).toThrow('no organization');
  });

  it('insert rows that are as wanted, and change them in place', async () => {
    await using sandbox = await start({ generation: 'current' });
    const organizationSid = organization(sandbox, 1);
    const sid = sandbox.addFinished({ organizationSid, sid: 'Mine', status: 'Archived', sizeBytes: 1536 });
    const read = async () => (await list(sandbox, '', organizationSid)).results[0];
    expect(sid).toBe('Mine');
    expect(await read()).toMatchObject({ sid, status: 'Archived', file_size: '1.5\u00a0KB' });
    const row = sandbox.rows.find((one) => one.sid === sid);
    if (row) row.file_size = 'plenty';
    expect(await read()).toMatchObject({ file_size: 'plenty' });
    expect(() => sandbox.addFinished({ organizationSid: 'no' })).toThrow('no organization');
  });

  it('date a row as told, and its name before it', async () => {
    await using sandbox = await start();
    const date_created = '2018-08-03T03:17:41.438432Z';
    const sid = sandbox.addFinished({ date_created });
    expect((await detail(sandbox, sid)).body).toMatchObject({ date_created, name: '20180803031606.gz' });
  });
});

describe('the description', () => {
  it('has been shown whole', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((code) => `${method.toUpperCase()} ${path} ${code}`),
      ),
    );
    expect(described.filter((one) => !shown.has(one))).toEqual([]);
  });
});
