// What every provider must do is in borg.conformance.test.ts; here is what only Borg UI does.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { borg } from '../../providers/borg/index.ts';
import type { BorgBackup } from '../../providers/borg/map.ts';
import { type BorgSandbox, type BorgSandboxOptions, startBorgSandbox } from '../../providers/borg/sandbox.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import { toSortKey } from '../../src/core/order.ts';
import type { PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import { type RecordedReply, replayOne } from '../support/borg-replay.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { answersStatus, hangs } from '../support/faults.ts';
import { opened } from '../support/opened.ts';

interface World extends AsyncDisposable {
  readonly sandbox: BorgSandbox;
  readonly proxy: FaultProxy;
  readonly provider: Provider;
  /** Requests since the last time that somebody looked: `GET /api/…?…`. */
  asked(): string[];
}

interface Options extends BorgSandboxOptions {
  /** Who the provider is; the administrator's personal token unless given. */
  readonly as?: (sandbox: BorgSandbox) => Readonly<Record<string, unknown>>;
}

const byPassword = ({ config: { username, password } }: BorgSandbox) => ({ username, password });

async function open({
  as = ({ personalToken }) => ({ token: personalToken }),
  ...options
}: Options = {}): Promise<World> {
  const sandbox = await startBorgSandbox({ speed: 0, history: 25, demo: false, ...options });
  const proxy = await startFaultProxy(sandbox.url);
  const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: proxy.url, ...as(sandbox) }));
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
const alpha = '/backups/accounting';
const agentPath = '/backups/warehouse-laptops';
const whole = { offset: 0, limit: null };

const toRequest = (entityId: string, more: object = {}) => ({
  entityId,
  name: null,
  description: null,
  nonce: 'n0000000',
  ...more,
});

async function start(provider: Provider, entityId: string, more: object = {}, signal = never()): Promise<Backup> {
  const started = await provider.startBackup?.(toRequest(entityId, more), signal);
  if (!started?.backup) throw new Error('Borg UI names what it starts');
  return started.backup;
}

const cancel = (provider: Provider, id: LocalId | number) =>
  provider.cancelBackup?.(String(id), never()) ?? Promise.reject(new Error());
const readLog = (provider: Provider, backup: Backup, query = whole as { offset: number; limit: number | null }) =>
  provider.readLog?.(backup, query, never()) ?? Promise.reject(new Error());

async function get(provider: Provider, id: LocalId | number): Promise<BorgBackup> {
  const [backup] = await provider.getBackups([String(id)], never());
  if (!backup) throw new Error(`there is no backup ${id}`);
  return backup as BorgBackup;
}

async function failureOf(call: Promise<unknown>): Promise<GatewayError> {
  const thrown = await call.then(() => null).catch((error: unknown) => error);
  if (thrown instanceof GatewayError) return thrown;
  throw new Error(`a GatewayError was expected instead of ${String(thrown)}`);
}

const page = (provider: Provider, query: Partial<PageQuery> = {}) =>
  opened(
    provider.listBackups(
      { direction: 'descending', after: null, limit: 10, filter: noFilter, offset: 0, ...query },
      never(),
    ),
  );

/** Every row from page to page, and what the pages complained of. */
async function walk(provider: Provider, filter: Partial<BackupFilter> = {}) {
  const rows: Backup[] = [];
  const problems: Problem[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last ? toSortKey(last) : null;
    const read = await page(provider, { after, offset: rows.length, filter: { ...noFilter, ...filter } });
    rows.push(...read.rows);
    problems.push(...read.problems);
    if (read.isEnd || read.problems.length > 0) return { ids: rows.map(({ localId }) => localId), problems };
  }
}

