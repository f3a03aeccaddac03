import { describe, expect, it } from 'vitest';
import {
  ask,
  fill,
  login,
  now,
  operations,
  pass,
  start,
  statusOf,
  toCookie,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('a session', () => {
  it('is two cookies, which only together open anything', async () => {
    await using sandbox = await start();
    const reply = await login(sandbox);
    const pairs = toCookie(reply).split('; ');
    expect(reply.status).toBe(200);
    expect(pairs.map((pair) => pair.split('=')[0])).toEqual(['JSESSIONID', 'VPROTECT-ROUTE']);
    for (const cookie of [null, ...pairs, 'JSESSIONID=made-up; VPROTECT-ROUTE=made-up']) {
      expect(await statusOf(sandbox, 'GET /session', { cookie }), String(cookie)).toBe(401);
    }
    expect(await statusOf(sandbox, 'GET /session', { cookie: pairs.join('; ') })).toBe(204);
    expect(await statusOf(sandbox, 'GET /session', { cookie: pairs.toReversed().join(';') })).toBe(204);
    const other = toCookie(await login(sandbox));
    const mixed = [pairs[0], other.split('; ')[1]].join('; ');
    expect(await statusOf(sandbox, 'GET /session', { cookie: mixed })).toBe(401);
    expect(sandbox.loginCount).toBe(2);
  });

  it('is refused with 400 to a wrong password, an unknown name and half a login', async () => {
    await using sandbox = await start({ password: 'secret' });
    const refused = await login(sandbox, { password: 'guess' });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } }, cookies: [] });
    expect(await login(sandbox, { username: 'nobody' })).toMatchObject({ status: 400 });
    for (const json of [{}, { login: 'gateway' }, [], 'x']) {
      expect(await statusOf(sandbox, 'POST /session/login', { cookie: null, json })).toBe(400);
    }
    expect(sandbox.loginCount).toBe(0);
    expect((await login(sandbox)).body).toMatchObject({ lastFailedLogin: now });
  });

  it('knows its user and the login before, and ends with a logout', async () => {
    await using sandbox = await start();
    expect((await login(sandbox)).body).not.toHaveProperty('lastSuccessfulLogin');
    pass(sandbox, 60);
    const { body } = await ask(sandbox, 'GET /session/user');
    expect(body).toMatchObject({ login: 'gateway', lastSuccessfulLogin: now + 60_000 });
    expect(await statusOf(sandbox, 'POST /session/logout')).toBe(204);
    expect(await statusOf(sandbox, 'GET /session/user')).toBe(401);
  });

  it('opens with a token too', async () => {
    await using sandbox = await start();
    const open = (token: string) => ask(sandbox, 'POST /session/login-with-token', { cookie: null, json: { token } });
    expect((await open('no')).status).toBe(401);
    const cookie = toCookie(await open(sandbox.token));
    expect(await statusOf(sandbox, 'GET /backups', { cookie })).toBe(200);
  });

  it('expires at once, or in the middle of what somebody does', async () => {
    await using sandbox = await start();
    const cookie = toCookie(await login(sandbox));
    sandbox.expireSessions(2);
    const codes = [];
    for (let call = 0; call < 4; call += 1) codes.push(await statusOf(sandbox, 'GET /tasks', { cookie }));
    expect(codes).toEqual([200, 200, 401, 401]);
    const next = toCookie(await login(sandbox));
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: next })).toBe(200);
    sandbox.expireSessions();
    const fresh = toCookie(await login(sandbox));
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: next })).toBe(401);
    expect(await statusOf(sandbox, 'GET /tasks', { cookie: fresh })).toBe(200);
  });

  it('is needed for every call but the two logins, and nothing is done without one', async () => {
    await using sandbox = await start();
    for (const { method, path } of operations) {
      const isOpen = path.startsWith('/session/login');
      if (isOpen) continue;
      const reply = await ask(sandbox, `${method} ${fill(path)}`, { cookie: null });
      expect([reply.status, reply.body], path).toEqual([401, { error: { message: 'No valid session' } }]);
    }
    expect(sandbox.catastrophes).toBe(0);
  });
});
