import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VProtectBackup } from '../../../../providers/vprotect/map.ts';
import type { VProtectSandbox } from '../../../../providers/vprotect/sandbox/contract.ts';
import { noFilter } from '../../../../src/core/filter.ts';
import { compareIds, compareKeys, toSortKey } from '../../../../src/core/order.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { endToEnd } from '../../../support/fault-proxy.ts';
import { casesOf } from '../../../support/nightly.ts';
import { afterwards, answers, first, idsOf, letPass, open, page, second, to, walk } from '../../../support/vprotect.ts';

afterEach(() => void vi.restoreAllMocks());

/** The order that the list must have, from what the sandbox knows. */
function expectedOrder({ backups }: VProtectSandbox): string[] {
  const keys = backups.map(({ guid, snapshotTime, backupTime, status }) => {
    const at = snapshotTime ?? backupTime;
    const sortedAt = at === null ? (status === 'QUEUED' || status === 'INPROGRESS' ? null : 0) : at * 1000;
    return { sortedAt, provider: 'machines', externalId: guid };
  });
  return keys.sort(compareKeys).map(({ externalId }) => externalId);
}

/** More than one page of backups, a minute apart, all with a snapshot time. */
function addTimed(sandbox: VProtectSandbox): void {
  const newest = Math.floor(sandbox.clock.now()) - 3_600_000;
  for (let count = 0; count < 120; count++) sandbox.addFinished({ snapshotTime: newest - count * 60_000 });
}