/** The product's own way to fail. */
const answers = (status: number, detail: unknown): Fault => ({
  name: `answers ${status} as Borg UI does`,
  apply({ request, response }) {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
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

const to = (fragment: string) => ({ match: (_method: string, path: string) => path.includes(fragment) });

describe('the configuration', () => {
  const base = { name: 'files', kind: 'borg', url: 'https://borg.example/ui' };
  const faults = (fields: object): string => {
    const { error } = borg.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a token, or a username with a password', () => {
    expect(faults({ token: 'borgui_x' })).toBe('none');
    expect(faults({ username: 'u', password: 'p' })).toBe('none');
    expect(borg.config.parse({ ...base, token: 'x' }).timeoutSeconds).toBe(10);
  });

  it('says what is wrong with it', () => {
    expect(faults({})).toContain('expected either token, or username and password');
    expect(faults({ username: 'u' })).toContain('expected username and password together');
    expect(faults({ token: 'x', password: 'p' })).toContain('not both');
    expect(faults({ token: 'x', url: 'ftp://borg' })).toContain('expected an http or https URL');
    expect(faults({ token: 'x', tokn: 'y' })).toContain('tokn');
    expect(faults({ token: '' })).toContain('token');
  });
});

describe('logging in', () => {
  it('happens once for twenty calls at a time, by a form', async () => {
    await using world = await open({ as: byPassword });
    await Promise.all(Array.from({ length: 20 }, () => world.provider.listEntities(never())));
    expect(world.sandbox.loginCount).toBe(1);
    const login = world.sandbox.requests.find(({ path }) => path === '/api/auth/login');
    expect(login?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('happens again, once, when the token has expired', async () => {
    await using world = await open({ as: byPassword });
    await world.provider.listEntities(never());
    world.sandbox.expireTokens();
    await Promise.all([world.provider.listEntities(never()), page(world.provider)]);
    expect(world.sandbox.loginCount).toBe(2);
  });

  it('with a wrong password is tried once, so that nobody is locked out', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byPassword(sandbox), password: 'wrong' }) });
    for (let call = 0; call < 10; call++) {
      expect(await failureOf(page(world.provider))).toMatchObject({
        code: 'PROVIDER_UNAUTHENTICATED',
        message: 'files refuses the configured user name or password.',
      });
    }
    expect(world.asked()).toEqual(['POST /api/auth/login']);
  });

  it('where it is locked waits as long as the product says', async () => {
    await using world = await open({ as: byPassword });
    const locked = { key: 'backend.errors.auth.tooManyRequests', params: { retryAfterSeconds: 840 } };
    world.proxy.fail(answers(429, locked), to('/auth/login'));
    for (let call = 0; call < 3; call++) {
      expect(await failureOf(page(world.provider))).toMatchObject({
        code: 'PROVIDER_RATE_LIMITED',
        retryAfterSeconds: 840,
      });
    }
    expect(world.proxy.requests).toHaveLength(1);
  });

  it('with a second factor asks for a personal token instead, once', async () => {
    await using world = await open({ as: byPassword });
    world.sandbox.totpUsers.add('admin');
    for (let call = 0; call < 3; call++) {
      const error = await failureOf(page(world.provider));
      expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
      expect(error.message).toContain('second factor: configure a personal access token');
    }
    expect(world.asked()).toHaveLength(1);
  });

  it('where passwords are switched off asks for a personal token instead', async () => {
    await using world = await open({ as: byPassword });
    world.sandbox.localLogin = false;
    const error = await failureOf(page(world.provider));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_UNAUTHENTICATED',
      'files takes no passwords: configure a personal access token instead.',
    ]);
  });

  it('is not needed with a personal token, and one that is revoked is not tried twice', async () => {
    await using world = await open();
    await page(world.provider);
    world.sandbox.revokePersonalTokens();
    world.asked();
    expect((await failureOf(page(world.provider, { limit: 1 }))).code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=51']);
  });
});

