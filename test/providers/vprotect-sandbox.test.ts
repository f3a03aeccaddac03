import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import {
  startVProtectSandbox,
  type VProtectSandbox,
  type VProtectSandboxOptions,
  vprotectGuid,
} from '../../providers/vprotect/sandbox.ts';

type Json = Readonly<Record<string, unknown>>;
interface Reply<T = Json> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: T;
}
interface Ask {
  /** Null: without a session. Unless given, a session that is opened with the first call. */
  readonly cookie?: string | null;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The switch that makes this reply differ from the description. */
  readonly undescribed?: string;
}
interface Described {
  readonly $ref?: string;
  readonly content?: Json;
}
interface Operation {
  readonly responses: Readonly<Record<string, Described>>;
}
interface Named {
  readonly name: string;
  readonly description: string;
}
interface Reference {
  readonly guid: string;
  readonly name: string;
}
interface Row {
  readonly guid: string;
  readonly snapshotTime?: number;
  readonly backupTime?: number;
  readonly status: Named;
  readonly type: Named;
  readonly statusInfo: string | null;
  readonly size: number;
  readonly warnings: readonly string[];
  readonly warningsPresent: boolean;
  readonly warningsAcknowledged: boolean;
  readonly description: string | null;
  readonly protectedEntity: Reference & { readonly type: Named };
}
interface Task {
  readonly guid: string;
  readonly type: Named;
  readonly state: Named;
  readonly progress: number;
  readonly statusInfo: string | null;
  readonly startTime?: number;
  readonly finishTime?: number;
  readonly priority: number;
  readonly backupType: Named;
  readonly parentTask?: Reference;
  readonly workflowExecution: Reference;
  readonly backup?: Reference;
  readonly backupDestination: Reference;
}
interface Batch {
  readonly successful: readonly Reference[];
  readonly unsuccessful: readonly Reference[];
  readonly tasks: readonly Task[];
}

const fixture: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/vprotect/openapi.json', import.meta.url), 'utf8'),
);
const contract = fixture as { paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

const now = Date.parse('2026-11-22T10:00:00.000Z');
const first = vprotectGuid('machine', 1);
const second = vprotectGuid('machine', 2);
const goneMachine = vprotectGuid('machine', 7);
const newMachine = vprotectGuid('machine', 8);
const nowhere = 'ffffffff-0000-4000-8000-000000000000';

const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
// The package is CommonJS, and its types do not say that its default export lies one step deeper.
(formats as unknown as { default: typeof formats.default }).default(ajv);
ajv.addSchema(contract, 'contract');
const validators = new Map<string, ValidateFunction>();
const shown = new Set<string>();

/** The fewer parameters, the sooner: a fixed path is no guid. */
const templates = Object.keys(contract.paths)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{[\w-]+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length);

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({ method: method.toUpperCase(), path, responses })),
);

function checkAgainstContract(method: string, path: string, reply: Reply<unknown>): void {
  const key = method.toLowerCase();
  const template = templates.find(({ template: one, pattern }) => pattern.test(path) && contract.paths[one]?.[key]);
  if (!template) return;
  const responses = contract.paths[template.template]?.[key]?.responses ?? {};
  const code = String(reply.status) in responses ? String(reply.status) : 'default';
  const name = `${method} ${template.template} ${code}`;
  if (code === 'default' && reply.status < 400)
    throw new Error(`the description does not know ${name} ${reply.status}`);
  shown.add(name);
  const described = responses[code];
  if (!described?.$ref && !described?.content) {
    expect(reply.body, name).toBe('');
    return;
  }
  expect(reply.headers['content-type'], name).toContain('application/json');
  const validate = validators.get(name) ?? compile(template.template, key, code, described);
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}

function compile(template: string, method: string, code: string, { $ref }: Described): ValidateFunction {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  const response = $ref ?? `#/paths/${path}/${method}/responses/${code}`;
  return ajv.compile({ $ref: `contract${response}/content/application~1json/schema` });
}

const sessions = new WeakMap<VProtectSandbox, string>();

const toCookie = ({ cookies }: Reply<unknown>): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

async function login(sandbox: VProtectSandbox, given: { username?: string; password?: string } = {}) {
  const { username, password } = { ...sandbox.config, ...given };
  return ask(sandbox, 'POST /session/login', { cookie: null, json: { login: username, password } });
}

async function sessionOf(sandbox: VProtectSandbox): Promise<string> {
  const cookie = sessions.get(sandbox) ?? toCookie(await login(sandbox));
  sessions.set(sandbox, cookie);
  return cookie;
}

/** Asks over HTTP, below `/api`, and holds every reply against the description. */
async function ask<T = Json>(sandbox: VProtectSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const cookie = how.cookie === undefined ? await sessionOf(sandbox) : how.cookie;
  const response = await fetch(sandbox.config.url + path, {
    method,
    headers: {
      ...(cookie === null ? {} : { cookie }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...how.headers,
    },
    body: how.json === undefined ? null : JSON.stringify(how.json),
  });
  const headers = Object.fromEntries(response.headers);
  const text = await response.text();
  const body = (headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text) as T;
  const reply = { status: response.status, headers, cookies: response.headers.getSetCookie(), body };
  if (how.undescribed === undefined) checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

const start = (options: VProtectSandboxOptions = {}): Promise<VProtectSandbox> =>
  startVProtectSandbox({ now, speed: 0, history: 0, demo: false, ...options });

const list = async (sandbox: VProtectSandbox, query = ''): Promise<readonly Row[]> =>
  (await ask<Row[]>(sandbox, `GET /backups${query}`)).body;

const guids = (rows: readonly { readonly guid: string }[]): string[] => rows.map(({ guid }) => guid);

const statusOf = async (sandbox: VProtectSandbox, route: string, how: Ask = {}): Promise<number> =>
  (await ask(sandbox, route, how)).status;

const pass = (sandbox: VProtectSandbox, seconds: number): void => sandbox.clock.advance(seconds * 1000);

const request = (sandbox: VProtectSandbox, known: Json = {}): Json => ({
  backupType: { name: 'FULL' },
  protectedEntities: [{ guid: first }],
  backupDestination: { guid: sandbox.config.destination },
  ...known,
});

async function startExport(sandbox: VProtectSandbox, known: Json = {}): Promise<Task> {
  const { body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json: request(sandbox, known) });
  const [task] = body.tasks;
  if (!task) throw new Error('no task was started');
  return task;
}

const task = async (sandbox: VProtectSandbox, guid: string): Promise<Task> =>
  (await ask<Task>(sandbox, `GET /tasks/${guid}`)).body;

const tasks = async (sandbox: VProtectSandbox, query = ''): Promise<readonly Task[]> =>
  (await ask<Task[]>(sandbox, `GET /tasks${query}`)).body;

const cancel = (sandbox: VProtectSandbox, guid: string): Promise<Reply> =>
  ask(sandbox, `PUT /tasks/${guid}/state`, { json: { state: { name: 'CANCELLED' }, statusInfo: 'no longer wanted' } });

const fill = (path: string): string =>
  path.replace('{guid}', nowhere).replace('{type}', 'vm').replace('{task-type}', 'EXPORT');

describe('a session', () => {
  it('is two cookies, which only together open anything', async () => {
    await using sandbox = await start();
    const reply = await login(sandbox);
    const pairs = toCookie(reply).split('; ');
    expect(reply.status).toBe(200);
    expect(pairs.map((pair) => pair.split('=')[0])).toEqual(['JSESSIONID', 'VPROTECT-ROUTE']);
    for (const cookie of [null, ...pairs, 'JSESSIONID=made-up; VPROTECT-ROUTE=made-up']) {
      expect(await statusOf(sandbox, 'GET /session', { cookie }), String(cookie)).toBe(401);
    }
    expect(await statusOf(sandbox, 'GET /session', { cookie: pairs.join('; ') })).toBe(204);
    expect(await statusOf(sandbox, 'GET /session', { cookie: pairs.toReversed().join(';') })).toBe(204);
    const other = toCookie(await login(sandbox));
    const mixed = [pairs[0], other.split('; ')[1]].join('; ');
    expect(await statusOf(sandbox, 'GET /session', { cookie: mixed })).toBe(401);
    expect(sandbox.loginCount).toBe(2);
  });

  it('is refused with 400 to a wrong password, an unknown name and half a login', async () => {
    await using sandbox = await start({ password: 'secret' });
    const refused = await login(sandbox, { password: 'guess' });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } }, cookies: [] });
    expect(await login(sandbox, { username: 'nobody' })).toMatchObject({ status: 400 });
    for (const json of [{}, { login: 'gateway' }, [], 'x']) {
      expect(await statusOf(sandbox, 'POST /session/login', { cookie: null, json })).toBe(400);
    }
    expect(sandbox.loginCount).toBe(0);
    expect((await login(sandbox)).body).toMatchObject({ lastFailedLogin: now });
  });

  it('knows its user and the login before, and ends with a logout', async () => {
    await using sandbox = await start();
    expect((await login(sandbox)).body).not.toHaveProperty('lastSuccessfulLogin');
    pass(sandbox, 60);
    const { body } = await ask(sandbox, 'GET /session/user');
    expect(body).toMatchObject({ login: 'gateway', lastSuccessfulLogin: now + 60_000 });
    expect(await statusOf(sandbox, 'POST /session/logout')).toBe(204);
    expect(await statusOf(sandbox, 'GET /session/user')).toBe(401);
  });

  it('opens with a token too', async () => {
    await using sandbox = await start();
    const open = (token: string) => ask(sandbox, 'POST /session/login-with-token', { cookie: null, json: { token } });
    expect((await open('no')).status).toBe(401);
    const cookie = toCookie(await open(sandbox.token));
    expect(await statusOf(sandbox, 'GET /backups', { cookie })).toBe(200);
  });

  it('expires at once, or in the middle of what somebody does', async () => {
    await using sandbox = await start();
    const cookie = toCookie(await login(sandbox));
    sandbox.expireSessions(2);
    const codes = [];
    for (let call = 0; call < 4; call += 1) codes.push(await statusOf(sandbox, 'GET /tasks', { cookie }));
    expect(codes).toEqual([200, 200, 401, 401]);
    const next = toCookie(await login(sandbox));
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: next })).toBe(200);
    sandbox.expireSessions();
    const fresh = toCookie(await login(sandbox));
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: next })).toBe(401);
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: fresh })).toBe(200);
  });

  it('is needed for every call but the two logins, and nothing is done without one', async () => {
    await using sandbox = await start();
    for (const { method, path } of operations) {
      const isOpen = path.startsWith('/session/login');
      if (isOpen) continue;
      const reply = await ask(sandbox, `${method} ${fill(path)}`, { cookie: null });
      expect([reply.status, reply.body], path).toEqual([401, { error: { message: 'No valid session' } }]);
    }
    expect(sandbox.catastrophes).toBe(0);
  });
});

