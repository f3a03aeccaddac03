import { describe, expect, it } from 'vitest';
import { noFilter } from '../../../../src/core/filter.ts';
import { compareKeys } from '../../../../src/core/order.ts';
import { failureOf } from '../../../support/calls.ts';
import {
  alpha,
  answers,
  beta,
  byApiKey,
  count,
  gamma,
  listOf,
  open,
  page,
  sidsOf,
  walk,
} from '../../../support/labii.ts';

describe('the list', () => {
  it('is read in each organisation by page numbers, with a slash at the end', async () => {
    await using fixture = await open();
    await page(fixture.provider);
    const asked = fixture.asked();
    expect(asked).toHaveLength(3);
    for (const sid of [alpha, beta, gamma]) expect(asked).toContain(`GET ${listOf(sid)}?page=1&page_size=50`);
    await page(fixture.provider, { filter: { ...noFilter, entityIds: [beta, 'nowhere'] } });
    expect(fixture.asked()).toEqual([`GET ${listOf(beta)}?page=1&page_size=50`]);
    await page(fixture.provider, { filter: { ...noFilter, statuses: ['FAILED', 'RUNNING'] } });
    await page(fixture.provider, { filter: { ...noFilter, triggers: ['MANUAL'] } });
    await page(fixture.provider, { filter: { ...noFilter, types: ['INCREMENTAL'] } });
    await page(fixture.provider, { filter: { ...noFilter, startedAfter: 7, startedBefore: 7 } });
    expect(fixture.asked()).toEqual([]);
  });

  it('is in our order however the product has it, while backups come and go between the pages', async () => {
    await using fixture = await open({ history: 450 });
    const before = new Set(fixture.sandbox.rows.map(({ sid }) => sid));
    const { rows, problems } = await walk(fixture.provider, {}, () => {
      fixture.sandbox.clock.advance(3_600_000);
      fixture.sandbox.addFinished({ organizationSid: beta });
      fixture.sandbox.removeBackup(fixture.sandbox.rows[7]?.sid ?? '');
    });
    expect(problems).toEqual([]);
    expect(rows).toEqual([...rows].sort(compareKeys));
    expect(new Set(sidsOf(rows)).size).toBe(rows.length);
    const left = fixture.sandbox.rows.map(({ sid }) => sid).filter((sid) => before.has(sid));
    expect(left.filter((sid) => !sidsOf(rows).includes(sid))).toEqual([]);
  });

  it('never follows the links of the product, which lead to another host', async () => {
    await using fixture = await open({ history: 200 });
    expect((await walk(fixture.provider)).rows).toHaveLength(200);
    expect(fixture.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
    expect(fixture.asked().every((asked) => /\/list\/\?page=\d+&page_size=50$/.test(asked))).toBe(true);
  });

  it('costs no more than a few calls a page, however deep', async () => {
    await using fixture = await open({ history: 1500, organizations: [{ sid: alpha, name: 'One' }] });
    const calls: number[] = [];
    await walk(fixture.provider, {}, () => calls.push(fixture.asked().length));
    expect(calls[0]).toBe(2);
    expect(Math.max(...calls)).toBeLessThanOrEqual(4);
  });

  it('of a product with smaller pages than asked for is whole', async () => {
    await using fixture = await open({ history: 120 });
    fixture.sandbox.maxPageSize = 10;
    for (const direction of ['descending', 'ascending'] as const) {
      expect((await walk(fixture.provider, { direction })).rows).toHaveLength(120);
    }
  });

  it('that got shorter than it was known to be ends where it ends, whether that is refused or the last page is shown', async () => {
    const organizations = [{ sid: alpha, name: 'One' }];
    for (const isClamped of [false, true]) {
      await using fixture = await open({ history: 300, organizations });
      const { rows } = await page(fixture.provider, { direction: 'ascending' });
      for (const { sid } of fixture.sandbox.rows.slice(0, 250)) fixture.sandbox.removeBackup(sid);
      const clamped = { page_size: 50, page_number: 1, count: 50, results: [] };
      using _fault = fixture.proxy.fail(answers(200, clamped), { times: isClamped ? 1 : 0 });
      const before = fixture.proxy.requests.length;
      expect(sidsOf((await page(fixture.provider, { direction: 'ascending' })).rows)).toEqual(sidsOf(rows));
      expect(fixture.proxy.requests.length - before).toBe(3);
    }
  });

  it('of one organisation that may not be read leaves the others, and says which is missing', async () => {
    await using fixture = await open();
    fixture.sandbox.forbidOrganization(beta);
    const { rows, problems } = await page(fixture.provider, { limit: 50 });
    expect(problems).toMatchObject([{ provider: 'eln', entityId: beta, error: { code: 'PROVIDER_FORBIDDEN' } }]);
    expect(new Set(rows.map(({ entityId }) => entityId))).toEqual(new Set([alpha, gamma]));
    const only = page(fixture.provider, { filter: { ...noFilter, entityIds: [beta] } });
    expect((await failureOf(only)).code).toBe('PROVIDER_FORBIDDEN');
  });

  it.each(['usual', 'detail', 'list', 'string', 'text'] as const)(
    'of an organisation that is not there is NOT_FOUND (%s)',
    async (errorStyle) => {
      const organizations = [{ sid: 'ogNowhere', name: 'Gone' }];
      await using fixture = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), organizations }) });
      fixture.sandbox.errorStyle = errorStyle;
      expect(await failureOf(page(fixture.provider))).toMatchObject({
        code: 'NOT_FOUND',
        message: 'eln has no organisation or backup of that sid.',
      });
    },
  );

  it('of an address that is none says so', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), url: `${sandbox.url}/v2` }) });
    const error = await failureOf(page(fixture.provider));
    expect(error.code).toBe('PROVIDER_INVALID_RESPONSE');
    expect(error.message).toContain('is its address in the configuration complete');
  });

  it('of the current generation shows what runs and what failed, with descriptions', async () => {
    await using fixture = await open({ generation: 'current' });
    const sid = fixture.sandbox.startOutside(beta);
    const { rows } = await walk(fixture.provider);
    expect(rows[0]).toMatchObject({ externalId: sid, status: 'RUNNING', upstreamStatus: 'In Progress', endedAt: null });
    expect(rows.filter(({ status }) => status === 'FAILED')).toHaveLength(2);
    const found = await page(fixture.provider, { filter: { ...noFilter, search: 'data BACKUP' }, limit: 50 });
    expect(found.rows).toHaveLength(26);
    expect(await count(fixture.provider, { statuses: ['FAILED'] })).toBe(2);
  });
});

