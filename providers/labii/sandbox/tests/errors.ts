import { describe, expect, it } from 'vitest';
import {
  ask,
  detail,
  detailPath,
  list,
  listPath,
  login,
  organization,
  post,
  start,
} from '../../../../test/support/labii-sandbox.ts';

describe('refusals', () => {
  it('are 406 and never 404 for a wrong id, level or serializer, in this order', async () => {
    await using sandbox = await start();
    const sid = organization(sandbox);
    const sentence = async (path: string, method = 'GET') => {
      const { status, body } = await ask(sandbox, `${method} ${path}`);
      expect(status).toBe(406);
      return (body as unknown as string[])[0];
    };
    const wrongId = 'Wrong id - the provided sid is not correct';
    const wrongLevel = 'Wrong level: user. Acceptable levels is organization.';
    expect(await sentence(listPath('no', 'list', 'user'))).toBe(wrongLevel);
    expect(await sentence(listPath(sid, 'list', 'user'), 'POST')).toBe(wrongLevel);
    expect(await sentence(listPath('no'))).toBe(wrongId);
    expect(await sentence(listPath('no'), 'POST')).toBe(wrongId);
    expect(await sentence(listPath(sid.toLowerCase()))).toBe(wrongId);
    expect(await sentence(listPath(sid, 'all'))).toContain('serializer');
    expect(await sentence(detailPath('no'))).toBe(wrongId);
    expect(await sentence(detailPath(sid))).toBe(wrongId);
    expect(sandbox.billed).toBe(0);
  });

  it('are 401 before anything else', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    const nobody = { headers: null };
    const detail = 'Authentication credentials were not provided.';
    for (const route of [
      `GET ${listPath('no', 'all', 'user')}`,
      `POST ${listPath('no')}`,
      `GET ${detailPath('no')}`,
      `PATCH ${detailPath(sid)}`,
      `DELETE ${detailPath(sid)}`,
      'GET /accounts/checktoken/',
    ]) {
      const { status, body } = await ask(sandbox, route, nobody);
      expect([route, status, body]).toEqual([route, 401, { detail }]);
    }
    expect(sandbox.rows).toHaveLength(1);
  });

  it('are 403 for an organization of which the caller is no administrator', async () => {
    await using sandbox = await start({ generation: 'current' });
    const sid = sandbox.addFinished();
    sandbox.forbidOrganization(organization(sandbox));
    for (const route of [
      `GET ${listPath(organization(sandbox))}`,
      `POST ${listPath(organization(sandbox))}`,
      `GET ${detailPath(sid)}`,
      `PATCH ${detailPath(sid)}`,
      `DELETE ${detailPath(sid)}`,
    ]) {
      const { status, body } = await ask(sandbox, route);
      expect([route, status, body]).toEqual([
        route,
        403,
        { detail: 'You do not have permission to perform this action.' },
      ]);
    }
    expect((await list(sandbox, '', organization(sandbox, 1))).count).toBe(0);
    expect(sandbox.billed).toBe(0);
    sandbox.allowOrganization(organization(sandbox));
    expect((await detail(sandbox, sid)).status).toBe(200);
  });

  it('come in four forms', async () => {
    await using sandbox = await start();
    const sentence = 'Wrong id - the provided sid is not correct';
    const forms = {
      usual: ['application/json', [sentence]],
      detail: ['application/json', { detail: sentence }],
      list: ['application/json', [sentence]],
      string: ['application/json', sentence],
      text: ['text/plain; charset=utf-8', sentence],
    };
    for (const [style, [type, wanted]] of Object.entries(forms)) {
      sandbox.errorStyle = style as keyof typeof forms;
      const { body, headers } = await detail(sandbox, 'no');
      expect([style, headers['content-type'], body]).toEqual([style, type, wanted]);
      const other = await detail(sandbox, 'no', { headers: null });
      const isObject = ['usual', 'detail'].includes(style);
      expect([style, typeof other.body, Array.isArray(other.body)]).toEqual([
        style,
        isObject || style === 'list' ? 'object' : 'string',
        style === 'list',
      ]);
      expect((await login(sandbox, { password: 'no' })).body).toHaveLength(1);
      await login(sandbox);
    }
  });

  it('are pages of the server itself when it is out of order or knows no such path', async () => {
    await using sandbox = await start();
    sandbox.outage = true;
    const down = await ask<string>(sandbox, `GET ${listPath(organization(sandbox))}`);
    expect([down.status, down.body]).toEqual([500, expect.stringContaining('<h1>Server Error (500)</h1>')]);
    expect((await post(sandbox)).status).toBe(500);
    expect(sandbox.billed).toBe(0);
    sandbox.outage = false;
    expect((await ask(sandbox, 'GET /organizations/')).status).toBe(404);
    expect(sandbox.requests.map(({ isStray, status }) => [isStray, status])).toEqual([
      [false, 500],
      [false, 500],
      [true, 404],
    ]);
  });

  it('send a GET without its last slash on, and lose a POST', async () => {
    await using sandbox = await start();
    const path = listPath(organization(sandbox)).slice(0, -1);
    const { status, headers } = await ask(sandbox, `GET ${path}?page=2&page_size=5`);
    expect([status, headers.location]).toEqual([301, `/v1${path}/?page=2&page_size=5`]);
    expect((await ask(sandbox, `GET ${detailPath('x').slice(0, -1)}`)).status).toBe(301);
    expect((await ask(sandbox, `POST ${path}`)).status).toBe(500);
    expect((await ask(sandbox, 'POST /accounts/auth', { json: {} })).status).toBe(500);
    expect([sandbox.billed, sandbox.rows.length]).toEqual([0, 0]);
  });
});
