import { describe, expect, it } from 'vitest';
import { ask, dayMs, list, listPath, now, organization, start } from '../../../../test/support/labii-sandbox.ts';
import type { LabiiSandbox } from '../contract.ts';

describe('pages', () => {
  const filled = async () => {
    const sandbox = await start();
    for (let day = 0; day < 23; day += 1)
      sandbox.addFinished({ date_created: new Date(now - day * dayMs).toISOString() });
    return sandbox;
  };
  const link = (sandbox: LabiiSandbox, query: string) =>
    `http://127.0.0.1:8000/v1${listPath(organization(sandbox))}${query}`;

  it('have ten rows unless asked, count from one, and link to a wrong host', async () => {
    await using sandbox = await filled();
    const first = await list(sandbox);
    expect({ ...first, results: first.results.length }).toEqual({
      page_size: 10,
      page_number: 1,
      page_count: 3,
      count: 23,
      next: link(sandbox, '?page=2'),
      previous: null,
      add_permission: true,
      results: 10,
    });
    const second = await list(sandbox, '?page=2');
    expect([second.next, second.previous]).toEqual([link(sandbox, '?page=3'), link(sandbox, '')]);
    const third = await list(sandbox, '?page=3&page_size=10');
    expect([third.next, third.previous]).toEqual([null, link(sandbox, '?page=2&page_size=10')]);
    const all = [first, second, third].flatMap(({ results }) => results.map(({ sid }) => sid));
    expect(all).toEqual(sandbox.rows.map(({ sid }) => sid));
    expect((await list(sandbox, '?page=last')).page_number).toBe(3);
  });

  it('are never larger than the maximum, and say so only by their size', async () => {
    await using sandbox = await filled();
    for (let more = 0; more < 40; more += 1) sandbox.addFinished();
    const large = await list(sandbox, '?page_size=1000');
    expect([large.page_size, large.results.length, large.page_count]).toEqual([50, 50, 2]);
    sandbox.maxPageSize = 20;
    expect((await list(sandbox, '?page_size=50')).results).toHaveLength(20);
    for (const strange of ['0', '-3', 'many', '']) {
      expect((await list(sandbox, `?page_size=${strange}`)).page_size).toBe(10);
    }
  });

  it('end with 404, but an empty organization has one', async () => {
    await using sandbox = await filled();
    for (const page of ['4', '0', '-1', 'x', '']) {
      const { status, body } = await ask(sandbox, `GET ${listPath(organization(sandbox))}?page=${page}`);
      expect([page, status, body]).toEqual([page, 404, { detail: 'Invalid page.' }]);
    }
    expect(await list(sandbox, '', organization(sandbox, 1))).toMatchObject({
      page_count: 1,
      count: 0,
      next: null,
      results: [],
    });
  });

  it('shift, and nothing more, when rows come and go', async () => {
    await using sandbox = await filled();
    const order = () => sandbox.rows.map(({ sid }) => sid);
    const before = order();
    const added = [1, 2, 3].map((hours) =>
      sandbox.addFinished({ date_created: new Date(now - 5 * dayMs + hours * 3_600_000).toISOString() }),
    );
    expect(order().filter((sid) => !added.includes(sid))).toEqual(before);
    const gone = before[7] ?? '';
    sandbox.removeBackup(gone);
    expect((await list(sandbox)).count).toBe(25);
    expect(order().filter((sid) => !added.includes(sid))).toEqual(before.filter((sid) => sid !== gone));
  });
});
