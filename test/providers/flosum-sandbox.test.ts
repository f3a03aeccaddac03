import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it, vi } from 'vitest';
import { type FlosumSandbox, type FlosumSandboxOptions, startFlosumSandbox } from '../../providers/flosum/sandbox.ts';

type Json = Readonly<Record<string, unknown>>;
interface Row {
  readonly id: number;
  readonly name: string;
  readonly jobId: number;
  readonly jobStatus: string;
  readonly startedDate: string;
  readonly duration: string;
  readonly size: number;
  readonly records: number;
  readonly operationType: string;
}
interface Page<T = Row> {
  readonly total: number;
  readonly items: readonly T[];
}
interface Connection {
  readonly id: number;
  readonly name: string;
}
interface Reply<T> {
  readonly status: number;
  readonly type: string;
  readonly body: T;
}
interface Ask {
  readonly authorization?: string | null;
  readonly json?: unknown;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Json }>>;
}

const contract = JSON.parse(readFileSync(new URL('../fixtures/flosum/openapi.json', import.meta.url), 'utf8')) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Record<string, Json> };
};
/** As published, the items of a page have to be texts and objects at once, so the word "texts" is taken out. */
const satisfiable = structuredClone(contract);
satisfiable.components.schemas.PaginatedDto = {
  type: 'object',
  properties: { total: { type: 'number' }, items: { type: 'array' } },
  required: ['total', 'items'],
};

const now = Date.parse('2026-11-22T10:00:00.000Z');
const [acme, uat, retail] = [7, 12, 31];
const orgs = '/api/v1/connections';
const everything = 'types=full&types=full+%26+sync&types=template&types=archive';
const anyStatus = 'statuses=In+Progress&statuses=Exception&statuses=Completed&statuses=Aborted';
const all = `page=1&limit=2000&${everything}&${anyStatus}`;
const newestFirst = `${all}&sortBy=startedDate&order=DESC`;

const createAjv = (schema: object): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  // The package is CommonJS, and its types do not say that its default export lies one step deeper.
  (formats as unknown as { default: typeof formats.default }).default(ajv);
  return ajv.addSchema(schema, 'contract');
};
const ajv = createAjv(satisfiable);
const validators = new Map<string, ValidateFunction>();
const shown = new Set<string>();

// `connectionId` is a fixed word in one path, so the paths with fewer parameters come first.
const templates = Object.keys(contract.paths)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => Number(b.template.includes('/connectionId/')) - Number(a.template.includes('/connectionId/')));

const refOf = (template: string, method: string, status: number): object => {
  const path = template.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return { $ref: `contract#/paths/${path}/${method}/responses/${status}/content/application~1json/schema` };
};

/** The framework answers these two by itself, and the description leaves them out. */
const undescribed: Record<number, object> = {
  401: { message: 'Unauthorized', statusCode: 401 },
  500: { message: 'Internal server error', statusCode: 500 },
};

function checkAgainstContract(method: string, path: string, reply: Reply<unknown>): void {
  const template = templates.find(({ pattern }) => pattern.test(path))?.template;
  const operation = template && contract.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) return;
  const name = `${method} ${template} ${reply.status}`;
  if (undescribed[reply.status]) {
    expect(reply.body, name).toEqual(undescribed[reply.status]);
    return;
  }
  shown.add(name);
  const type = Object.keys(operation.responses[reply.status]?.content ?? {})[0];
  if (type === undefined) throw new Error(`the description does not know ${name}`);
  expect(reply.type, name).toContain(type);
  if (type !== 'application/json') return;
  const validate = validators.get(name) ?? ajv.compile(refOf(template, method.toLowerCase(), reply.status));
  validators.set(name, validate);
  if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
  if (reply.status >= 400) expect(reply.body, name).toMatchObject({ statusCode: reply.status });
}

/** Asks over HTTP and holds every reply against the description. */
async function ask<T = Json>(sandbox: FlosumSandbox, route: string, how: Ask = {}): Promise<Reply<T>> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const authorization = how.authorization === undefined ? `Bearer ${sandbox.token}` : how.authorization;
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(how.json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: how.json === undefined ? null : JSON.stringify(how.json),
  });
  const type = response.headers.get('content-type') ?? '';
  const body = (type.startsWith('application/json') ? await response.json() : await response.text()) as T;
  const reply = { status: response.status, type, body };
  checkAgainstContract(method, path.split('?')[0] ?? '', reply);
  return reply;
}

const start = (options: FlosumSandboxOptions = {}): Promise<FlosumSandbox> =>
  startFlosumSandbox({ now, speed: 0, history: 0, demo: false, ...options });

const list = async (sandbox: FlosumSandbox, query = newestFirst, connection = acme): Promise<Page> =>
  (await ask<Page>(sandbox, `GET ${orgs}/${connection}/backups?${query}`)).body;

const names = ({ items }: Page): string[] => items.map(({ name }) => name);
const byText = (a: string, b: string): number => Number(a > b) - Number(a < b);
const ids = ({ items }: Page): number[] => items.map(({ id }) => id);

/** What a list answers to a query, with its 400 as sentences. */
async function problemsOf(sandbox: FlosumSandbox, route: string): Promise<unknown> {
  const { status, body } = await ask(sandbox, `GET ${orgs}${route}`);
  expect(status).toBe(400);
  expect(body.error).toBe('Bad Request');
  return body.message;
}

