// What every provider must do is in labii.conformance.test.ts; here is what only Labii does.
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { labii } from '../../providers/labii/index.ts';
import type { LabiiBackup } from '../../providers/labii/map.ts';
import { type LabiiSandbox, type LabiiSandboxOptions, startLabiiSandbox } from '../../providers/labii/sandbox.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup } from '../../src/core/model.ts';
import { compareKeys, toSortKey } from '../../src/core/order.ts';
import { capabilitiesOf, type PageQuery, type Problem, type Provider } from '../../src/core/provider.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { hangs } from '../support/faults.ts';
import { opened } from '../support/opened.ts';

interface World extends AsyncDisposable {
  readonly sandbox: LabiiSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /v1/…?…`. */
  asked(): string[];
}

interface Options extends LabiiSandboxOptions {
  /** Fields of the configuration; the API key unless given. */
  readonly as?: (sandbox: LabiiSandbox) => Readonly<Record<string, unknown>>;
}

const byApiKey = ({ apiKey }: LabiiSandbox) => ({ apiKey });
const byToken = ({ token }: LabiiSandbox) => ({ token });
const byPassword = ({ config: { username, password } }: LabiiSandbox) => ({ username, password });

async function open({ as = byApiKey, ...options }: Options = {}): Promise<World> {
  const sandbox = await startLabiiSandbox({ speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const url = proxy.url + (sandbox.generation === 'v1' ? '/v1' : '');
  const { organizations } = sandbox.config;
  const provider = labii.create(labii.config.parse({ name: 'eln', kind: 'labii', url, organizations, ...as(sandbox) }));
  let seen = 0;
  return {
    sandbox,
    proxy,
    provider,
    asked() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh.map(({ method, path, query }) => `${method} ${path}${query.size > 0 ? `?${query}` : ''}`);
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

const never = () => new AbortController().signal;
const [alpha, beta, gamma] = ['og4Rk2mPz81Qd', 'ogT19cVbe7x3L', 'og0yWn6Hs5uJf'] as const;
const listOf = (sid: string, serializer = 'list') => `/v1/organizations/backup/list/organization/${sid}/${serializer}/`;
const to = (fragment: string, wanted = '') => ({
  match: (method: string, path: string) => method.startsWith(wanted) && path.includes(fragment),
});

const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );
const count = (provider: Provider, filter: Partial<BackupFilter> = {}) =>
  provider.countBackups({ ...noFilter, ...filter }, never());

const request = { name: null, description: null, nonce: 'n0000001' };
const start = (provider: Provider, entityId: string, more: object = {}, signal = never()) =>
  provider.startBackup?.({ ...request, entityId, ...more }, signal) ?? Promise.reject(new Error('it cannot start'));
const mark = (provider: Provider, entityId: string) =>
  provider.markStart?.(entityId, never()) ?? Promise.reject(new Error());
const find = (provider: Provider, sent: object) =>
  provider.findStarted?.(
    { ...request, entityId: alpha, mark: null, handle: null, sentAt: Date.now() * 1000, ...sent },
    never(),
  ) ?? Promise.reject(new Error());

async function get(provider: Provider, id: string): Promise<LabiiBackup> {
  const [backup] = await provider.getBackups([id], never());
  if (!backup) throw new Error(`there is no backup ${id}`);
  return backup as LabiiBackup;
}

async function failureOf(call: Promise<unknown>): Promise<GatewayError> {
  const thrown = await call.then(() => null).catch((error: unknown) => error);
  if (thrown instanceof GatewayError) return thrown;
  throw new Error(`a GatewayError was expected instead of ${String(thrown)}`);
}

async function walk(provider: Provider, more: Partial<PageQuery> = {}, between: () => void = () => undefined) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const read = await page(provider, {
      limit: 25,
      ...more,
      after: last ? toSortKey(last) : null,
      offset: rows.length,
    });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.rows.length === 0) return { rows, problems };
    between();
  }
}

const sidsOf = (rows: readonly Backup[]) => rows.map(({ externalId }) => externalId);

/** The product's own way to answer. */
const answers = (status: number, body: unknown): Fault => ({
  name: `answers ${status} as Labii does`,
  apply({ request: asked, response }) {
    asked.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  },
});

const slowly = (ms: number): Fault => ({
  name: `answers after ${ms} ms`,
  async apply({ response, forward }) {
    const answer = await forward();
    const timer = setTimeout(
      () => response.writeHead(answer.statusCode ?? 500, answer.headers) && answer.pipe(response),
      ms,
    );
    response.once('close', () => clearTimeout(timer));
  },
});

describe('the configuration', () => {
  const base = {
    name: 'eln',
    kind: 'labii',
    url: 'https://labii.example/v1',
    organizations: [{ sid: 'og1', name: 'One' }],
  };
  const faults = (fields: object): string => {
    const { error } = labii.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a token, an API key, or a username with a password', () => {
    for (const way of [{ token: 't' }, { apiKey: 'k' }, { username: 'u', password: 'p' }])
      expect(faults(way)).toBe('none');
    expect(labii.config.parse({ ...base, token: 't' })).toMatchObject({ timeoutSeconds: 10, startTimeoutSeconds: 900 });
  });

  it('knows the generation by the address, unless it is told', () => {
    const generation = (fields: object) => labii.config.parse({ ...base, token: 't', ...fields }).generation;
    expect(generation({})).toBe('v1');
    expect(generation({ url: 'https://labii.example/eln/v1/' })).toBe('v1');
    expect(generation({ url: 'https://labii.example' })).toBe('current');
    expect(generation({ url: 'https://labii.example/v10' })).toBe('current');
    expect(generation({ url: 'https://labii.example', generation: 'v1' })).toBe('v1');
    expect(generation({ generation: 'current' })).toBe('current');
  });

  it('says what is wrong with it', () => {
    expect(faults({})).toContain('expected exactly one of token, apiKey, and username with password');
    expect(faults({ token: 't', apiKey: 'k' })).toContain('exactly one of');
    expect(faults({ token: 't', username: 'u', password: 'p' })).toContain('exactly one of');
    expect(faults({ token: 't', password: 'p' })).toContain('expected username and password together');
    expect(faults({ token: 't', organizations: [] })).toContain('expected at least one organisation');
    expect(faults({ token: 't', organizations: [...base.organizations, ...base.organizations] })).toContain(
      'each organisation once',
    );
    expect(faults({ token: 't', organizations: [{ sid: 'a.b', name: 'x' }] })).toContain(
      'expected the sid of an organisation',
    );
    expect(faults({ token: 't', organizations: [{ sid: 'og1' }] })).toContain('name');
    expect(faults({ token: 't', generation: 'v2' })).toContain('generation');
    expect(faults({ token: 't', tokn: 'u' })).toContain('tokn');
    expect(faults({ token: '' })).toContain('token');
  });

  it('does not show its secrets', () => {
    expect(JSON.stringify(labii.config.parse({ ...base, token: 'hidden' }))).not.toContain('hidden');
  });
});

describe('who we are', () => {
  const headersOf = async (options: Options) => {
    await using world = await open(options);
    await page(world.provider);
    return { ...world.sandbox.requests.at(-1)?.headers, apiKey: world.sandbox.apiKey, own: world.sandbox.token };
  };

  it('is told in each generation as its documentation says', async () => {
    const v1 = await headersOf({ as: byToken });
    expect(v1).toMatchObject({ authorization: `Token ${v1.own}`, token: v1.own, 'content-type': 'application/json' });
    const current = await headersOf({ as: byToken, generation: 'current' });
    expect(current).toMatchObject({ authorization: `Token ${current.own}` });
    expect(current).not.toHaveProperty('token');
    const key = await headersOf({ as: byApiKey });
    expect(key).toMatchObject({ authorization: `Bearer ${key.apiKey}` });
    expect(key).not.toHaveProperty('token');
  });

  it('is asked for by a login once, and again unseen when 30 idle minutes have ended it', async () => {
    await using world = await open({ as: byPassword });
    await Promise.all([page(world.provider), page(world.provider)]);
    world.sandbox.clock.advance(31 * 60_000);
    expect((await page(world.provider)).problems).toEqual([]);
    expect(world.sandbox.loginCount).toBe(2);
    expect(world.asked().filter((asked) => /accounts/.test(asked))).toEqual(Array(2).fill('POST /v1/accounts/auth/'));
  });

  it('that a wrong password hides is asked for once, since the fifth one locks the account', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byPassword(sandbox), password: 'wrong' }) });
    for (let time = 0; time < 6; time++) {
      const error = await failureOf(page(world.provider));
      expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
      expect(error.message).toContain('refuses the configured username or password');
    }
    expect(world.asked()).toEqual(['POST /v1/accounts/auth/']);
  });

  it('needs a key where a second factor is asked for', async () => {
    await using world = await open({ as: ({ secondFactorUser }) => ({ ...secondFactorUser }) });
    const error = await failureOf(world.provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_UNAUTHENTICATED',
      'eln asks for a second factor: configure an API key instead of the password.',
    ]);
    await failureOf(page(world.provider));
    expect(world.asked()).toHaveLength(1);
  });

  it('cannot be renewed where the configuration holds a token, and says what lasts', async () => {
    await using world = await open({ as: byToken });
    await page(world.provider);
    world.sandbox.expireTokens();
    const error = await failureOf(world.provider.listEntities(never()));
    expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(error.message).toContain('configure an API key');
  });
});

describe('the organisations', () => {
  it('are those of the configuration, shown once the product has let us in', async () => {
    await using world = await open();
    expect(await world.provider.listEntities(never())).toMatchObject([
      { externalId: gamma, name: 'Training sandbox of the institute', details: { sid: gamma } },
      { externalId: alpha },
      { externalId: beta },
    ]);
    expect(world.asked()).toEqual([`GET ${listOf(alpha, 'name')}?page=1&page_size=1`]);
  });

  it('are shown as long as one of them may be read', async () => {
    await using world = await open();
    world.sandbox.forbidOrganization(alpha);
    world.sandbox.forbidOrganization(beta);
    expect(await world.provider.listEntities(never())).toHaveLength(3);
    world.sandbox.forbidOrganization(gamma);
    expect((await failureOf(world.provider.listEntities(never()))).code).toBe('PROVIDER_FORBIDDEN');
  });

  it('are named without a call for a minute after any answer', async () => {
    await using world = await open();
    await page(world.provider);
    world.asked();
    expect(await world.provider.getEntities([beta, 'nowhere', beta.toLowerCase()], never())).toMatchObject([
      { externalId: beta },
      null,
      null,
    ]);
    expect(world.asked()).toEqual([]);
    expect((await failureOf(world.provider.getEntities([beta], AbortSignal.abort()))).code).toBe('PROVIDER_TIMEOUT');
  });
});

describe('the list', () => {
  it('is read in each organisation by page numbers, with a slash at the end', async () => {
    await using world = await open();
    await page(world.provider);
    const asked = world.asked();
    expect(asked).toHaveLength(3);
    for (const sid of [alpha, beta, gamma]) expect(asked).toContain(`GET ${listOf(sid)}?page=1&page_size=50`);
    await page(world.provider, { filter: { ...noFilter, entityIds: [beta, 'nowhere'] } });
    expect(world.asked()).toEqual([`GET ${listOf(beta)}?page=1&page_size=50`]);
    await page(world.provider, { filter: { ...noFilter, statuses: ['FAILED', 'RUNNING'] } });
    await page(world.provider, { filter: { ...noFilter, triggers: ['MANUAL'] } });
    await page(world.provider, { filter: { ...noFilter, types: ['INCREMENTAL'] } });
    await page(world.provider, { filter: { ...noFilter, startedAfter: 7, startedBefore: 7 } });
    expect(world.asked()).toEqual([]);
  });

  it('is in our order however the product has it, while backups come and go between the pages', async () => {
    await using world = await open({ history: 450 });
    const before = new Set(world.sandbox.rows.map(({ sid }) => sid));
    const { rows, problems } = await walk(world.provider, {}, () => {
      world.sandbox.clock.advance(3_600_000);
      world.sandbox.addFinished({ organizationSid: beta });
      world.sandbox.removeBackup(world.sandbox.rows[7]?.sid ?? '');
    });
    expect(problems).toEqual([]);
    expect(rows).toEqual([...rows].sort(compareKeys));
    expect(new Set(sidsOf(rows)).size).toBe(rows.length);
    const left = world.sandbox.rows.map(({ sid }) => sid).filter((sid) => before.has(sid));
    expect(left.filter((sid) => !sidsOf(rows).includes(sid))).toEqual([]);
  });

  it('never follows the links of the product, which lead to another host', async () => {
    await using world = await open({ history: 200 });
    expect((await walk(world.provider)).rows).toHaveLength(200);
    expect(world.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
    expect(world.asked().every((asked) => /\/list\/\?page=\d+&page_size=50$/.test(asked))).toBe(true);
  });

  it('costs no more than a few calls a page, however deep', async () => {
    await using world = await open({ history: 1500, organizations: [{ sid: alpha, name: 'One' }] });
    const calls: number[] = [];
    await walk(world.provider, {}, () => calls.push(world.asked().length));
    expect(calls[0]).toBe(2);
    expect(Math.max(...calls)).toBeLessThanOrEqual(4);
  });

  it('of a product with smaller pages than asked for is whole', async () => {
    await using world = await open({ history: 120 });
    world.sandbox.maxPageSize = 10;
    for (const direction of ['descending', 'ascending'] as const) {
      expect((await walk(world.provider, { direction })).rows).toHaveLength(120);
    }
  });

  it('that got shorter than it was known to be ends where it ends, whether that is refused or the last page is shown', async () => {
    const organizations = [{ sid: alpha, name: 'One' }];
    for (const isClamped of [false, true]) {
      await using world = await open({ history: 300, organizations });
      const { rows } = await page(world.provider, { direction: 'ascending' });
      for (const { sid } of world.sandbox.rows.slice(0, 250)) world.sandbox.removeBackup(sid);
      const clamped = { page_size: 50, page_number: 1, count: 50, results: [] };
      using _fault = world.proxy.fail(answers(200, clamped), { times: isClamped ? 1 : 0 });
      const before = world.proxy.requests.length;
      expect(sidsOf((await page(world.provider, { direction: 'ascending' })).rows)).toEqual(sidsOf(rows));
      expect(world.proxy.requests.length - before).toBe(3);
    }
  });

  it('of one organisation that may not be read leaves the others, and says which is missing', async () => {
    await using world = await open();
    world.sandbox.forbidOrganization(beta);
    const { rows, problems } = await page(world.provider, { limit: 50 });
    expect(problems).toMatchObject([{ provider: 'eln', entityId: beta, error: { code: 'PROVIDER_FORBIDDEN' } }]);
    expect(new Set(rows.map(({ entityId }) => entityId))).toEqual(new Set([alpha, gamma]));
    const only = page(world.provider, { filter: { ...noFilter, entityIds: [beta] } });
    expect((await failureOf(only)).code).toBe('PROVIDER_FORBIDDEN');
  });

  it.each(['usual', 'detail', 'list', 'string', 'text'] as const)(
    'of an organisation that is not there is NOT_FOUND (%s)',
    async (errorStyle) => {
      const organizations = [{ sid: 'ogNowhere', name: 'Gone' }];
      await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), organizations }) });
      world.sandbox.errorStyle = errorStyle;
      expect(await failureOf(page(world.provider))).toMatchObject({
        code: 'NOT_FOUND',
        message: 'eln has no organisation or backup of that sid.',
      });
    },
  );

  it('of an address that is none says so', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), url: `${sandbox.url}/v2` }) });
    const error = await failureOf(page(world.provider));
    expect(error.code).toBe('PROVIDER_INVALID_RESPONSE');
    expect(error.message).toContain('is its address in the configuration complete');
  });

  it('of the current generation shows what runs and what failed, with descriptions', async () => {
    await using world = await open({ generation: 'current' });
    const sid = world.sandbox.startOutside(beta);
    const { rows } = await walk(world.provider);
    expect(rows[0]).toMatchObject({ externalId: sid, status: 'RUNNING', upstreamStatus: 'In Progress', endedAt: null });
    expect(rows.filter(({ status }) => status === 'FAILED')).toHaveLength(2);
    const found = await page(world.provider, { filter: { ...noFilter, search: 'data BACKUP' }, limit: 50 });
    expect(found.rows).toHaveLength(26);
    expect(await count(world.provider, { statuses: ['FAILED'] })).toBe(2);
  });
});

describe('a count', () => {
  it('is the product’s own, by one small call for each organisation', async () => {
    await using world = await open();
    expect(await count(world.provider)).toBe(25);
    const asked = world.asked();
    expect(asked).toHaveLength(3);
    expect(asked).toContain(`GET ${listOf(beta, 'name')}?page=1&page_size=1`);
    expect(await count(world.provider, { entityIds: [alpha], statuses: ['SUCCEEDED', 'FAILED'] })).toBe(9);
    expect(world.asked()).toHaveLength(1);
    expect(await count(world.provider, { statuses: ['FAILED'] })).toBe(0);
    expect(world.asked()).toEqual([]);
  });

  it('of a filter that Labii does not have looks at the rows, but not at too many', async () => {
    await using world = await open({ history: 1100, organizations: [{ sid: alpha, name: 'One' }] });
    const [newest] = (await page(world.provider)).rows;
    const week = { startedAfter: (newest?.sortedAt ?? 0) - 7 * 86_400_000_000 };
    const rows = (await walk(world.provider, { filter: { ...noFilter, ...week } })).rows;
    world.asked();
    expect(await count(world.provider, week)).toBe(rows.length);
    expect(world.asked().length).toBeLessThanOrEqual(3);
    expect(await count(world.provider, { search: 'nothing has this name' })).toBeNull();
    expect(world.asked().length).toBeLessThanOrEqual(20);
  });

  it('of the current generation is the product’s own only where every status counts', async () => {
    await using world = await open({ generation: 'current' });
    expect(await count(world.provider, { statuses: ['RUNNING', 'SUCCEEDED', 'FAILED', 'UNKNOWN'] })).toBe(25);
    expect(world.asked().every((asked) => asked.includes('/name/'))).toBe(true);
    expect(await count(world.provider, { statuses: ['RUNNING', 'SUCCEEDED', 'FAILED'] })).toBe(25);
    expect(world.asked().some((asked) => asked.includes('/name/'))).toBe(false);
  });
});

describe('a backup by its id', () => {
  it('is asked for by its own sid, and differs from one whose letters differ only in their case', async () => {
    await using world = await open();
    const twins = world.sandbox.rows.filter(({ sid }, _, all) =>
      all.some((other) => other.sid !== sid && other.sid.toLowerCase() === sid.toLowerCase()),
    );
    expect(twins).toHaveLength(2);
    for (const { organizationSid, sid, name } of twins) {
      expect(await get(world.provider, `${organizationSid}.${sid}`)).toMatchObject({
        externalId: sid,
        entityId: organizationSid,
        name,
      });
    }
    expect(world.asked()).toEqual(twins.map(({ sid }) => `GET /v1/organizations/backup/detail/${sid}/`));
  });

  it('that cannot be one is null without a call', async () => {
    await using world = await open();
    const [{ sid = '' } = {}] = world.sandbox.rows;
    const wrong = [
      '',
      '.',
      sid,
      `.${sid}`,
      `${alpha}.`,
      `${alpha}${sid}`,
      `nowhere.${sid}`,
      `${alpha}.${sid}/`,
      `${alpha}..`,
      `${alpha}. ${sid}`,
      `${alpha}.${'x'.repeat(101)}`,
    ];
    expect(await world.provider.getBackups(wrong, never())).toEqual(wrong.map(() => null));
    expect(world.asked()).toEqual([]);
  });

  it('is asked for once, however often it is wanted', async () => {
    await using world = await open();
    const { rows } = await page(world.provider, { limit: 3 });
    const ids = rows.map(({ localId }) => localId);
    world.asked();
    expect(await world.provider.getBackups([...ids, ...ids], never())).toEqual([...rows, ...rows]);
    expect(world.asked()).toHaveLength(3);
  });

  it.each(['usual', 'detail', 'list', 'string', 'text'] as const)(
    'that is gone is null, in whatever form that is said (%s)',
    async (errorStyle) => {
      await using world = await open();
      world.sandbox.errorStyle = errorStyle;
      expect(await world.provider.getBackups([`${alpha}.bkGone`], never())).toEqual([null]);
      expect(world.provider.health()).toMatchObject({ status: 'UP' });
      world.proxy.fail(answers(406, ['Nothing that we have seen before.']));
      expect(await world.provider.getBackups([`${alpha}.bkGone`], never())).toEqual([null]);
    },
  );

  it('of an organisation that may not be read is not null, which would say that it is gone', async () => {
    await using world = await open();
    const [{ localId = '' } = {}] = (await page(world.provider, { filter: { ...noFilter, entityIds: [beta] } })).rows;
    world.sandbox.forbidOrganization(beta);
    expect((await failureOf(world.provider.getBackups([localId], never()))).code).toBe('PROVIDER_FORBIDDEN');
  });
});

describe('what Labii can do', () => {
  it('is to start, and in the current generation to describe', async () => {
    await using v1 = await open();
    await using current = await open({ generation: 'current' });
    expect(capabilitiesOf(v1.provider)).toEqual(['CREATE_BACKUP', 'START_BACKUP']);
    expect(capabilitiesOf(current.provider)).toEqual(['CREATE_BACKUP', 'START_BACKUP', 'UPDATE_DESCRIPTION']);
    expect([v1.provider.showPending, current.provider.showPending]).toEqual([expect.any(Function), undefined]);
  });
});

describe('starting a backup', () => {
  it('of v1 waits for its end, longer than a read may take, and is the answer itself', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), timeoutSeconds: 0.2 }) });
    world.proxy.fail(slowly(400), to(alpha, 'POST'));
    const pending = start(world.provider, alpha);
    await vi.waitFor(() => expect(world.sandbox.billed).toBe(1), { interval: 1 });
    world.sandbox.clock.advance(95_000);
    const { backup, handle, message } = await pending;
    expect(backup).toMatchObject({ entityId: alpha, status: 'SUCCEEDED', localId: handle });
    expect(((backup?.endedAt ?? 0) - (backup?.startedAt ?? 0)) / 1_000_000).toBeCloseTo(95, -1);
    expect(message).toBeNull();
    expect(await get(world.provider, handle ?? '')).toEqual(backup);
    expect(world.asked()[0]).toBe(`POST ${listOf(alpha)}`);
  });

  it('of v1 is shown as running from the moment it was sent, by the id that it is given', async () => {
    await using world = await open();
    const sent = { ...request, entityId: beta, mark: null, handle: null, sentAt: 1_700_000_000_000_001 };
    const shown = world.provider.showPending?.(sent, 'operation-7');
    expect(shown).toMatchObject({
      localId: 'operation-7',
      externalId: 'operation-7',
      entityId: beta,
      status: 'RUNNING',
    });
    expect(shown).toMatchObject({
      name: null,
      sortedAt: sent.sentAt,
      startedAt: sent.sentAt,
      endedAt: null,
      type: 'FULL',
    });
    expect(world.asked()).toEqual([]);
  });

  it('of the current generation answers at once with what runs, whether by 200 or 201', async () => {
    await using world = await open({ generation: 'current' });
    for (const postStatus of [200, 201] as const) {
      world.sandbox.postStatus = postStatus;
      expect((await start(world.provider, beta)).backup).toMatchObject({
        entityId: beta,
        status: 'RUNNING',
        sortedAt: expect.any(Number),
      });
    }
    expect(world.sandbox.billed).toBe(2);
  });

  it('sends JSON', async () => {
    await using world = await open({ generation: 'current' });
    await start(world.provider, alpha);
    expect(world.sandbox.requests.at(-1)?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '2',
    });
  });

  it('with a name or a description is UNSUPPORTED, and nothing is billed', async () => {
    await using world = await open();
    for (const field of ['name', 'description']) {
      expect(await failureOf(start(world.provider, alpha, { [field]: 'x' }))).toMatchObject({
        code: 'UNSUPPORTED',
        field: ['input', field],
      });
    }
    expect(world.asked()).toEqual([]);
  });

  it('of an organisation that is not configured asks nobody', async () => {
    await using world = await open();
    for (const entityId of ['nowhere', alpha.toLowerCase(), '']) {
      expect(await failureOf(start(world.provider, entityId))).toMatchObject({
        code: 'NOT_FOUND',
        field: ['input', 'entityId'],
      });
      expect((await failureOf(mark(world.provider, entityId))).code).toBe('NOT_FOUND');
    }
    expect(world.asked()).toEqual([]);
  });

  it('that failed over there is sent once, and nobody says that nothing was done', async () => {
    await using world = await open();
    world.sandbox.postDurationMs = 0;
    for (const outcome of ['error', 'cut'] as const) {
      world.sandbox.nextOutcome = outcome;
      expect((await failureOf(start(world.provider, alpha))).code).toBe('OUTCOME_UNKNOWN');
    }
    expect(world.sandbox.billed).toBe(2);
  });

  it('that takes too long, or that is given up, is OUTCOME_UNKNOWN', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), startTimeoutSeconds: 0.2 }) });
    expect((await failureOf(start(world.provider, alpha))).code).toBe('OUTCOME_UNKNOWN');
    const hanging = world.proxy.fail(hangs(), to(alpha, 'POST'));
    const controller = new AbortController();
    const given = failureOf(start(world.provider, alpha, {}, controller.signal));
    await hanging.untilHit();
    controller.abort();
    expect((await given).code).toBe('OUTCOME_UNKNOWN');
  });

  it('with settings is refused: Labii has none', async () => {
    await using world = await open({ generation: 'current' });
    const create = (settings: object) =>
      world.provider.createBackup?.({ ...request, entityId: alpha, settings: { ...settings } }, never()) ??
      Promise.reject(new Error());
    expect((await create({})).backup).toMatchObject({ status: 'RUNNING' });
    expect(await failureOf(create({ colour: 'red' }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['input', 'colour'],
    });
    expect(world.sandbox.billed).toBe(1);
  });
});

describe('a start whose answer was lost', () => {
  it('shows what came since as candidates, never as ours', async () => {
    await using world = await open();
    world.sandbox.postDurationMs = 0;
    const known = await mark(world.provider, alpha);
    const sentAt = Date.now() * 1000;
    expect(await find(world.provider, { mark: known, sentAt })).toEqual({ backup: null, candidates: [], error: null });
    world.sandbox.nextOutcome = 'cut';
    await failureOf(start(world.provider, alpha));
    world.sandbox.clock.advance(1000);
    const other = world.sandbox.addFinished({ organizationSid: alpha });
    world.sandbox.addFinished({ organizationSid: beta });
    const { backup, candidates, error } = await find(world.provider, { mark: known, sentAt });
    expect([backup, error]).toEqual([null, null]);
    expect(candidates).toHaveLength(2);
    expect(candidates[1]).toMatchObject({ externalId: other, entityId: alpha });
  });

  it.each([-3_600_000, 3_600_000])('is found whatever the product’s clock says (%i ms off)', async (offMs) => {
    await using world = await open({ now: Date.now() + offMs });
    const known = await mark(world.provider, alpha);
    world.sandbox.clock.advance(60_000);
    const sid = world.sandbox.addFinished({ organizationSid: alpha });
    const { candidates } = await find(world.provider, { mark: known });
    expect(sidsOf(candidates)).toEqual([sid]);
  });

  it('is found in an organisation that had no backup before', async () => {
    await using world = await open({ history: 0, now: Date.now() - 3_600_000 });
    const known = await mark(world.provider, alpha);
    const sid = world.sandbox.addFinished({ organizationSid: alpha });
    expect(sidsOf((await find(world.provider, { mark: known })).candidates)).toEqual([sid]);
  });

  it('without a mark takes what is younger than the start, but for a little the clocks may differ', async () => {
    await using world = await open({ history: 0 });
    const at = (ms: number) =>
      world.sandbox.addFinished({ organizationSid: alpha, date_created: new Date(Date.now() + ms).toISOString() });
    const [, fresh, , later] = [at(-600_000), at(-60_000), at(48 * 3_600_000), at(600_000)];
    for (const none of [null, 'not JSON', '{"sids":7}']) {
      expect(sidsOf((await find(world.provider, { mark: none })).candidates)).toEqual([fresh, later]);
    }
  });

  it('that did answer is read by its handle', async () => {
    await using world = await open();
    world.sandbox.postDurationMs = 0;
    const { backup, handle } = await start(world.provider, alpha);
    world.asked();
    expect(await find(world.provider, { handle })).toEqual({ backup, candidates: [], error: null });
    expect(world.asked()).toEqual([`GET /v1/organizations/backup/detail/${backup?.externalId}/`]);
  });

  it('of an organisation with many backups costs a few calls', async () => {
    await using world = await open({ history: 1500, organizations: [{ sid: alpha, name: 'One' }] });
    const known = await mark(world.provider, alpha);
    expect(world.asked()).toHaveLength(1);
    expect(known.length).toBeLessThan(2000);
    const sid = world.sandbox.addFinished();
    world.asked();
    expect(sidsOf((await find(world.provider, { mark: known })).candidates)).toEqual([sid]);
    expect(world.asked().length).toBeLessThanOrEqual(4);
  });
});

describe('the description', () => {
  it('of a backup of the current generation can be changed', async () => {
    await using world = await open({ generation: 'current' });
    const [{ localId = '' } = {}] = (await page(world.provider)).rows;
    const changed = await world.provider.updateDescription?.(localId, 'Kept for the audit', never());
    expect(changed).toMatchObject({ localId, description: 'Kept for the audit' });
    expect(await get(world.provider, localId)).toEqual(changed);
    expect((await page(world.provider)).rows[0]).toEqual(changed);
  });

  it('of one that is not there is NOT_FOUND', async () => {
    await using world = await open({ generation: 'current' });
    for (const id of [`${alpha}.bkGone`, 'bkGone', `${alpha}.../x`]) {
      expect((await failureOf(world.provider.updateDescription?.(id, 'x', never()) ?? Promise.resolve())).code).toBe(
        'NOT_FOUND',
      );
    }
  });

  it('cannot be changed where the server turns out to be v1', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), generation: 'current' }) });
    const [{ localId = '' } = {}] = (await page(world.provider)).rows;
    expect((await failureOf(world.provider.updateDescription?.(localId, 'x', never()) ?? Promise.resolve())).code).toBe(
      'UNSUPPORTED',
    );
  });
});

describe('whatever was asked', () => {
  it('went only to the calls of the contract, never to one that ends the session', async () => {
    await using world = await open({ as: byPassword });
    const { rows } = await walk(world.provider);
    await world.provider.getBackups(
      rows.map(({ localId }) => localId),
      never(),
    );
    await world.provider.getEntities([alpha, '../x'], never());
    await count(world.provider);
    await world.provider.close();
    const asked = world.asked();
    expect(
      asked.filter(
        (one) =>
          !/^(POST \/v1\/accounts\/auth\/|GET \/v1\/organizations\/backup\/(list\/organization\/\w+\/(list|name)|detail\/\w+)\/)/.test(
            one,
          ),
      ),
    ).toEqual([]);
    expect(world.sandbox.requests.filter(({ isStray, path }) => isStray || !path.endsWith('/'))).toEqual([]);
  });

  it('is answered by the sandbox that the product brings', async () => {
    await using sandbox = await labii.startSandbox({});
    const provider = labii.create(labii.config.parse(sandbox.config));
    expect(await provider.listEntities(never())).toHaveLength(3);
    await provider.close();
  });
});