describe('errors', () => {
  it('come nested, flat, or as a page that is not JSON', async () => {
    await using sandbox = await start();
    const asked = `GET /backups/${nowhere}`;
    expect(await ask(sandbox, asked)).toMatchObject({ status: 404, body: { error: { message: 'Backup not found' } } });
    sandbox.errorStyle = 'flat';
    expect((await ask(sandbox, asked)).body).toEqual({ message: 'Backup not found' });
    sandbox.errorStyle = 'html';
    const page = await ask<string>(sandbox, asked, { undescribed: 'errorStyle' });
    expect([page.status, page.headers['content-type'], page.body]).toEqual([
      404,
      expect.stringContaining('text/html'),
      expect.stringMatching(/^<html>.*404.*<\/html>$/),
    ]);
    expect(await statusOf(sandbox, 'GET /session', { cookie: null, undescribed: 'errorStyle' })).toBe(401);
  });

  it('are all there is in an outage', async () => {
    await using sandbox = await start();
    const cookie = await sessionOf(sandbox);
    sandbox.outage = 503;
    for (const { method, path } of operations) {
      expect(await statusOf(sandbox, `${method} ${fill(path)}`, { cookie }), path).toBe(503);
    }
    sandbox.outage = null;
    expect(await statusOf(sandbox, 'GET /session', { cookie })).toBe(204);
  });

  it('answer bodies that are no JSON, and paths that there are not', async () => {
    await using sandbox = await start();
    const cookie = await sessionOf(sandbox);
    const url = `${sandbox.config.url}/tasks/export`;
    const post = (type: string, body: string) =>
      fetch(url, { method: 'POST', headers: { cookie, 'content-type': type }, body }).then(({ status }) => status);
    expect([await post('text/plain', '{}'), await post('application/json', '{')]).toEqual([415, 400]);
    const strange = [
      'GET /nothing',
      'GET /backups/x/y',
      'POST /backups',
      `DELETE /backups/${nowhere}`,
      'GET /tasks/export/x',
    ];
    for (const route of strange) expect(await statusOf(sandbox, route), route).toBe(404);
    expect(sandbox.requests.filter(({ isStray }) => isStray)).toHaveLength(strange.length);
  });
});

describe('the list of backups', () => {
  it('comes whole without a size, and in pages from 0 with one', async () => {
    await using sandbox = await start({ history: 25 });
    const whole = await ask<Row[]>(sandbox, 'GET /backups?orderBy=snapshotTime&direction=desc');
    expect([whole.body.length, whole.headers['x-total-count']]).toEqual([25, '25']);
    expect(await list(sandbox, '?orderBy=snapshotTime&direction=desc&page=1')).toEqual(whole.body);
    const pages = [];
    for (const page of [0, 1, 2, 3]) {
      const query = `?orderBy=snapshotTime&direction=desc&page=${page}&size=10`;
      const reply = await ask<Row[]>(sandbox, `GET /backups${query}`);
      expect(reply.headers['x-total-count']).toBe('25');
      pages.push(reply.body);
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5, 0]);
    expect(pages.flat()).toEqual(whole.body);
    expect(await list(sandbox, '?orderBy=snapshotTime&direction=desc&size=10')).toEqual(pages[0]);
  });

  it('grants smaller pages than asked for, and leaves the total out, when it is told to', async () => {
    await using sandbox = await start({ history: 25 });
    sandbox.maxPageSize = 8;
    sandbox.withoutTotalHeader = true;
    const pages = await Promise.all([0, 1].map((page) => ask<Row[]>(sandbox, `GET /backups?page=${page}&size=20`)));
    expect(pages.map(({ body }) => body.length)).toEqual([8, 8]);
    expect(pages.flatMap(({ body }) => guids(body))).toEqual(guids(await list(sandbox)).slice(0, 16));
    expect(pages[0]?.headers).not.toHaveProperty('x-total-count');
    expect(await list(sandbox)).toHaveLength(25);
  });

  it('shifts under a reader when a row comes in', async () => {
    await using sandbox = await start({ history: 12 });
    const page = (number: number) => list(sandbox, `?orderBy=snapshotTime&direction=desc&page=${number}&size=5`);
    const before = await page(0);
    sandbox.addFinished();
    expect(guids(await page(1))[0]).toBe(guids(before)[4]);
  });

  it('is sorted by snapshot time both ways, with equal times in the same order', async () => {
    await using sandbox = await start({ history: 60 });
    const times = (rows: readonly Row[]) => rows.map(({ snapshotTime }) => snapshotTime ?? Number.POSITIVE_INFINITY);
    const ascending = await list(sandbox, '?orderBy=snapshotTime');
    const descending = await list(sandbox, '?orderBy=snapshotTime&direction=desc');
    expect(times(ascending)).toEqual(times(ascending).toSorted((a, b) => a - b));
    expect(times(descending)).toEqual(times(ascending).toReversed());
    const common = ascending.find((row, index) => row.snapshotTime === ascending[index + 1]?.snapshotTime);
    const tied = (rows: readonly Row[]) => guids(rows.filter((row) => row.snapshotTime === common?.snapshotTime));
    expect(tied(ascending).length).toBeGreaterThan(5);
    expect(tied(descending)).toEqual(tied(ascending));
    const byGuid = tied(ascending).toSorted((a, b) => (a < b ? -1 : 1));
    expect(tied(ascending)).not.toEqual(byGuid);
    expect(tied(ascending)).not.toEqual(byGuid.toReversed());
  });

  it('puts rows without a snapshot time at either end', async () => {
    await using sandbox = await start({ history: 3 });
    const guid = sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    const place = async (direction: string) =>
      guids(await list(sandbox, `?orderBy=snapshotTime&direction=${direction}`)).indexOf(guid);
    expect([await place('asc'), await place('desc')]).toEqual([3, 0]);
    sandbox.timelessRows = 'oldest';
    expect([await place('asc'), await place('desc')]).toEqual([0, 3]);
  });

  it('refuses strange pages, directions, words and numbers', async () => {
    await using sandbox = await start();
    const strange = [
      'page=-1&size=5',
      'page=x&size=5',
      'size=0',
      'size=1.5',
      'direction=DESC',
      'direction=down',
      'status=DONE',
      'status=SUCCESS&status=success',
      'type=full',
      'protected-entity-type=Vm',
      'from=yesterday',
      'to=2026-01-01',
      'min-size=1MB',
    ];
    for (const query of strange) expect(await statusOf(sandbox, `GET /backups?${query}`), query).toBe(400);
  });

  it('refuses sort tokens as it is told to', async () => {
    await using sandbox = await start({ history: 5 });
    const codes = async () =>
      Promise.all(['snapshotTime', 'size'].map((token) => statusOf(sandbox, `GET /backups?orderBy=${token}`)));
    expect(await codes()).toEqual([200, 400]);
    sandbox.refusesOrderBy = 'all';
    expect(await codes()).toEqual([400, 400]);
    expect(await statusOf(sandbox, 'GET /backups')).toBe(200);
    sandbox.refusesOrderBy = 'none';
    expect(await codes()).toEqual([200, 200]);
    expect(await list(sandbox, '?orderBy=size&direction=desc')).toEqual(await list(sandbox));
  });

  it('has rows with or without the fields of the older documents', async () => {
    await using sandbox = await start({ history: 25 });
    const [row] = await list(sandbox, '?status=PARTIAL_SUCCESS&status=SUCCESS');
    expect(Object.keys(row ?? {})).toEqual(
      expect.arrayContaining(['size', 'warningsPresent', 'hidden', 'taskTimeStats', 'backupLocations', 'backupRule']),
    );
    expect(row).toMatchObject({
      status: { name: 'SUCCESS', description: 'Success' },
      protectedEntity: { name: expect.any(String), type: { name: expect.any(String) } },
      backupLocations: [{ status: { name: 'PRESENT', description: 'Present' } }],
    });
    sandbox.isBare = true;
    const [bare] = await list(sandbox, '?status=SUCCESS');
    expect(new Set(Object.keys(bare ?? {}))).toEqual(new Set(['guid', 'backupTime', 'snapshotTime', 'status', 'type']));
    const detailed = await ask<Row[]>(sandbox, 'GET /backups/detailed?status=SUCCESS');
    expect(new Set(Object.keys(detailed.body[0] ?? {}))).toEqual(new Set(['guid', 'snapshotTime', 'status', 'type']));
  });

  it('has enums as bare strings when it is told to', async () => {
    await using sandbox = await start({ history: 3 });
    sandbox.enumStyle = 'string';
    const { body } = await ask<Json[]>(sandbox, 'GET /backups', { undescribed: 'enumStyle' });
    expect(body[0]).toMatchObject({ status: expect.any(String), type: expect.any(String) });
    expect(body[0]?.protectedEntity).toMatchObject({ type: 'VM' });
  });

  it('is the same in its detailed form, but for the end of each backup', async () => {
    await using sandbox = await start({ history: 25 });
    const query = '?orderBy=snapshotTime&direction=desc&page=1&size=6';
    const detailed = await ask<Row[]>(sandbox, `GET /backups/detailed${query}`);
    expect(guids(detailed.body)).toEqual(guids(await list(sandbox, query)));
    expect(detailed.headers['x-total-count']).toBe('25');
    for (const row of detailed.body) expect(row).not.toHaveProperty('backupTime');
    for (const row of await list(sandbox, query)) expect(row).toHaveProperty('backupTime');
  });
});