const settings = {
  isIncludeMetadata: true,
  isIncludeBinaryObjects: false,
  isIncludeBigObjects: false,
  isIncludeFeedObjects: false,
  isIncludeShareObjects: false,
  isIncludeHistoryObjects: true,
  isIncludeCustomMetadataTypeObjects: true,
  isIncludeTagObjects: false,
};
const order = { name: 'by hand', description: '', mode: 'full', settings };

const create = (sandbox: FlosumSandbox, given: Json = {}, connection: number | string = acme) =>
  ask(sandbox, `POST ${orgs}/${connection}/backups/backup`, { json: { ...order, ...given } });

const log = (sandbox: FlosumSandbox, jobId: number | string, connection: number | string = acme) =>
  ask<string>(sandbox, `GET ${orgs}/${connection}/jobs/${jobId}/logs/details`);

const linesOf = async (sandbox: FlosumSandbox, jobId: number): Promise<string[]> =>
  (await log(sandbox, jobId)).body.split('\n').slice(0, -1);

describe('the token', () => {
  it.each([
    `GET ${orgs}?page=1&limit=1`,
    `GET ${orgs}/7`,
    `GET ${orgs}/x`,
    `GET ${orgs}/connectionId/short`,
    `GET ${orgs}/7/backups`,
    `POST ${orgs}/7/backups/backup`,
    `GET ${orgs}/7/jobs/1/logs/details`,
  ])('is asked for before anything else by %s', async (route) => {
    await using sandbox = await start();
    for (const authorization of [null, 'Bearer nonsense', sandbox.token, `Basic ${sandbox.token}`])
      expect((await ask(sandbox, route, { authorization })).status).toBe(401);
  });

  it('is the one of the configuration, and its scheme is read in any case', async () => {
    await using sandbox = await start();
    const { name, kind, url, token } = sandbox.config;
    expect([name, kind, url]).toEqual(['salesforce', 'flosum', sandbox.url]);
    expect((await ask(sandbox, `GET ${orgs}/7`, { authorization: `bearer ${token}` })).status).toBe(200);
  });

  it('can be revoked, and replaced', async () => {
    await using sandbox = await start();
    const old = `Bearer ${sandbox.token}`;
    sandbox.revokeToken();
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(401);
    const token = sandbox.rotateToken();
    expect(sandbox.config.token).toBe(token);
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
    expect((await ask(sandbox, `GET ${orgs}/7`, { authorization: old })).status).toBe(401);
  });
});

describe('an unknown path', () => {
  it.each(['GET /', 'GET /api/v1/nothing', `POST ${orgs}`, `GET ${orgs}/7/`, 'DELETE /api/v1/connections/7/backups'])(
    'answers %s as the framework does, and is remembered as stray',
    async (route) => {
      await using sandbox = await start();
      const { status, body } = await ask(sandbox, route, { authorization: null });
      expect([status, body]).toEqual([404, { message: `Cannot ${route}`, error: 'Not Found', statusCode: 404 }]);
      expect(sandbox.requests.map(({ isStray }) => isStray)).toEqual([true]);
    },
  );
});

describe('connections', () => {
  it('are of both kinds, listed by name, without what only a single one tells', async () => {
    await using sandbox = await start();
    const { body } = await ask<Page<Connection>>(sandbox, `GET ${orgs}?page=1&limit=2000`);
    expect(body.total).toBe(5);
    expect(body.items.map(({ name }) => name)).toEqual(sandbox.connections.map(({ name }) => name).sort(byText));
    expect(body.items[0]).toEqual({
      id: 7,
      externalId: 12,
      name: 'Acme EMEA',
      userName: 'backup@acme.emea.example',
      salesforceOrgType: 'PRODUCTION',
    });
    const kinds = new Set(sandbox.connections.map(({ salesforceOrgType }) => salesforceOrgType));
    expect(kinds).toEqual(new Set(['PRODUCTION', 'SANDBOX']));
  });

  it('come in pages, and are as many as wanted', async () => {
    await using sandbox = await start({ connections: 23 });
    const page = async (number: number, limit: number) =>
      (await ask<Page<Connection>>(sandbox, `GET ${orgs}?page=${number}&limit=${limit}`)).body;
    const pages = await Promise.all([page(1, 10), page(2, 10), page(3, 10), page(4, 10)]);
    expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 3, 0]);
    expect(pages.map(({ total }) => total)).toEqual([23, 23, 23, 23]);
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(23);
    sandbox.maxPageSize = 4;
    expect((await page(1, 10)).items).toEqual((await page(1, 4)).items);
    expect((await page(2, 10)).items).toEqual((await page(2, 4)).items);
  });

  it('are searched by name and by login, in any case', async () => {
    await using sandbox = await start();
    const found = async (search: string) => {
      const { body } = await ask<Page<Connection>>(sandbox, `GET ${orgs}?page=1&limit=9&search=${search}`);
      return [body.total, ...body.items.map(({ id }) => id)];
    };
    expect(await found('ACME')).toEqual([2, 7, 12]);
    expect(await found('northwind.dev.example')).toEqual([1, 115]);
    expect(await found('nobody')).toEqual([0]);
  });

  it('refuse a wrong page, and name every fault at once', async () => {
    await using sandbox = await start();
    expect(await problemsOf(sandbox, '')).toEqual([
      'page must not be less than 1',
      'page must be an integer number',
      'limit must not be less than 1',
      'limit must not be greater than 2000',
      'limit must be an integer number',
    ]);
    expect(await problemsOf(sandbox, `?page=0&limit=2001&search=${'x'.repeat(81)}`)).toEqual([
      'search must be shorter than or equal to 80 characters',
      'page must not be less than 1',
      'limit must not be greater than 2000',
    ]);
    expect(await problemsOf(sandbox, '?page=1.5&limit=1')).toEqual(['page must be an integer number']);
    expect(await problemsOf(sandbox, '?page=1&page=2&limit=0')).toContain('limit must not be less than 1');
    expect(await problemsOf(sandbox, '?page=1&limit=1&search=a&search=b')).toEqual(['search must be a string']);
    const longest = `GET ${orgs}?page=1&limit=2000&search=${'x'.repeat(80)}`;
    expect((await ask(sandbox, longest)).status).toBe(200);
  });

  it('are read one by one', async () => {
    await using sandbox = await start();
    const { bytes: _bytes, ...wanted } = sandbox.connections[2] ?? { bytes: 0 };
    expect((await ask(sandbox, `GET ${orgs}/${retail}`)).body).toEqual(wanted);
    expect((await ask(sandbox, `GET ${orgs}/999`)).body).toMatchObject({ message: 'no connection 999' });
    expect(await problemsOf(sandbox, '/abc')).toEqual([
      'connectionId must be a number conforming to the specified constraints',
    ]);
  });

  it('are found by the short and the long id of their organization', async () => {
    await using sandbox = await start();
    for (const { id, salesforceOrgId } of sandbox.connections) {
      expect(salesforceOrgId).toMatch(/^00D[A-Za-z0-9]{12}[A-Z0-5]{3}$/);
      for (const given of [salesforceOrgId, salesforceOrgId.slice(0, 15)])
        expect((await ask(sandbox, `GET ${orgs}/connectionId/${given}`)).body).toEqual({ connectionId: id });
    }
    expect((await ask(sandbox, `GET ${orgs}/connectionId/00D000000000001`)).status).toBe(404);
    for (const given of ['00D', '00D0000000000011', '00D00000000000-'])
      expect((await ask(sandbox, `GET ${orgs}/connectionId/${given}`)).status).toBe(400);
  });
});

