// What every provider must do is in vprotect.conformance.test.ts; here is what only vProtect does, but for its commands.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { vprotect } from '../../providers/vprotect/index.ts';
import type { VProtectBackup } from '../../providers/vprotect/map.ts';
import { type VProtectSandbox, vprotectGuid } from '../../providers/vprotect/sandbox.ts';
import { ConfigError } from '../../src/config.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { compareIds, compareKeys, toSortKey } from '../../src/core/order.ts';
import { createCertificate } from '../support/certificate.ts';
import { endToEnd } from '../support/fault-proxy.ts';
import {
  afterwards,
  answers,
  failureOf,
  get,
  idsOf,
  never,
  open,
  page,
  to,
  type World,
  walk,
} from '../support/vprotect.ts';

const first = vprotectGuid('machine', 1);
const second = vprotectGuid('machine', 2);
const nowhere = 'ffffffff-0000-4000-8000-000000000000';

const base = { name: 'machines', kind: 'vprotect', url: 'https://vprotect.example/api', username: 'u', password: 'p' };

/** Time goes by for what is kept, without anybody waiting. */
function letPass(ms: number): void {
  const before = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => before + ms);
}

afterEach(() => void vi.restoreAllMocks());

describe('the configuration', () => {
  const faults = (fields: object): string => {
    const { error } = vprotect.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a user with a password, and a destination or rules', () => {
    expect(faults({})).toBe('none');
    expect(faults({ destination: nowhere })).toBe('none');
    expect(faults({ rules: [nowhere, first], ca: '/etc/ca.pem', timeoutSeconds: 5 })).toBe('none');
    expect(String(vprotect.config.parse(base).password)).toBe('[secret]');
  });

  it('says what is wrong with it', () => {
    expect(faults({ username: undefined })).toContain('username');
    expect(faults({ password: '' })).toContain('password');
    expect(faults({ url: 'ftp://x' })).toContain('expected an http or https URL');
    expect(faults({ destination: 'vault' })).toContain('expected a GUID');
    expect(faults({ rules: [] })).toContain('rules');
    expect(faults({ rules: ['daily'] })).toContain('expected a GUID');
    expect(faults({ destination: nowhere, rules: [nowhere] })).toContain('either destination or rules, not both');
    expect(faults({ tokn: 'x' })).toContain('tokn');
  });
});