describe('a filter of the list', () => {
  type Facts = VProtectSandbox['backups'][number] & { readonly of: VProtectSandbox['entities'][number] };

  async function expectRows(sandbox: VProtectSandbox, query: string, matches: (row: Facts) => boolean): Promise<void> {
    const rows = sandbox.backups.map((row) => {
      const of = sandbox.entities.find(({ guid }) => guid === row.entity);
      if (!of) throw new Error('a backup of nothing');
      return { ...row, of };
    });
    const expected = guids(rows.filter(matches));
    expect(expected.length, `${query} is worth asking`).toBeGreaterThan(0);
    expect(expected.length, `${query} is worth asking`).toBeLessThan(rows.length);
    expect(guids(await list(sandbox, `?${query}`)), query).toEqual(expected);
  }

  it('by entity, status, type, size or chain gives what a look at each row would', async () => {
    await using sandbox = await start({ history: 120, demo: true });
    const child = sandbox.backups.find(
      ({ parentBackup, rootBackup }) => parentBackup !== null && parentBackup !== rootBackup,
    );
    await expectRows(sandbox, `protected-entity=${first}`, ({ entity }) => entity === first);
    await expectRows(sandbox, 'status=FAILED', ({ status }) => status === 'FAILED');
    await expectRows(sandbox, 'status=FAILED&status=QUEUED&status=INPROGRESS', ({ status }) =>
      ['FAILED', 'QUEUED', 'INPROGRESS'].includes(status),
    );
    await expectRows(sandbox, 'status=SUCCESS_REMOVED', ({ status }) => status === 'SUCCESS_REMOVED');
    for (const kind of ['FULL', 'INCREMENTAL', 'SYNCHRONIZATION', 'SYNTHETIC']) {
      await expectRows(sandbox, `type=${kind}`, ({ type }) => type === kind);
    }
    for (const kind of ['VM', 'APP', 'STORAGE', 'CLOUD']) {
      await expectRows(sandbox, `protected-entity-type=${kind}`, ({ of }) => of.type === kind);
    }
    const size = sandbox.backups[50]?.size ?? 0;
    await expectRows(sandbox, `min-size=${size}`, (row) => row.size >= size);
    await expectRows(
      sandbox,
      `parent-backup=${child?.parentBackup}`,
      (row) => row.parentBackup === child?.parentBackup,
    );
    await expectRows(sandbox, `root-backup=${child?.rootBackup}`, (row) => row.rootBackup === child?.rootBackup);
    await expectRows(sandbox, 'without-hidden=true', ({ hidden }) => !hidden);
    await expectRows(
      sandbox,
      'only-mountable=true',
      ({ of, status }) => of.type === 'VM' && ['SUCCESS', 'PARTIAL_SUCCESS'].includes(status),
    );
    expect(await list(sandbox, '?without-hidden=false&only-mountable=no&protected-entity-type=OS')).toEqual([]);
    expect(await list(sandbox, `?protected-entity=${nowhere}`)).toEqual([]);
  });

  it('by place, policy, project or name does so too', async () => {
    await using sandbox = await start({ history: 120 });
    const [machine] = sandbox.entities;
    if (!machine) throw new Error('no machine');
    const { policy, rule, node, hypervisor, hypervisorManager, project } = machine;
    await expectRows(sandbox, `backup-policy=${policy.guid}`, ({ of }) => of.policy.guid === policy.guid);
    const policies = `backup-policy=${nowhere}&backup-policy=${policy.guid}`;
    await expectRows(sandbox, policies, ({ of }) => of.policy.guid === policy.guid);
    await expectRows(sandbox, `backup-rule=${rule.guid}`, ({ of }) => of.rule.guid === rule.guid);
    await expectRows(sandbox, `node=${node.guid}`, ({ of }) => of.node.guid === node.guid);
    await expectRows(sandbox, `hypervisor=${hypervisor?.guid}`, ({ of }) => of.hypervisor?.guid === hypervisor?.guid);
    const manager = hypervisorManager?.guid;
    await expectRows(sandbox, `hypervisor-manager=${manager}`, ({ of }) => of.hypervisorManager?.guid === manager);
    await expectRows(sandbox, `project-uuid=${project?.guid}`, ({ of }) => of.project?.guid === project?.guid);
    const [cloud, storage] = [sandbox.entities.at(-1)?.cloudServiceProvider, sandbox.entities.at(-2)?.storageProvider];
    await expectRows(sandbox, `cloud-service-provider=${cloud?.guid}`, ({ of }) => of.type === 'CLOUD');
    await expectRows(sandbox, `storage-provider=${storage?.guid}`, ({ of }) => of.type === 'STORAGE');
    const [vault] = sandbox.destinations;
    const [daily] = sandbox.rules;
    await expectRows(sandbox, `backup-destination=${vault?.guid}`, ({ of }) => of.rule.guid === daily?.guid);
    await expectRows(sandbox, 'nameLike=ERP-', ({ of }) => of.name.startsWith('erp-'));
    await expectRows(sandbox, 'filter=kernel', ({ description }) => description !== null);
    await expectRows(sandbox, 'filter=disk%20vda', ({ statusInfo }) => statusInfo?.includes('disk vda') ?? false);
    await expectRows(sandbox, `nameLike=${encodeURIComponent('büro')}`, ({ of }) => of.name === 'Büro-Fileserver');
  });

  it('by time takes both ends in, and no row without a snapshot time', async () => {
    await using sandbox = await start({ history: 60 });
    const times = sandbox.backups.flatMap(({ snapshotTime }) => snapshotTime ?? []);
    expect(times.length).toBeLessThan(60);
    const at = times[30] ?? 0;
    const within = (row: Facts, from: number, to: number) =>
      row.snapshotTime !== null && row.snapshotTime >= from && row.snapshotTime <= to;
    await expectRows(sandbox, `from=${at}`, (row) => within(row, at, now));
    await expectRows(sandbox, `to=${at}`, (row) => within(row, 0, at));
    await expectRows(sandbox, `from=${at}&to=${at}`, (row) => row.snapshotTime === at);
    await expectRows(sandbox, `from=0`, (row) => row.snapshotTime !== null);
    expect(await list(sandbox, `?from=${at + 1}&to=${at}`)).toEqual([]);
  });

  it('fails on failures only where it is asked to', async () => {
    await using sandbox = await start();
    const asked = 'GET /backups?fail-on-non-successful=true';
    sandbox.addFinished();
    expect(await statusOf(sandbox, asked)).toBe(200);
    sandbox.addFinished({ status: 'FAILED', entity: second });
    expect(await statusOf(sandbox, asked)).toBe(500);
    expect(await statusOf(sandbox, `${asked}&protected-entity=${first}`)).toBe(200);
    expect(await statusOf(sandbox, 'GET /backups')).toBe(200);
  });
});

