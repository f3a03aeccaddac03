import { describe, expect, it } from 'vitest';
import { noFilter } from '../../../src/core/filter.ts';
import { compareKeys } from '../../../src/core/order.ts';
import { failureOf } from '../../support/calls.ts';
import { alpha, answers, beta, byApiKey, count, gamma, listOf, open, page, sidsOf, walk } from '../../support/labii.ts';

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