describe('an authority of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vprotect-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => void rmSync(folder, { recursive: true, force: true }));

  it('is believed for logins and for everything else', async () => {
    const certificate = createCertificate();
    const paths: string[] = [];
    const server = createServer(certificate, ({ url = '' }, response) => {
      paths.push(url.split('?')[0] ?? '');
      response.setHeader('set-cookie', 'a=1').setHeader('content-type', 'application/json').end('[]');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const believing = vprotect.create(vprotect.config.parse({ ...base, url, ca: file('ca.pem', certificate.cert) }));
    const doubting = vprotect.create(vprotect.config.parse({ ...base, url }));
    expect(await believing.listEntities(never())).toEqual([]);
    expect(paths).toContain('/api/virtual-machines');
    expect((await failureOf(doubting.listEntities(never()))).code).toBe('PROVIDER_UNAVAILABLE');
    await Promise.all([believing.close(), doubting.close()]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('that cannot be read is told at the start', () => {
    const createWith = (ca: string) => () => vprotect.create(vprotect.config.parse({ ...base, ca }));
    expect(createWith('/nowhere/ca.pem')).toThrow(ConfigError);
    expect(createWith('/nowhere/ca.pem')).toThrow(
      'providers (machines): ca: expected a file that can be read (ENOENT)',
    );
  });

  it('that is no certificate is told at the start', () => {
    const make = () => vprotect.create(vprotect.config.parse({ ...base, ca: file('no.pem', 'hello') }));
    expect(make).toThrow('expected a file with a certificate in PEM form');
  });
});

describe('logging in', () => {
  it('keeps every cookie, and happens once for twenty calls at a time', async () => {
    await using world = await open();
    await Promise.all(Array.from({ length: 20 }, () => page(world.provider)));
    expect(world.sandbox.loginCount).toBe(1);
    expect(world.sandbox.requests.at(-1)?.headers.cookie).toMatch(/^JSESSIONID=\w+; VPROTECT-ROUTE=\w+$/);
  });

  it('happens again, once, where a session ends in the middle', async () => {
    await using world = await open({ history: 30 });
    await page(world.provider);
    world.sandbox.expireSessions(2);
    expect(await walk(world.provider)).toHaveLength(30);
    expect(world.sandbox.loginCount).toBe(2);
  });

  it('with a wrong password is tried once, although the product calls that a bad request', async () => {
    await using world = await open({ config: { password: 'wrong' } });
    for (let call = 0; call < 5; call++) {
      expect(await failureOf(page(world.provider))).toMatchObject({
        code: 'PROVIDER_UNAUTHENTICATED',
        message: 'machines refuses the configured user name or password.',
      });
    }
    expect(world.asked()).toEqual(['POST /session/login']);
  });

  it('that gives no cookie is no login', async () => {
    await using world = await open();
    world.proxy.fail(answers(200, {}), to('/session/login'));
    const error = await failureOf(page(world.provider));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      expect.stringContaining('/api at its end'),
    ]);
  });
});

/** The order that the list must have, from what the sandbox knows. */
function expectedOrder({ backups }: VProtectSandbox): string[] {
  const keys = backups.map(({ guid, snapshotTime, backupTime, status }) => {
    const at = snapshotTime ?? backupTime;
    const sortedAt = at === null ? (status === 'QUEUED' || status === 'INPROGRESS' ? null : 0) : at * 1000;
    return { sortedAt, provider: 'machines', externalId: guid };
  });
  return keys.sort(compareKeys).map(({ externalId }) => externalId);
}

describe('the list of backups', () => {
  it('costs one list call, and a small one for what waits or runs', async () => {
    await using world = await open({ history: 200 });
    await page(world.provider);
    world.asked();
    await page(world.provider);
    const [newest = '', going = '', ...rest] = world.asked().sort(compareIds);
    expect(rest).toEqual([]);
    expect(newest).toBe('GET /backups?from=1&orderBy=snapshotTime&direction=desc&page=0&size=11');
    expect(going).toBe('GET /backups?status=QUEUED&status=INPROGRESS&page=0&size=500');
  });

  it('costs one call at any depth', async () => {
    await using world = await open({ history: 200 });
    const rows = await walk(world.provider);
    for (const index of [20, 190]) {
      world.asked();
      await page(world.provider, { after: toSortKey(rows[index] as VProtectBackup), limit: 5 });
      const asked = world.asked();
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatch(/^GET \/backups\?from=1&to=\d{13}&orderBy=snapshotTime&direction=desc&page=0&size=14$/);
    }
  });

  it('asks for tasks where one failed, once', async () => {
    await using world = await open();
    world.sandbox.addFinished({ status: 'FAILED' });
    await page(world.provider);
    expect(world.asked().filter((one) => one.includes('/tasks'))).toHaveLength(1);
    await page(world.provider);
    expect(world.asked().filter((one) => one.includes('/tasks'))).toEqual([]);
  });

  const servers: Readonly<Record<string, (sandbox: VProtectSandbox) => void>> = {
    'sorts rows without a time as the newest': (sandbox) => (sandbox.timelessRows = 'newest'),
    'sorts rows without a time as the oldest': (sandbox) => (sandbox.timelessRows = 'oldest'),
    'does not say how many there are': (sandbox) => (sandbox.withoutTotalHeader = true),
    'gives smaller pages than asked for': (sandbox) => (sandbox.maxPageSize = 4),
    'gives smaller pages, and does not say how many there are': (sandbox) => {
      sandbox.maxPageSize = 4;
      sandbox.withoutTotalHeader = true;
    },
    'refuses to sort': (sandbox) => (sandbox.refusesOrderBy = 'all'),
    'refuses to sort, and gives smaller pages': (sandbox) => {
      sandbox.refusesOrderBy = 'all';
      sandbox.maxPageSize = 9;
    },
    'writes enums as bare words': (sandbox) => (sandbox.enumStyle = 'string'),
    'shows only the fields of its own page': (sandbox) => (sandbox.isBare = true),
  };

  for (const [name, change] of Object.entries(servers)) {
    it(`is whole and in order, both ways, where the server ${name}`, async () => {
      await using world = await open({ history: 60, demo: true });
      const { sandbox, provider } = world;
      change(sandbox);
      sandbox.addFinished({ status: 'FAILED', snapshotTime: null, backupTime: null });
      const expected = expectedOrder(sandbox);
      expect(idsOf(await walk(provider))).toEqual(expected);
      expect(idsOf(await walk(provider, {}, { direction: 'ascending', limit: 5 }))).toEqual(expected.reverse());
      expect(await provider.countBackups(noFilter, never())).toBe(expected.length);
    });
  }

  it('is in order where the server takes the order and does not sort', async () => {
    await using world = await open({ history: 40 });
    world.proxy.fail(
      afterwards(({ request }) => {
        request.url = request.url?.replace('&orderBy=snapshotTime', '') ?? '';
      }),
    );
    expect(idsOf(await walk(world.provider))).toEqual(expectedOrder(world.sandbox));
  });

  for (const timelessRows of ['newest', 'oldest'] as const) {
    it(`is whole where the server mixes rows without a time into every span, as the ${timelessRows}`, async () => {
      await using world = await open({ history: 20 });
      world.sandbox.timelessRows = timelessRows;
      for (let count = 0; count < 30; count++) world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
      world.proxy.fail(
        afterwards(({ request }) => {
          request.url = request.url?.replace('from=1&', '') ?? '';
        }),
      );
      const expected = expectedOrder(world.sandbox);
      expect(idsOf(await walk(world.provider))).toEqual(expected);
      expect(idsOf(await walk(world.provider, {}, { direction: 'ascending' }))).toEqual(expected.reverse());
    });
  }

  it('asks no longer for an order that was refused, for ten minutes', async () => {
    await using world = await open({ history: 5 });
    world.sandbox.refusesOrderBy = 'all';
    await page(world.provider);
    world.asked();
    await page(world.provider, { limit: 3 });
    const ordered = () => world.asked().filter((one) => one.includes('orderBy'));
    expect(ordered()).toEqual([]);
    letPass(600_001);
    world.sandbox.refusesOrderBy = 'others';
    await page(world.provider);
    expect(ordered().length).toBeGreaterThan(0);
  });

  it('reads a span of the newest, and no more, where the server does not sort', async () => {
    await using world = await open({ history: 300 });
    world.sandbox.refusesOrderBy = 'all';
    await page(world.provider);
    world.asked();
    expect((await page(world.provider)).rows).toHaveLength(10);
    const spans = world.asked().filter((one) => one.includes('from='));
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatch(/from=\d{13}/);
  });

  it('does not take a refusal of something else for one of the order', async () => {
    await using world = await open({ history: 5 });
    await page(world.provider);
    using fault = world.proxy.fail(answers(400, { message: 'protected-entity is strange' }), to('/backups'));
    expect(await failureOf(page(world.provider))).toMatchObject({ code: 'BAD_USER_INPUT' });
    fault.stop();
    // What was asked before that may still be on its way, and is not asked twice at a time.
    const state = () =>
      page(world.provider).then(
        () => 'answers',
        () => 'refuses',
      );
    await expect.poll(state).toBe('answers');
    world.asked();
    await page(world.provider);
    expect(world.asked().some((one) => one.includes('orderBy'))).toBe(true);
  });

  it('shows what waits first, and one that is at work without a snapshot as waiting', async () => {
    await using world = await open({ history: 5 });
    const waiting = world.sandbox.startOutside(first, { script: { queuedSeconds: 100 } }).backup;
    const preparing = world.sandbox.startOutside(second, {
      script: { outcome: 'no-snapshot', exportSeconds: 1000 },
    }).backup;
    world.pass(10);
    const rows = await walk(world.provider);
    expect(idsOf(rows.slice(0, 2)).sort(compareIds)).toEqual([waiting, preparing].sort(compareIds));
    for (const row of rows.slice(0, 2)) expect(row).toMatchObject({ status: 'QUEUED', sortedAt: null, progress: null });
    expect(rows.find(({ localId }) => localId === preparing)?.upstreamStatus).toBe('INPROGRESS');
    expect(await walk(world.provider, { statuses: ['QUEUED'] })).toEqual(rows.slice(0, 2));
    expect(await walk(world.provider, { statuses: ['RUNNING'] })).toEqual([]);
  });

  it('shows one that fails before its snapshot at its end, as soon as it waits no more', async () => {
    await using world = await open({ history: 5 });
    const { backup } = world.sandbox.startOutside(first, { script: { outcome: 'no-snapshot', queuedSeconds: 60 } });
    world.pass(5);
    expect((await walk(world.provider))[0]).toMatchObject({ localId: backup, status: 'QUEUED' });
    world.pass(120);
    const [row] = await walk(world.provider);
    const facts = world.sandbox.backups.find(({ guid }) => guid === backup);
    expect(row).toMatchObject({
      localId: backup,
      status: 'FAILED',
      sortedAt: (facts?.backupTime ?? 0) * 1000,
      startedAt: null,
    });
    expect(row?.errorMessage).toBe('Snapshot could not be created: the guest agent did not answer.');
  });

  for (const timelessRows of ['newest', 'oldest'] as const) {
    it(`finds those without a snapshot also in a list that has grown (${timelessRows})`, async () => {
      await using world = await open({ history: 90 });
      world.sandbox.timelessRows = timelessRows;
      const others = idsOf(await walk(world.provider, { statuses: ['FAILED'] }, { limit: 100 }));
      for (let count = 0; count < 120; count++) world.sandbox.addFinished();
      const guid = world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
      letPass(61_000);
      expect(idsOf(await walk(world.provider, { statuses: ['FAILED'] }, { limit: 100 }))).toEqual([guid, ...others]);
    });
  }

  it('shows each once, also one that waited when those without a snapshot were read', async () => {
    await using world = await open({ history: 5 });
    const { backup } = world.sandbox.startOutside(first, { script: { queuedSeconds: 60 } });
    world.pass(5);
    await walk(world.provider, { statuses: ['FAILED'] });
    world.pass(60);
    expect(await walk(world.provider, { statuses: ['QUEUED'] })).toEqual([]);
    const ids = idsOf(await walk(world.provider, {}, { limit: 1 }));
    expect(ids.filter((id) => id === backup)).toEqual([backup]);
    expect(ids).toHaveLength(6);
  });

  it('shows one that begins between two calls once, as it is then', async () => {
    await using world = await open({ history: 5 });
    await page(world.provider);
    const { backup } = world.sandbox.startOutside(first, { script: { queuedSeconds: 60 } });
    world.pass(5);
    let release = () => {};
    const isListed = new Promise<void>((resolve) => (release = resolve));
    world.proxy.fail({
      name: 'is late with what has a time',
      async apply({ request, response, forward }) {
        if (request.url?.includes('from=1&')) {
          await isListed;
          world.pass(60);
        }
        const answer = await forward();
        if (request.url?.includes('status=QUEUED')) response.once('finish', release);
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.pipe(response);
      },
    });
    const { rows } = await page(world.provider);
    expect(rows.filter(({ localId }) => localId === backup)).toMatchObject([{ status: 'RUNNING' }]);
    expect(rows).toHaveLength(6);
  });

  it('shows nothing past the rows of an entity that does not answer', async () => {
    await using world = await open();
    world.sandbox.addFinished({ entity: second });
    const shown = world.sandbox.addFinished();
    const older = world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null, backupTime: 1_700_000_000_000 });
    world.proxy.fail({
      name: 'fails for one entity',
      async apply({ request, response, forward }) {
        if (request.url?.includes(second)) return void response.writeHead(500).end();
        const answer = await forward();
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.pipe(response);
      },
    });
    const { rows, isEnd, problems } = await page(world.provider, {
      filter: { ...noFilter, entityIds: [first, second] },
    });
    expect([idsOf(rows), isEnd]).toEqual([[shown], false]);
    expect(idsOf(rows)).not.toContain(older);
    expect(problems).toMatchObject([{ entityId: second, error: { code: 'PROVIDER_UNAVAILABLE' } }]);
  });

  it('asks again for those without a snapshot after a minute', async () => {
    await using world = await open({ history: 5 });
    await page(world.provider);
    const guid = world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    expect(idsOf(await walk(world.provider))).not.toContain(guid);
    letPass(61_000);
    expect(idsOf(await walk(world.provider))).toContain(guid);
  });

  it('loses no row that comes while it is read', async () => {
    await using world = await open({ history: 30 });
    const before = expectedOrder(world.sandbox);
    const rows = (await page(world.provider)).rows;
    world.sandbox.addFinished();
    const rest = await page(world.provider, { after: toSortKey(rows.at(-1) as VProtectBackup), limit: 100 });
    expect(idsOf([...rows, ...rest.rows])).toEqual(before);
  });

  it('shows progress of what runs', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    expect((await page(world.provider)).rows).toMatchObject([
      { localId: backup, status: 'RUNNING', progress: { percent: 25 } },
    ]);
  });
});