describe('the list of jobs', () => {
  it('needs page, limit, types and statuses', async () => {
    await using sandbox = await start();
    expect(await problemsOf(sandbox, '/7/backups')).toEqual([
      'page must not be less than 1',
      'page must be an integer number',
      'limit must not be less than 1',
      'limit must not be greater than 2000',
      'limit must be an integer number',
      'each value in types must be one of the following values: full, full & sync, template, archive',
      'types must be an array',
      'each value in statuses must be one of the following values: In Progress, Exception, Completed, Aborted',
      'statuses must be an array',
    ]);
  });

  it.each([
    ['sortBy=size', 'sortBy must be one of the following values: jobId, name, startedDate'],
    ['order=desc', 'order must be one of the following values: ASC, DESC'],
    ['isIncludeMetadata=yes', 'isIncludeMetadata must be a boolean value'],
    ['startedDate=yesterday', 'startedDate must be a valid ISO 8601 date string'],
    ['endDate=1763805600000', 'endDate must be a valid ISO 8601 date string'],
    // The plus of an offset is a space unless it is encoded.
    ['endDate=2026-11-22T10:00:00+02:00', 'endDate must be a valid ISO 8601 date string'],
    [`search=${'x'.repeat(81)}`, 'search must be shorter than or equal to 80 characters'],
    [
      // The ampersand of a value ends it unless it is encoded.
      'types=full+&+sync',
      'each value in types must be one of the following values: full, full & sync, template, archive',
    ],
    [
      'statuses=COMPLETED',
      'each value in statuses must be one of the following values: In Progress, Exception, Completed, Aborted',
    ],
  ])('refuses %s', async (given, problem) => {
    await using sandbox = await start();
    expect(await problemsOf(sandbox, `/7/backups?${all}&${given}`)).toEqual([problem]);
  });

  it('refuses a wrong query before an unknown connection', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, `GET ${orgs}/999/backups`)).status).toBe(400);
    expect((await ask(sandbox, `GET ${orgs}/999/backups?${all}`)).body).toMatchObject({ message: 'no connection 999' });
    expect(await problemsOf(sandbox, `/x/backups?${all}`)).toEqual([
      'connectionId must be a number conforming to the specified constraints',
    ]);
  });

  it('reads a list as a repeated key, with brackets and, unless it is strict, as one value', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ name: 'a', operationType: 'Templated Archive' });
    sandbox.addFinished({ name: 'f' });
    const found = async (query: string) => names(await list(sandbox, `page=1&limit=9&sortBy=name&${query}`));
    expect(await found(`types=archive&types=full&${anyStatus}`)).toEqual(['a', 'f']);
    expect(await found(`types[]=archive&types%5B%5D=full&${anyStatus}`)).toEqual(['a', 'f']);
    expect(await found(`types=archive&${anyStatus}`)).toEqual(['a']);
    sandbox.strictArrays = true;
    expect(await problemsOf(sandbox, `/7/backups?page=1&limit=9&${everything}&statuses=Completed`)).toContain(
      'statuses must be an array',
    );
    expect(await found(`types[]=archive&statuses[]=Completed`)).toEqual(['a']);
    expect(await found(`types=archive&types=full&${anyStatus}`)).toEqual(['a', 'f']);
  });

  it.each([
    ['full', 'Composite Backup'],
    ['full+%26+sync', 'Composite & Sync Backup'],
    ['template', 'Templated Backup'],
    ['archive', 'Templated Archive'],
  ])('finds by the word %s the rows of %s', async (word, operationType) => {
    await using sandbox = await start({ history: 300 });
    const { items, total } = await list(sandbox, `page=1&limit=2000&types=${word}&${anyStatus}`);
    const wanted = sandbox.jobs.filter((job) => job.connectionId === acme && job.operationType === operationType);
    expect(total).toBe(wanted.length);
    expect(total).toBeGreaterThan(2);
    expect(new Set(items.map((row) => row.operationType))).toEqual(new Set([operationType]));
  });

  it.each(['In+Progress', 'Exception', 'Completed', 'Aborted'])('finds the status %s alone', async (word) => {
    await using sandbox = await start();
    for (const jobStatus of ['In Progress', 'Exception', 'Completed', 'Aborted', 'Paused'])
      sandbox.addFinished({ jobStatus, name: jobStatus });
    const status = word.replace('+', ' ');
    expect(names(await list(sandbox, `page=1&limit=9&${everything}&statuses=${word}`))).toEqual([status]);
  });

  it('shows words that the contract does not know when everything is wanted', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ jobStatus: 'Paused', operationType: 'Quantum Backup', duration: '2 min', size: 2 ** 50 });
    const [job] = sandbox.jobs;
    expect(job).toMatchObject({ jobStatus: 'Paused', operationType: 'Quantum Backup', size: 2 ** 50 });
    const { total } = (await (
      await fetch(`${sandbox.url}${orgs}/7/backups?${all}`, { headers: { authorization: `Bearer ${sandbox.token}` } })
    ).json()) as Page;
    expect(total).toBe(1);
    expect(names(await list(sandbox, `page=1&limit=9&types=full&types=archive&${anyStatus}`))).toEqual([]);
  });

  it('shows imports only when it is told to, and when all types are wanted', async () => {
    await using sandbox = await start({ history: 300 });
    const imports = sandbox.jobs.filter(({ operationType }) => operationType.startsWith('Import'));
    expect(new Set(imports.map(({ operationType }) => operationType)).size).toBe(2);
    expect(sandbox.jobs).toHaveLength(300 + imports.length);
    const listed = async (query: string) => {
      const pages = await Promise.all(sandbox.connections.map(({ id }) => list(sandbox, query, id)));
      return pages.reduce((sum, { total }) => sum + total, 0);
    };
    expect(await listed(all)).toBe(300);
    sandbox.showImports = true;
    expect(await listed(all)).toBe(300 + imports.length);
    const threeTypes = all.replace('&types=archive', '');
    expect(await listed(threeTypes)).toBeLessThan(300);
  });

  it('is searched by name in any case, and filtered by what the backup includes', async () => {
    await using sandbox = await start();
    sandbox.addFinished({ name: 'Nightly gw-7F3A', isIncludeMetadata: false });
    sandbox.addFinished({ name: 'Nightly other' });
    expect(names(await list(sandbox, `${all}&search=gw-7f3a`))).toEqual(['Nightly gw-7F3A']);
    expect((await list(sandbox, `${all}&search=NIGHT`)).total).toBe(2);
    expect(names(await list(sandbox, `${all}&isIncludeMetadata=false`))).toEqual(['Nightly gw-7F3A']);
    expect(names(await list(sandbox, `${all}&isIncludeMetadata=true`))).toEqual(['Nightly other']);
  });

  it('holds starts between two bounds, and leaves the bounds out when it is told to', async () => {
    await using sandbox = await start();
    for (const second of ['01Z', '02.000Z', '02.001Z', '03Z'])
      sandbox.addFinished({ name: second, startedDate: `2026-03-02T00:00:${second}` });
    const between = async (query: string) => names(await list(sandbox, `${all}&sortBy=startedDate&${query}`));
    const bounds = 'startedDate=2026-03-02T00:00:02Z&endDate=2026-03-02T00:00:03.000Z';
    expect(await between(bounds)).toEqual(['02.000Z', '02.001Z', '03Z']);
    expect(await between('startedDate=2026-03-02T02:00:02.001%2B02:00')).toEqual(['02.001Z', '03Z']);
    expect(await between('endDate=2026-03-02')).toEqual([]);
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(await between('endDate=2026-03-02T00:00:02')).toEqual(['01Z', '02.000Z']);
    vi.unstubAllEnvs();
    sandbox.bounds = 'exclusive';
    expect(await between(bounds)).toEqual(['02.001Z']);
  });

  it('is sorted as asked, upwards unless asked otherwise', async () => {
    await using sandbox = await start({ history: 300 });
    const keys = { jobId: (row: Row) => row.jobId, startedDate: (row: Row) => Date.parse(row.startedDate) };
    for (const [word, key] of Object.entries(keys)) {
      const wanted = (await list(sandbox)).items.map(key).toSorted((a, b) => a - b);
      expect((await list(sandbox, `${all}&sortBy=${word}`)).items.map(key)).toEqual(wanted);
      expect((await list(sandbox, `${all}&sortBy=${word}&order=ASC`)).items.map(key)).toEqual(wanted);
      expect((await list(sandbox, `${all}&sortBy=${word}&order=DESC`)).items.map(key)).toEqual(wanted.reverse());
    }
    const byName = names(await list(sandbox, `${all}&sortBy=name&order=DESC`));
    expect(byName).toEqual(byName.toSorted(byText).reverse());
  });

  it('has an order of its own when none is asked for, and between equal rows', async () => {
    await using sandbox = await start({ history: 300 });
    const unsorted = ids(await list(sandbox, all));
    for (const word of ['jobId', 'name', 'startedDate'])
      for (const direction of ['ASC', 'DESC'])
        expect(unsorted).not.toEqual(ids(await list(sandbox, `${all}&sortBy=${word}&order=${direction}`)));
    for (let second = 0; second < 12; second += 1) sandbox.addFinished({ startedDate: '2026-11-21T00:00:00Z' });
    const equal = ids(await list(sandbox, `${newestFirst}&startedDate=2026-11-21&endDate=2026-11-21`));
    expect(equal).toHaveLength(12);
    expect(equal).not.toEqual(equal.toSorted((a, b) => a - b));
    expect(equal).not.toEqual(equal.toSorted((a, b) => b - a));
  });

  it('comes in pages without repeats, and a cap on their size goes unsaid', async () => {
    await using sandbox = await start({ history: 300 });
    const whole = await list(sandbox);
    const paged = async (limit: number) => {
      const seen: Row[] = [];
      for (let page = 1; ; page += 1) {
        const { total, items } = await list(
          sandbox,
          newestFirst.replace('page=1&limit=2000', `page=${page}&limit=${limit}`),
        );
        expect(total).toBe(whole.total);
        if (items.length === 0) return seen;
        seen.push(...items);
      }
    };
    expect(await paged(7)).toEqual(whole.items);
    sandbox.maxPageSize = 5;
    expect((await list(sandbox)).items).toHaveLength(5);
    expect(await paged(7)).toEqual(whole.items);
  });

  it('takes a job that appears between two requests, and loses one', async () => {
    await using sandbox = await start({ history: 25 });
    const before = await list(sandbox);
    const { id, jobId } = sandbox.startOutside(acme);
    expect(ids(await list(sandbox))).toEqual([id, ...ids(before)]);
    sandbox.removeJob(jobId);
    expect(await list(sandbox)).toEqual(before);
    expect(sandbox.addFinished({ jobId: before.items[0]?.jobId ?? 0, name: 'instead' }).name).toBe('instead');
    expect((await list(sandbox)).total).toBe(before.total);
  });
});

