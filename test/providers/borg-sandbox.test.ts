import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type BorgSandbox, type BorgSandboxOptions, startBorgSandbox } from '../../providers/borg/sandbox.ts';

type Json = Readonly<Record<string, unknown>>;
interface Recorded {
  readonly label: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}
interface Lines {
  readonly lines: readonly { line_number: number; content: string }[];
  readonly total_lines: number;
  readonly has_more: boolean;
}
interface Row {
  readonly id: number;
  readonly repository: string;
  readonly status: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly progress: number;
  readonly error_message: string | null;
  readonly maintenance_status: string | null;
  readonly progress_details: Readonly<Record<string, number>>;
}
interface Reply<T = unknown> extends Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}
interface Ask {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Json }>>;
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/borg/${name}.json`, import.meta.url), 'utf8'));
const recorded = fixture('observed') as readonly Recorded[];
const contract = fixture('openapi') as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const now = Date.parse('2026-11-22T10:00:00.000Z');
const accounting = '/backups/accounting';
const research = '/backups/research';
const laptops = '/backups/warehouse-laptops';
const mirror = '/backups/partner-mirror';

const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
// The package is CommonJS, and its types do not say that its default export lies one step deeper.
(formats as unknown as { default: typeof formats.default }).default(ajv);
ajv.addSchema(contract, 'contract');
const validators = new Map<string, ValidateFunction>();
const shown = new Set<string>();

const templates = Object.keys(contract.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What the program does although the description says nothing about it. */
const undescribed = new Set([
  'POST /api/backup/jobs/{job_id}/retry 422',
  'POST /api/auth/login/totp 422',
  'POST /api/backup/run 400',
]);

function checkAgainstContract(method: string, path: string, reply: Reply): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  shown.add(name);
  const response = operation.responses[reply.status];
  if (!response) {
    if (!undescribed.has(name)) throw new Error(`the description does not know ${name}`);
    return;
  }
  const type = Object.keys(response.content ?? {})[0] ?? '';
  expect(reply.headers['content-type'], name).toContain(type);
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

/** Asks over HTTP and holds every reply against the description. */
async function ask<T = Json>(sandbox: BorgSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const token = how.token === undefined ? sandbox.personalToken : how.token;
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...how.headers,
    },
    body: how.form ? new URLSearchParams(how.form) : how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const isJson = headers['content-type']?.startsWith('application/json');
  const body = (isJson ? await response.json() : await response.text()) as T;
  const reply = { label: route, status: response.status, headers, body };
  checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

const start = (options: BorgSandboxOptions = {}): Promise<BorgSandbox> =>
  startBorgSandbox({ now, speed: 0, history: 0, demo: false, ...options });

async function startBackup(sandbox: BorgSandbox, repository = accounting, token?: string): Promise<number> {
  const how = token === undefined ? {} : { token };
  const { body } = await ask<{ job_id: number }>(sandbox, 'POST /api/backup/start', {
    json: { repository },
    ...how,
  });
  return body.job_id;
}

const status = async (sandbox: BorgSandbox, id: number): Promise<Row> =>
  (await ask<Row>(sandbox, `GET /api/backup/status/${id}`)).body;

const list = async (sandbox: BorgSandbox, query = ''): Promise<readonly Row[]> =>
  (await ask<{ jobs: Row[] }>(sandbox, `GET /api/backup/jobs${query}`)).body.jobs;

const activity = async (sandbox: BorgSandbox, id: number, query = ''): Promise<Lines> =>
  (await ask<Lines>(sandbox, `GET /api/activity/backup/${id}/logs${query}`)).body;

const stored = async (sandbox: BorgSandbox, id: number, query = ''): Promise<Lines> =>
  (await ask<Lines>(sandbox, `GET /api/backup/logs/${id}/stream${query}`)).body;

const contents = ({ lines }: Lines): string[] => lines.map(({ content }) => content);
const events = (lines: Lines): Json[] =>
  contents(lines)
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Json);
const key = (name: string) => ({ detail: { key: `backend.errors.${name}` } });

async function login(sandbox: BorgSandbox, given: { username?: string; password?: string } = {}) {
  const { username, password } = { ...sandbox.config, ...given };
  return ask<{ access_token: string }>(sandbox, 'POST /api/auth/login', {
    token: null,
    form: { username, password },
  });
}

/** Asks in the order of the recording. A string is a plain request with the administrator's token. */
async function replay(sandbox: BorgSandbox): Promise<Reply[]> {
  const replies: Reply[] = [];
  const add = async (route: string, how: Ask = {}) => replies.push(await ask<unknown>(sandbox, route, how));
  const wait = (seconds: number) => sandbox.clock.advance(seconds * 1000);
  const run = 'POST /api/backup/start';
  const signIn = 'POST /api/auth/login';
  const { username, password } = sandbox.config;
  await add(signIn, { token: null, form: { username, password: 'no' } });
  await add(signIn, { token: null, json: { username, password } });
  const welcome = await login(sandbox);
  replies.push(welcome);
  const token = welcome.body.access_token;
  await add('GET /api/backup/jobs', { token: null });
  await add('GET /api/backup/jobs', { token: 'nonsense' });
  await add('GET /api/backup/jobs', { token: null, headers: { authorization: `bearer ${token}` } });
  await add('GET /api/backup/jobs', { token });
  await add('GET /api/backup/jobs', { token, headers: { 'x-borg-authorization': 'Bearer nonsense' } });
  await add('GET /api/auth/me', { token });
  await add(run, { json: { repository: null } });
  await add(run, { json: { repository: 5 } });
  await add(run);
  await add(run, { json: { repository: '/nope' } });
  await add('GET /api/backup/status/1');
  await add('GET /api/backup/logs/1/stream');
  await add('GET /api/backup/status/999');
  await add('GET /api/backup/status/abc');
  await add('POST /api/backup/cancel/999');
  await add('POST /api/backup/cancel/1');
  await add('GET /api/backup/logs/999/stream');
  await add('GET /api/backup/logs/999/download');
  await add('GET /api/backup/logs/1/download', { token: null });
  await add(`GET /api/backup/logs/1/download?token=${token}`, { token: null });
  await add('GET /api/nothing');
  await add('GET /api/backup/start');
  await add('GET /api/repositories/');
  await add('GET /api/repositories');
  await add(run, { json: { repository: accounting } });
  await add('GET /api/backup/status/2');
  for (const repository of [accounting, research, '/nope']) await add(run, { json: { repository } });
  wait(2);
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/jobs');
  await add('GET /api/backup/logs/2/stream');
  await add('GET /api/activity/backup/2/logs');
  await add('GET /api/activity/backup/2/logs?offset=3');
  await add('GET /api/backup/logs/2/download');
  wait(3);
  await add('POST /api/backup/cancel/2');
  await add('GET /api/backup/status/2');
  await add('POST /api/backup/cancel/2');
  wait(6);
  await add('GET /api/backup/status/2');
  await add('GET /api/backup/logs/2/stream');
  await add('GET /api/backup/logs/2/stream?offset=2');
  await add('GET /api/backup/logs/2/stream?offset=500');
  await add('GET /api/activity/backup/2/logs');
  await add('POST /api/backup/jobs/2/retry');
  wait(60);
  await add(run, { json: { repository: accounting } });
  wait(60);
  await add('GET /api/backup/status/4');
  await add('GET /api/backup/logs/4/stream');
  await add('GET /api/activity/backup/4/logs');
  await add('GET /api/backup/logs/4/download');
  for (const outcome of ['warnings', 'failed'] as const) {
    const id = outcome === 'warnings' ? 5 : 6;
    sandbox.nextRun({ outcome });
    await add(run, { json: { repository: accounting } });
    wait(60);
    await add(`GET /api/backup/status/${id}`);
    await add(`GET /api/backup/logs/${id}/stream`);
    await add(`GET /api/activity/backup/${id}/logs?limit=3`);
    await add(`GET /api/backup/logs/${id}/download`);
  }
  await add('POST /api/backup/jobs/4/retry');
  await add('GET /api/backup/jobs?limit=0');
  await add('GET /api/backup/jobs?limit=x');
  await add('GET /api/activity/recent?limit=1');
  await add('POST /api/settings/tokens', { json: { name: 'gw' } });
  await add('GET /api/backup/jobs?limit=0');
  await add('GET /api/events/stream');
  await add('GET /api/events/stream', { token: null });
  for (let failure = 1; failure < 5; failure += 1) await login(sandbox, { password: 'no' });
  await add(signIn, { token: null, form: { username, password: 'no' } });
  await add('POST /api/auth/logout', { token });
  await add('GET /api/backup/jobs?limit=0', { token });
  return replies;
}

/** The kinds of all values by their path; only the first entry of a list counts, and null goes with anything. */
function shapeOf(value: unknown, path = '$'): Record<string, string> {
  if (value === null || typeof value !== 'object') return { [path]: value === null ? 'null' : typeof value };
  if (Array.isArray(value)) return { [path]: 'list', ...(value.length > 0 ? shapeOf(value[0], `${path}[]`) : {}) };
  const fields = Object.entries(value).map(([name, field]) => shapeOf(field, `${path}.${name}`));
  return Object.assign({ [path]: 'object' }, ...fields) as Record<string, string>;
}

function expectSameShape(actual: unknown, wanted: unknown, name: string): void {
  const [given, known] = [shapeOf(actual), shapeOf(wanted)];
  expect(Object.keys(given).sort(), name).toEqual(Object.keys(known).sort());
  for (const [path, kind] of Object.entries(known)) {
    if (kind !== 'null' && given[path] !== 'null') expect(given[path], `${name} ${path}`).toBe(kind);
  }
}

const told = [
  'id',
  'job_id',
  'status',
  'progress',
  'error_message',
  'message',
  'triggered_by',
  'has_more',
  'process_terminated',
];

describe('the recorded program', () => {
  it('answers all 74 recorded requests as it did', async () => {
    await using sandbox = await start({ repositories: 2 });
    const replies = await replay(sandbox);
    const wanted = JSON.parse(JSON.stringify(recorded).replaceAll('/data/repo1', accounting)) as Recorded[];
    expect(replies).toHaveLength(wanted.length);
    for (const [index, { label, status: code, headers = {}, body }] of wanted.entries()) {
      const reply = replies[index] as Reply;
      const name = `${index} ${label}`;
      expect(reply.status, name).toBe(code);
      expect(reply.headers, name).toMatchObject(headers);
      if (code >= 400) expect(reply.body, name).toEqual(body);
      else expectSameShape(reply.body, body, name);
      if (code >= 400 || typeof body !== 'object') continue;
      for (const field of told.filter((one) => one in (body as Json))) {
        expect((reply.body as Json)[field], `${name} ${field}`).toEqual((body as Json)[field]);
      }
    }
  });

  it('keeps the pace of the recorded run', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 12, totalBytes: 2_400_000_000 });
    const id = await startBackup(sandbox);
    const seen: Row[] = [];
    for (let asked = 0; asked < 14; asked += 1) {
      seen.push(await status(sandbox, id));
      sandbox.clock.advance(800);
    }
    const running = seen.filter((row) => row.status === 'running').map((row) => row.progress_details.progress_percent);
    expect(new Set(running).size).toBe(5);
    expect(running.slice(0, 5)).toEqual([0, 1, 1, 1, 1]);
    expect(seen.map(({ progress }) => progress).slice(1)).toEqual(Array(13).fill(1));
    sandbox.clock.advance(2000);
    expect(await status(sandbox, id)).toMatchObject({
      status: 'completed',
      progress: 100,
      error_message: null,
      progress_details: {
        progress_percent: 100,
        original_size: 0,
        nfiles: 0,
        total_expected_size: 2_400_096_256,
      },
    });
  });
});

describe('the lines of Borg', () => {
  const realRun = fixture('real-run') as readonly { label: string; status: number; reply: Lines }[];
  const logs = realRun.filter(({ label, status: code }) => label === 'activity log' && code === 200);
  const fields = (lines: Lines) => events(lines).map((event) => Object.keys(event));
  const longest = (part: typeof logs) => part.toSorted((a, b) => b.reply.total_lines - a.reply.total_lines)[0]?.reply;

  it('have the fields of the real ones in the same order, to the two of a cancel', async () => {
    const real = longest(logs.filter(({ reply }) => contents(reply).at(-1)?.includes('rc 143')));
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(4000);
    await ask(sandbox, `POST /api/backup/cancel/${id}`);
    const given = fields(await activity(sandbox, id));
    const wanted = real ? fields(real) : [];
    expect(wanted.length).toBe(22);
    expect(given.slice(0, 8)).toEqual(wanted.slice(0, 8));
    expect(given.slice(-3)).toEqual(wanted.slice(-3));
  });
});

describe('signing in', () => {
  it('locks user and address out at the fifth failure for a quarter of an hour', async () => {
    await using sandbox = await start();
    for (let failure = 1; failure <= 4; failure += 1) {
      expect((await login(sandbox, { password: 'no' })).status).toBe(401);
    }
    const fifth = await login(sandbox, { password: 'no' });
    expect([fifth.status, fifth.headers['retry-after']]).toEqual([429, '900']);
    sandbox.clock.advance(60_000);
    expect((await login(sandbox)).headers['retry-after']).toBe('840');
    expect((await login(sandbox, sandbox.limitedUser)).status).toBe(429);
    sandbox.clock.advance(841_000);
    expect((await login(sandbox)).status).toBe(200);
    expect(sandbox.loginCount).toBe(1);
  });

  it('ends a login token after a day, or when it is told to', async () => {
    await using sandbox = await start();
    const first = (await login(sandbox)).body.access_token;
    const second = (await ask<{ access_token: string }>(sandbox, 'POST /api/auth/refresh', { token: first })).body
      .access_token;
    expect(second).not.toBe(first);
    sandbox.clock.advance(86_400_000);
    expect((await ask(sandbox, 'GET /api/auth/me', { token: second })).status).toBe(401);
    expect((await ask(sandbox, 'POST /api/auth/refresh', { token: second })).status).toBe(401);
    const third = (await login(sandbox)).body.access_token;
    sandbox.expireTokens();
    expect((await ask(sandbox, 'GET /api/auth/me', { token: third })).status).toBe(401);
    expect((await ask(sandbox, 'GET /api/auth/me')).status).toBe(200);
    sandbox.revokePersonalTokens();
    expect((await ask(sandbox, 'GET /api/auth/me')).status).toBe(401);
  });

  it('asks for a second factor when the user has one', async () => {
    await using sandbox = await start();
    sandbox.totpUsers.add('admin');
    const { body } = await ask(sandbox, 'POST /api/auth/login', {
      token: null,
      form: { username: 'admin', password: sandbox.config.password },
    });
    expect(body).toMatchObject({ access_token: null, totp_required: true });
    const challenge = { login_challenge_token: body.login_challenge_token };
    const second = (code: string) =>
      ask(sandbox, 'POST /api/auth/login/totp', { token: null, json: { ...challenge, code } });
    expect((await second('000000')).status).toBe(401);
    expect((await second(sandbox.totpCode)).body.access_token).toBeTypeOf('string');
    expect((await ask(sandbox, 'POST /api/auth/login/totp', { token: null, json: {} })).status).toBe(422);
  });

  it('can have password logins switched off, and says what is possible without a token', async () => {
    await using sandbox = await start();
    sandbox.localLogin = false;
    expect((await login(sandbox)).status).toBe(403);
    expect((await ask(sandbox, 'GET /api/auth/config', { token: null })).status).toBe(200);
    expect((await ask(sandbox, 'GET /health', { token: null })).headers['content-type']).toContain('text/html');
  });

  it('takes the second header alone, and a new personal token', async () => {
    await using sandbox = await start();
    const { body } = await ask(sandbox, 'POST /api/settings/tokens', { json: { name: 'gateway' } });
    const headers = { 'x-borg-authorization': `Bearer ${String(body.token)}` };
    expect((await ask(sandbox, 'GET /api/auth/me', { token: null, headers })).status).toBe(200);
    expect((await ask(sandbox, 'POST /api/settings/tokens', { token: null, json: { name: 'x' } })).status).toBe(401);
    expect((await ask(sandbox, 'POST /api/settings/tokens', { json: {} })).status).toBe(422);
  });

  it.each([
    'GET /api/backup/status/1',
    'GET /api/backup/logs/1/stream',
    'GET /api/activity/backup/1/logs',
    'GET /api/activity/recent',
    'GET /api/repositories/',
    'POST /api/backup/start',
    'POST /api/backup/run',
    'POST /api/backup/cancel/1',
    'POST /api/backup/jobs/1/retry',
    'POST /api/auth/logout',
  ])('refuses %s without a token', async (route) => {
    await using sandbox = await start();
    const reply = await ask(sandbox, route, { token: null });
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(reply.body).toEqual({ detail: 'Could not validate credentials' });
  });
});

describe('the list of jobs', () => {
  it('is by falling id, 200 long unless asked otherwise, and whole for -1', async () => {
    await using sandbox = await start({ history: 230 });
    const ids = (await list(sandbox)).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 200 }, (_, index) => 230 - index));
    expect(await list(sandbox, '?limit=0')).toHaveLength(0);
    expect(await list(sandbox, '?limit=-1')).toHaveLength(230);
    expect(await list(sandbox, '?limit=7')).toHaveLength(7);
  });

  it('filters by repository and by trigger', async () => {
    await using sandbox = await start({ history: 120 });
    const of = async (query: string) =>
      (await list(sandbox, `?limit=-1&${query}`)) as (Row & { scheduled_job_id: unknown })[];
    const onePath = await of(`repository=${encodeURIComponent(research)}`);
    expect(onePath.length).toBeGreaterThan(10);
    expect(new Set(onePath.map(({ repository }) => repository))).toEqual(new Set([research]));
    expect((await of('scheduled_only=true&manual_only=1')).every((job) => job.scheduled_job_id !== null)).toBe(true);
    const manual = await of('manual_only=yes&scheduled_only=false');
    expect(manual.length).toBeGreaterThan(10);
    expect(manual.every((job) => job.scheduled_job_id === null)).toBe(true);
    expect((await ask(sandbox, 'GET /api/backup/jobs?manual_only=perhaps')).status).toBe(422);
  });

  it('drops what the caller may not see only after the limit', async () => {
    await using sandbox = await start({ history: 60 });
    sandbox.hiddenRepositories.clear();
    sandbox.hiddenRepositories.add(accounting);
    const wanted = sandbox.jobs.slice(0, 30);
    const visible = wanted.filter(({ repository }) => repository !== accounting);
    const { body } = await ask<{ jobs: Row[] }>(sandbox, 'GET /api/backup/jobs?limit=30', {
      token: sandbox.limitedUser.personalToken,
    });
    expect(body.jobs.map(({ id }) => id)).toEqual(visible.map(({ id }) => id));
    expect(visible.length).toBeLessThan(30);
  });

  it('takes a job that appears between two requests, and loses one', async () => {
    await using sandbox = await start({ history: 5 });
    const id = sandbox.addFinished({ repository: mirror, status: 'brand_new_word', lines: ['error'] });
    expect(sandbox.jobs[0]).toMatchObject({ id, repository: mirror, status: 'brand_new_word' });
    sandbox.removeJob(id);
    expect((await list(sandbox)).map((job) => job.id)).toEqual([5, 4, 3, 2, 1]);
    expect(sandbox.addFinished({ status: 'cancelled' })).toBe(id + 1);
    expect(await status(sandbox, id + 1)).toMatchObject({ status: 'cancelled', repository: accounting });
  });
});

describe('the believable history', () => {
  it('is the same for the same moment, and has ended', async () => {
    await using one = await start({ history: 400 });
    await using other = await start({ history: 400 });
    expect(one.jobs).toEqual(other.jobs);
    const ended = one.jobs.map(({ completed_at }) => Date.parse(completed_at ?? ''));
    expect(Math.max(...ended)).toBeLessThan(now);
    expect(Math.min(...ended)).toBeLessThan(now - 200 * 86_400_000);
    expect(await list(one, '?limit=-1')).toHaveLength(400);
  });

  it('shows every status, error form and maintenance word', async () => {
    await using sandbox = await start({ history: 400 });
    const { jobs } = sandbox;
    expect(new Set(jobs.map((job) => job.status))).toEqual(
      new Set(['completed', 'completed_with_warnings', 'failed', 'cancelled', 'skipped']),
    );
    const errors = jobs.filter((job) => job.status === 'failed').map((job) => job.error_message ?? '');
    for (const form of [/^\{"key"/, /^LOCK_ERROR::/, /^[A-Z][^\n]*\n\{"key"/, /^No space left on device$/]) {
      expect(errors.some((text) => form.test(text))).toBe(true);
    }
    expect(jobs.some((job) => job.status === 'failed' && job.started_at === null)).toBe(true);
    expect(new Set(jobs.map((job) => job.maintenance_status)).size).toBeGreaterThan(6);
    expect(new Set(jobs.map((job) => job.triggered_by))).toEqual(new Set(['manual', 'schedule', 'backup_plan']));
    expect(new Set(jobs.map((job) => job.execution_mode))).toEqual(new Set(['local', 'agent']));
  });

  it('has equal start times, some disorder, large sizes and no deduplicated size for Borg 2', async () => {
    await using sandbox = await start({ history: 400 });
    const oldestFirst = sandbox.jobs.toReversed().flatMap(({ started_at }) => (started_at ? [started_at] : []));
    expect(new Set(oldestFirst).size).toBeLessThan(oldestFirst.length - 50);
    const disorder = oldestFirst.filter((time, index) => time < (oldestFirst[index - 1] ?? ''));
    expect(disorder.length).toBeGreaterThan(5);
    expect(disorder.length).toBeLessThan(60);
    expect(oldestFirst.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(time))).toBe(true);
    const sizes = sandbox.jobs.map(({ progress_details }) => progress_details.original_size);
    expect(Math.max(...sizes)).toBeGreaterThan(2 ** 41);
    const borg2 = sandbox.jobs.filter(({ repository }) => repository === research);
    expect(borg2.every(({ progress_details }) => !('deduplicated_size' in progress_details))).toBe(true);
  });

  it('has a few jobs under way in a demonstration, one of which fails', async () => {
    await using sandbox = await start({ history: 20, demo: true });
    expect(sandbox.jobs.slice(0, 4).map((job) => job.status)).toEqual(['pending', 'running', 'running', 'running']);
    expect(await startBackup(sandbox)).toBe(25);
    sandbox.clock.advance(140_000);
    expect(sandbox.jobs.filter((job) => job.status === 'failed' && job.id > 20)).toHaveLength(1);
    const open = sandbox.jobs.find((job) => job.status === 'running');
    expect((await activity(sandbox, open?.id ?? 0)).lines.length).toBeGreaterThan(100);
  });
});

describe('repositories', () => {
  it('include an agent, an observed one and one of Borg 2, and hide what the user may not see', async () => {
    await using sandbox = await start({ history: 40 });
    const all = await ask<{ repositories: Json[] }>(sandbox, 'GET /api/repositories/');
    expect(all.body.repositories).toHaveLength(6);
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: laptops, executor_type: 'agent' }));
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: mirror, mode: 'observe' }));
    expect(all.body.repositories).toContainEqual(expect.objectContaining({ path: research, borg_version: 2 }));
    const { personalToken: token } = sandbox.limitedUser;
    const some = await ask<{ repositories: Json[] }>(sandbox, 'GET /api/repositories/', { token });
    expect(some.body.repositories).toHaveLength(5);
  });
});

describe('starting', () => {
  it('takes an empty object and fails on the name default', async () => {
    await using sandbox = await start();
    const { status: code, body } = await ask(sandbox, 'POST /api/backup/run', { json: {} });
    expect([code, body.status]).toEqual([200, 'pending']);
    expect(await status(sandbox, 1)).toMatchObject({
      repository: 'default',
      status: 'failed',
      started_at: null,
    });
  });

  it('refuses lists, text and broken JSON', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, 'POST /api/backup/run', { json: ['x'] })).status).toBe(422);
    const broken = await fetch(`${sandbox.url}/api/backup/start`, {
      method: 'POST',
      body: '{',
      headers: { authorization: `Bearer ${sandbox.personalToken}` },
    });
    expect(broken.status).toBe(422);
  });

  it('names the job that keeps a repository busy once the limit allows more', async () => {
    await using sandbox = await start({ manualLimit: 2 });
    const id = await startBackup(sandbox);
    const busy = await ask(sandbox, 'POST /api/backup/run', { json: { repository: accounting } });
    expect([busy.status, busy.body]).toMatchObject([
      409,
      { detail: { key: 'backend.errors.jobs.repositoryOperationActive', params: { active_job_id: id } } },
    ]);
    await startBackup(sandbox, research);
    const full = await ask(sandbox, 'POST /api/backup/start', { json: { repository: '/nope' } });
    expect(full.body).toEqual({
      detail: { key: 'backend.errors.backup.concurrentLimitReached', params: { limit: 2, active: 2 } },
    });
  });

  it('refuses an observed repository, and a user without the role', async () => {
    await using sandbox = await start();
    for (const route of ['POST /api/backup/start', 'POST /api/backup/run']) {
      const observed = await ask(sandbox, route, { json: { repository: mirror } });
      expect([observed.status, observed.body]).toEqual([400, key('repo.cannotBackupObserveRepository')]);
      sandbox.limitedRole = 'viewer';
      const token = sandbox.limitedUser.personalToken;
      const viewer = await ask(sandbox, route, { json: { repository: accounting }, token });
      expect([viewer.status, viewer.body]).toEqual([403, key('auth.notEnoughPermissions')]);
    }
    sandbox.limitedRole = 'operator';
    expect(await startBackup(sandbox, accounting, sandbox.limitedUser.personalToken)).toBe(1);
  });

  it('keeps a job pending for as long as it is told', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ pendingSeconds: 10 });
    const id = await startBackup(sandbox);
    expect(await status(sandbox, id)).toMatchObject({ status: 'pending', started_at: null, progress: 0 });
    expect((await stored(sandbox, id)).lines).toEqual([]);
    expect((await ask(sandbox, `GET /api/activity/backup/${id}/logs`)).status).toBe(404);
    expect((await ask(sandbox, `GET /api/backup/logs/${id}/download`)).status).toBe(404);
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).body).toEqual(key('backup.canOnlyCancelRunningJobs'));
    sandbox.clock.advance(11_000);
    expect((await status(sandbox, id)).status).toBe('running');
    sandbox.everyRun({ pendingSeconds: Number.POSITIVE_INFINITY });
    sandbox.manualLimit = 2;
    const never = await startBackup(sandbox, research);
    sandbox.clock.advance(1e9);
    expect((await status(sandbox, never)).status).toBe('pending');
  });

  it('lets somebody else start jobs outside, past the limit', async () => {
    await using sandbox = await start();
    const id = sandbox.startOutside(accounting, { script: { outcome: 'skipped' } });
    sandbox.startOutside(research, { isScheduled: true });
    const refused = await ask(sandbox, 'POST /api/backup/start', { json: { repository: laptops } });
    expect(refused.body).toMatchObject({ detail: { params: { limit: 1, active: 1 } } });
    sandbox.clock.advance(2000);
    expect(await status(sandbox, id)).toMatchObject({ status: 'skipped', progress: 0 });
  });
});

describe('retrying', () => {
  it('goes on with the lineage of a failed manual job', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ outcome: 'failed', durationSeconds: 5 });
    const first = await startBackup(sandbox);
    sandbox.clock.advance(6000);
    const second = await ask(sandbox, `POST /api/backup/jobs/${first}/retry`);
    sandbox.clock.advance(6000);
    const third = await ask(sandbox, `POST /api/backup/jobs/${String(second.body.job_id)}/retry`);
    expect([third.status, third.body]).toMatchObject([
      202,
      { retry_attempt: 3, retry_original_job_id: first, retry_source_job_id: second.body.job_id },
    ]);
    expect((await ask(sandbox, `POST /api/backup/jobs/${first}/retry`)).status).toBe(409);
  });

  it('refuses scheduled, unknown and foreign jobs', async () => {
    await using sandbox = await start();
    const id = sandbox.startOutside(accounting, { isScheduled: true, script: { outcome: 'failed-at-once' } });
    expect((await ask(sandbox, `POST /api/backup/jobs/${id}/retry`)).status).toBe(400);
    expect((await ask(sandbox, 'POST /api/backup/jobs/99/retry')).status).toBe(404);
    expect((await ask(sandbox, 'POST /api/backup/jobs/x/retry')).status).toBe(422);
    sandbox.limitedRole = 'viewer';
    const { personalToken: token } = sandbox.limitedUser;
    expect((await ask(sandbox, `POST /api/backup/jobs/${id}/retry`, { token })).status).toBe(403);
  });
});

describe('cancelling', () => {
  it('ends a local run with two lines of Borg and its last percent', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(9000);
    const before = await status(sandbox, id);
    await ask(sandbox, `POST /api/backup/cancel/${id}`);
    const after = await status(sandbox, id);
    expect(after).toMatchObject({
      status: 'cancelled',
      progress: 1,
      error_message: '{"key": "backend.errors.backup.cancelledByUser"}',
    });
    const percent = ({ progress_details }: Row) => progress_details.progress_percent ?? 0;
    expect(percent(after)).toBeGreaterThan(percent(before));
    expect(percent(after)).toBeLessThan(100);
    expect(events(await activity(sandbox, id)).slice(-2)).toMatchObject([
      { levelname: 'ERROR', message: 'Received SIGTERM' },
      { levelname: 'ERROR', message: 'terminating with signal status, rc 143' },
    ]);
    sandbox.clock.advance(100_000);
    expect(await status(sandbox, id)).toEqual(after);
  });

  it('waits for the agent, unless the backup ends first', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox, laptops);
    sandbox.clock.advance(9000);
    const { body } = await ask(sandbox, `POST /api/backup/cancel/${id}`);
    expect(body.process_terminated).toBe(false);
    sandbox.clock.advance(3000);
    expect((await status(sandbox, id)).status).toBe('running');
    sandbox.clock.advance(1100);
    expect((await status(sandbox, id)).status).toBe('cancelled');
    const other = await startBackup(sandbox, laptops);
    sandbox.clock.advance(38_000);
    await ask(sandbox, `POST /api/backup/cancel/${other}`);
    sandbox.clock.advance(5000);
    expect((await status(sandbox, other)).status).toBe('completed');
  });

  it('stops the maintenance of a completed job and leaves the backup alone', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 10, maintenanceSeconds: 20 });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(15_000);
    expect((await status(sandbox, id)).maintenance_status).toBe('running_prune');
    const busy = await ask(sandbox, 'POST /api/backup/start', { json: { repository: accounting } });
    expect(busy.body).toMatchObject({ detail: { key: 'backend.errors.jobs.repositoryOperationActive' } });
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).status).toBe(200);
    expect(await status(sandbox, id)).toMatchObject({
      status: 'completed',
      maintenance_status: 'prune_failed',
    });
    sandbox.clock.advance(60_000);
    expect((await status(sandbox, id)).maintenance_status).toBe('prune_failed');
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).status).toBe(400);
  });

  it('says when no process was found, and refuses a viewer and a word', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.limitedRole = 'viewer';
    const { personalToken: token } = sandbox.limitedUser;
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`, { token })).status).toBe(403);
    expect((await ask(sandbox, 'POST /api/backup/cancel/x')).status).toBe(422);
    sandbox.processFound = false;
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).body.process_terminated).toBe(false);
    expect((await status(sandbox, id)).status).toBe('cancelled');
  });
});