describe('a filter', () => {
  const listCalls = (world: World) => world.asked().filter((one) => one.includes('orderBy'));

  it('is left to the product where it can say the same', async () => {
    await using world = await open({ history: 40 });
    await page(world.provider);
    const filters: readonly (readonly [Partial<BackupFilter>, string])[] = [
      [{ statuses: ['SUCCEEDED'] }, 'status=SUCCESS&status=SUCCESS_REMOVED'],
      [{ statuses: ['RUNNING', 'SUCCEEDED_WITH_WARNINGS'] }, 'status=INPROGRESS&status=PARTIAL_SUCCESS'],
      [{ statuses: ['CANCELLED'] }, 'status=FAILED'],
      [{ types: ['SYNTHETIC'] }, 'type=SYNTHETIC'],
      [{ entityIds: [first, first] }, `protected-entity=${first}`],
    ];
    for (const [filter, query] of filters) {
      world.asked();
      await page(world.provider, { filter: { ...noFilter, ...filter } });
      expect(listCalls(world)[0]?.replace(/&?from=.*/, ''), JSON.stringify(filter)).toBe(`GET /backups?${query}`);
    }
  });

  it('of several entities makes one call for each', async () => {
    await using world = await open({ history: 60 });
    const filter = { ...noFilter, entityIds: [first, second] };
    const { rows } = await page(world.provider, { filter });
    expect(rows.every(({ entityId }) => entityId === first || entityId === second)).toBe(true);
    expect(listCalls(world).filter((one) => one.includes('protected-entity'))).toHaveLength(2);
    expect(idsOf(await walk(world.provider, filter))).toHaveLength(
      world.sandbox.backups.filter(({ entity }) => entity === first || entity === second).length,
    );
  });

  it('that no backup can match asks nothing', async () => {
    await using world = await open({ history: 5 });
    const filters: Partial<BackupFilter>[] = [
      { statuses: ['CANCELLING', 'SKIPPED'] },
      { types: ['TEMPLATE', 'ARCHIVE'] },
      { triggers: ['MANUAL', 'SCHEDULED'] },
      { entityIds: ['erp-db-01', '../..'] },
      { statuses: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    for (const filter of filters) {
      expect(await page(world.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await world.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(world.asked()).toEqual([]);
  });

  it('of the past does not ask for what waits now', async () => {
    await using world = await open({ history: 20 });
    await page(world.provider);
    world.asked();
    await page(world.provider, { filter: { ...noFilter, startedBefore: Date.UTC(2020, 0) * 1000 } });
    expect(world.asked().filter((one) => one.includes('status=QUEUED'))).toEqual([]);
  });

  it('counts by the header in one small call where the product can say all of it', async () => {
    await using world = await open({ history: 40 });
    expect(
      await world.provider.countBackups({ ...noFilter, statuses: ['SUCCEEDED'], entityIds: [first] }, never()),
    ).toBe(
      world.sandbox.backups.filter(({ status, entity }) => status.startsWith('SUCCESS') && entity === first).length,
    );
    expect(world.asked().filter((one) => one.startsWith('GET'))).toEqual([
      `GET /backups?status=SUCCESS&status=SUCCESS_REMOVED&protected-entity=${first}&page=0&size=1`,
    ]);
  });

  it('counts nothing that would have to be read row by row without end', async () => {
    await using world = await open({ history: 5 });
    world.proxy.fail(answers(200, [], { 'x-total-count': '10001' }), to('/api/backups'));
    expect(await world.provider.countBackups({ ...noFilter, statuses: ['FAILED'] }, never())).toBeNull();
    expect(world.asked().filter((one) => one.startsWith('GET'))).toEqual([]);
  });
});

describe('a backup by its id', () => {
  it('that runs costs its details and its tasks', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    await page(world.provider);
    world.asked();
    expect(await get(world.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: 25 } });
    expect(world.asked()).toEqual([`GET /backups/${backup}`, `GET /tasks?backup=${backup}&page=0&size=500`]);
  });

  it('is one of many that run: two calls for all of them', async () => {
    await using world = await open();
    const ids = [1, 2, 3, 4, 5, 6].map((number) => world.sandbox.startOutside(vprotectGuid('machine', number)).backup);
    world.pass(23);
    await page(world.provider);
    world.asked();
    const found = await world.provider.getBackups(ids, never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual(ids.map(() => 25));
    expect(world.asked()).toEqual([
      'GET /backups?status=QUEUED&status=INPROGRESS&page=0&size=500',
      'GET /tasks?states=RUNNING&states=QUEUED&states=CANCELLED&page=0&size=500',
    ]);
  });

  it('has progress also where tasks do not name their backup', async () => {
    await using world = await open();
    world.sandbox.linksTasks = false;
    const [a, b] = [world.sandbox.startOutside(first).backup, world.sandbox.startOutside(second).backup];
    world.pass(13);
    const other = world.sandbox.startOutside(first).backup;
    world.pass(10);
    const found = await world.provider.getBackups([a, b, other], never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual([25, 25, 8.75]);
  });

  it('goes from 0 to 50 while it exports, and to 100 while it stores', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    const seen: (number | null | undefined)[] = [];
    for (const seconds of [4, 19, 20, 1, 11, 9]) {
      world.pass(seconds);
      seen.push((await get(world.provider, backup)).progress?.percent);
    }
    expect(seen).toEqual([1.25, 25, 50, 50, 75, 97.5]);
  });

  it('still comes when its tasks cannot be read', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    world.proxy.fail(answers(500), to('/tasks'));
    expect(await get(world.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: null } });
  });

  it('that failed is not called so as long as nobody can say whether it was cancelled', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished({ status: 'FAILED' });
    const fault = world.proxy.fail(answers(500), to('/tasks'));
    expect((await failureOf(get(world.provider, guid))).code).toBe('PROVIDER_UNAVAILABLE');
    fault.stop();
    world.proxy.fail(answers(403, { message: 'no' }), to('/tasks'));
    expect((await get(world.provider, guid)).status).toBe('FAILED');
  });

  it('stands where the list has it, though its details lack the end', async () => {
    await using world = await open({ history: 30 });
    const failed = world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    const removed = world.sandbox.addFinished({ status: 'SUCCESS_REMOVED', snapshotTime: 1_700_000_000_000 });
    const rows = await walk(world.provider);
    for (const timelessRows of ['newest', 'oldest'] as const) {
      world.sandbox.timelessRows = timelessRows;
      const fresh = world.connect();
      for (const id of [failed, removed]) {
        expect(await get(fresh, id)).toEqual(rows.find(({ localId }) => localId === id));
      }
      await fresh.close();
    }
  });

  it('that the list has shown costs its details alone', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished();
    const [row] = await walk(world.provider);
    world.asked();
    expect(await get(world.provider, guid)).toEqual(row);
    expect(world.asked()).toEqual([`GET /backups/${guid}`]);
  });

  it('is read again from the list once it has ended', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    expect((await get(world.provider, backup)).details.backupTime).toBeNull();
    await page(world.provider);
    world.pass(60);
    const ended = await get(world.provider, backup);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', progress: null, details: { backupTime: expect.any(Number) } });
    expect((await page(world.provider)).rows).toEqual([ended]);
  });

  it('finds many that started in the same moment, and many that did not', async () => {
    await using world = await open({ history: 80 });
    const rows = await walk(world.provider);
    const fresh = world.connect();
    expect(await fresh.getBackups(idsOf(rows), never())).toEqual(rows);
    await fresh.close();
    world.sandbox.maxPageSize = 3;
    expect(await world.provider.getBackups(idsOf(rows), never())).toEqual(rows);
  });

  it('is nothing where it is removed, hidden from this account, or no GUID', async () => {
    await using world = await open();
    const [gone, hidden] = [world.sandbox.addFinished({ entity: second }), world.sandbox.addFinished()];
    await page(world.provider);
    world.sandbox.removeBackup(gone);
    world.sandbox.hiddenEntities.add(first);
    expect(await world.provider.getBackups([gone, hidden, nowhere], never())).toEqual([null, null, null]);
    world.asked();
    expect(await world.provider.getBackups(['detailed', 'grouped', 'warnings-acknowledged', ''], never())).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(world.asked()).toEqual([]);
  });

  it('keeps a status word that nobody knows', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished({ status: 'PETRIFIED', type: 'LUNAR' });
    expect(await get(world.provider, guid)).toMatchObject({
      status: 'UNKNOWN',
      type: 'UNKNOWN',
      upstreamStatus: 'PETRIFIED',
    });
    expect(idsOf(await walk(world.provider, { statuses: ['UNKNOWN'], types: ['UNKNOWN'] }))).toEqual([guid]);
  });
});

