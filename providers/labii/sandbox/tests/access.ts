import { describe, expect, it } from 'vitest';
import {
  type Ask,
  ask,
  type Json,
  list,
  listPath,
  login,
  organization,
  start,
} from '../../../../test/support/labii-sandbox.ts';
import type { LabiiSandbox } from '../contract.ts';

const minuteMs = 60_000;

const checkToken = async (sandbox: LabiiSandbox, headers: Ask['headers'] = { token: sandbox.token }) =>
  (await ask(sandbox, 'GET /accounts/checktoken/', { headers })).status;

describe('signing in', () => {
  it('takes the token in either header, and the API key as a bearer', async () => {
    await using sandbox = await start();
    const { token, apiKey } = sandbox;
    expect(await checkToken(sandbox, { token })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Token ${token}` })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Bearer ${apiKey}` })).toBe(200);
    expect(await checkToken(sandbox, { authorization: `Bearer ${token}` })).toBe(401);
    expect(await checkToken(sandbox, { authorization: `Token ${apiKey}` })).toBe(401);
    expect(await checkToken(sandbox, { token: apiKey })).toBe(401);
  });

  it('trades e-mail and password for a token, as JSON or as a form', async () => {
    await using sandbox = await start();
    const { body } = await login(sandbox);
    expect(body.user).toEqual({
      sid: expect.stringMatching(/^us/),
      first_name: 'Ada',
      last_name: 'Quist',
      email: sandbox.config.username,
    });
    const { username, password } = sandbox.config;
    const form = await ask<{ token: string }>(sandbox, 'POST /accounts/auth/', {
      headers: null,
      form: { username, password },
    });
    expect(form.body.token).not.toBe(body.token);
    expect(await checkToken(sandbox, { token: body.token })).toBe(200);
    expect(await checkToken(sandbox, { token: form.body.token })).toBe(200);
    expect(sandbox.loginCount).toBe(2);
  });

  it('answers a wrong password with 406 and a list, and a body that is no object with 400', async () => {
    await using sandbox = await start();
    const { status, body } = await login(sandbox, { password: 'no' });
    expect([status, body]).toEqual([406, ['Unable to log in with provided credentials.']]);
    expect((await login(sandbox, { username: 'nobody@sandbox.example' })).status).toBe(406);
    expect((await ask(sandbox, 'POST /accounts/auth/', { json: [] })).status).toBe(400);
    expect(sandbox.loginCount).toBe(0);
  });

  it('locks an account for an hour after five failures in a row', async () => {
    await using sandbox = await start();
    const fail = async (times: number) => {
      for (let failure = 0; failure < times; failure += 1) await login(sandbox, { password: 'no' });
    };
    await fail(4);
    expect((await login(sandbox)).status).toBe(200);
    await fail(1);
    expect((await login(sandbox)).status).toBe(200);
    await fail(5);
    const { status, body } = await login(sandbox);
    expect([status, body]).toEqual([406, [expect.stringContaining('locked')]]);
    expect((await login(sandbox, sandbox.secondFactorUser)).status).toBe(200);
    sandbox.clock.advance(60 * minuteMs - 1);
    expect((await login(sandbox)).status).toBe(406);
    sandbox.clock.advance(1);
    expect((await login(sandbox)).status).toBe(200);
    await fail(4);
    expect((await login(sandbox)).status).toBe(200);
  });

  it('asks one user for a second factor', async () => {
    await using sandbox = await start();
    const { body } = await login(sandbox, sandbox.secondFactorUser);
    expect(Object.keys(body)).toEqual(['secret']);
    const { secret } = body;
    const verify = (json: Json) =>
      ask<{ token: string }>(sandbox, 'POST /accounts/mfa/verify/', { headers: null, json });
    const code = sandbox.secondFactorCode;
    expect((await verify({ code, secret })).status).toBe(406);
    const send = (json: Json) => ask(sandbox, 'POST /accounts/mfa/code/', { headers: null, json });
    expect((await send({ option: 'pigeon', secret })).status).toBe(406);
    expect((await send({ option: 'email', secret: 'no' })).status).toBe(406);
    expect((await send({ option: 'email', secret })).status).toBe(200);
    expect((await verify({ code: '000000', secret })).status).toBe(406);
    expect(sandbox.loginCount).toBe(0);
    const verified = await verify({ code, secret });
    expect(await checkToken(sandbox, { token: verified.body.token })).toBe(200);
    expect((await verify({ code, secret })).status).toBe(406);
    expect(sandbox.loginCount).toBe(1);
  });

  it('lets a token die after thirty idle minutes, and a used one live', async () => {
    await using sandbox = await start();
    for (let use = 0; use < 3; use += 1) {
      sandbox.clock.advance(30 * minuteMs - 1);
      expect(await checkToken(sandbox)).toBe(200);
    }
    sandbox.clock.advance(30 * minuteMs);
    expect(await checkToken(sandbox)).toBe(401);
    expect(await checkToken(sandbox, { authorization: `Bearer ${sandbox.apiKey}` })).toBe(200);
  });

  it('drops tokens when it is told to, but not the key', async () => {
    await using sandbox = await start();
    sandbox.expireTokens();
    const { status, body, headers } = await ask(sandbox, `GET ${listPath(organization(sandbox))}`, {
      headers: { token: sandbox.token },
    });
    expect([status, body, headers['www-authenticate']]).toEqual([401, { detail: 'Invalid token.' }, 'Token']);
    expect((await list(sandbox)).count).toBe(0);
    expect(await checkToken(sandbox, { token: (await login(sandbox)).body.token })).toBe(200);
  });

  it('ends one token with a GET, and says nothing to whom has none', async () => {
    await using sandbox = await start();
    const { token } = (await login(sandbox)).body;
    const logout = (headers: Ask['headers'] = null) => ask(sandbox, 'GET /accounts/logout/', { headers });
    expect((await logout({ authorization: `Token ${token}` })).body).toEqual({});
    expect(await checkToken(sandbox, { token })).toBe(401);
    expect(await checkToken(sandbox)).toBe(200);
    const refused = await logout({ token });
    expect([refused.status, refused.body]).toEqual([401, '']);
    await logout({ token: sandbox.token });
    expect(await checkToken(sandbox)).toBe(401);
  });
});