describe('the log of a running job', () => {
  it('begins with placeholders, then with the opening of the cache', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    expect(contents(await activity(sandbox, id))).toEqual([
      'Backup is running...',
      '',
      'Processing started, waiting for first log output...',
      '',
      'Note: Showing last 500 lines from in-memory buffer. Full logs not saved to disk.',
    ]);
    expect((await activity(sandbox, id, '?offset=1')).lines).toEqual([]);
    sandbox.clock.advance(1000);
    const types = events(await activity(sandbox, id, '?offset=3&limit=1')).map(({ type }) => type);
    expect(types.slice(0, 6)).toEqual(['archive_progress', ...Array(4).fill('progress_message'), 'archive_progress']);
    expect((await stored(sandbox, id)).lines).toEqual([]);
  });

  it('has about five lines a second whose sizes grow to the end', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(39_900);
    const seen = events(await activity(sandbox, id)).filter(({ type }) => type === 'archive_progress');
    expect(seen.length).toBeGreaterThan(180);
    expect(seen.length).toBeLessThan(220);
    const sizes = seen.map(({ original_size }) => Number(original_size));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    const times = seen.map(({ time }) => Number(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(sizes.at(-1)).toBeGreaterThan(2_300_000_000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(2_400_000_000);
    expect(new Set(seen.map(({ path }) => path)).size).toBeGreaterThan(100);
  });

  it('is a window of 500 lines that slides and is numbered anew', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ linesPerSecond: 100, durationSeconds: 60 });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(10_000);
    const before = await activity(sandbox, id, '?limit=3&offset=400');
    expect([before.total_lines, before.lines.length, before.has_more]).toEqual([500, 500, false]);
    sandbox.clock.advance(1000);
    const after = await activity(sandbox, id);
    expect(after.lines.map(({ line_number }) => line_number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(contents(after).slice(0, 400)).toEqual(contents(before).slice(100));
    sandbox.clock.advance(10_000);
    expect(contents(await activity(sandbox, id))).not.toContain(contents(after).at(-1));
  });

  it('is what is stored for an agent, with real paging', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox, laptops);
    expect((await activity(sandbox, id)).lines).toEqual([]);
    sandbox.clock.advance(10_000);
    const all = await stored(sandbox, id);
    expect(all.lines.length).toBeGreaterThan(40);
    const part = await activity(sandbox, id, '?offset=10&limit=5');
    expect(part.lines.map(({ line_number }) => line_number)).toEqual([11, 12, 13, 14, 15]);
    expect(part.has_more).toBe(true);
    expect(contents(part)).toEqual(contents(all).slice(10, 15));
  });

  it('shows a file that takes long in the record', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ totalBytes: 60_000_000, durationSeconds: 30, paths: ['srv/disk.img'] });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(12_000);
    expect((await status(sandbox, id)).progress_details.current_file).toBe('srv/disk.img');
  });
});