describe('figures', () => {
  const statistics = ['aggregated-statistics', 'size-statistics', 'time-statistics', 'grouped/aggregated-statistics'];

  it('have a plausible shape and another one', async () => {
    await using sandbox = await start({ history: 40 });
    const aggregated = await ask<Json[]>(sandbox, 'GET /backups/aggregated-statistics');
    expect(aggregated.body.reduce((sum, { count }) => sum + Number(count), 0)).toBe(40);
    const { body } = await ask<Json[]>(sandbox, 'GET /backups/aggregated-statistics?status=FAILED');
    expect(body).toEqual([
      { status: { name: 'FAILED', description: 'Failed' }, count: expect.any(Number), totalSize: 0 },
    ]);
    const ofTime = await ask<Json[]>(sandbox, `GET /backups/time-statistics?protected-entity=${first}`);
    expect(ofTime.body[0]).toMatchObject({
      averageExportTime: expect.any(Number),
      averageStoreTime: expect.any(Number),
    });
    for (const name of statistics) {
      sandbox.statisticsShape = 'plausible';
      const plausible = await ask<Json[]>(sandbox, `GET /backups/${name}`);
      sandbox.statisticsShape = 'other';
      const other = await ask<Json[]>(sandbox, `GET /backups/${name}`);
      expect(other.body).toHaveLength(plausible.body.length);
      expect(Object.keys(other.body[0] ?? {})).toEqual(['values']);
      expect(plausible.body[0]).not.toHaveProperty('values');
    }
  });

  it('follow the filters of the list', async () => {
    await using sandbox = await start({ history: 40 });
    for (const name of statistics) {
      expect((await ask(sandbox, `GET /backups/${name}?protected-entity=${nowhere}`)).body, name).toEqual([]);
      expect(await statusOf(sandbox, `GET /backups/${name}?status=DONE`), name).toBe(400);
    }
  });

  it('draw a line over time for one entity', async () => {
    await using sandbox = await start({ history: 40 });
    for (const kind of ['size-stats', 'time-stats']) {
      sandbox.statisticsShape = 'plausible';
      const whole = await ask<{ points: Json[] }>(sandbox, `GET /backups/timeline/${kind}/VM/${first}`);
      const late = await ask<{ points: Json[] }>(
        sandbox,
        `GET /backups/timeline/${kind}/VM/${first}?from=${now - 3_000_000_000}&to=${now}`,
      );
      expect(late.body.points.length).toBeGreaterThan(0);
      expect(late.body.points.length).toBeLessThan(whole.body.points.length);
      sandbox.statisticsShape = 'other';
      expect((await ask(sandbox, `GET /backups/timeline/${kind}/VM/${first}`)).body).toHaveProperty('series');
      expect(await statusOf(sandbox, `GET /backups/timeline/${kind}/VM/${nowhere}`)).toBe(404);
    }
  });

  it('of the transfer are a query that answers 201', async () => {
    await using sandbox = await start({ history: 40 });
    const read = (json: Json, type = 'EXPORT') => ask<Json[]>(sandbox, `POST /backups/transfer-rate/${type}`, { json });
    const all = await read({ from: 0, to: now });
    expect([all.status, all.body[0]]).toMatchObject([201, { transferRate: expect.any(Number) }]);
    const one = await read({ from: 0, to: now, protectedEntity: { guid: first } });
    expect(one.body.length).toBeLessThan(all.body.length);
    expect((await read({ from: now })).body).toEqual([]);
    expect((await read({}, 'MOUNT')).body).toEqual([]);
    expect((await read({}, 'PARTY')).status).toBe(400);
    expect((await read({ from: 'x' })).status).toBe(400);
    sandbox.postStatus = 200;
    expect((await read({})).status).toBe(200);
  });
});

describe('the grouped list', () => {
  it('has the latest backup of each entity, with its attempts counted', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ snapshotTime: now - 1000 });
    const latest = sandbox.addFinished({ snapshotTime: now - 500, status: 'FAILED' });
    sandbox.addFinished({ snapshotTime: now - 9000 });
    const other = sandbox.addFinished({ snapshotTime: now - 2000, entity: second });
    const reply = await ask<Json[]>(sandbox, 'GET /backups/grouped?orderBy=snapshotTime&direction=desc&page=0&size=5');
    expect(reply.body).toMatchObject([
      { guid: latest, attempts: 3 },
      { guid: other, attempts: 1 },
    ]);
    expect(reply.headers['x-total-count']).toBe('2');
    const failed = await ask<Json[]>(sandbox, 'GET /backups/grouped/aggregated-statistics');
    expect(failed.body.map(({ status, count }) => [(status as Named).name, count])).toEqual([
      ['FAILED', 1],
      ['SUCCESS', 1],
    ]);
  });
});

describe('one backup', () => {
  it('comes without its end, and with the root of its chain', async () => {
    await using sandbox = await start({ history: 60 });
    const child = sandbox.backups.find(({ type }) => type === 'INCREMENTAL');
    const { body } = await ask(sandbox, `GET /backups/${child?.guid}`);
    expect(body).toMatchObject({
      guid: child?.guid,
      type: { name: 'INCREMENTAL' },
      parentBackup: { guid: child?.parentBackup },
      rootBackup: { guid: child?.rootBackup },
    });
    expect(body).not.toHaveProperty('backupTime');
  });

  it('is not confused with the fixed paths beside it', async () => {
    await using sandbox = await start({ history: 3 });
    for (const path of ['detailed', 'grouped', 'aggregated-statistics', 'size-statistics', 'time-statistics']) {
      expect((await ask(sandbox, `GET /backups/${path}`)).body, path).toEqual(expect.any(Array));
    }
    expect(await statusOf(sandbox, 'GET /backups/warnings-acknowledged')).toBe(404);
    expect(await statusOf(sandbox, 'GET /backups/nothing')).toBe(404);
  });

  it('is hidden by the role of the account, except for a restore', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    sandbox.hiddenEntities.add(first);
    expect(await list(sandbox)).toEqual([]);
    expect(await statusOf(sandbox, `GET /backups/${guid}`)).toBe(404);
    expect(await statusOf(sandbox, `PUT /backups/${guid}/description`, { json: { value: 'x' } })).toBe(404);
    expect((await ask(sandbox, `GET /backups/for-restore/${guid}`)).body).toMatchObject({ guid });
    expect(await statusOf(sandbox, `GET /backups/for-restore/${nowhere}`)).toBe(404);
    expect(guids((await ask<Reference[]>(sandbox, 'GET /virtual-machines')).body)).not.toContain(first);
  });

  it('goes away and comes back as somebody says', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished({ status: 'PETRIFIED' });
    expect(sandbox.backups).toMatchObject([{ guid, status: 'PETRIFIED', size: 0 }]);
    sandbox.removeBackup(guid);
    expect(await statusOf(sandbox, `GET /backups/${guid}`)).toBe(404);
    sandbox.addFinished({ guid, size: 5 });
    sandbox.addFinished({ guid, size: 6 });
    expect(await list(sandbox)).toMatchObject([{ guid, size: 6, status: { name: 'SUCCESS' } }]);
  });
});

