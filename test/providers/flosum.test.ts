// What every provider must do is in flosum.conformance.test.ts; here is what only Flosum does.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createFlosumProvider, flosum } from '../../providers/flosum/index.ts';
import type { FlosumBackup, SalesforceOrg } from '../../providers/flosum/map.ts';
import {
  type FlosumJob,
  type FlosumSandbox,
  type FlosumSandboxOptions,
  startFlosumSandbox,
} from '../../providers/flosum/sandbox.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Problem, Provider, Started, StartRequest } from '../../src/core/provider.ts';
import { serve } from '../core/http.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { answersLoginPage, answersStatus, floods, hangs, resetsAfter } from '../support/faults.ts';
import { opened } from '../support/opened.ts';

interface World extends AsyncDisposable {
  readonly sandbox: FlosumSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /api/…?…`, decoded. */
  asked(): string[];
}

interface Options extends FlosumSandboxOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly looksAfterMs?: readonly number[];
}

const now = Date.parse('2026-11-22T10:00:00Z');

async function open({ config = {}, looksAfterMs = [1, 1], ...options }: Options = {}): Promise<World> {
  const sandbox = await startFlosumSandbox({ now, speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const parsed = flosum.config.parse({ ...sandbox.config, url: proxy.url, ...config });
  const provider = createFlosumProvider(parsed, { looksAfterMs });
  let seen = 0;
  return {
    sandbox,
    proxy,
    provider,
    asked() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh.map(({ method, path, query }) => {
        const fields = [...query].map(([key, value]) => `${key}=${value}`).join('&');
        return `${method} ${path.replace('/api/v1/connections', '')}${fields && `?${fields}`}`;
      });
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

const never = () => new AbortController().signal;
const whole = { offset: 0, limit: null };
const allTypes = 'types=full&types=full & sync&types=template&types=archive';
const allStatuses = 'statuses=In Progress&statuses=Exception&statuses=Completed&statuses=Aborted';
const idOf = (job: FlosumJob): LocalId => `${job.connectionId}.${job.id}.${Date.parse(job.startedDate)}`;
const isList = (line: string) => /^GET \/\d+\/backups/.test(line);
const to = (fragment: string, wanted = 'GET') => ({
  match: (method: string, path: string) => method === wanted && path.includes(fragment),
});

const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );

/** Every row from page to page, and what the pages complained of. */
async function walk(provider: Provider, filter: Partial<BackupFilter> = {}, limit = 10) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const read = await page(provider, {
      after: last ? toSortKey(last) : null,
      limit,
      filter: { ...noFilter, ...filter },
    });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.rows.length === 0) return { ids: rows.map(({ localId }) => localId), rows, problems };
  }
}

const request = (more: Partial<StartRequest> = {}): StartRequest => ({
  entityId: '7',
  name: null,
  description: null,
  nonce: '0a1b2c3d',
  ...more,
});
const start = (provider: Provider, more: Partial<StartRequest> = {}, signal = never()): Promise<Started> =>
  provider.startBackup?.(request(more), signal) ?? Promise.reject(new Error());
const create = (provider: Provider, settings: object, more: Partial<StartRequest> = {}): Promise<Started> =>
  provider.createBackup?.({ ...request(more), settings: { ...settings } }, never()) ?? Promise.reject(new Error());
const findStarted = (provider: Provider, mark: string | null, nonce = '0a1b2c3d') =>
  provider.findStarted?.({ entityId: '7', name: null, nonce, mark, handle: null, sentAt: now * 1000 }, never()) ??
  Promise.reject(new Error());
const readLog = (provider: Provider, backup: Backup, query: { offset: number; limit: number | null } = whole) =>
  provider.readLog?.(backup, query, never()) ?? Promise.reject(new Error());

async function get(provider: Provider, job: FlosumJob): Promise<FlosumBackup> {
  const [backup] = await provider.getBackups([idOf(job)], never());
  if (!backup) throw new Error(`there is no backup ${idOf(job)}`);
  return backup as FlosumBackup;
}

async function failureOf(call: Promise<unknown>): Promise<GatewayError> {
  const thrown = await call.then(() => null).catch((error: unknown) => error);
  if (thrown instanceof GatewayError) return thrown;
  throw new Error(`a GatewayError was expected instead of ${String(thrown)}`);
}

/** Passes everything on once `opened` resolves. */
const waitsFor = (opened: Promise<void>): Fault => ({
  name: 'waits',
  async apply({ response, forward }) {
    await opened;
    const answer = await forward();
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  },
});

/** The product's own way to refuse. */
const refuses = (status: number, message: unknown): Fault => ({
  name: `refuses with ${status}`,
  apply({ request: incoming, response }) {
    incoming.resume();
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message, error: 'x', statusCode: status }));
  },
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the configuration', () => {
  const base = { name: 'salesforce', kind: 'flosum', url: 'https://backup-us.flosum.example', token: 'x' };
  const faults = (fields: object): string => {
    const { error } = flosum.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('is an address and a token, and may name connections', () => {
    expect(faults({})).toBe('none');
    expect(faults({ connections: [7, 12] })).toBe('none');
    expect(flosum.config.parse(base).timeoutSeconds).toBe(10);
    expect(JSON.stringify(flosum.config.parse(base))).toContain('"token":"[secret]"');
  });

  it('says what is wrong with it', () => {
    expect(faults({ token: '' })).toContain('token');
    expect(faults({ url: 'backup-us.flosum.app' })).toContain('expected an http or https URL');
    expect(faults({ connections: ['7'] })).toContain('connections');
    expect(faults({ connections: [] })).toContain('connections');
    expect(faults({ colour: 'red' })).toContain('colour');
  });
});

describe('the token', () => {
  it('is sent as it is, and a refused one says what to do', async () => {
    await using world = await open();
    await world.provider.listEntities(never());
    expect(world.sandbox.requests[0]?.headers.authorization).toBe(`Bearer ${world.sandbox.token}`);
    world.sandbox.revokeToken();
    expect(await failureOf(world.provider.listEntities(never()))).toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      message: 'salesforce refuses the configured token. It may have expired, so put a new one into the configuration.',
    });
  });
});

describe('the connections', () => {
  it('are read to the last page, also where pages are smaller than asked', async () => {
    await using world = await open({ connections: 45, history: 0 });
    expect(await world.provider.listEntities(never())).toHaveLength(45);
    expect(world.asked()).toEqual(['GET ?page=1&limit=2000']);
    world.sandbox.maxPageSize = 20;
    expect(await world.provider.listEntities(never())).toHaveLength(45);
    expect(world.asked()).toEqual(['GET ?page=1&limit=2000', 'GET ?page=2&limit=20', 'GET ?page=3&limit=20']);
  });

  it('are kept for a minute, and asked once for many at a time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using world = await open();
    const connectionCalls = () => world.asked().filter((line) => line.startsWith('GET ?'));
    await Promise.all(Array.from({ length: 20 }, () => page(world.provider)));
    expect(connectionCalls()).toHaveLength(1);
    vi.advanceTimersByTime(59_000);
    await page(world.provider);
    expect(connectionCalls()).toHaveLength(0);
    vi.advanceTimersByTime(2000);
    await page(world.provider);
    expect(connectionCalls()).toHaveLength(1);
  });

  it('that one caller gives up come to the others all the same', async () => {
    await using world = await open();
    const controller = new AbortController();
    const calls = [world.provider.listEntities(controller.signal), world.provider.listEntities(never())] as const;
    controller.abort();
    expect((await failureOf(calls[0])).code).toBe('PROVIDER_TIMEOUT');
    expect(await calls[1]).toHaveLength(5);
    expect(world.asked()).toHaveLength(1);
  });

  it('that failed once are asked for again', async () => {
    await using world = await open();
    using fault = world.proxy.fail(answersStatus(500));
    expect((await failureOf(page(world.provider))).code).toBe('PROVIDER_UNAVAILABLE');
    fault.stop();
    expect((await page(world.provider)).rows).toHaveLength(10);
  });

  it('that the configuration leaves out are not there for anything', async () => {
    await using world = await open({ config: { connections: [7, 31] } });
    const { provider, sandbox } = world;
    expect((await provider.listEntities(never())).map(({ externalId }) => externalId)).toEqual(['7', '31']);
    expect(new Set((await walk(provider)).rows.map(({ entityId }) => entityId))).toEqual(new Set(['7', '31']));
    expect(await provider.getEntities(['12', '31'], never())).toMatchObject([null, { externalId: '31' }]);
    const other = sandbox.jobs.find(({ connectionId }) => connectionId === 12);
    world.asked();
    expect(await provider.getBackups([idOf(other as FlosumJob)], never())).toEqual([null]);
    expect(await failureOf(start(provider, { entityId: '12' }))).toMatchObject({
      code: 'NOT_FOUND',
      field: ['input', 'entityId'],
    });
    expect(await failureOf(provider.markStart?.('12', never()) ?? Promise.resolve())).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(world.asked()).toEqual([]);
  });

  it('are found by the id of their Salesforce org, long or short', async () => {
    await using world = await open();
    const { id, salesforceOrgId } = world.sandbox.connections[1] ?? { id: 0, salesforceOrgId: '' };
    for (const orgId of [salesforceOrgId, salesforceOrgId.slice(0, 15)]) {
      expect(await world.provider.getEntities([orgId], never())).toMatchObject([{ externalId: String(id) }]);
    }
    expect(await world.provider.getEntities(['00D000000000001EAA'], never())).toEqual([null]);
    world.asked();
    expect(await world.provider.getEntities(['001000000000001AAA', 'x'.repeat(18)], never())).toEqual([null, null]);
    expect(world.asked()).toEqual([]);
  });

  it('tell their org and their user in full where a few are asked for by id, and not in lists', async () => {
    await using world = await open();
    const { provider, sandbox } = world;
    const details = (entities: readonly unknown[]) => (entities as SalesforceOrg[]).map((entity) => entity.details);
    const [a, b, c, d] = sandbox.connections.map(({ id }) => String(id)) as [string, string, string, string];
    const [first] = sandbox.connections;
    for (const one of details(await provider.getEntities([a, b, c], never()))) {
      expect(one.salesforceOrgId).toMatch(/^00D\w{15}$/);
      expect(one.userFullName).not.toBeNull();
    }
    expect(details(await provider.getEntities([a], never()))).toEqual([
      {
        connectionId: a,
        externalConnectionId: String(first?.externalId),
        userName: first?.userName,
        userFullName: first?.userFullName,
        salesforceOrgId: first?.salesforceOrgId,
        orgType: first?.salesforceOrgType,
      },
    ]);
    world.asked();
    for (const one of details(await provider.getEntities([a, b, c, d], never()))) {
      expect(one).toMatchObject({ salesforceOrgId: null, userFullName: null });
    }
    expect(world.asked()).toEqual([]);
  });

  it('are there without those details where these cannot be had', async () => {
    await using world = await open();
    await world.provider.listEntities(never());
    world.proxy.fail(answersStatus(500), to('/connections/7'));
    expect(await world.provider.getEntities(['7'], never())).toMatchObject([
      { externalId: '7', details: { salesforceOrgId: null } },
    ]);
    world.proxy.fail(answersStatus(404), to('/connections/7'));
    expect(await world.provider.getEntities(['7'], never())).toEqual([null]);
  });
});

describe('the list', () => {
  it('asks each connection once for a first page, with all words, and in an order', async () => {
    await using world = await open();
    await world.provider.listEntities(never());
    world.asked();
    expect((await page(world.provider)).rows).toHaveLength(10);
    const query = `?sortBy=startedDate&order=DESC&page=1&limit=11&${allTypes}&${allStatuses}`;
    const ids = ['7', '12', '31', '104', '115'];
    const asked = world.asked();
    expect(asked).toHaveLength(ids.length);
    expect(new Set(asked)).toEqual(new Set(ids.map((id) => `GET /${id}/backups${query}`)));
  });

  it('costs the same at any depth', async () => {
    await using world = await open({ history: 400 });
    let after: PageQuery['after'] = null;
    for (let index = 0; index < 30; index++) {
      const read = await page(world.provider, { after });
      const last = read.rows.at(-1);
      after = last ? toSortKey(last) : null;
      const lists = world.asked().filter(isList);
      expect(lists.length).toBeLessThanOrEqual(7);
      expect(lists.every((line) => line.includes('page=1&') || line.includes('page=2&'))).toBe(true);
    }
  });

  it('is the same where pages are capped, and where bounds leave out what lies on them', async () => {
    await using world = await open({ history: 60 });
    const { ids } = await walk(world.provider);
    expect(ids).toHaveLength(60);
    world.sandbox.maxPageSize = 3;
    expect((await walk(world.provider)).ids).toEqual(ids);
    world.sandbox.bounds = 'exclusive';
    expect((await walk(world.provider)).ids).toEqual(ids);
    world.sandbox.maxPageSize = Number.POSITIVE_INFINITY;
    expect((await walk(world.provider)).ids).toEqual(ids);
  });

  it('of a server that takes no single value for a list asks again once, and then knows', async () => {
    await using world = await open();
    world.sandbox.strictArrays = true;
    const filter = { ...noFilter, statuses: ['FAILED' as const], types: ['FULL' as const], entityIds: ['7'] };
    const found = (await page(world.provider, { filter })).rows;
    expect(
      world
        .asked()
        .filter(isList)
        .map((line) => line.replace(/^.*limit=11&/, '')),
    ).toEqual(['types=full&statuses=Exception', 'types[]=full&statuses[]=Exception']);
    expect((await page(world.provider, { filter })).rows).toEqual(found);
    expect(world.asked().filter(isList)).toHaveLength(1);
    expect((await page(world.provider)).rows).toHaveLength(10);
  });

  it('that is refused for another reason is not asked for again', async () => {
    await using world = await open();
    await world.provider.listEntities(never());
    world.proxy.fail(refuses(400, ['limit must not be greater than 5']), to('/backups'));
    expect(await failureOf(page(world.provider, { filter: { ...noFilter, entityIds: ['7'] } }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'salesforce refuses what was asked: limit must not be greater than 5.',
    });
    expect(world.proxy.requests.filter(({ path }) => path.includes('/backups'))).toHaveLength(1);
  });

  it('leaves out a connection that does not answer, and says which', async () => {
    await using world = await open({ connections: 10, history: 100 });
    world.sandbox.downConnections.add(12);
    const { rows, problems, isEnd } = await page(world.provider, { limit: 100 });
    expect(new Set(rows.map(({ entityId }) => entityId)).size).toBe(9);
    expect(problems).toMatchObject([
      { provider: 'salesforce', entityId: '12', error: { code: 'PROVIDER_UNAVAILABLE' } },
    ]);
    expect(isEnd).toBe(false);
  });

  it('fails where no connection answers', async () => {
    await using world = await open();
    for (const { id } of world.sandbox.connections) world.sandbox.downConnections.add(id);
    expect((await failureOf(page(world.provider))).code).toBe('PROVIDER_UNAVAILABLE');
  });

  it('asks eight connections at a time', async () => {
    await using world = await open({ connections: 30, history: 30 });
    await world.provider.listEntities(never());
    for (const ask of [() => page(world.provider), () => world.provider.countBackups(noFilter, never())]) {
      let go = () => {};
      const opened = new Promise<void>((resolve) => {
        go = resolve;
      });
      using waiting = world.proxy.fail(waitsFor(opened), to('/backups'));
      const asked = ask();
      await waiting.untilHit(8);
      // While this goes there and back, a ninth could have come too.
      await world.provider.listEntities(never());
      expect(waiting.hits).toBe(8);
      go();
      await asked;
      expect(waiting.hits).toBe(30);
    }
  });

  it('asks the product for what it can find, and only the connections that are meant', async () => {
    await using world = await open();
    const filter: BackupFilter = {
      ...noFilter,
      entityIds: ['7', '4711'],
      statuses: ['SUCCEEDED'],
      types: ['FULL', 'SYNCHRONIZATION'],
      search: 'nightly',
      startedAfter: Date.parse('2026-06-01T00:00:00Z') * 1000,
      startedBefore: Date.parse('2026-07-01T00:00:00Z') * 1000,
    };
    await page(world.provider, { filter });
    const dates = 'startedDate=2026-05-31T23:59:59.000Z&endDate=2026-07-01T00:00:01.000Z';
    const words = 'types=full&types=full & sync&statuses=Completed&search=nightly';
    expect(world.asked().filter(isList)).toEqual([
      `GET /7/backups?sortBy=startedDate&order=DESC&page=1&limit=11&${dates}&${words}`,
    ]);
  });

  it('asks nothing where nothing can match', async () => {
    await using world = await open();
    for (const filter of [{ triggers: ['MANUAL'] }, { types: ['INCREMENTAL'] }, { statuses: ['QUEUED'] }] as const) {
      expect(await page(world.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await world.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(world.asked()).toEqual([]);
  });

  it('finds imports and words that nobody knows by asking for everything', async () => {
    await using world = await open({ history: 60 });
    world.sandbox.showImports = true;
    world.sandbox.addFinished({ operationType: 'Quantum Backup', jobStatus: 'Paused' });
    const imports = await walk(world.provider, { types: ['IMPORT'] });
    expect(imports.rows.map(({ type }) => type)).toEqual(['IMPORT', 'IMPORT']);
    expect((await walk(world.provider, { types: ['UNKNOWN'] })).rows).toMatchObject([{ upstreamStatus: 'Paused' }]);
    expect((await walk(world.provider, { statuses: ['UNKNOWN'] })).rows).toMatchObject([{ type: 'UNKNOWN' }]);
  });

  it('does not find a name by the mark that we put into it', async () => {
    await using world = await open();
    world.sandbox.addFinished({ name: 'Odd one gw-0a1b2c3d' });
    expect((await walk(world.provider, { search: 'odd one' })).rows).toMatchObject([{ name: 'Odd one' }]);
    expect((await walk(world.provider, { search: '0a1b2c3d' })).rows).toEqual([]);
  });
});

describe('counting', () => {
  it('takes the product’s own number where it means the same', async () => {
    await using world = await open({ history: 60 });
    await world.provider.listEntities(never());
    world.asked();
    expect(await world.provider.countBackups(noFilter, never())).toBe(60);
    const failed = { ...noFilter, statuses: ['FAILED' as const] };
    expect(await world.provider.countBackups(failed, never())).toBe((await walk(world.provider, failed)).rows.length);
    expect(
      world
        .asked()
        .slice(0, 5)
        .every((line) => line.includes('page=1&limit=1&')),
    ).toBe(true);
  });

  it('looks at each row where it does not', async () => {
    await using world = await open({ history: 60 });
    world.sandbox.maxPageSize = 4;
    const { rows } = await walk(world.provider);
    const at = rows[30]?.sortedAt ?? 0;
    for (const filter of [
      { types: ['FULL' as const] },
      { search: 'sync' },
      { startedAfter: at },
      { startedBefore: at },
    ]) {
      const { ids } = await walk(world.provider, filter);
      expect(await world.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(ids.length);
    }
  });

  it('gives up where there are too many to look at', async () => {
    await using world = await open({ connections: 1, history: 10_500 });
    await world.provider.listEntities(never());
    world.asked();
    expect(await world.provider.countBackups({ ...noFilter, types: ['FULL', 'IMPORT'] }, never())).toBeNull();
    expect(world.asked()).toHaveLength(1);
    expect(await world.provider.countBackups(noFilter, never())).toBe(10_500);
  });
});

describe('reading by id', () => {
  it('finds many of one connection by one dated call', async () => {
    await using world = await open({ history: 200, connections: 2 });
    const { ids } = await walk(world.provider, { entityIds: ['7'] }, 100);
    world.asked();
    const wanted = ids.slice(0, 50);
    expect((await world.provider.getBackups(wanted, never())).map((backup) => backup?.localId)).toEqual(wanted);
    expect(world.asked()).toHaveLength(1);
  });

  it('of one asks for the two seconds around its start', async () => {
    await using world = await open();
    const job = world.sandbox.addFinished({ startedDate: '2026-11-20T10:00:00.000Z' });
    await get(world.provider, job);
    const dates = 'startedDate=2026-11-20T09:59:59.000Z&endDate=2026-11-20T10:00:01.000Z';
    expect(world.asked()).toEqual([
      `GET /7/backups?sortBy=startedDate&order=DESC&page=1&limit=200&${dates}&${allTypes}&${allStatuses}`,
    ]);
  });

  it('of what lies far apart does not read all that lies between', async () => {
    await using world = await open({ history: 3000, connections: 1 });
    const { ids } = await walk(world.provider, {}, 1000);
    const wanted = [ids[0], ids[1500], ids.at(-1)] as LocalId[];
    world.asked();
    expect((await world.provider.getBackups(wanted, never())).map((backup) => backup?.localId)).toEqual(wanted);
    const lists = world.asked();
    expect(lists.length).toBeLessThanOrEqual(5);
    expect(lists.every((line) => line.includes('page=1&'))).toBe(true);
  });

  it('does not look again for what should have come before the rows that it has seen', async () => {
    await using world = await open({ history: 3000, connections: 1 });
    const [newest] = world.sandbox.jobs as [FlosumJob];
    const oldest = world.sandbox.addFinished({ startedDate: '2025-11-20T10:00:00.000Z' });
    const gone = `7.4711.${Date.parse(newest.startedDate) - 1}`;
    const ids = [idOf(newest), gone, idOf(oldest)];
    expect(await world.provider.getBackups(ids, never())).toMatchObject([
      { localId: ids[0] },
      null,
      { localId: ids[2] },
    ]);
    const lists = world.asked();
    expect(lists).toHaveLength(2);
    expect(lists[1]).toContain('startedDate=2025-11-20T09:59:59.000Z&endDate=2025-11-20T10:00:01.000Z');
  });

  it('finds what is there where pages are capped, and bounds leave out what lies on them', async () => {
    await using world = await open({ history: 60 });
    const { ids } = await walk(world.provider);
    world.sandbox.maxPageSize = 1;
    world.sandbox.bounds = 'exclusive';
    expect((await world.provider.getBackups(ids, never())).map((backup) => backup?.localId)).toEqual(ids);
  });

  it('finds those that started in the same instant, page by page', async () => {
    await using world = await open({ history: 0 });
    const startedDate = '2026-11-20T10:00:00.000Z';
    const jobs = Array.from({ length: 7 }, () => world.sandbox.addFinished({ startedDate }));
    world.sandbox.maxPageSize = 2;
    const found = await world.provider.getBackups(jobs.map(idOf), never());
    expect(found.map((backup) => backup?.localId)).toEqual(jobs.map(idOf));
    expect(world.asked().map((line) => /page=\d+&limit=\d+/.exec(line)?.[0])).toEqual([
      'page=1&limit=1400',
      'page=2&limit=2',
      'page=3&limit=2',
      'page=4&limit=2',
    ]);
  });

  it('gives null for a row of another start, another connection, or a connection that is gone', async () => {
    await using world = await open();
    const [job] = world.sandbox.jobs as [FlosumJob];
    const at = Date.parse(job.startedDate);
    const ids = [`${job.connectionId}.${job.id}.${at + 1}`, `12.99.${at}`, `4711.${job.id}.${at}`];
    expect(await world.provider.getBackups([...ids, idOf(job)], never())).toMatchObject([
      null,
      null,
      null,
      { localId: idOf(job) },
    ]);
  });

  it('gives null for what is no id without asking', async () => {
    await using world = await open();
    expect(await world.provider.getBackups(['7', '7.1', '7.1.x', '..', '7.1.1.1'], never())).toEqual(
      Array(5).fill(null),
    );
    expect(world.asked()).toEqual([]);
  });

  it('fails where one of its connections does not answer', async () => {
    await using world = await open();
    const { ids } = await walk(world.provider);
    world.sandbox.downConnections.add(12);
    expect((await failureOf(world.provider.getBackups(ids, never()))).code).toBe('PROVIDER_UNAVAILABLE');
  });
});

describe('starting a backup', () => {
  it('that the list shows soon gives it, without the mark in its name, and with what the list never shows', async () => {
    await using world = await open();
    world.sandbox.visibleAfterMs = 0;
    const started = await start(world.provider, { name: '4711', description: 'Before the move' });
    const [job] = world.sandbox.jobs as [FlosumJob];
    expect(job).toMatchObject({ name: '4711 gw-0a1b2c3d', connectionId: 7, isIncludeMetadata: true });
    expect(started).toMatchObject({
      backup: { localId: idOf(job), name: '4711', description: 'Before the move', status: 'RUNNING', type: 'FULL' },
      handle: String(job.jobId),
      message: null,
    });
    expect(await get(world.provider, job)).toEqual(started.backup);
  });

  it('sends texts as texts, and every setting', async () => {
    const answer = { page: { total: 0, items: [] }, start: { message: 'ok' } };
    await using server = await serve(({ method }, response) => {
      response.writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(method === 'POST' ? answer.start : answer.page));
    });
    const config = { name: 'salesforce', kind: 'flosum', url: server.url, token: 'x' };
    const provider = createFlosumProvider(flosum.config.parse(config), { looksAfterMs: [1] });
    await create(
      provider,
      { mode: 'TEMPLATE', templateId: 3, settings: { includeTagObjects: false } },
      { name: '12345' },
    );
    await provider.close();
    const kinds = 'Metadata BinaryObjects BigObjects FeedObjects ShareObjects HistoryObjects CustomMetadataTypeObjects';
    const included = Object.fromEntries(kinds.split(' ').map((kind) => [`isInclude${kind}`, true]));
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({
      name: '12345 gw-0a1b2c3d',
      description: '',
      mode: 'template',
      settings: { ...included, isIncludeTagObjects: false, templateId: 3 },
    });
    expect(server.requests[0]).toBe('POST /api/v1/connections/7/backups/backup');
  });

  it('that nobody named has a name of ours, and is one by a template where that was asked', async () => {
    await using world = await open();
    world.sandbox.visibleAfterMs = 0;
    const settings = { mode: 'TEMPLATE', templateId: 3, settings: { includeMetadata: false } };
    expect(await create(world.provider, settings)).toMatchObject({
      backup: { name: 'Backplane', description: null, type: 'TEMPLATE' },
    });
    expect(world.sandbox.jobs[0]).toMatchObject({ isIncludeMetadata: false });
  });

  it('that the list does not show yet is accepted all the same, and found later by its mark', async () => {
    await using world = await open();
    const mark = (await world.provider.markStart?.('7', never())) ?? '';
    const started = await start(world.provider);
    expect(started).toMatchObject({ backup: null, handle: null });
    expect(started.message).toBe('salesforce has accepted the start, and does not list the backup yet.');
    expect(await findStarted(world.provider, mark)).toEqual({ backup: null, candidates: [], error: null });
    world.sandbox.clock.advance(2000);
    expect(await findStarted(world.provider, mark)).toMatchObject({ backup: { entityId: '7', status: 'RUNNING' } });
    expect(world.sandbox.created).toBe(1);
  });

  it('looks for it a few times, and stops when nobody waits', async () => {
    await using world = await open({ looksAfterMs: [1, 1, 60_000] });
    const controller = new AbortController();
    const started = start(world.provider, {}, controller.signal);
    const looks = () =>
      world.sandbox.requests.filter(({ method, status }) => method === 'GET' && status === 200).length;
    await vi.waitUntil(() => looks() === 2);
    controller.abort();
    expect(await started).toMatchObject({ backup: null, handle: null });
    expect(looks()).toBe(2);
  });

  it('is accepted whatever becomes of the look for it', async () => {
    await using world = await open();
    world.proxy.fail(answersStatus(500), to('/backups'));
    expect(await start(world.provider)).toMatchObject({ backup: null });
    expect(world.sandbox.created).toBe(1);
  });

  it('takes for its own only a backup with its mark, and with a job after the one that was newest', async () => {
    await using world = await open();
    const older = world.sandbox.addFinished({ name: 'Copy gw-0a1b2c3d' });
    const mark = (await world.provider.markStart?.('7', never())) ?? '';
    expect(mark).toBe(String(older.jobId));
    world.sandbox.addFinished({ name: 'Backplane 0a1b2c3d' });
    expect((await findStarted(world.provider, mark)).backup).toBeNull();
    const ours = world.sandbox.addFinished({ name: 'Backplane gw-0a1b2c3d' });
    world.sandbox.addFinished({ name: 'Backplane gw-0a1b2c3d' });
    expect((await findStarted(world.provider, mark)).backup?.localId).toBe(idOf(ours));
    expect((await findStarted(world.provider, null)).backup?.localId).toBe(idOf(older));
  });

  it('asks for the newest job by its number, and for the mark by a search', async () => {
    await using world = await open({ history: 0 });
    expect(await world.provider.markStart?.('7', never())).toBe('0');
    await findStarted(world.provider, '0');
    expect(world.asked()).toEqual([
      `GET /7/backups?sortBy=jobId&order=DESC&page=1&limit=1&${allTypes}&${allStatuses}`,
      `GET /7/backups?sortBy=jobId&order=DESC&page=1&limit=20&${allTypes}&${allStatuses}&search=0a1b2c3d`,
    ]);
  });

  it('whose answer was lost is not sent again, and is found by its mark', async () => {
    await using world = await open();
    const mark = (await world.provider.markStart?.('7', never())) ?? '';
    world.proxy.fail(resetsAfter(), to('/backups/backup', 'POST'));
    expect((await failureOf(start(world.provider, { description: 'why' }))).code).toBe('OUTCOME_UNKNOWN');
    world.sandbox.clock.advance(2000);
    expect(await findStarted(world.provider, mark)).toMatchObject({ backup: { entityId: '7', description: 'why' } });
    expect(world.sandbox.created).toBe(1);
  });

  it('while one runs is a conflict that names it', async () => {
    await using world = await open();
    const running = world.sandbox.startOutside(7, { name: 'Before <b>release</b>' });
    world.sandbox.clock.advance(2000);
    world.sandbox.addFinished({ startedDate: '2026-11-22T10:00:01.000Z' });
    expect(await failureOf(start(world.provider))).toMatchObject({
      code: 'CONFLICT',
      field: ['input', 'entityId'],
      message: `salesforce is busy with this connection: backup ${running.id} “Before release” has been running since 2026-11-22T10:00:00.000Z. Ask again when it has ended.`,
    });
  });

  it('while one runs that cannot be named is a conflict in the words of the product', async () => {
    await using world = await open();
    world.sandbox.startOutside(7);
    world.proxy.fail(answersStatus(500), to('/backups'));
    expect(await failureOf(start(world.provider))).toMatchObject({
      code: 'CONFLICT',
      message:
        'salesforce says that something is in the way: Backup job is already running. You must abort it or wait for it to finish before creating another.',
    });
  });

  it('happens one after the other for one connection, and whoever gives up leaves the line', async () => {
    await using world = await open();
    const hanging = world.proxy.fail(hangs(), { ...to('/backups/backup', 'POST'), times: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const starts = [
      start(world.provider, { nonce: 'aaaaaaa1' }, first.signal),
      start(world.provider, { nonce: 'aaaaaaa2' }, second.signal),
      start(world.provider, { nonce: 'aaaaaaa3' }),
    ].map((call) => call.catch((error: unknown) => error));
    await hanging.untilHit();
    expect(await start(world.provider, { entityId: '12', nonce: 'aaaaaaa4' })).toMatchObject({ handle: null });
    second.abort();
    expect(await starts[1]).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    expect(world.sandbox.created).toBe(1);
    first.abort();
    expect(await starts[0]).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await starts[2]).toMatchObject({ handle: null });
    const names = world.sandbox.jobs.map(({ name }) => name).filter((name) => name.includes('gw-aaaaaaa'));
    expect(new Set(names)).toEqual(new Set(['Backplane gw-aaaaaaa3', 'Backplane gw-aaaaaaa4']));
  });

  it('of a server that wants a description sends the name once more, and then knows', async () => {
    await using world = await open();
    world.sandbox.needsDescription = true;
    const posts = () => world.asked().filter((line) => line.startsWith('POST')).length;
    await start(world.provider, { name: 'Nightly' });
    expect(posts()).toBe(2);
    await start(world.provider, { entityId: '12', nonce: 'aaaaaaa2' });
    expect(posts()).toBe(1);
    await start(world.provider, { entityId: '31', nonce: 'aaaaaaa3', description: 'why' });
    expect(posts()).toBe(1);
    expect(world.sandbox.created).toBe(3);
  });

  it('that is refused for what it says is not sent again', async () => {
    await using world = await open();
    world.proxy.fail(refuses(400, ['name must be a string', 'see https://docs.example/x']), to('/backup', 'POST'));
    expect(await failureOf(start(world.provider))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'salesforce refuses what was asked: name must be a string; see [address].',
    });
    world.proxy.fail(refuses(400, ['description is too long']), to('/backup', 'POST'));
    expect((await failureOf(start(world.provider, { description: 'x' }))).code).toBe('BAD_USER_INPUT');
    expect(world.proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('with settings that are wrong sends nothing', async () => {
    await using world = await open();
    expect(await failureOf(create(world.provider, { mode: 'TEMPLATE' }))).toMatchObject({
      field: ['input', 'templateId'],
    });
    expect(await failureOf(create(world.provider, { templateId: 3 }))).toMatchObject({
      field: ['input', 'templateId'],
    });
    expect(world.asked()).toEqual([]);
  });

  it('of a connection that is not there is NOT_FOUND', async () => {
    await using world = await open();
    expect(await failureOf(start(world.provider, { entityId: '4711' }))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'salesforce has no such connection.',
      field: ['input', 'entityId'],
    });
  });
});

describe('the log', () => {
  const lines = ['2026-11-22T09:00:00.000Z INFO  Zubehör__c: 7 records', '請求書__c', '', 'WARN slow'];

  it('of a backup that has ended is its lines as they are', async () => {
    await using world = await open();
    const backup = await get(world.provider, world.sandbox.addFinished({ lines }));
    const log = await readLog(world.provider, backup);
    expect(log).toMatchObject({ firstNumber: 1, hasMore: false, state: 'complete' });
    expect(log.lines).toEqual([
      { text: lines[0], raw: lines[0], at: null, level: 'INFO' },
      { text: lines[1], raw: lines[1], at: null, level: 'UNKNOWN' },
      { text: '', raw: '', at: null, level: 'UNKNOWN' },
      { text: lines[3], raw: lines[3], at: null, level: 'WARNING' },
    ]);
  });

  it('that is read in pages is fetched once', async () => {
    await using world = await open();
    const job = world.sandbox.addFinished({ lines: Array.from({ length: 900 }, (_, index) => `line ${index} ä`) });
    const backup = await get(world.provider, job);
    world.asked();
    const pages = [];
    for (let offset = 0; offset < 900; offset += 200)
      pages.push(await readLog(world.provider, backup, { offset, limit: 200 }));
    expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, true, true, true, false]);
    expect(pages.flatMap((read) => read.lines.map(({ raw }) => raw))).toEqual(
      Array.from({ length: 900 }, (_, index) => `line ${index} ä`),
    );
    expect(world.asked().filter((line) => line.includes('/logs/details'))).toEqual([
      `GET /7/jobs/${job.jobId}/logs/details`,
    ]);
    const other = world.sandbox.addFinished({ lines: ['another'] });
    expect((await readLog(world.provider, await get(world.provider, other))).lines).toMatchObject([{ raw: 'another' }]);
  });

  it('of a running backup is what there is so far, also where the stream stays open', async () => {
    await using world = await open();
    const job = world.sandbox.startOutside(7, { script: { durationSeconds: 600, logLines: 60 } });
    world.sandbox.clock.advance(100_000);
    const running = await get(world.provider, job);
    const closed = await readLog(world.provider, running);
    world.sandbox.followLogs = true;
    const followed = await readLog(world.provider, running);
    expect(followed).toEqual(closed);
    expect(followed).toMatchObject({ firstNumber: 1, hasMore: false, state: 'growing' });
    expect(followed.lines).toHaveLength(11);
    world.sandbox.clock.advance(100_000);
    const later = await readLog(world.provider, running, { offset: 11, limit: null });
    expect(later.firstNumber).toBe(12);
    expect(later.lines).toHaveLength(10);
  });

  it('of a running backup leaves out the line that is being written', async () => {
    await using world = await open();
    const running = await get(world.provider, world.sandbox.startOutside(7));
    const writesOn: Fault = {
      name: 'writes on',
      apply: ({ response }) => void response.writeHead(200).write('one\ntwo\nthr'),
    };
    world.proxy.fail(writesOn, to('/logs/'));
    expect((await readLog(world.provider, running)).lines.map(({ raw }) => raw)).toEqual(['one', 'two']);
  });

  it('of a running backup that is given up ends at once', async () => {
    await using world = await open();
    world.sandbox.followLogs = true;
    const running = await get(world.provider, world.sandbox.startOutside(7));
    const controller = new AbortController();
    const read = world.provider.readLog?.(running, whole, controller.signal) ?? Promise.resolve();
    await vi.waitUntil(() => world.sandbox.requests.at(-1)?.path.endsWith('/logs/details'));
    controller.abort();
    expect((await failureOf(read)).code).toBe('PROVIDER_TIMEOUT');
  });

  it('is discarded where the server has no such call, or no such job any more', async () => {
    await using world = await open();
    const job = world.sandbox.addFinished({ lines });
    const [ended, running] = [await get(world.provider, job), await get(world.provider, world.sandbox.startOutside(7))];
    const discarded = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };
    world.proxy.fail(refuses(404, 'no job'), { ...to('/logs/'), times: 1 });
    expect(await readLog(world.provider, ended)).toEqual(discarded);
    world.sandbox.jobLogs = false;
    expect(await readLog(world.provider, ended)).toEqual(discarded);
    expect(await readLog(world.provider, running)).toEqual(discarded);
    expect(await world.provider.downloadLog?.(ended.localId, never())).toBeNull();
  });

  it('of a backup that is gone is not found', async () => {
    await using world = await open();
    const job = world.sandbox.addFinished({ lines });
    const backup = await get(world.provider, job);
    world.sandbox.removeJob(job.jobId);
    expect((await failureOf(readLog(world.provider, backup))).code).toBe('NOT_FOUND');
  });

  it.each([
    [answersLoginPage(), 'PROVIDER_INVALID_RESPONSE'],
    [floods('chunked'), 'PROVIDER_INVALID_RESPONSE'],
    [answersStatus(500), 'PROVIDER_UNAVAILABLE'],
    [answersStatus(401), 'PROVIDER_UNAUTHENTICATED'],
  ])('that $name is no log', async (fault, code) => {
    await using world = await open();
    const ended = await get(world.provider, world.sandbox.addFinished({ lines }));
    const running = await get(world.provider, world.sandbox.startOutside(7));
    world.proxy.fail(fault, to('/logs/'));
    for (const backup of [ended, running]) expect((await failureOf(readLog(world.provider, backup))).code).toBe(code);
  });

  it('is offered for download once the backup has ended', async () => {
    await using world = await open();
    const job = world.sandbox.addFinished({ lines });
    const chunks = [];
    for await (const chunk of (await world.provider.downloadLog?.(idOf(job), never())) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n')}\n`);
    const running = world.sandbox.startOutside(7);
    for (const id of [idOf(running), '7.4711.1790000000000', 'x']) {
      expect(await world.provider.downloadLog?.(id, never())).toBeNull();
    }
  });
});

describe('whatever was asked', () => {
  it('went only to the calls of the contract', async () => {
    await using world = await open();
    const { rows } = await walk(world.provider);
    for (const row of rows.slice(0, 5)) await readLog(world.provider, row);
    await world.provider.getEntities(['7', '../x', '00D000000000001EAA'], never());
    await start(world.provider);
    expect(world.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
  });

  it('of another server says that the address is wrong', async () => {
    await using world = await open({ config: {} });
    const config = flosum.config.parse({ ...world.sandbox.config, url: `${world.sandbox.url}/elsewhere` });
    const provider = flosum.create(config);
    const error = await failureOf(provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      'salesforce does not know a call of Flosum: is its address in the configuration complete, and is it a Flosum Backup service?',
    ]);
    await provider.close();
  });
});