describe('the log of an ended job', () => {
  it('follows the policy of the server', async () => {
    await using sandbox = await start();
    const ids = Object.fromEntries(
      (['completed', 'warnings', 'failed'] as const).map((outcome) => [
        outcome,
        sandbox.startOutside(accounting, { script: { outcome, durationSeconds: 5 } }),
      ]),
    );
    const named = sandbox.startOutside(accounting, {
      script: { durationSeconds: 5, paths: ['srv/error_log'] },
    });
    sandbox.clock.advance(6000);
    const codes = async () => {
      const all = [ids.completed, named, ids.warnings, ids.failed];
      const replies = await Promise.all(all.map((id) => ask(sandbox, `GET /api/activity/backup/${id}/logs`)));
      return replies.map((reply) => reply.status);
    };
    expect(await codes()).toEqual([404, 200, 200, 200]);
    sandbox.logPolicy = 'failed_only';
    expect(await codes()).toEqual([404, 404, 404, 200]);
    const cancelled = sandbox.addFinished({ status: 'cancelled' });
    expect((await stored(sandbox, cancelled)).lines.length).toBeGreaterThan(20);
    sandbox.logPolicy = 'all_jobs';
    expect(await codes()).toEqual([200, 200, 200, 200]);
    expect((await stored(sandbox, ids.completed ?? 0)).lines.length).toBeGreaterThan(20);
  });

  it('counts one empty line too many where it is stored, and not where it is paged', async () => {
    await using sandbox = await start();
    const id = sandbox.addFinished({
      status: 'failed',
      error_message: 'No space left',
      lines: ['one', 'two', 'three'],
    });
    expect(contents(await stored(sandbox, id))).toEqual(['one', 'two', 'three', '']);
    expect(await stored(sandbox, id, '?offset=3')).toMatchObject({
      lines: [{ line_number: 4, content: '' }],
      total_lines: 4,
      has_more: false,
    });
    expect((await stored(sandbox, id, '?offset=4')).lines).toEqual([]);
    expect(await activity(sandbox, id, '?offset=1&limit=1')).toEqual({
      lines: [{ line_number: 2, content: 'two' }],
      total_lines: 3,
      has_more: true,
    });
    expect((await ask<string>(sandbox, `GET /api/backup/logs/${id}/download`)).body).toBe('one\ntwo\nthree\n');
  });

  it('carries the warnings and the errors of Borg', async () => {
    await using sandbox = await start();
    const warned = sandbox.startOutside(accounting, { script: { outcome: 'warnings' } });
    const failed = sandbox.startOutside(research, {
      script: { outcome: 'failed', errorMessage: 'Broken pipe' },
    });
    sandbox.clock.advance(60_000);
    const levels = async (id: number) => new Set(events(await stored(sandbox, id)).map(({ levelname }) => levelname));
    expect(await levels(warned)).toEqual(new Set([undefined, 'WARNING']));
    expect(await levels(failed)).toEqual(new Set([undefined, 'ERROR']));
    expect(await status(sandbox, failed)).toMatchObject({
      status: 'failed',
      error_message: 'Broken pipe',
      progress: 1,
    });
    expect((await status(sandbox, warned)).progress_details.original_size).toBe(2_400_000_000);
  });

  it('is refused to whom the repository is hidden, but not by the activity log', async () => {
    await using sandbox = await start();
    const id = sandbox.addFinished({ status: 'failed', lines: ['secret'] });
    sandbox.hiddenRepositories.add(accounting);
    const how = { token: sandbox.limitedUser.personalToken };
    expect((await ask(sandbox, `GET /api/backup/status/${id}`, how)).status).toBe(500);
    const stream = await ask(sandbox, `GET /api/backup/logs/${id}/stream`, how);
    expect([stream.status, stream.body.detail]).toEqual([500, expect.stringContaining('403')]);
    expect((await ask(sandbox, `GET /api/backup/logs/${id}/download`, how)).status).toBe(403);
    expect((await ask(sandbox, `GET /api/activity/backup/${id}/logs`, how)).status).toBe(200);
    expect((await ask(sandbox, 'GET /api/activity/recent', how)).body).toEqual([]);
  });

  it('answers strange kinds, ids and offsets', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, 'GET /api/activity/party/1/logs')).body).toMatchObject({
      detail: { key: 'backend.errors.activity.invalidJobType', params: { jobType: 'party' } },
    });
    expect((await ask(sandbox, 'GET /api/activity/prune/1/logs')).status).toBe(404);
    expect((await ask(sandbox, 'GET /api/activity/backup/1/logs?offset=x')).status).toBe(422);
    expect((await ask(sandbox, 'GET /api/backup/logs/x/stream')).status).toBe(422);
    expect((await ask(sandbox, 'GET /api/backup/logs/x/download')).status).toBe(422);
    const bad = await ask(sandbox, `GET /api/backup/logs/1/download?token=${sandbox.personalToken}`, {
      token: 'no',
    });
    expect(bad.status).toBe(401);
  });
});

describe('the events', () => {
  it('greet once and then say nothing of backups', async () => {
    await using sandbox = await start();
    const token = (await login(sandbox)).body.access_token;
    const stop = new AbortController();
    const response = await fetch(`${sandbox.url}/api/events/stream?token=${token}`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const first = await response.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^event: connection_established\ndata: \{/);
    stop.abort();
    shown.add('GET /api/events/stream 200');
  });
});

describe('the description', () => {
  it('has been shown whole, but for failures of the server itself', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((code) => `${method.toUpperCase()} ${path} ${code}`),
      ),
    );
    expect(described.filter((one) => !shown.has(one)).sort()).toEqual([
      'GET /api/backup/jobs 500',
      'POST /api/backup/cancel/{job_id} 500',
      'POST /api/backup/start 500',
    ]);
  });
});
