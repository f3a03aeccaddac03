import { describe, expect, it } from 'vitest';
import { type BackupFilter, noFilter } from '../../../../src/core/filter.ts';
import { toSortKey } from '../../../../src/core/order.ts';
import type { PageQuery } from '../../../../src/core/provider.ts';
import { failureOf, never } from '../../../support/calls.ts';
import type { Fault } from '../../../support/fault-proxy.ts';
import { allStatuses, allTypes, open, page, refuses, to, walk } from '../../../support/flosum.ts';

const isList = (line: string) => /^GET \/\d+\/backups/.test(line);

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

describe('the list', () => {
  it('asks each connection once for a first page, with all words, and in an order', async () => {
    await using fixture = await open();
    await fixture.provider.listEntities(never());
    fixture.asked();
    expect((await page(fixture.provider)).rows).toHaveLength(10);
    const query = `?sortBy=startedDate&order=DESC&page=1&limit=14&${allTypes}&${allStatuses}`;
    const ids = ['7', '12', '31', '104', '115'];
    const asked = fixture.asked();
    expect(asked).toHaveLength(ids.length);
    expect(new Set(asked)).toEqual(new Set(ids.map((id) => `GET /${id}/backups${query}`)));
  });

  it('costs the same at any depth', async () => {
    await using fixture = await open({ history: 400 });
    let after: PageQuery['after'] = null;
    for (let index = 0; index < 30; index++) {
      const read = await page(fixture.provider, { after });
      const last = read.rows.at(-1);
      after = last ? toSortKey(last) : null;
      const lists = fixture.asked().filter(isList);
      expect(lists.length).toBeLessThanOrEqual(7);
      expect(lists.every((line) => line.includes('page=1&') || line.includes('page=2&'))).toBe(true);
    }
  });

  it('is the same where pages are capped, and where bounds leave out what lies on them', async () => {
    await using fixture = await open({ history: 60 });
    const { ids } = await walk(fixture.provider);
    expect(ids).toHaveLength(60);
    fixture.sandbox.maxPageSize = 3;
    expect((await walk(fixture.provider)).ids).toEqual(ids);
    fixture.sandbox.bounds = 'exclusive';
    expect((await walk(fixture.provider)).ids).toEqual(ids);
    fixture.sandbox.maxPageSize = Number.POSITIVE_INFINITY;
    expect((await walk(fixture.provider)).ids).toEqual(ids);
  });

  it('of a server that takes no single value for a list asks again once, and then knows', async () => {
    await using fixture = await open();
    fixture.sandbox.strictArrays = true;
    const filter = { ...noFilter, statuses: ['FAILED' as const], types: ['FULL' as const], entityIds: ['7'] };
    const found = (await page(fixture.provider, { filter })).rows;
    expect(
      fixture
        .asked()
        .filter(isList)
        .map((line) => line.replace(/^.*limit=14&/, '')),
    ).toEqual(['types=full&statuses=Exception', 'types[]=full&statuses[]=Exception']);
    expect((await page(fixture.provider, { filter })).rows).toEqual(found);
    expect(fixture.asked().filter(isList)).toHaveLength(1);
    expect((await page(fixture.provider)).rows).toHaveLength(10);
  });

  it('that is refused for another reason is not asked for again', async () => {
    await using fixture = await open();
    await fixture.provider.listEntities(never());
    fixture.proxy.fail(refuses(400, ['limit must not be greater than 5']), to('/backups'));
    expect(await failureOf(page(fixture.provider, { filter: { ...noFilter, entityIds: ['7'] } }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'salesforce refuses what was asked: limit must not be greater than 5.',
    });
    expect(fixture.proxy.requests.filter(({ path }) => path.includes('/backups'))).toHaveLength(1);
  });

  it('leaves out a connection that does not answer, and says which', async () => {
    await using fixture = await open({ connections: 10, history: 100 });
    fixture.sandbox.downConnections.add(12);
    const { rows, problems, isEnd } = await page(fixture.provider, { limit: 100 });
    expect(new Set(rows.map(({ entityId }) => entityId)).size).toBe(9);
    expect(problems).toMatchObject([
      { provider: 'salesforce', entityId: '12', error: { code: 'PROVIDER_UNAVAILABLE' } },
    ]);
    expect(isEnd).toBe(false);
  });

  it('fails where no connection answers', async () => {
    await using fixture = await open();
    for (const { id } of fixture.sandbox.connections) fixture.sandbox.downConnections.add(id);
    expect((await failureOf(page(fixture.provider))).code).toBe('PROVIDER_UNAVAILABLE');
  });

  it('asks eight connections at a time', async () => {
    await using fixture = await open({ connections: 30, history: 30 });
    await fixture.provider.listEntities(never());
    for (const ask of [() => page(fixture.provider), () => fixture.provider.countBackups(noFilter, never())]) {
      let go = () => {};
      const opened = new Promise<void>((resolve) => {
        go = resolve;
      });
      using waiting = fixture.proxy.fail(waitsFor(opened), to('/backups'));
      const asked = ask();
      await waiting.untilHit(8);
      // While this goes there and back, a ninth could have come too.
      await fixture.provider.listEntities(never());
      expect(waiting.hits).toBe(8);
      go();
      await asked;
      expect(waiting.hits).toBe(30);
    }
  });

  it('asks the product for what it can find, and only the connections that are meant', async () => {
    await using fixture = await open();
    const filter: BackupFilter = {
      ...noFilter,
      entityIds: ['7', '4711'],
      statuses: ['SUCCEEDED'],
      types: ['FULL', 'SYNCHRONIZATION'],
      search: 'nightly',
      startedAfter: Date.parse('2026-06-01T00:00:00Z') * 1000,
      startedBefore: Date.parse('2026-07-01T00:00:00Z') * 1000,
    };
    await page(fixture.provider, { filter });
    const dates = 'startedDate=2026-05-31T23:59:59.000Z&endDate=2026-07-01T00:00:01.000Z';
    const words = 'types=full&types=full & sync&statuses=Completed&search=nightly';
    expect(fixture.asked().filter(isList)).toEqual([
      `GET /7/backups?sortBy=startedDate&order=DESC&page=1&limit=14&${dates}&${words}`,
    ]);
  });

  it('asks nothing where nothing can match', async () => {
    await using fixture = await open();
    for (const filter of [{ triggers: ['MANUAL'] }, { types: ['INCREMENTAL'] }, { statuses: ['QUEUED'] }] as const) {
      expect(await page(fixture.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await fixture.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('finds imports and words that nobody knows by asking for everything', async () => {
    await using fixture = await open({ history: 60 });
    fixture.sandbox.showImports = true;
    fixture.sandbox.addFinished({ operationType: 'Quantum Backup', jobStatus: 'Paused' });
    const imports = await walk(fixture.provider, { types: ['IMPORT'] });
    expect(imports.rows.map(({ type }) => type)).toEqual(['IMPORT', 'IMPORT']);
    expect((await walk(fixture.provider, { types: ['UNKNOWN'] })).rows).toMatchObject([{ upstreamStatus: 'Paused' }]);
    expect((await walk(fixture.provider, { statuses: ['UNKNOWN'] })).rows).toMatchObject([{ type: 'UNKNOWN' }]);
  });

  it('does not find a name by the mark that we put into it', async () => {
    await using fixture = await open();
    fixture.sandbox.addFinished({ name: 'Odd one gw-0a1b2c3d' });
    expect((await walk(fixture.provider, { search: 'odd one' })).rows).toMatchObject([{ name: 'Odd one' }]);
    expect((await walk(fixture.provider, { search: '0a1b2c3d' })).rows).toEqual([]);
  });
});

describe('counting', () => {
  it('takes the product’s own number where it means the same', async () => {
    await using fixture = await open({ history: 60 });
    await fixture.provider.listEntities(never());
    fixture.asked();
    expect(await fixture.provider.countBackups(noFilter, never())).toBe(60);
    const failed = { ...noFilter, statuses: ['FAILED' as const] };
    expect(await fixture.provider.countBackups(failed, never())).toBe(
      (await walk(fixture.provider, failed)).rows.length,
    );
    expect(
      fixture
        .asked()
        .slice(0, 5)
        .every((line) => line.includes('page=1&limit=1&')),
    ).toBe(true);
  });

  it('looks at each row where it does not', async () => {
    await using fixture = await open({ history: 60 });
    fixture.sandbox.maxPageSize = 4;
    const { rows } = await walk(fixture.provider);
    const at = rows[30]?.sortedAt ?? 0;
    for (const filter of [
      { types: ['FULL' as const] },
      { search: 'sync' },
      { startedAfter: at },
      { startedBefore: at },
    ]) {
      const { ids } = await walk(fixture.provider, filter);
      expect(await fixture.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(ids.length);
    }
  });

  it('gives up where there are too many to look at', async () => {
    await using fixture = await open({ connections: 1, history: 10_500 });
    await fixture.provider.listEntities(never());
    fixture.asked();
    expect(await fixture.provider.countBackups({ ...noFilter, types: ['FULL', 'IMPORT'] }, never())).toBeNull();
    expect(fixture.asked()).toHaveLength(1);
    expect(await fixture.provider.countBackups(noFilter, never())).toBe(10_500);
  });
});