describe('creating', () => {
  it('answers a sentence, and lists the job a little later', async () => {
    await using sandbox = await start({ history: 25 });
    const [newest] = (await list(sandbox, `${all}&sortBy=jobId&order=DESC`)).items;
    const { status, body } = await create(sandbox, { name: 'gw-1' });
    expect([status, body]).toEqual([201, { message: 'Backup job has been created' }]);
    sandbox.clock.advance(1400);
    expect((await list(sandbox, `${all}&search=gw-1`)).total).toBe(0);
    sandbox.clock.advance(200);
    const [row] = (await list(sandbox, `${all}&search=gw-1`)).items;
    expect(row).toMatchObject({ name: 'gw-1', jobStatus: 'In Progress', operationType: 'Composite Backup' });
    expect(row?.jobId).toBeGreaterThan(newest?.jobId ?? Number.POSITIVE_INFINITY);
    expect(Date.parse(row?.startedDate ?? '')).toBeLessThanOrEqual(now);
    expect(Date.parse(row?.startedDate ?? '')).toBeGreaterThan(now - 1000);
    expect(sandbox.created).toBe(1);
  });

  it('waits as long as it is told before it lists the job', async () => {
    await using sandbox = await start();
    sandbox.visibleAfterMs = 0;
    await create(sandbox, {}, acme);
    expect((await list(sandbox)).total).toBe(1);
    sandbox.visibleAfterMs = Number.POSITIVE_INFINITY;
    await create(sandbox, {}, uat);
    sandbox.clock.advance(1e9);
    expect((await list(sandbox, newestFirst, uat)).total).toBe(0);
    expect(sandbox.jobs).toHaveLength(2);
  });

  it('refuses a second one while any job of the connection is active, listed or not', async () => {
    await using sandbox = await start();
    expect((await create(sandbox)).status).toBe(201);
    const second = await create(sandbox);
    expect(second.status).toBe(409);
    expect(second.body).toEqual({
      message: 'Backup job is already running. You must abort it or wait for it to finish before creating another',
      error: 'Conflict',
      statusCode: 409,
    });
    expect((await create(sandbox, {}, uat)).status).toBe(201);
    sandbox.clock.advance(59_000);
    expect((await create(sandbox)).status).toBe(409);
    sandbox.clock.advance(1000);
    expect((await create(sandbox)).status).toBe(201);
    expect(sandbox.created).toBe(3);
    sandbox.startOutside(retail, { operationType: 'Templated Archive' });
    expect((await create(sandbox, {}, retail)).status).toBe(409);
  });

  it('takes the mode and the metadata setting over, and a template with or without its id', async () => {
    await using sandbox = await start();
    const without = { ...settings, isIncludeMetadata: false };
    expect((await create(sandbox, { mode: 'template', settings: { ...without, templateId: 3 } })).status).toBe(201);
    expect((await create(sandbox, { mode: 'template' }, uat)).status).toBe(201);
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === acme)).toMatchObject({
      operationType: 'Templated Backup',
      isIncludeMetadata: false,
    });
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === uat)?.isIncludeMetadata).toBe(true);
  });

  it.each([
    [['name must be a string'], { name: 2026 }],
    [['name must be a string', 'description must be a string'], { name: undefined, description: 7 }],
    [['mode must be one of the following values: full, template'], { mode: 'archive' }],
    [['settings must be an object'], { settings: undefined }],
    [['settings must be an object'], { settings: [] }],
    [['settings.isIncludeTagObjects must be a boolean value'], { settings: { ...settings, isIncludeTagObjects: 1 } }],
    [
      ['settings.templateId should only be provided for template backups'],
      { settings: { ...settings, templateId: 3 } },
    ],
    [
      ['settings.templateId must be a number conforming to the specified constraints'],
      { mode: 'template', settings: { ...settings, templateId: '3' } },
    ],
  ])('refuses because %s', async (problems, given) => {
    await using sandbox = await start();
    const { status, body } = await create(sandbox, given);
    expect([status, body.message, body.error]).toEqual([400, problems, 'Bad Request']);
    expect([sandbox.created, sandbox.jobs.length]).toEqual([0, 0]);
  });

  it('names all eight settings when they are missing', async () => {
    await using sandbox = await start();
    const { body } = await create(sandbox, { settings: {} });
    expect(body.message).toEqual(Object.keys(settings).map((name) => `settings.${name} must be a boolean value`));
  });

  it('refuses a body that is none, before an unknown connection', async () => {
    await using sandbox = await start();
    const headers = { authorization: `Bearer ${sandbox.token}` };
    const path = `${sandbox.url}${orgs}/999/backups/backup`;
    const post = async (body: string, type: string) =>
      (await fetch(path, { method: 'POST', body, headers: { ...headers, 'content-type': type } })).status;
    expect(await post('{', 'application/json')).toBe(400);
    expect(await post(JSON.stringify(order), 'text/plain')).toBe(400);
    expect(await post(JSON.stringify(order), 'application/json; charset=utf-8')).toBe(404);
    expect((await create(sandbox, {}, 'x')).status).toBe(400);
    expect((await create(sandbox, {}, 999)).body).toMatchObject({ message: 'no connection 999' });
  });

  it('refuses an empty description when it is told to', async () => {
    await using sandbox = await start();
    sandbox.needsDescription = true;
    expect((await create(sandbox)).body.message).toEqual(['description should not be empty']);
    expect((await create(sandbox, { description: 'x' })).status).toBe(201);
  });
});

