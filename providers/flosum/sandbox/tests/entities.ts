import { describe, expect, it } from 'vitest';
import { ask, byText, orgs, type Page, problemsOf, retail, start } from '../../../../test/support/flosum-sandbox.ts';

interface Connection {
  readonly id: number;
  readonly name: string;
}

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