describe('changing a backup', () => {
  const changes: readonly (readonly [path: string, json: unknown, field: string, value: unknown])[] = [
    ['description', { value: 'before the move' }, 'description', 'before the move'],
    ['warnings', [{ value: 'slow' }, { value: 'large' }], 'warnings', ['slow', 'large']],
    ['warnings-acknowledged', { value: true }, 'warningsAcknowledged', true],
  ];

  it('answers 204 without a body, and has changed it', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    const untouched = sandbox.addFinished();
    for (const [path, json, field, value] of changes) {
      const reply = await ask(sandbox, `PUT /backups/${guid}/${path}`, { json });
      expect([reply.status, reply.body], path).toEqual([204, '']);
      const { body } = await ask(sandbox, `GET /backups/${guid}`);
      expect(body[field], path).toEqual(value);
      expect((await ask(sandbox, `GET /backups/${untouched}`)).body[field], path).not.toEqual(value);
    }
    expect((await list(sandbox))[0]).toMatchObject({ warningsPresent: true });
    await ask(sandbox, `PUT /backups/${guid}/warnings-acknowledged`, { json: { value: false } });
    expect((await list(sandbox))[0]).toMatchObject({ warningsAcknowledged: false });
  });

  it('answers 200 with the printed body when it is told to', async () => {
    await using sandbox = await start();
    sandbox.printsBodies = true;
    const guid = sandbox.addFinished();
    for (const [path, json, field, value] of changes) {
      const reply = await ask(sandbox, `PUT /backups/${guid}/${path}`, { json });
      expect([reply.status, reply.body.guid, reply.body[field]], path).toEqual([200, guid, value]);
      expect('backupTime' in reply.body, path).toBe(path === 'description');
    }
    const batch = await ask(sandbox, 'PUT /backups/warnings-acknowledged', { json: { backups: [{ guid }] } });
    expect([batch.status, batch.body]).toMatchObject([200, [{ guid, warningsAcknowledged: true }]]);
  });

  it('acknowledges many at once, by reference, bare guid or entity', async () => {
    await using sandbox = await start();
    const plain = sandbox.addFinished();
    const bare = sandbox.addFinished();
    const warned = sandbox.addFinished({ entity: second, warnings: ['slow'] });
    const clean = sandbox.addFinished({ entity: second });
    const put = (json: unknown) => ask(sandbox, 'PUT /backups/warnings-acknowledged', { json });
    expect((await put({ backups: [{ guid: plain }, nowhere] })).status).toBe(404);
    const acknowledged = () => guids(sandbox.backups.filter((row) => row.warningsAcknowledged));
    expect(acknowledged()).toEqual([]);
    const reply = await put({ protectedEntities: [{ guid: second }], backups: [{ guid: plain }, bare], snapshots: [] });
    expect([reply.status, reply.body]).toEqual([204, '']);
    expect(acknowledged()).toEqual([plain, bare, warned]);
    expect(acknowledged()).not.toContain(clean);
    expect((await put({ backups: [5] })).status).toBe(400);
    expect((await put([])).status).toBe(400);
  });

  it('refuses bodies of another shape, and backups that there are not', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished();
    const put = (path: string, json: unknown) => statusOf(sandbox, `PUT /backups/${path}`, { json });
    expect(await put(`${guid}/description`, { value: 5 })).toBe(400);
    expect(await put(`${guid}/warnings`, { value: 'x' })).toBe(400);
    expect(await put(`${guid}/warnings`, ['x'])).toBe(400);
    expect(await put(`${guid}/warnings-acknowledged`, { value: 'true' })).toBe(400);
    for (const [path, json] of changes) expect(await put(`${nowhere}/${path}`, json), path).toBe(404);
  });
});