describe('the entities', () => {
  it('are the machines, and what only backups tell of', async () => {
    await using world = await open({ history: 60 });
    const entities = await world.provider.listEntities(never());
    const known = [...world.sandbox.entities].sort((a, b) => compareIds(a.guid, b.guid));
    expect(entities.map(({ externalId, name, details }) => [externalId, name, details])).toEqual(
      known.map(({ guid, name, type }) => [guid, name, { guid, entityType: type }]),
    );
  });

  it('that have never been backed up are machines only', async () => {
    await using world = await open();
    const entities = await world.provider.listEntities(never());
    expect(entities.map(({ details }) => details)).toEqual(
      entities.map(() => expect.objectContaining({ entityType: 'VM' })),
    );
    expect(entities).toHaveLength(8);
  });

  it('are read in pages, once for everybody, and kept for a minute', async () => {
    await using world = await open({ history: 30, machines: 25 });
    world.sandbox.maxPageSize = 10;
    const [entities] = await Promise.all(Array.from({ length: 5 }, () => world.provider.listEntities(never())));
    expect(entities).toHaveLength(28);
    await world.provider.getEntities([first], never());
    expect(world.asked().filter((one) => one.includes('/virtual-machines'))).toEqual([
      'GET /virtual-machines?page=0&size=500',
      'GET /virtual-machines?page=1&size=10',
      'GET /virtual-machines?page=2&size=10',
    ]);
    letPass(61_000);
    await world.provider.listEntities(never());
    expect(world.asked()[0]).toContain('/virtual-machines');
  });
});