describe('a job', () => {
  it('shows no size while it runs, and at its end what its script says', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 3725, sizeBytes: 2 ** 33 + 1, records: 4711, runningDuration: 'growing' });
    sandbox.startOutside(acme);
    const row = async () => (await list(sandbox)).items[0];
    sandbox.clock.advance(61_000);
    const running = { jobStatus: 'In Progress', size: 0, records: 0 };
    expect(await row()).toMatchObject({ ...running, duration: '00:01:01' });
    sandbox.clock.advance(3_663_900);
    expect(await row()).toMatchObject({ ...running, duration: '01:02:04' });
    sandbox.clock.advance(100);
    const done = { jobStatus: 'Completed', duration: '01:02:05', size: 2 ** 33 + 1, records: 4711 };
    expect(await row()).toMatchObject(done);
    sandbox.clock.advance(1e8);
    expect(await row()).toMatchObject(done);
  });

  it('may know its start only to the second, and so have started before it was asked for', async () => {
    await using sandbox = await start({ now: now + 700 });
    const starts = [0, 1, 2].map(() => sandbox.startOutside(acme).startedDate);
    expect(starts.toSorted(byText)).toEqual([
      '2026-11-22T10:00:00.700Z',
      '2026-11-22T10:00:00.700Z',
      '2026-11-22T10:00:00Z',
    ]);
  });

  it('counts hours on past a day', async () => {
    await using sandbox = await start();
    sandbox.startOutside(acme, { script: { durationSeconds: 100_000 } });
    sandbox.clock.advance(1e9);
    expect((await list(sandbox)).items[0]?.duration).toBe('27:46:40');
  });

  it('has an empty duration while it runs, or a growing one, in turn', async () => {
    await using sandbox = await start();
    const durations = [1, 2].map(() => {
      sandbox.startOutside(acme);
      return sandbox.jobs.find(({ jobStatus }) => jobStatus === 'In Progress')?.duration ?? 'none';
    });
    expect(durations.toSorted(byText)).toEqual(['', '00:00:00']);
    sandbox.everyRun({ runningDuration: 'empty' });
    expect([sandbox.startOutside(acme), sandbox.startOutside(acme)].map(({ duration }) => duration)).toEqual(['', '']);
  });

  it.each(['Exception', 'Aborted'] as const)('ends as %s with a part of the whole', async (outcome) => {
    await using sandbox = await start();
    sandbox.everyRun({ outcome, durationSeconds: 10, sizeBytes: 1000, records: 100 });
    await create(sandbox);
    sandbox.clock.advance(10_000);
    expect((await list(sandbox)).items[0]).toMatchObject({
      jobStatus: outcome,
      duration: '00:00:10',
      size: 400,
      records: 40,
    });
  });

  it('follows the next script first, then the one for all', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ durationSeconds: 5 });
    sandbox.nextRun({ durationSeconds: 7 });
    sandbox.nextRun({ durationSeconds: 9 });
    for (const { id } of sandbox.connections) await create(sandbox, {}, id);
    sandbox.startOutside(acme, { script: { durationSeconds: 1 } });
    sandbox.clock.advance(20_000);
    const durations = sandbox.jobs.toSorted((a, b) => a.id - b.id).map(({ duration }) => duration);
    expect(durations.map((text) => Number(text.slice(-2)))).toEqual([7, 9, 5, 5, 5, 1]);
  });

  it('is aborted by somebody else, once', async () => {
    await using sandbox = await start();
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 40, sizeBytes: 4000, records: 40 } });
    sandbox.clock.advance(10_000);
    sandbox.abort(jobId);
    const [aborted] = (await list(sandbox)).items;
    expect(aborted).toMatchObject({ jobStatus: 'Aborted', duration: '00:00:10', size: 1000, records: 10 });
    sandbox.clock.advance(10_000);
    sandbox.abort(jobId);
    expect((await list(sandbox)).items).toEqual([aborted]);
    expect((await create(sandbox)).status).toBe(201);
    expect(() => sandbox.abort(1)).toThrow('no job 1');
  });
});