describe('the history', () => {
  it('covers eight months and every kind of row', async () => {
    await using sandbox = await start({ history: 300, demo: true });
    const { backups } = sandbox;
    expect(backups).toHaveLength(304);
    const statuses = new Set(backups.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([
      'FAILED',
      'INPROGRESS',
      'PARTIAL_SUCCESS',
      'QUEUED',
      'SUCCESS',
      'SUCCESS_REMOVED',
    ]);
    expect(new Set(backups.map(({ type }) => type)).size).toBe(4);
    const times = backups.flatMap(({ snapshotTime }) => snapshotTime ?? []);
    expect(now - Math.min(...times)).toBeGreaterThan(220 * 86_400_000);
    expect(new Set(times).size).toBeLessThan(times.length / 2);
    expect(Math.max(...backups.map(({ size }) => size))).toBeGreaterThan(2 ** 41);
    const isTimeless = backups.filter(({ snapshotTime, status }) => snapshotTime === null && status !== 'QUEUED');
    expect(isTimeless.length).toBeGreaterThan(1);
    for (const { status, backupTime } of isTimeless)
      expect([status, backupTime]).toEqual(['FAILED', expect.any(Number)]);
    for (const row of backups.filter(({ status }) => status === 'PARTIAL_SUCCESS'))
      expect(row.warnings).not.toEqual([]);
    expect(backups.some(({ hidden }) => hidden)).toBe(true);
    expect(backups.some(({ warningsAcknowledged }) => warningsAcknowledged)).toBe(true);
    expect(backups.some(({ statusInfo }) => statusInfo?.includes('cancelled'))).toBe(true);
    expect(new Set(backups.map(({ entity }) => entity)).size).toBe(sandbox.entities.length - 1);
    expect(backups.some(({ entity }) => entity === newMachine)).toBe(false);
    expect(await list(sandbox)).toHaveLength(304);
  });

  it('is the same for the same moment, and as long as asked for', async () => {
    await using one = await start({ history: 30, machines: 3 });
    await using other = await start({ history: 30, machines: 3 });
    expect(one.backups).toEqual(other.backups);
    expect(one.backups).toHaveLength(30);
    expect(one.backups[4]?.guid).toBe(vprotectGuid('backup', 5));
    expect(one.entities.map(({ type }) => type)).toEqual(['VM', 'VM', 'VM', 'APP', 'STORAGE', 'CLOUD']);
    const guidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const { guid } of one.backups) expect(guid).toMatch(guidShape);
  });

  it('has full backups about as large as their entity, and incremental ones far smaller', async () => {
    for (const history of [25, 300]) {
      await using sandbox = await start({ history });
      const bytes = new Map(sandbox.entities.map((one) => [one.guid, one.bytes]));
      for (const { type, entity, size } of sandbox.backups.filter(({ status }) => status.includes('SUCCESS'))) {
        const share = size / (bytes.get(entity) ?? 0);
        expect(type === 'INCREMENTAL' ? 1 - share : share).toBeGreaterThan(0.49);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });

  it('loses its data after 150 days', async () => {
    await using sandbox = await start();
    sandbox.startOutside(first);
    pass(sandbox, 100);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
    pass(sandbox, 151 * 86_400);
    const [row] = await ask<Json[]>(sandbox, 'GET /backups').then(({ body }) => body);
    expect(row).toMatchObject({
      status: { name: 'SUCCESS_REMOVED' },
      backupLocations: [{ status: { name: 'REMOVED' } }],
    });
  });

  it('goes on with four backups under way, one of which fails', async () => {
    await using sandbox = await start({ history: 10, demo: true });
    const underWay = () => sandbox.backups.slice(10).map(({ status }) => status);
    expect(underWay()).toEqual(['INPROGRESS', 'INPROGRESS', 'INPROGRESS', 'QUEUED']);
    const states = (await tasks(sandbox, '?states=RUNNING&states=QUEUED')).map(({ type, state }) => [
      type.name,
      state.name,
    ]);
    expect(states).toEqual([
      ['EXPORT', 'RUNNING'],
      ['STORE', 'RUNNING'],
      ['EXPORT', 'RUNNING'],
      ['EXPORT', 'QUEUED'],
    ]);
    expect(sandbox.backups[10]?.guid).toBe(vprotectGuid('backup', 11));
    pass(sandbox, 7200);
    expect(underWay()).toEqual(['SUCCESS', 'SUCCESS', 'FAILED', 'PARTIAL_SUCCESS']);
  });

  it('begins with nothing to base an incremental backup on', async () => {
    await using sandbox = await start({ history: 1 });
    expect(sandbox.backups).toMatchObject([{ parentBackup: null }]);
  });
});

describe('a run', () => {
  it('goes from an export through a store to a backup', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'QUEUED' },
      type: { name: 'EXPORT' },
      progress: 0,
    });
    expect(await list(sandbox)).toEqual([]);
    expect(await task(sandbox, guid)).not.toHaveProperty('backup');
    pass(sandbox, 1);
    const [queued] = await list(sandbox);
    expect(queued).toMatchObject({ status: { name: 'QUEUED' }, size: 0 });
    expect(queued).not.toHaveProperty('snapshotTime');
    pass(sandbox, 2);
    expect(await list(sandbox)).toMatchObject([{ status: { name: 'INPROGRESS' }, snapshotTime: now + 3000 }]);
    expect((await list(sandbox))[0]).not.toHaveProperty('backupTime');
    pass(sandbox, 13.3);
    const running = await task(sandbox, guid);
    expect(running).toMatchObject({
      state: { name: 'RUNNING' },
      progress: 33.3,
      startTime: now + 3000,
      backup: { guid: queued?.guid },
    });
    pass(sandbox, 26.7);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'FINISHED' },
      progress: 100,
      finishTime: now + 43_000,
    });
    const [, store] = await tasks(sandbox);
    expect(store).toMatchObject({ type: { name: 'STORE' }, state: { name: 'QUEUED' }, parentTask: { guid } });
    pass(sandbox, 12);
    expect((await tasks(sandbox))[1]).toMatchObject({ state: { name: 'RUNNING' }, progress: 50 });
    expect((await list(sandbox))[0]).toMatchObject({ status: { name: 'INPROGRESS' }, size: 0 });
    pass(sandbox, 10);
    expect((await tasks(sandbox))[1]).toMatchObject({ state: { name: 'FINISHED' }, progress: 100 });
    expect(await list(sandbox)).toMatchObject([
      {
        guid: queued?.guid,
        status: { name: 'SUCCESS' },
        snapshotTime: now + 3000,
        backupTime: now + 65_000,
        size: sandbox.entities[0]?.bytes,
        taskTimeStats: { queuedExportTime: 3000, exportTime: 40_000, queuedStoreTime: 2000, storeTime: 20_000 },
      },
    ]);
  });

  it('has progress that only grows', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ exportSeconds: 7, queuedSeconds: 0 });
    const { guid } = await startExport(sandbox);
    const seen: number[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      seen.push((await task(sandbox, guid)).progress);
      pass(sandbox, 0.4);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect([seen[0], seen.at(-1)]).toEqual([0, 100]);
    expect(seen.some((percent) => !Number.isInteger(percent))).toBe(true);
    for (const percent of seen) expect(percent).toBe(Math.round(percent * 10) / 10);
  });

  const endings = [
    ['partial', 'PARTIAL_SUCCESS', 'FINISHED', null],
    ['export-failed', 'FAILED', null, 'I/O error'],
    ['store-failed', 'FAILED', 'FAILED', 'no space left'],
    ['no-snapshot', 'FAILED', null, 'Snapshot'],
  ] as const;
  for (const [outcome, status, store, info] of endings) {
    it(`that ends as ${outcome} says so in its record and its tasks`, async () => {
      await using sandbox = await start();
      sandbox.everyRun({ outcome });
      const { guid } = await startExport(sandbox);
      pass(sandbox, 100);
      const [row] = await list(sandbox);
      expect(row).toMatchObject({
        status: { name: status },
        warningsPresent: outcome === 'partial',
        statusInfo: info === null ? null : expect.stringContaining(info),
      });
      expect(row?.snapshotTime).toBe(outcome === 'no-snapshot' ? undefined : now + 3000);
      expect(row?.size === 0).toBe(status === 'FAILED');
      const [exported, stored] = await tasks(sandbox);
      expect(exported).toMatchObject({ guid, state: { name: store === null ? 'FAILED' : 'FINISHED' } });
      expect(stored?.state.name ?? null).toBe(store);
      if (store === null) expect(exported?.progress).toBeLessThan(100);
    });
  }

  it('follows the script for the next one, then the one for all, or what it is given', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ bytes: 1 });
    sandbox.nextRun({ bytes: 2 });
    sandbox.everyRun({ bytes: 9 });
    for (let run = 0; run < 3; run += 1) await startExport(sandbox);
    const outside = sandbox.startOutside(second, { script: { bytes: 4 }, type: 'SYNCHRONIZATION' });
    pass(sandbox, 100);
    expect(sandbox.backups.map(({ size }) => size)).toEqual([1, 2, 9, 4]);
    expect(sandbox.backups.at(-1)).toMatchObject({ guid: outside.backup, entity: second, type: 'SYNCHRONIZATION' });
    expect(guids(sandbox.tasks).slice(-2)).toEqual([outside.exportTask, outside.storeTask]);
  });

  it('that is incremental becomes a full one where there is nothing before it', async () => {
    await using sandbox = await start();
    const incremental = { backupType: { name: 'INCREMENTAL' } };
    const { guid } = await startExport(sandbox, incremental);
    expect(await task(sandbox, guid)).toMatchObject({ backupType: { name: 'INCREMENTAL' } });
    pass(sandbox, 100);
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    const [full, child, grandchild] = sandbox.backups;
    expect(full).toMatchObject({ type: 'FULL', parentBackup: null, rootBackup: full?.guid });
    expect(child).toMatchObject({ type: 'INCREMENTAL', parentBackup: full?.guid, rootBackup: full?.guid });
    expect(grandchild).toMatchObject({ type: 'INCREMENTAL', parentBackup: child?.guid, rootBackup: full?.guid });
    expect(child?.size).toBeLessThan(full?.size ?? 0);
    for (const { guid: one } of sandbox.backups) sandbox.removeBackup(one);
    sandbox.addFinished({ status: 'FAILED' });
    sandbox.addFinished({ status: 'SUCCESS_REMOVED' });
    sandbox.addFinished({ entity: second });
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    expect(sandbox.backups.at(-1)).toMatchObject({ type: 'FULL' });
  });

  it('waits for its window, and fails if it could not begin inside', async () => {
    await using sandbox = await start();
    const waiting = await startExport(sandbox, { windowStart: now + 60_000, windowEnd: now + 90_000 });
    const missed = await startExport(sandbox, { windowStart: now - 60_000, windowEnd: now + 2000 });
    const past = await startExport(sandbox, { windowEnd: now - 1 });
    const open = await startExport(sandbox, { windowStart: now - 60_000, windowEnd: now + 3000 });
    pass(sandbox, 3);
    const states = async () =>
      Promise.all([waiting, missed, past, open].map(async ({ guid }) => (await task(sandbox, guid)).state.name));
    expect(await states()).toEqual(['QUEUED', 'FAILED', 'FAILED', 'RUNNING']);
    expect(await task(sandbox, missed.guid)).toMatchObject({
      statusInfo: expect.stringContaining('window'),
      progress: 0,
    });
    expect(sandbox.backups.map(({ status }) => status)).toEqual(['QUEUED', 'FAILED', 'INPROGRESS']);
    pass(sandbox, 57);
    expect((await states())[0]).toBe('RUNNING');
  });

  it('shows its record and the link to it late, or never', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ recordSeconds: 30 });
    const { guid } = await startExport(sandbox);
    pass(sandbox, 29);
    expect(await list(sandbox)).toEqual([]);
    expect(await task(sandbox, guid)).toMatchObject({ state: { name: 'RUNNING' } });
    pass(sandbox, 1);
    expect(await list(sandbox)).toMatchObject([{ status: { name: 'INPROGRESS' }, snapshotTime: now + 3000 }]);
    expect(await task(sandbox, guid)).toHaveProperty('backup');
    sandbox.linksTasks = false;
    expect(await task(sandbox, guid)).not.toHaveProperty('backup');
    const [row] = await list(sandbox);
    expect(guids(await tasks(sandbox, `?backup=${row?.guid}`))).toEqual([guid]);
  });

  it('is a pure function of the clock', async () => {
    await using watched = await start();
    await using unwatched = await start();
    for (const sandbox of [watched, unwatched]) await startExport(sandbox);
    for (let second = 0; second < 50; second += 1) {
      pass(watched, 1);
      await tasks(watched);
    }
    pass(unwatched, 50);
    expect(watched.tasks).toEqual(unwatched.tasks);
    expect(watched.backups).toEqual(unwatched.backups);
  });
});