describe('the list of backups', () => {
  it('costs one request for an ordinary first page', async () => {
    await using world = await open({ history: 200 });
    await page(world.provider);
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=60']);
  });

  it('asks who we are once, where a short answer must be told from the end', async () => {
    await using world = await open();
    await walk(world.provider);
    await walk(world.provider);
    expect(world.asked().filter((request) => request === 'GET /api/auth/me')).toHaveLength(1);
  });

  it('leaves one repository to the product, and nothing else', async () => {
    await using world = await open();
    world.sandbox.addFinished({ repository: '/backups/mail', triggered_by: 'manual' });
    const isByHand = (job: { repository: string; triggered_by: string }) =>
      job.repository === '/backups/mail' && job.triggered_by === 'manual';
    const filter = { ...noFilter, entityIds: ['/backups/mail', '/backups/mail'], triggers: ['MANUAL' as const] };
    const { rows } = await page(world.provider, { filter });
    expect(rows).toHaveLength(world.sandbox.jobs.filter(isByHand).length);
    expect(rows.every(({ trigger, entityId }) => trigger === 'MANUAL' && entityId === '/backups/mail')).toBe(true);
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=60&repository=%2Fbackups%2Fmail']);
    await page(world.provider, { filter: { ...noFilter, entityIds: [alpha, '/x'] } });
    expect(world.asked()[0]).toBe('GET /api/backup/jobs?limit=60');
  });

  it('that no job can be in is empty without a request', async () => {
    await using world = await open();
    const filters: Partial<BackupFilter>[] = [
      { types: ['INCREMENTAL', 'UNKNOWN'] },
      { statuses: ['CANCELLING'] },
      { entityIds: [] },
      { triggers: [] },
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

  it('shows the plans of a backup plan as neither manual nor scheduled', async () => {
    await using world = await open();
    const planned = world.sandbox.jobs
      .filter(({ triggered_by }) => triggered_by === 'backup_plan')
      .map(({ id }) => `${id}`);
    expect(planned.length).toBeGreaterThan(0);
    const { ids } = await walk(world.provider, { triggers: ['UNKNOWN'] });
    expect(new Set(ids)).toEqual(new Set(planned));
  });

  it('keeps a status word that nobody knows', async () => {
    await using world = await open();
    const id = world.sandbox.addFinished({ status: 'quarantined' });
    expect(await get(world.provider, id)).toMatchObject({
      status: 'UNKNOWN',
      upstreamStatus: 'quarantined',
      endedAt: null,
    });
  });

  it('is counted in one call', async () => {
    await using world = await open();
    expect(await world.provider.countBackups(noFilter, never())).toBe(25);
    expect(await world.provider.countBackups({ ...noFilter, statuses: ['CANCELLED'] }, never())).toBe(
      world.sandbox.jobs.filter(({ status }) => status === 'cancelled').length,
    );
    expect(world.asked().filter((request) => request === 'GET /api/backup/jobs?limit=10000')).toHaveLength(2);
  });
});

describe('an account that may not see every repository', () => {
  const limited: Options = { history: 150, as: ({ limitedUser: { personalToken } }) => ({ token: personalToken }) };

  it('gets every row that it may see, although answers are short before the end', async () => {
    await using world = await open(limited);
    const visible = world.sandbox.jobs.filter(({ repository }) => !world.sandbox.hiddenRepositories.has(repository));
    expect(visible.length).toBeLessThan(world.sandbox.jobs.length);
    const { ids } = await walk(world.provider);
    expect(ids).toHaveLength(visible.length);
    expect(new Set(ids)).toEqual(new Set(visible.map(({ id }) => `${id}`)));
  });

  it('gets what it may see also where that is little', async () => {
    await using world = await open({ ...limited, history: 25 });
    world.sandbox.hiddenRepositories.clear();
    for (const { path } of world.sandbox.repositories) if (path !== alpha) world.sandbox.hiddenRepositories.add(path);
    const visible = world.sandbox.jobs.filter(({ repository }) => repository === alpha);
    expect((await page(world.provider)).rows.map(({ localId }) => localId).sort()).toEqual(
      visible.map(({ id }) => `${id}`).sort(),
    );
    const backwards = await page(world.provider, { direction: 'ascending' });
    expect(backwards.rows).toHaveLength(visible.length);
    expect(backwards).toMatchObject({ isEnd: true, problems: [{ error: { code: 'INCOMPLETE' } }] });
  });

  it('is told that the end of the list cannot be proven', async () => {
    await using world = await open(limited);
    const { problems } = await walk(world.provider);
    expect(problems.map(({ error }) => error.code)).toEqual(['INCOMPLETE']);
    expect(await world.provider.countBackups(noFilter, never())).toBeNull();
  });

  it('sees all of a repository or none of it, so its end is certain', async () => {
    await using world = await open(limited);
    const expected = world.sandbox.jobs.filter(({ repository }) => repository === alpha).length;
    const { ids, problems } = await walk(world.provider, { entityIds: [alpha] });
    expect(ids).toHaveLength(expected);
    expect(problems).toEqual([]);
    expect(await world.provider.countBackups({ ...noFilter, entityIds: [alpha] }, never())).toBe(expected);
  });

  it('finds no hidden backup by its id', async () => {
    await using world = await open(limited);
    const hidden = world.sandbox.jobs.find(({ repository }) => world.sandbox.hiddenRepositories.has(repository));
    expect(await world.provider.getBackups([`${hidden?.id}`], never())).toEqual([null]);
    expect(await world.provider.getBackups([`${hidden?.id}`, '3'], never())).toMatchObject([null, { localId: '3' }]);
  });

  it('may not start where it may only read', async () => {
    await using world = await open(limited);
    world.sandbox.limitedRole = 'viewer';
    expect((await failureOf(start(world.provider, alpha))).code).toBe('PROVIDER_FORBIDDEN');
  });
});

describe('a backup by its id', () => {
  it('is read from the list at first, and by its status from then on', async () => {
    await using world = await open();
    const listed = await get(world.provider, 12);
    expect(world.asked()[0]).toMatch(/^GET \/api\/backup\/jobs/);
    expect(await get(world.provider, 12)).toEqual(listed);
    expect(world.asked()).toEqual(['GET /api/backup/status/12']);
  });

  it('keeps the name, the schedule and the log that only the list shows', async () => {
    await using world = await open();
    const scheduled = world.sandbox.startOutside(alpha, { isScheduled: true });
    await page(world.provider);
    world.asked();
    const backup = await get(world.provider, scheduled);
    expect(world.asked()).toEqual([`GET /api/backup/status/${scheduled}`]);
    expect(backup.name).toMatch(/^scheduled-backup-/);
    expect(backup.details).toMatchObject({ scheduledJobId: '1', hasLog: true });
    world.sandbox.clock.advance(3_600_000);
    expect(await get(world.provider, scheduled)).toMatchObject({
      status: 'SUCCEEDED',
      name: backup.name,
      details: { hasLog: false },
    });
  });

  it('that was queued when it was listed still gets its name', async () => {
    await using world = await open();
    const id = world.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } });
    expect(await get(world.provider, id)).toMatchObject({
      status: 'QUEUED',
      sortedAt: null,
      name: null,
      progress: null,
    });
    world.sandbox.clock.advance(61_000);
    expect((await get(world.provider, id)).name).toMatch(/^manual-backup-/);
  });

  it('that is not there is null, and no sign of ill health', async () => {
    await using world = await open();
    await get(world.provider, 7);
    world.sandbox.removeJob(7);
    world.asked();
    expect(await world.provider.getBackups(['7'], never())).toEqual([null]);
    expect(world.asked().slice(0, 2)).toEqual(['GET /api/backup/status/7', 'GET /api/backup/jobs?limit=39']);
    expect(world.provider.health()).toMatchObject({ status: 'UP', error: null });
  });

  it('is not lost when the product fails to show its status', async () => {
    await using world = await open();
    const before = await get(world.provider, 7);
    world.proxy.fail(answers(500, { key: 'backend.errors.backup.failedGetBackupStatus' }), to('/backup/status/'));
    expect(await get(world.provider, 7)).toEqual(before);
  });

  it('is one call with many others, however deep they lie', async () => {
    await using world = await open({ history: 600 });
    await page(world.provider, { limit: 1 });
    world.asked();
    const ids = ['3', '600', '77', '4711', '3'];
    const found = await world.provider.getBackups(ids, never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual(['3', '600', '77', null, '3']);
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=618']);
  });

  it('is two calls with many others where nothing is known yet', async () => {
    await using world = await open({ history: 600 });
    await world.provider.getBackups(['3', '600'], never());
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=200', 'GET /api/backup/jobs?limit=618']);
  });

  it('is asked for alone where it lies very deep', async () => {
    await using world = await open({ history: 300 });
    world.sandbox.addFinished({ id: 90_000, status: 'completed' });
    const found = await world.provider.getBackups(['90000', '50', '2000'], never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual(['90000', '50', null]);
    expect(world.asked()).toEqual(['GET /api/backup/jobs?limit=200', 'GET /api/backup/status/50']);
  });

  it('that no database can hold is asked for by nobody', async () => {
    await using world = await open();
    const ids = ['000', '1e3', '-1', '0', '2147483648', '99999999999999999999', '12 ', '', '..'];
    expect(await world.provider.getBackups(ids, never())).toEqual(ids.map(() => null));
    for (const id of ids) expect((await failureOf(cancel(world.provider, id))).code).toBe('NOT_FOUND');
    expect(world.asked()).toEqual([]);
  });
});

describe('starting a backup', () => {
  it('reads what became of it, since the answer always says pending', async () => {
    await using world = await open();
    world.sandbox.nextRun({ outcome: 'failed-at-once' });
    expect(await start(world.provider, alpha)).toMatchObject({
      localId: '26',
      status: 'FAILED',
      entityId: alpha,
      startedAt: null,
    });
    world.sandbox.nextRun({ pendingSeconds: 60 });
    expect(await start(world.provider, alpha)).toMatchObject({ status: 'QUEUED' });
  });

  it('still answers when that cannot be read', async () => {
    await using world = await open();
    world.proxy.fail(answersStatus(500), to('/backup/status/'));
    expect(await start(world.provider, alpha)).toMatchObject({
      localId: '26',
      entityId: alpha,
      status: 'QUEUED',
      upstreamStatus: 'pending',
      trigger: 'MANUAL',
      sortedAt: null,
      progress: null,
    });
  });

  it('is refused here where the product would take anything', async () => {
    await using world = await open();
    const fields = { '/nope': 'NOT_FOUND', '/backups/partner-mirror': 'UNSUPPORTED' };
    for (const [path, code] of Object.entries(fields)) {
      expect(await failureOf(start(world.provider, path))).toMatchObject({ code, field: ['input', 'entityId'] });
    }
    for (const field of ['name', 'description']) {
      const error = await failureOf(start(world.provider, alpha, { [field]: 'x' }));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', field: ['input', field] });
    }
    expect(world.asked().filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('while one runs is a conflict that says how many may', async () => {
    await using world = await open();
    const both = await Promise.allSettled([start(world.provider, alpha), start(world.provider, '/backups/mail')]);
    expect(both).toMatchObject([
      { status: 'fulfilled', value: { status: 'RUNNING' } },
      {
        status: 'rejected',
        reason: {
          code: 'CONFLICT',
          message: 'files runs at most 1 manual backup at a time, and 1 is going: ask again later.',
        },
      },
    ]);
  });

  it('of a busy repository is a conflict that names the job', async () => {
    await using world = await open({ manualLimit: 5 });
    const id = world.sandbox.startOutside(alpha, { isScheduled: true });
    expect((await failureOf(start(world.provider, alpha))).message).toBe(
      `files is busy with this repository (backup job ${id}): ask again when that has ended.`,
    );
  });

  it('happens one after the other, and whoever gives up leaves the line at once', async () => {
    await using world = await open({ manualLimit: 5 });
    const slow = world.proxy.fail(hangs(), { ...to('/api/repositories/'), times: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const starts = [
      failureOf(start(world.provider, alpha, {}, first.signal)),
      failureOf(start(world.provider, '/backups/mail', {}, second.signal)),
      start(world.provider, '/backups/research'),
    ];
    await slow.untilHit();
    second.abort();
    expect(await starts[1]).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    // While this goes there and back, the third could have come too.
    await page(world.provider);
    expect(world.proxy.requests.filter(({ path }) => path.startsWith('/api/repositories/'))).toHaveLength(1);
    first.abort();
    await starts[0];
    expect(await starts[2]).toMatchObject({ entityId: '/backups/research', status: 'RUNNING' });
    expect(world.sandbox.jobs).toHaveLength(26);
  });

  it('with the settings of the product needs nothing but a repository', async () => {
    await using world = await open();
    const create = (settings: Readonly<Record<string, unknown>>) =>
      world.provider.createBackup?.({ ...toRequest(alpha), settings }, never()) ?? Promise.resolve();
    expect(await create({})).toMatchObject({
      backup: { entityId: alpha, status: 'RUNNING' },
      handle: '26',
      message: null,
    });
    expect(await failureOf(create({ depth: 3 }))).toMatchObject({ code: 'BAD_USER_INPUT', field: ['input', 'depth'] });
    expect(world.sandbox.jobs).toHaveLength(26);
  });

  it('that a hook stands down is SKIPPED', async () => {
    await using world = await open();
    world.sandbox.nextRun({ outcome: 'skipped' });
    const { localId } = await start(world.provider, alpha);
    world.sandbox.clock.advance(5000);
    expect(await get(world.provider, localId)).toMatchObject({
      status: 'SKIPPED',
      upstreamStatus: 'skipped',
      progress: null,
    });
  });
});

describe('cancelling a backup', () => {
  it('ends it, and says whether a process was ended', async () => {
    await using world = await open();
    const { localId } = await start(world.provider, alpha);
    world.sandbox.clock.advance(5000);
    const result = await cancel(world.provider, localId);
    expect(result).toMatchObject({
      processTerminated: true,
      backup: { status: 'CANCELLED', progress: null, errorMessage: 'It was cancelled by a user.' },
    });
  });

  it('whose process was not found says so', async () => {
    await using world = await open();
    const { localId } = await start(world.provider, alpha);
    world.sandbox.clock.advance(5000);
    world.sandbox.processFound = false;
    expect(await cancel(world.provider, localId)).toMatchObject({
      processTerminated: false,
      backup: { status: 'CANCELLED' },
    });
  });

  it('of an agent only asks: it runs until the agent confirms', async () => {
    await using world = await open();
    const { localId } = await start(world.provider, agentPath);
    world.sandbox.clock.advance(2000);
    expect(await cancel(world.provider, localId)).toMatchObject({
      processTerminated: false,
      backup: { status: 'RUNNING' },
    });
    world.sandbox.clock.advance(5000);
    expect(await get(world.provider, localId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('that waits or is over is a conflict, each in its own words', async () => {
    await using world = await open();
    const waiting = world.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } });
    const [early, late] = [
      await failureOf(cancel(world.provider, waiting)),
      await failureOf(cancel(world.provider, 5)),
    ];
    expect([early.code, late.code]).toEqual(['CONFLICT', 'CONFLICT']);
    expect(early.message).toBe('files has not started this backup yet, and can only stop one that is running.');
    expect(late.message).toBe('files can only stop a backup that is running, and this one is not running.');
  });

  it('that is over stops what the product does afterwards, and leaves the backup as it is', async () => {
    await using world = await open();
    const id = world.sandbox.startOutside(alpha, { script: { durationSeconds: 10, maintenanceSeconds: 60 } });
    world.sandbox.clock.advance(20_000);
    expect(await get(world.provider, id)).toMatchObject({
      status: 'SUCCEEDED',
      details: { maintenanceStatus: 'running_prune' },
    });
    expect(await cancel(world.provider, id)).toMatchObject({
      backup: { status: 'SUCCEEDED', details: { maintenanceStatus: 'prune_failed' } },
    });
  });

  it('may take longer than a read, since the product waits for the process', async () => {
    await using world = await open({ as: ({ personalToken }) => ({ token: personalToken, timeoutSeconds: 0.4 }) });
    const { localId } = await start(world.provider, alpha);
    world.proxy.fail(slowly(600), to('/cancel/'));
    expect(await cancel(world.provider, localId)).toMatchObject({ backup: { status: 'CANCELLED' } });
  });

  it('that may have happened is never taken for done or not done', async () => {
    await using world = await open();
    const { localId } = await start(world.provider, alpha);
    const fault = world.proxy.fail(answers(500, { key: 'backend.errors.backup.failedCancelBackup' }), to('/cancel/'));
    expect((await failureOf(cancel(world.provider, localId))).code).toBe('OUTCOME_UNKNOWN');
    fault.stop();
    world.proxy.fail(answersStatus(500), to('/backup/status/'));
    expect((await failureOf(cancel(world.provider, localId))).code).toBe('OUTCOME_UNKNOWN');
  });
});

describe('the log of a running backup', () => {
  it('has no line while it waits, and none of the sentences that stand in for lines', async () => {
    await using world = await open();
    const nothing = { lines: [], firstNumber: 1, hasMore: false, state: 'growing' };
    const waiting = await get(world.provider, world.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } }));
    world.asked();
    expect(await readLog(world.provider, waiting)).toEqual(nothing);
    expect(world.asked()).toEqual([]);
    const fresh = await get(world.provider, world.sandbox.startOutside('/backups/mail'));
    world.asked();
    expect(await readLog(world.provider, fresh)).toEqual(nothing);
    expect(world.asked()).toEqual([`GET /api/activity/backup/${fresh.localId}/logs`]);
  });

  it('is numbered while the window holds all of it, and not after', async () => {
    await using world = await open();
    const id = world.sandbox.startOutside(alpha, { script: { durationSeconds: 1000, linesPerSecond: 10 } });
    world.sandbox.clock.advance(10_000);
    const early = await readLog(world.provider, await get(world.provider, id));
    expect(early).toMatchObject({ firstNumber: 1, state: 'growing' });
    expect(early.lines.length).toBeGreaterThan(50);
    world.sandbox.clock.advance(90_000);
    const late = await readLog(world.provider, await get(world.provider, id));
    expect(late).toMatchObject({ firstNumber: null, hasMore: false, state: 'growing' });
    expect(late.lines).toHaveLength(500);
  });

  it.each([30, 300])('that ended in the meantime is read as stored (%i seconds)', async (durationSeconds) => {
    await using world = await open();
    const script = { durationSeconds, linesPerSecond: 10, outcome: 'failed' as const };
    const id = world.sandbox.startOutside(alpha, { script });
    world.sandbox.clock.advance(5000);
    const running = await get(world.provider, id);
    const seen = await readLog(world.provider, running);
    world.sandbox.clock.advance(durationSeconds * 1000);
    const rest = await readLog(world.provider, running, { offset: seen.lines.length, limit: null });
    const all = await readLog(world.provider, await get(world.provider, id));
    expect(all.state).toBe('complete');
    const known = (rest.firstNumber ?? 0) - 1;
    expect([...seen.lines.slice(0, known), ...rest.lines]).toEqual(all.lines);
  });

  it('of an agent is kept, and goes on past the window with its numbers', async () => {
    await using world = await open();
    const id = world.sandbox.startOutside(agentPath, { script: { durationSeconds: 1000, linesPerSecond: 10 } });
    world.sandbox.clock.advance(20_000);
    const early = await readLog(world.provider, await get(world.provider, id));
    world.sandbox.clock.advance(100_000);
    const offset = early.lines.length;
    const late = await readLog(world.provider, await get(world.provider, id), { offset, limit: null });
    expect(early).toMatchObject({ firstNumber: 1, state: 'growing' });
    expect(late).toMatchObject({ firstNumber: offset + 1, state: 'growing', hasMore: false });
    expect(late.lines.length).toBeGreaterThan(900);
  });

  it('gives a progress that only grows, between the writes of the product', async () => {
    await using world = await open();
    const id = world.sandbox.startOutside(alpha, { script: { durationSeconds: 60 } });
    const percents: number[] = [];
    for (let second = 0; second < 50; second++) {
      world.sandbox.clock.advance(1000);
      const backup = await get(world.provider, id);
      const { lines } = await readLog(world.provider, backup);
      percents.push(world.provider.refineFromLog?.(backup, lines.slice(-50)).progress?.percent ?? -1);
    }
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(new Set(percents).size).toBe(50);
  });
});

describe('the log of a finished backup', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);

  it('is read whole by one call, without the empty line at its end', async () => {
    await using world = await open();
    const backup = await get(world.provider, world.sandbox.addFinished({ status: 'failed', lines }));
    world.asked();
    const log = await readLog(world.provider, backup, { offset: 3, limit: null });
    expect(log.lines.map(({ raw }) => raw)).toEqual(lines.slice(3));
    expect(log).toMatchObject({ firstNumber: 4, hasMore: false, state: 'complete' });
    expect(world.asked()).toEqual([`GET /api/backup/logs/${backup.localId}/stream?offset=3`]);
  });

  it('is read in pages where a limit is given', async () => {
    await using world = await open();
    const backup = await get(world.provider, world.sandbox.addFinished({ status: 'failed', lines }));
    world.asked();
    const first = await readLog(world.provider, backup, { offset: 0, limit: 10 });
    const second = await readLog(world.provider, backup, { offset: 10, limit: 10 });
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    expect([...first.lines, ...second.lines].map(({ raw }) => raw)).toEqual(lines);
    expect(second.firstNumber).toBe(11);
    expect(world.asked()[1]).toBe(`GET /api/activity/backup/${backup.localId}/logs?offset=10&limit=10`);
  });

  it('that the policy of the server threw away is discarded, which says nothing of what was in it', async () => {
    await using world = await open();
    const backup = await get(world.provider, world.sandbox.addFinished({ status: 'completed', lines }));
    const discarded = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };
    expect(await readLog(world.provider, backup)).toEqual(discarded);
    expect(await readLog(world.provider, backup, { offset: 0, limit: 5 })).toEqual(discarded);
    expect(backup.details.hasLog).toBe(false);
    world.sandbox.logPolicy = 'all_jobs';
    expect((await readLog(world.provider, backup)).lines).toHaveLength(12);
  });

  it('whose file was removed is discarded, and its name is not shown', async () => {
    await using world = await open();
    const backup = await get(world.provider, 5);
    const gone = {
      lines: [{ line_number: 1, content: 'Log file not found: backup_5.log' }],
      total_lines: 1,
      has_more: false,
    };
    await using replay = await replayOne({ label: 'gone', status: 200, body: gone } satisfies RecordedReply);
    const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
    expect(await readLog(provider, backup, { offset: 7, limit: null })).toMatchObject({
      lines: [],
      state: 'discarded',
    });
    await provider.close();
  });

  it('of a backup that is gone is not found', async () => {
    await using world = await open();
    const backup = await get(world.provider, 5);
    world.sandbox.removeJob(5);
    for (const limit of [null, 5]) {
      expect((await failureOf(readLog(world.provider, backup, { offset: 0, limit }))).code).toBe('NOT_FOUND');
    }
  });

  it('is downloaded with a header, never with a token in the address', async () => {
    await using world = await open();
    const id = String(world.sandbox.addFinished({ status: 'failed', lines }));
    const chunks = [];
    for await (const chunk of (await world.provider.downloadLog?.(id, never())) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n')}\n`);
    const { query, headers } = world.sandbox.requests.at(-1) ?? {};
    expect(query?.size).toBe(0);
    expect(headers?.authorization).toBe(`Bearer ${world.sandbox.personalToken}`);
  });

  it('is not there for download while it runs, nor where none is kept', async () => {
    await using world = await open();
    const running = world.sandbox.startOutside(alpha);
    world.sandbox.clock.advance(2000);
    const clean = world.sandbox.addFinished({ status: 'completed', lines });
    for (const id of [running, clean, 4711, 'x'])
      expect(await world.provider.downloadLog?.(String(id), never())).toBeNull();
  });
});

describe('whatever was asked', () => {
  it('went only to the calls of the contract', async () => {
    await using world = await open({ as: byPassword });
    const { ids } = await walk(world.provider);
    for (const id of ids) await readLog(world.provider, await get(world.provider, id));
    await world.provider.getEntities([alpha, '../x'], never());
    expect(world.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
  });

  it('of another server says that the address is wrong', async () => {
    await using replay = await replayOne({ label: 'other', status: 404, body: { detail: 'Not Found' } });
    const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
    const error = await failureOf(provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      'files does not know a call of Borg UI: is its address in the configuration complete, and is it a Borg UI?',
    ]);
    await provider.close();
  });
});