describe('the log of a job', () => {
  it('is a stream of lines that grows with the clock and ends with the job', async () => {
    await using sandbox = await start();
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 100, logLines: 99 } });
    expect(await linesOf(sandbox, jobId)).toEqual([
      `2026-11-22T10:00:00.000Z INFO  Job ${jobId} started: Composite Backup "Started in Flosum"`,
    ]);
    sandbox.clock.advance(50_000);
    const half = await linesOf(sandbox, jobId);
    expect(half).toHaveLength(51);
    sandbox.clock.advance(50_000);
    const whole = await linesOf(sandbox, jobId);
    expect(whole).toHaveLength(101);
    expect(whole.slice(0, 51)).toEqual(half);
    expect(whole).toEqual(whole.toSorted(byText));
    expect(whole.at(-1)).toMatch(/^2026-11-22T10:01:40\.000Z INFO {2}Job \d+ completed: \d+ records$/);
    expect(whole.join()).toContain('請求書__c');
  });

  it('says how the job ended', async () => {
    await using sandbox = await start();
    const ended = (outcome: 'Exception' | 'Aborted') =>
      sandbox.startOutside(acme, { script: { outcome, durationSeconds: 5, logLines: 0 } }).jobId;
    const [failed, aborted] = [ended('Exception'), ended('Aborted')];
    sandbox.clock.advance(6000);
    expect((await linesOf(sandbox, failed)).at(-1)).toMatch(/^\S+ ERROR REQUEST_LIMIT_EXCEEDED/);
    expect((await linesOf(sandbox, aborted)).at(-1)).toMatch(/^\S+ WARN {2}Job \d+ aborted by user$/);
    const { jobId } = sandbox.addFinished({ lines: ['one', 'two'] });
    expect((await log(sandbox, jobId)).body).toBe('one\ntwo\n');
  });

  it('stays open until the job ends when it can be followed', async () => {
    await using sandbox = await start();
    sandbox.followLogs = true;
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 10, logLines: 9 } });
    const response = await fetch(`${sandbox.url}${orgs}/7/jobs/${jobId}/logs/details`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    const next = async () => decoder.decode((await reader.read()).value, { stream: true });
    expect(await next()).toContain('started');
    sandbox.clock.advance(1000);
    expect(await next()).toContain('Account');
    sandbox.clock.advance(9000);
    let rest = '';
    for (let part = await next(); part !== ''; part = await next()) rest += part;
    expect(rest.split('\n')).toHaveLength(10);
    expect(rest).toContain('completed');
  });

  it('lets a follower leave', async () => {
    await using sandbox = await start();
    sandbox.followLogs = true;
    const { jobId } = sandbox.startOutside(acme);
    const stop = new AbortController();
    const response = await fetch(`${sandbox.url}${orgs}/7/jobs/${jobId}/logs/details`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    stop.abort();
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
  });

  it('belongs to the number of the job, and to its connection', async () => {
    await using sandbox = await start();
    const { id, jobId } = sandbox.addFinished();
    expect((await log(sandbox, jobId)).status).toBe(200);
    expect((await log(sandbox, id)).status).toBe(404);
    expect((await log(sandbox, jobId, uat)).status).toBe(404);
    expect((await log(sandbox, jobId, 999)).status).toBe(404);
    expect((await log(sandbox, 'x')).status).toBe(400);
    expect((await log(sandbox, jobId, 'x')).status).toBe(400);
  });

  it('can be missing from the service altogether', async () => {
    await using sandbox = await start({ jobLogs: false });
    const { jobId } = sandbox.addFinished();
    const path = `${orgs}/7/jobs/${jobId}/logs/details`;
    expect((await ask(sandbox, `GET ${path}`, { authorization: null })).body).toEqual({
      message: `Cannot GET ${path}`,
      error: 'Not Found',
      statusCode: 404,
    });
    sandbox.jobLogs = true;
    expect((await log(sandbox, jobId)).status).toBe(200);
  });
});