describe('the list of backups', () => {
  it('costs one list call where the server sorts rows without a time as the newest, or has none', async () => {
    for (const hasTimeless of [true, false]) {
      await using fixture = await open({ history: hasTimeless ? 200 : 0 });
      if (!hasTimeless) addTimed(fixture.sandbox);
      await page(fixture.provider);
      fixture.asked();
      await page(fixture.provider);
      const size =
        11 + (hasTimeless ? fixture.sandbox.backups.filter(({ snapshotTime }) => snapshotTime === null).length : 0);
      expect(fixture.asked()).toEqual([`GET /backups?orderBy=snapshotTime&direction=desc&page=0&size=${size}`]);
    }
  });

  it('costs a small call more, for what waits or runs, where it sorts them as the oldest, or has many', async () => {
    for (const many of [true, false]) {
      await using fixture = await open({ history: 200 });
      fixture.sandbox.timelessRows = many ? 'newest' : 'oldest';
      for (let count = 0; count < (many ? 26 : 0); count++)
        fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
      await page(fixture.provider);
      fixture.asked();
      await page(fixture.provider);
      const [newest = '', going = '', ...rest] = fixture.asked().sort(compareIds);
      expect(rest).toEqual([]);
      expect(newest).toBe('GET /backups?from=1&orderBy=snapshotTime&direction=desc&page=0&size=11');
      expect(going).toBe('GET /backups?status=QUEUED&status=INPROGRESS&page=0&size=500');
    }
  });

  it('reads one end of the list each minute, while no row without a time was ever seen', async () => {
    await using fixture = await open({ history: 0 });
    addTimed(fixture.sandbox);
    await page(fixture.provider);
    letPass(61_000);
    fixture.asked();
    for (let count = 0; count < 3; count++) await page(fixture.provider);
    const asked = fixture.asked();
    expect(asked.filter((one) => one.includes('direction=asc'))).toHaveLength(1);
    expect(asked).toHaveLength(4);
  });

  it('shows what waits at once, and shows it from the oldest end within a minute the first time', async () => {
    for (const timelessRows of ['newest', 'oldest'] as const) {
      await using fixture = await open({ history: 0 });
      fixture.sandbox.timelessRows = timelessRows;
      addTimed(fixture.sandbox);
      await page(fixture.provider);
      const start = () => fixture.sandbox.startOutside(first, { script: { queuedSeconds: 100 } }).backup;
      const waiting = [start()];
      fixture.pass(5);
      if (timelessRows === 'oldest') letPass(61_000);
      expect(idsOf((await page(fixture.provider)).rows)).toContain(waiting[0]);
      waiting.push(start());
      fixture.pass(5);
      expect(idsOf((await page(fixture.provider)).rows)).toEqual(expect.arrayContaining(waiting));
    }
  });

  it('costs one call at any depth', async () => {
    await using fixture = await open({ history: 200 });
    const rows = await walk(fixture.provider);
    for (const index of [20, 190]) {
      fixture.asked();
      await page(fixture.provider, { after: toSortKey(rows[index] as VProtectBackup), limit: 5 });
      const asked = fixture.asked();
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatch(/^GET \/backups\?from=1&to=\d{13}&orderBy=snapshotTime&direction=desc&page=0&size=14$/);
    }
  });

  it('asks for tasks where one failed, once', async () => {
    await using fixture = await open();
    fixture.sandbox.addFinished({ status: 'FAILED' });
    await page(fixture.provider);
    expect(fixture.asked().filter((one) => one.includes('/tasks'))).toHaveLength(1);
    await page(fixture.provider);
    expect(fixture.asked().filter((one) => one.includes('/tasks'))).toEqual([]);
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
      await using fixture = await open({ history: casesOf(60, 24), demo: true });
      const { sandbox, provider } = fixture;
      change(sandbox);
      sandbox.addFinished({ status: 'FAILED', snapshotTime: null, backupTime: null });
      const expected = expectedOrder(sandbox);
      expect(idsOf(await walk(provider))).toEqual(expected);
      expect(idsOf(await walk(provider, {}, { direction: 'ascending', limit: 5 }))).toEqual(expected.reverse());
      expect(await provider.countBackups(noFilter, never())).toBe(expected.length);
    });
  }

  it('is in order where the server takes the order and does not sort', async () => {
    await using fixture = await open({ history: 40 });
    fixture.proxy.fail(
      afterwards(({ request }) => {
        request.url = request.url?.replace('&orderBy=snapshotTime', '') ?? '';
      }),
    );
    expect(idsOf(await walk(fixture.provider))).toEqual(expectedOrder(fixture.sandbox));
  });

  for (const timelessRows of ['newest', 'oldest'] as const) {
    it(`is whole where the server mixes rows without a time into every span, as the ${timelessRows}`, async () => {
      await using fixture = await open({ history: 20 });
      fixture.sandbox.timelessRows = timelessRows;
      for (let count = 0; count < 30; count++) fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
      fixture.proxy.fail(
        afterwards(({ request }) => {
          request.url = request.url?.replace('from=1&', '') ?? '';
        }),
      );
      const expected = expectedOrder(fixture.sandbox);
      expect(idsOf(await walk(fixture.provider))).toEqual(expected);
      expect(idsOf(await walk(fixture.provider, {}, { direction: 'ascending' }))).toEqual(expected.reverse());
    });
  }

  it('asks no longer for an order that was refused, for ten minutes', async () => {
    await using fixture = await open({ history: 5 });
    fixture.sandbox.refusesOrderBy = 'all';
    await page(fixture.provider);
    fixture.asked();
    await page(fixture.provider, { limit: 3 });
    const ordered = () => fixture.asked().filter((one) => one.includes('orderBy'));
    expect(ordered()).toEqual([]);
    letPass(600_001);
    fixture.sandbox.refusesOrderBy = 'others';
    await page(fixture.provider);
    expect(ordered().length).toBeGreaterThan(0);
  });

  it('reads a span of the newest, and no more, where the server does not sort', async () => {
    await using fixture = await open({ history: 300 });
    fixture.sandbox.refusesOrderBy = 'all';
    await page(fixture.provider);
    fixture.asked();
    expect((await page(fixture.provider)).rows).toHaveLength(10);
    const spans = fixture.asked().filter((one) => one.includes('from='));
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatch(/from=\d{13}/);
  });

  it('does not take a refusal of something else for one of the order', async () => {
    await using fixture = await open({ history: 5 });
    await page(fixture.provider);
    using fault = fixture.proxy.fail(answers(400, { message: 'protected-entity is strange' }), to('/backups'));
    expect(await failureOf(page(fixture.provider))).toMatchObject({ code: 'BAD_USER_INPUT' });
    fault.stop();
    // What was asked before that may still be on its way, and is not asked twice at a time.
    const state = () =>
      page(fixture.provider).then(
        () => 'answers',
        () => 'refuses',
      );
    await expect.poll(state).toBe('answers');
    fixture.asked();
    await page(fixture.provider);
    expect(fixture.asked().some((one) => one.includes('orderBy'))).toBe(true);
  });

  it('shows nothing past the rows of an entity that does not answer', async () => {
    await using fixture = await open();
    fixture.sandbox.addFinished({ entity: second });
    const shown = fixture.sandbox.addFinished();
    const older = fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null, backupTime: 1_700_000_000_000 });
    fixture.proxy.fail({
      name: 'fails for one entity',
      async apply({ request, response, forward }) {
        if (request.url?.includes(second)) return void response.writeHead(500).end();
        const answer = await forward();
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.pipe(response);
      },
    });
    const { rows, isEnd, problems } = await page(fixture.provider, {
      filter: { ...noFilter, entityIds: [first, second] },
    });
    expect([idsOf(rows), isEnd]).toEqual([[shown], false]);
    expect(idsOf(rows)).not.toContain(older);
    expect(problems).toMatchObject([{ entityId: second, error: { code: 'PROVIDER_UNAVAILABLE' } }]);
  });

  it('loses no row that comes while it is read', async () => {
    await using fixture = await open({ history: 30 });
    const before = expectedOrder(fixture.sandbox);
    const rows = (await page(fixture.provider)).rows;
    fixture.sandbox.addFinished();
    const rest = await page(fixture.provider, { after: toSortKey(rows.at(-1) as VProtectBackup), limit: 100 });
    expect(idsOf([...rows, ...rest.rows])).toEqual(before);
  });

  it('shows progress of what runs', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(23);
    expect((await page(fixture.provider)).rows).toMatchObject([
      { localId: backup, status: 'RUNNING', progress: { percent: 25 } },
    ]);
  });
});