describe('asking for an export', () => {
  it('takes what three generations of clients send', async () => {
    await using sandbox = await start();
    const [daily, weekly] = sandbox.rules;
    const bodies: readonly Json[] = [
      request(sandbox, { priority: 0, windowStart: now, windowEnd: now + 60_000 }),
      {
        backupType: { name: 'FULL', description: 'Full' },
        protectedEntities: [{ guid: first, name: 'erp-db-01' }],
        protectedEntityType: 'VM',
        priority: 100,
        windowStart: now,
        retryCount: 2,
        rules: [{ guid: weekly?.guid }],
        async: true,
      },
      { backupType: 'FULL', protectedEntities: [first], rules: [daily?.guid], protectedEntityType: { name: 'VM' } },
    ];
    for (const json of bodies) {
      const { status, body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json });
      expect([status, body.tasks.length, body.unsuccessful]).toEqual([200, 1, []]);
      expect(guids(body.successful)).toEqual([first]);
    }
    expect((await tasks(sandbox)).map(({ priority }) => priority)).toEqual([0, 100, 50]);
    expect((await tasks(sandbox)).map(({ backupDestination }) => backupDestination.name)).toEqual([
      'vault-dedup',
      'offsite-s3',
      'vault-dedup',
    ]);
  });

  it('starts nothing when the request is wrong', async () => {
    await using sandbox = await start();
    const wrong: readonly Json[] = [
      { backupType: undefined },
      { backupType: { name: 'full' } },
      { protectedEntities: undefined },
      { protectedEntities: [] },
      { protectedEntities: [{ name: 'erp-db-01' }] },
      { protectedEntities: first },
      { protectedEntityType: 'Machine' },
      { backupDestination: undefined },
      { backupDestination: undefined, rules: [] },
      { backupDestination: { guid: nowhere } },
      { rules: [{ guid: nowhere }] },
      { priority: 101 },
      { priority: -1 },
      { priority: '50' },
      { retryCount: -1 },
      { windowStart: 'now' },
      { windowStart: now, windowEnd: now - 1 },
    ];
    for (const known of wrong) {
      const status = await statusOf(sandbox, 'POST /tasks/export', { json: request(sandbox, known) });
      expect(status, JSON.stringify(known)).toBe(400);
    }
    expect(sandbox.tasks).toEqual([]);
  });

  it('starts a task for each entity that can be backed up, and names the others', async () => {
    await using sandbox = await start();
    const protectedEntities = [first, nowhere, second, goneMachine].map((guid) => ({ guid }));
    const json = request(sandbox, { protectedEntities });
    const { body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json });
    expect(guids(body.successful)).toEqual([first, second]);
    expect(guids(body.unsuccessful)).toEqual([nowhere, goneMachine]);
    expect(sandbox.tasks.map(({ entity }) => entity)).toEqual([first, second]);
    const cloud = vprotectGuid('cloud', 1);
    const other = request(sandbox, { protectedEntities: [cloud], protectedEntityType: 'VM' });
    expect((await ask<Batch>(sandbox, 'POST /tasks/export', { json: other })).body.tasks).toEqual([]);
    const right = request(sandbox, { protectedEntities: [cloud], protectedEntityType: 'CLOUD' });
    expect((await ask<Batch>(sandbox, 'POST /tasks/export', { json: right })).body.tasks).toHaveLength(1);
  });

  it('answers a batch, a list, an object or nothing', async () => {
    await using sandbox = await start();
    const post = <T>(guid: string, how: Ask = {}) =>
      ask<T>(sandbox, 'POST /tasks/export', { ...how, json: request(sandbox, { protectedEntities: [guid] }) });
    expect((await post<Batch>(nowhere)).body).toEqual({
      successful: [],
      unsuccessful: [{ guid: nowhere, name: nowhere }],
      tasks: [],
    });
    sandbox.replyShape = 'array';
    expect((await post<Task[]>(first)).body).toMatchObject([{ type: { name: 'EXPORT' }, state: { name: 'QUEUED' } }]);
    sandbox.replyShape = 'object';
    expect((await post<Task>(first)).body).toMatchObject({ type: { name: 'EXPORT' } });
    expect((await post(nowhere)).status).toBe(404);
    sandbox.postStatus = 201;
    expect((await post(first)).status).toBe(201);
    sandbox.replyShape = 'empty';
    const empty = await post<string>(first, { undescribed: 'replyShape' });
    expect([empty.status, empty.body]).toEqual([201, '']);
    expect(sandbox.tasks).toHaveLength(4);
  });
});

describe('stopping a task', () => {
  it('that exports ends it a little later, and its backup says FAILED', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 13);
    expect(await cancel(sandbox, guid)).toMatchObject({ status: 204, body: '' });
    expect((await task(sandbox, guid)).state.name).toBe('RUNNING');
    pass(sandbox, 1);
    expect((await cancel(sandbox, guid)).status).toBe(204);
    pass(sandbox, 1);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'CANCELLED' },
      statusInfo: 'no longer wanted',
      progress: 30,
      finishTime: now + 15_000,
    });
    const [row] = await list(sandbox);
    expect(row).toMatchObject({
      status: { name: 'FAILED' },
      statusInfo: expect.stringContaining('cancelled'),
      size: 0,
    });
    expect(row?.snapshotTime).toBe(now + 3000);
    pass(sandbox, 1000);
    expect(await tasks(sandbox)).toHaveLength(1);
    expect((await cancel(sandbox, guid)).status).toBe(409);
  });

  it('that ends in the meantime changes nothing', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 42);
    expect((await cancel(sandbox, guid)).status).toBe(204);
    pass(sandbox, 2);
    expect((await task(sandbox, guid)).state.name).toBe('FINISHED');
    pass(sandbox, 60);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
  });

  it('that stores leaves a FAILED backup too', async () => {
    await using sandbox = await start();
    sandbox.printsBodies = true;
    const { exportTask, storeTask } = sandbox.startOutside(first);
    pass(sandbox, 50);
    expect((await cancel(sandbox, exportTask)).status).toBe(409);
    expect(await cancel(sandbox, storeTask)).toMatchObject({ status: 200, body: { state: { name: 'RUNNING' } } });
    pass(sandbox, 5);
    expect(sandbox.tasks.map(({ state }) => state)).toEqual(['FINISHED', 'CANCELLED']);
    expect(sandbox.backups).toMatchObject([{ status: 'FAILED' }]);
  });

  it('that waits is done by removing it', async () => {
    await using sandbox = await start();
    const early = await startExport(sandbox);
    expect((await cancel(sandbox, early.guid)).status).toBe(409);
    expect(await statusOf(sandbox, `DELETE /tasks/${early.guid}`)).toBe(204);
    const late = sandbox.startOutside(second);
    pass(sandbox, 2);
    expect(await statusOf(sandbox, `DELETE /tasks/${late.exportTask}`)).toBe(204);
    const stored = sandbox.startOutside(first);
    pass(sandbox, 44);
    expect((await task(sandbox, stored.storeTask)).state.name).toBe('QUEUED');
    expect(await statusOf(sandbox, `DELETE /tasks/${stored.storeTask}`)).toBe(204);
    pass(sandbox, 100);
    expect(guids(sandbox.tasks)).toEqual([stored.exportTask]);
    expect(sandbox.backups).toMatchObject([
      { guid: late.backup, status: 'FAILED', snapshotTime: null },
      { guid: stored.backup, status: 'FAILED', snapshotTime: expect.any(Number) },
    ]);
  });

  it('by removal is refused while it runs, and only forgets one that has ended', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 10);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(409);
    pass(sandbox, 100);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(204);
    expect(await statusOf(sandbox, `GET /tasks/${guid}`)).toBe(404);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(404);
    expect((await cancel(sandbox, guid)).status).toBe(404);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
  });

  it('takes only CANCELLED, as an object or a bare word', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 10);
    const put = (json: unknown) => statusOf(sandbox, `PUT /tasks/${guid}/state`, { json });
    expect([await put({ state: { name: 'FINISHED' } }), await put({}), await put({ state: 'STOPPED' })]).toEqual([
      400, 400, 400,
    ]);
    expect(await put({ state: 'CANCELLED' })).toBe(204);
    pass(sandbox, 2);
    expect((await task(sandbox, guid)).statusInfo).toBe('Cancelled by user');
  });
});