describe('a connection that is down', () => {
  it('answers 500 for its jobs, and the others go on', async () => {
    await using sandbox = await start({ history: 25 });
    const { jobId } = sandbox.addFinished();
    sandbox.downConnections.add(acme);
    expect((await ask(sandbox, `GET ${orgs}/7/backups?${all}`)).status).toBe(500);
    expect((await create(sandbox)).status).toBe(500);
    expect((await log(sandbox, jobId)).status).toBe(500);
    expect((await ask(sandbox, `GET ${orgs}/7`)).status).toBe(200);
    expect((await list(sandbox, newestFirst, uat)).total).toBeGreaterThan(0);
    sandbox.downConnections.clear();
    expect((await create(sandbox)).status).toBe(201);
    expect(sandbox.created).toBe(1);
  });
});

describe('the believable history', () => {
  it('is the same for the same moment, has ended, and goes back eight months', async () => {
    await using one = await start({ history: 300 });
    await using other = await start({ history: 300 });
    expect(one.jobs).toEqual(other.jobs);
    const starts = one.jobs.map(({ startedDate }) => Date.parse(startedDate));
    expect(Math.min(...starts)).toBeLessThan(now - 230 * 86_400_000);
    expect(Math.max(...starts)).toBeGreaterThan(now - 3 * 86_400_000);
    expect(one.jobs.some(({ jobStatus }) => jobStatus === 'In Progress')).toBe(false);
    const byConnection = await Promise.all(one.connections.map(({ id }) => list(one, newestFirst, id)));
    expect(Math.min(...byConnection.map(({ total }) => total))).toBeGreaterThan(50);
  });

  it('shows every type and status even when it is small', async () => {
    await using sandbox = await start({ history: 25 });
    const jobs = sandbox.jobs.filter(({ operationType }) => !operationType.startsWith('Import'));
    expect(jobs).toHaveLength(25);
    expect(new Set(jobs.map(({ jobStatus }) => jobStatus))).toEqual(new Set(['Exception', 'Completed', 'Aborted']));
    expect(new Set(jobs.map(({ operationType }) => operationType)).size).toBe(4);
  });

  it.each([20, 25, 300, 1000])(
    'grows its ids by a digit between two equal starts of one connection (%i jobs)',
    async (history) => {
      await using sandbox = await start({ history });
      const [last, first] = [9999, 10_000].map((id) => sandbox.jobs.find((job) => job.id === id));
      expect(first).toMatchObject({ connectionId: last?.connectionId, jobId: 100_000 });
      expect(last?.jobId).toBe(99_997);
      expect(Date.parse(first?.startedDate ?? '')).toBe(Date.parse(last?.startedDate ?? ''));
    },
  );

  it('has equal starts, some disorder, times of both precisions and large sizes', async () => {
    await using sandbox = await start({ history: 300 });
    const byId = sandbox.jobs.toSorted((a, b) => a.id - b.id);
    expect(new Set(byId.map(({ jobId }) => jobId)).size).toBe(byId.length);
    const starts = byId.map(({ startedDate }) => Date.parse(startedDate));
    expect(new Set(starts).size).toBeLessThan(starts.length - 50);
    const disorder = starts.filter((time, index) => time < (starts[index - 1] ?? 0)).length;
    expect(disorder).toBeGreaterThan(5);
    expect(disorder).toBeLessThan(60);
    const texts = byId.map(({ startedDate }) => startedDate);
    expect(texts.filter((text) => /:\d\dZ$/.test(text)).length).toBeGreaterThan(60);
    expect(texts.filter((text) => /\.000Z$/.test(text)).length).toBeGreaterThan(60);
    expect(texts.filter((text) => /\.(?!000)\d{3}Z$/.test(text)).length).toBeGreaterThan(20);
    expect(byId.filter(({ size }) => size > 2 ** 31).length).toBeGreaterThan(100);
    expect(new Set(byId.map(({ name }) => name)).size).toBeLessThan(60);
  });

  it('has a few jobs under way in a demonstration, one of which fails', async () => {
    await using sandbox = await start({ history: 25, demo: true });
    const running = () => sandbox.jobs.filter(({ jobStatus }) => jobStatus === 'In Progress');
    expect(running()).toHaveLength(3);
    expect((await create(sandbox)).status).toBe(201);
    expect((await create(sandbox, {}, uat)).status).toBe(409);
    sandbox.clock.advance(131_000);
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === uat)).toMatchObject({ jobStatus: 'Exception' });
    expect(running()).toHaveLength(2);
    sandbox.clock.advance(2_600_000);
    expect(running()).toHaveLength(0);
  });

  it('may be empty, and of one connection', async () => {
    await using sandbox = await start({ connections: 1, demo: true });
    expect([sandbox.connections.length, sandbox.jobs.length]).toEqual([1, 0]);
    expect(sandbox.startOutside(acme)).toMatchObject({ id: 10_000, jobId: 100_000 });
  });

  it('is 300 jobs of 5 connections unless told otherwise', async () => {
    await using sandbox = await startFlosumSandbox();
    const totals = await Promise.all(sandbox.connections.map(({ id }) => list(sandbox, newestFirst, id)));
    expect(totals.reduce((sum, { total }) => sum + total, 0)).toBe(303);
    expect(Math.abs(sandbox.clock.now() - Date.now())).toBeLessThan(1000);
  });
});

describe('the description', () => {
  it('refuses every page that is not empty, as it was published', () => {
    const validate = createAjv(contract).compile(refOf('/api/v1/connections', 'get', 200));
    const connection = { id: 1, externalId: 2, name: 'a', userName: 'b', salesforceOrgType: 'SANDBOX' };
    expect(validate({ total: 0, items: [] })).toBe(true);
    expect(validate({ total: 1, items: [connection] })).toBe(false);
    expect(validate({ total: 1, items: ['a'] })).toBe(false);
  });

  it('has been shown whole', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((code) => `${method.toUpperCase()} ${path} ${code}`),
      ),
    );
    expect(described).toHaveLength(18);
    expect(described.filter((one) => !shown.has(one))).toEqual([]);
  });
});