describe('a server that knows no pages', () => {
  it('is not asked for ever', async () => {
    await using world = await open();
    const machine = { guid: first, name: 'erp-db-01' };
    world.proxy.fail(answers(200, [machine]), to('/virtual-machines'));
    expect(await world.provider.listEntities(never())).toMatchObject([{ externalId: first, name: 'erp-db-01' }]);
    expect(world.proxy.requests.filter(({ path }) => path.includes('/virtual-machines'))).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('is told in the product’s words, in whichever form they come', async () => {
    await using world = await open();
    const update = () => failureOf(world.provider.updateDescription?.(nowhere, 'x', never()));
    expect((await update()).message).toBe('machines has no such thing: Backup not found.');
    world.sandbox.errorStyle = 'flat';
    expect((await update()).message).toBe('machines has no such thing: Backup not found.');
    world.sandbox.errorStyle = 'html';
    const error = await update();
    expect([error.code, error.message]).toEqual(['NOT_FOUND', 'machines has no such thing (HTTP 404).']);
  });

  it('of everything is an outage', async () => {
    await using world = await open();
    world.sandbox.outage = 503;
    expect((await failureOf(page(world.provider))).code).toBe('PROVIDER_UNAVAILABLE');
  });
});

describe('the product’s own figures', () => {
  it('are read where they look as expected, and null where they do not', async () => {
    await using world = await open({ history: 40 });
    const read = () => world.provider.productStatistics({ ...noFilter, entityIds: [first] }, never());
    const plausible = await read();
    const own = world.sandbox.backups.filter(({ entity }) => entity === first);
    expect(plausible.byStatus?.reduce((sum, { count }) => sum + count, 0)).toBe(own.length);
    expect(plausible.sizes?.length).toBeGreaterThan(0);
    expect(plausible.durations?.[0]).toMatchObject({ averageExportTime: expect.any(Number) });
    expect(plausible.exportRates?.[0]).toMatchObject({ transferRate: expect.any(Number) });
    world.sandbox.statisticsShape = 'other';
    expect(await read()).toEqual({ byStatus: null, sizes: null, durations: null, exportRates: null, storeRates: null });
  });

  it('of one entity over time are read likewise', async () => {
    await using world = await open({ history: 40 });
    const span = { from: null, to: null };
    const read = (id = first) => world.provider.productStatistics.timeline('VM', id, span, never());
    expect((await read()).sizes?.length).toBeGreaterThan(0);
    expect(await read(nowhere)).toEqual({ sizes: [], durations: [] });
    expect(await read('..')).toEqual({ sizes: [], durations: [] });
    world.sandbox.statisticsShape = 'other';
    expect(await read()).toEqual({ sizes: null, durations: null });
  });

  it('of what no backup can match ask nothing', async () => {
    await using world = await open();
    expect((await world.provider.productStatistics({ ...noFilter, types: ['IMPORT'] }, never())).byStatus).toEqual([]);
    expect(world.asked()).toEqual([]);
  });
});
