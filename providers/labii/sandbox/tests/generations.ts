import { describe, expect, it } from 'vitest';
import {
  ask,
  detail,
  detailPath,
  listPath,
  organization,
  type Page,
  type Row,
  start,
} from '../../../../test/support/labii-sandbox.ts';
import type { LabiiSandbox } from '../contract.ts';

const keysOf = (body: object): string[] => Object.keys(body).toSorted((a, b) => a.localeCompare(b));

describe('the two generations', () => {
  it('live under /v1 and under no version', async () => {
    await using old = await start();
    await using current = await start({ generation: 'current' });
    expect([old.config.url, current.config.url]).toEqual([`${old.url}/v1`, current.url]);
    expect((await fetch(`${old.url}${listPath(organization(old))}`)).status).toBe(404);
    expect((await fetch(`${current.url}/v1${listPath(organization(current))}`)).status).toBe(404);
    expect(old.config).toEqual({
      name: 'labii',
      kind: 'labii',
      url: expect.any(String),
      username: expect.any(String),
      password: expect.any(String),
      organizations: expect.any(Array),
      expectEvery: '7d',
      entities: { [old.config.organizations[2]?.sid ?? '']: { expectEvery: '2w' } },
    });
  });

  it('give each serializer its fields', async () => {
    const fields = async (sandbox: LabiiSandbox) => {
      const sid = sandbox.addFinished();
      const found: Record<string, string[]> = { one: keysOf((await detail(sandbox, sid)).body) };
      for (const serializer of ['name', 'list', 'detail']) {
        const route = `GET ${listPath(organization(sandbox), serializer)}`;
        const { body } = await ask<Page>(sandbox, route);
        found[serializer] = keysOf(body.results[0] ?? {});
      }
      return found;
    };
    await using old = await start();
    const printed = ['change_permission', 'database_size', 'date_created', 'description', 'name', 'sid'];
    const name = ['name', 'sid'];
    expect(await fields(old)).toEqual({ one: printed, name, list: printed, detail: printed });
    await using current = await start({ generation: 'current' });
    const listed = ['change_permission', 'date_created', 'file_size', 'files', 'name', 'sid', 'status', 'versions'];
    const all = ['change_permission', 'date_created', 'date_expired', 'description', 'file_path', ...listed.slice(2)];
    expect(await fields(current)).toEqual({ one: all, name, list: listed, detail: all });
  });

  it('differ in what may be done to a backup', async () => {
    await using old = await start();
    const sid = old.addFinished();
    for (const method of ['PATCH', 'DELETE']) {
      const { status, body, headers } = await ask(old, `${method} ${detailPath(sid)}`);
      expect([status, body, headers.allow]).toEqual([
        405,
        { detail: `Method "${method}" not allowed.` },
        'GET, HEAD, OPTIONS',
      ]);
    }
    expect((await ask(old, `DELETE ${detailPath(sid)}`, { headers: null })).status).toBe(401);
    expect(old.rows).toHaveLength(1);
    expect(old.rows[0]?.change_permission).toBe(false);
    await using current = await start({ generation: 'current', history: 1 });
    expect(current.rows[0]?.change_permission).toBe(true);
  });

  it('change the name and the description of a backup, and nothing else, in the current one', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    const before = (await detail(sandbox, sid)).body;
    const patch = (json: unknown, of = sid) => ask<Row>(sandbox, `PATCH ${detailPath(of)}`, { json });
    expect((await patch({ name: 'Kept', sid: 'x', status: 'Error' })).body).toEqual({ ...before, name: 'Kept' });
    await patch({ description: 'For the audit' });
    expect((await detail(sandbox, sid)).body).toEqual({ ...before, name: 'Kept', description: 'For the audit' });
    expect((await patch({ name: ['no'] })).body).toEqual({ name: ['Not a valid string.'] });
    expect((await patch('no')).status).toBe(400);
    expect((await patch({}, 'no')).status).toBe(406);
  });

  it('delete a backup in the current one', async () => {
    await using sandbox = await start({ generation: 'current' });
    const [gone, kept] = [sandbox.addFinished(), sandbox.addFinished()];
    const { status, body } = await ask(sandbox, `DELETE ${detailPath(gone)}`);
    expect([status, body]).toEqual([204, '']);
    expect(sandbox.rows.map(({ sid }) => sid)).toEqual([kept]);
    expect((await ask(sandbox, `DELETE ${detailPath(gone)}`)).status).toBe(406);
  });
});