describe('the tasks', () => {
  it('are forgotten a day after their end, or as soon as it is told to', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 86_400);
    expect(sandbox.tasks).toHaveLength(2);
    pass(sandbox, 43);
    expect(sandbox.tasks.map(({ type }) => type)).toEqual(['STORE']);
    expect(await statusOf(sandbox, `GET /tasks/${guid}`)).toBe(404);
    sandbox.purgeAfterSeconds = null;
    expect(sandbox.tasks).toHaveLength(2);
    sandbox.purgeAfterSeconds = 0;
    await startExport(sandbox);
    expect(sandbox.tasks).toHaveLength(1);
    pass(sandbox, 65);
    expect(await tasks(sandbox)).toEqual([]);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }, { status: 'SUCCESS' }]);
  });

  it('are filtered, sorted and paged', async () => {
    await using sandbox = await start({ history: 12, demo: true });
    const all = sandbox.tasks;
    const [exporting, storing] = [
      all.find(({ state }) => state === 'RUNNING'),
      all.find(({ state, type }) => state === 'RUNNING' && type === 'STORE'),
    ];
    const machine = sandbox.entities[1];
    const expectTasks = async (query: string, matches: (one: (typeof all)[number]) => boolean) => {
      const expected = guids(all.filter(matches));
      expect(expected.length, query).toBeGreaterThan(0);
      expect(expected.length, query).toBeLessThan(all.length);
      expect(guids(await tasks(sandbox, `?${query}`)), query).toEqual(expected);
    };
    await expectTasks('state=RUNNING', ({ state }) => state === 'RUNNING');
    await expectTasks('states=RUNNING&states=QUEUED', ({ state }) => ['RUNNING', 'QUEUED'].includes(state));
    await expectTasks('type=STORE', ({ type }) => type === 'STORE');
    await expectTasks(`backup=${storing?.backup}`, ({ backup }) => backup === storing?.backup);
    await expectTasks(`protected-entity=${second}`, ({ entity }) => entity === second);
    await expectTasks(`parent-task=${storing?.parentTask}`, ({ guid }) => guid === storing?.guid);
    const workflow = exporting?.workflowExecution;
    await expectTasks(`workflow-execution=${workflow}`, ({ workflowExecution }) => workflowExecution === workflow);
    await expectTasks('nameLike=erp-app', ({ entity }) => entity === second);
    await expectTasks('filter=ERP-APP', ({ entity }) => entity === second);
    const by = (key: 'node' | 'hypervisor' | 'hypervisorManager' | 'project' | 'rule') => {
      const has = new Set(
        sandbox.entities.filter((one) => one[key]?.guid === machine?.[key]?.guid).map(({ guid }) => guid),
      );
      return ({ entity }: (typeof all)[number]) => has.has(entity);
    };
    await expectTasks(`node=${machine?.node.guid}`, by('node'));
    await expectTasks(`hypervisor=${machine?.hypervisor?.guid}`, by('hypervisor'));
    await expectTasks(`hypervisor-manager=${machine?.hypervisorManager?.guid}`, by('hypervisorManager'));
    await expectTasks(`project-uuid=${machine?.project?.guid}`, by('project'));
    await expectTasks(`backup-destination=${sandbox.destinations[1]?.guid}`, by('rule'));
    const storage = sandbox.entities.at(-2);
    await expectTasks(`storage-provider=${storage?.storageProvider?.guid}`, ({ entity }) => entity === storage?.guid);
    for (const query of ['schedule=x', 'restore-job=x', 'mounted-backup-assigned=true', 'type=MOUNT']) {
      expect(await tasks(sandbox, `?${query}`), query).toEqual([]);
    }
    expect(await tasks(sandbox, '?mounted-backup-assigned=false')).toHaveLength(all.length);
    for (const query of ['state=DONE', 'states=RUNNING&states=x', 'type=PARTY', 'orderBy=colour', 'direction=up']) {
      expect(await statusOf(sandbox, `GET /tasks?${query}`), query).toBe(400);
    }
    const page = await ask<Task[]>(sandbox, 'GET /tasks?orderBy=state&direction=desc&page=0&size=2');
    expect([page.headers['x-total-count'], page.body.length, page.body[0]?.state.name]).toEqual([
      String(all.length),
      2,
      'RUNNING',
    ]);
  });

  it('of everybody are counted as catastrophes when somebody touches them', async () => {
    await using sandbox = await start({ history: 10, demo: true });
    const states = () => sandbox.tasks.map(({ state }) => state).filter((state) => state !== 'FAILED');
    expect(await statusOf(sandbox, 'DELETE /tasks/all-finished')).toBe(204);
    expect(states()).toEqual(['RUNNING', 'RUNNING', 'RUNNING', 'QUEUED']);
    expect(await statusOf(sandbox, 'DELETE /tasks/all-running')).toBe(204);
    pass(sandbox, 2);
    expect(states()).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'QUEUED']);
    expect(await statusOf(sandbox, 'DELETE /tasks/all-finished-and-queued')).toBe(204);
    expect(states()).toEqual([]);
    expect(sandbox.catastrophes).toBe(3);
    expect(sandbox.backups.slice(10).map(({ status }) => status)).toEqual(Array(4).fill('FAILED'));
  });

  it('of one run make one workflow execution', async () => {
    await using sandbox = await start();
    const { exportTask } = sandbox.startOutside(first);
    const workflows = async (query = '') => (await ask<Json[]>(sandbox, `GET /workflow-executions${query}`)).body;
    pass(sandbox, 23);
    expect(await workflows()).toMatchObject([
      { state: { name: 'RUNNING' }, averageProgress: 25, currentStep: { name: 'EXPORT' }, startTime: now },
    ]);
    expect((await workflows())[0]?.guid).toBe((await task(sandbox, exportTask)).workflowExecution.guid);
    pass(sandbox, 20);
    expect(await workflows()).toMatchObject([{ state: { name: 'RUNNING' }, averageProgress: 50 }]);
    pass(sandbox, 12);
    expect(await workflows()).toMatchObject([{ averageProgress: 75, currentStep: { name: 'STORE' } }]);
    pass(sandbox, 10);
    expect(await workflows('?orderBy=priority&page=0&size=5')).toMatchObject([
      { state: { name: 'FINISHED' }, averageProgress: 100, finishTime: now + 65_000 },
    ]);
    expect(await workflows('?filter=mail')).toEqual([]);
    expect(await statusOf(sandbox, 'GET /workflow-executions?orderBy=colour')).toBe(400);
  });
});

describe('the inventory', () => {
  it('lists machines, and no other kind of entity', async () => {
    await using sandbox = await start({ history: 60 });
    const reply = await ask<Json[]>(sandbox, 'GET /virtual-machines?orderBy=name&direction=desc&page=0&size=3');
    const names = sandbox.entities.slice(0, 8).map(({ name }) => name);
    expect(reply.body.map(({ name }) => name)).toEqual(names.toSorted().reverse().slice(0, 3));
    expect(reply.headers['x-total-count']).toBe('8');
    const all = await ask<Json[]>(sandbox, 'GET /virtual-machines');
    expect(all.body.filter(({ present }) => !present)).toMatchObject([{ guid: goneMachine }]);
    expect((await ask<Json[]>(sandbox, 'GET /virtual-machines?filter=WEB')).body).toHaveLength(2);
    expect(await statusOf(sandbox, 'GET /virtual-machines?orderBy=colour')).toBe(400);
    const last = sandbox.backups.findLast(
      (row) => row.entity === first && row.type === 'FULL' && row.status === 'SUCCESS',
    );
    expect((await ask(sandbox, `GET /virtual-machines/${first}`)).body).toMatchObject({
      name: 'erp-db-01',
      present: true,
      backupUpToDate: last !== undefined,
      vmBackupPolicy: { name: 'Gold', rules: [{ guid: sandbox.rules[0]?.guid }] },
    });
    expect((await ask(sandbox, `GET /virtual-machines/${newMachine}`)).body).toMatchObject({ backupUpToDate: false });
    expect(await statusOf(sandbox, `GET /virtual-machines/${vprotectGuid('storage', 1)}`)).toBe(404);
  });

  it('knows the last full backup of a machine', async () => {
    await using sandbox = await start();
    const guid = sandbox.addFinished({ size: 77 });
    sandbox.addFinished({ type: 'INCREMENTAL' });
    sandbox.addFinished({ status: 'FAILED' });
    expect((await ask(sandbox, `GET /virtual-machines/${first}`)).body).toMatchObject({
      backupUpToDate: true,
      lastSuccessfulFullBackup: { guid },
      lastSuccessfulFullBackupSize: 77,
    });
  });

  it('lists destinations, and those of use for machines', async () => {
    await using sandbox = await start();
    const names = async (route: string, how: Ask = {}) =>
      (await ask<Reference[]>(sandbox, route, how)).body.map(({ name }) => name);
    expect(await names('GET /backup-destinations')).toEqual(['vault-dedup', 'offsite-s3', 'tape-yearly']);
    expect(await names('GET /backup-destinations?orderBy=name&page=1&size=2')).toEqual(['vault-dedup']);
    const usable = 'POST /backup-destinations/usable-for-vms';
    expect(await names(usable, { json: [{ guid: first }] })).toEqual(['vault-dedup', 'offsite-s3']);
    expect(await statusOf(sandbox, usable, { json: [{ guid: nowhere }] })).toBe(404);
    expect(await statusOf(sandbox, usable, { json: { guid: first } })).toBe(400);
    expect(sandbox.config).toMatchObject({
      name: 'machines',
      kind: 'vprotect',
      url: `${sandbox.url}/api`,
      destination: sandbox.destinations[0]?.guid,
    });
  });
});

describe('the description', () => {
  it('has been shown whole, but for a login that is refused for want of a login', () => {
    const described = operations.flatMap(({ method, path, responses }) =>
      Object.keys(responses).map((code) => `${method} ${path} ${code}`),
    );
    // A login needs no session, and wrong credentials are answered with 400.
    expect(described.filter((one) => !shown.has(one))).toEqual(['POST /session/login 401']);
  });
});