describe('a count', () => {
  it('is the product’s own, by one small call for each organisation', async () => {
    await using fixture = await open();
    expect(await count(fixture.provider)).toBe(25);
    const asked = fixture.asked();
    expect(asked).toHaveLength(3);
    expect(asked).toContain(`GET ${listOf(beta, 'name')}?page=1&page_size=1`);
    expect(await count(fixture.provider, { entityIds: [alpha], statuses: ['SUCCEEDED', 'FAILED'] })).toBe(9);
    expect(fixture.asked()).toHaveLength(1);
    expect(await count(fixture.provider, { statuses: ['FAILED'] })).toBe(0);
    expect(fixture.asked()).toEqual([]);
  });

  it('of a filter that Labii does not have looks at the rows, but not at too many', async () => {
    await using fixture = await open({ history: 1100, organizations: [{ sid: alpha, name: 'One' }] });
    const [newest] = (await page(fixture.provider)).rows;
    const week = { startedAfter: (newest?.sortedAt ?? 0) - 7 * 86_400_000_000 };
    const rows = (await walk(fixture.provider, { filter: { ...noFilter, ...week } })).rows;
    fixture.asked();
    expect(await count(fixture.provider, week)).toBe(rows.length);
    expect(fixture.asked().length).toBeLessThanOrEqual(3);
    expect(await count(fixture.provider, { search: 'nothing has this name' })).toBeNull();
    expect(fixture.asked().length).toBeLessThanOrEqual(20);
  });

  it('of the current generation is the product’s own only where every status counts', async () => {
    await using fixture = await open({ generation: 'current' });
    expect(await count(fixture.provider, { statuses: ['RUNNING', 'SUCCEEDED', 'FAILED', 'UNKNOWN'] })).toBe(25);
    expect(fixture.asked().every((asked) => asked.includes('/name/'))).toBe(true);
    expect(await count(fixture.provider, { statuses: ['RUNNING', 'SUCCEEDED', 'FAILED'] })).toBe(25);
    expect(fixture.asked().some((asked) => asked.includes('/name/'))).toBe(false);
  });
});
