import { describe, expect, it } from 'vitest';
import { ask, login, start } from '../../../../test/support/borg-sandbox.ts';

describe('signing in', () => {
  it('locks user and address out at the fifth failure for a quarter of an hour', async () => {
    await using sandbox = await start();
    for (let failure = 1; failure <= 4; failure += 1) {
      expect((await login(sandbox, { password: 'no' })).status).toBe(401);
    }
    const fifth = await login(sandbox, { password: 'no' });
    expect([fifth.status, fifth.headers['retry-after']]).toEqual([429, '900']);
    sandbox.clock.advance(60_000);
    expect((await login(sandbox)).headers['retry-after']).toBe('840');
    expect((await login(sandbox, sandbox.limitedUser)).status).toBe(429);
    sandbox.clock.advance(841_000);
    expect((await login(sandbox)).status).toBe(200);
    expect(sandbox.loginCount).toBe(1);
  });

  it('ends a login token after a day, or when it is told to', async () => {
    await using sandbox = await start();
    const first = (await login(sandbox)).body.access_token;
    const second = (await ask<{ access_token: string }>(sandbox, 'POST /api/auth/refresh', { token: first })).body
      .access_token;
    expect(second).not.toBe(first);
    sandbox.clock.advance(86_400_000);
    expect((await ask(sandbox, 'GET /api/auth/me', { token: second })).status).toBe(401);
    expect((await ask(sandbox, 'POST /api/auth/refresh', { token: second })).status).toBe(401);
    const third = (await login(sandbox)).body.access_token;
    sandbox.expireTokens();
    expect((await ask(sandbox, 'GET /api/auth/me', { token: third })).status).toBe(401);
    expect((await ask(sandbox, 'GET /api/auth/me')).status).toBe(200);
    sandbox.revokePersonalTokens();
    expect((await ask(sandbox, 'GET /api/auth/me')).status).toBe(401);
  });

  it('asks for a second factor when the user has one', async () => {
    await using sandbox = await start();
    sandbox.totpUsers.add('admin');
    const { body } = await ask(sandbox, 'POST /api/auth/login', {
      token: null,
      form: { username: 'admin', password: sandbox.config.password },
    });
    expect(body).toMatchObject({ access_token: null, totp_required: true });
    const challenge = { login_challenge_token: body.login_challenge_token };
    const second = (code: string) =>
      ask(sandbox, 'POST /api/auth/login/totp', { token: null, json: { ...challenge, code } });
    expect((await second('000000')).status).toBe(401);
    expect((await second(sandbox.totpCode)).body.access_token).toBeTypeOf('string');
    expect((await ask(sandbox, 'POST /api/auth/login/totp', { token: null, json: {} })).status).toBe(422);
  });

  it('can have password logins switched off, and says what is possible without a token', async () => {
    await using sandbox = await start();
    sandbox.localLogin = false;
    expect((await login(sandbox)).status).toBe(403);
    expect((await ask(sandbox, 'GET /api/auth/config', { token: null })).status).toBe(200);
    expect((await ask(sandbox, 'GET /health', { token: null })).headers['content-type']).toContain('text/html');
  });

  it('takes the second header alone, and a new personal token', async () => {
    await using sandbox = await start();
    const { body } = await ask(sandbox, 'POST /api/settings/tokens', { json: { name: 'gateway' } });
    const headers = { 'x-borg-authorization': `Bearer ${String(body.token)}` };
    expect((await ask(sandbox, 'GET /api/auth/me', { token: null, headers })).status).toBe(200);
    expect((await ask(sandbox, 'POST /api/settings/tokens', { token: null, json: { name: 'x' } })).status).toBe(401);
    expect((await ask(sandbox, 'POST /api/settings/tokens', { json: {} })).status).toBe(422);
  });

  it.each([
    'GET /api/backup/status/1',
    'GET /api/backup/logs/1/stream',
    'GET /api/activity/backup/1/logs',
    'GET /api/activity/recent',
    'GET /api/repositories/',
    'POST /api/backup/start',
    'POST /api/backup/run',
    'POST /api/backup/cancel/1',
    'POST /api/backup/jobs/1/retry',
    'POST /api/auth/logout',
  ])('refuses %s without a token', async (route) => {
    await using sandbox = await start();
    const reply = await ask(sandbox, route, { token: null });
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(reply.body).toEqual({ detail: 'Could not validate credentials' });
  });
});
