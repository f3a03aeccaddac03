import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { loginSession, type Session } from '../../../src/upstream/session.ts';
import { sendJson } from '../../support/http-server.ts';
import { command, fine, read, refusal, start } from './fixture.ts';

describe('credentials', () => {
  /** A product that takes only the newest token that it gave. */
  async function startWithLogin(isTaken: (token: string) => boolean, login = (count: number) => `token-${count}`) {
    let logins = 0;
    const session: Session = loginSession({
      login: () => Promise.resolve({ headers: { authorization: login(++logins) } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    const it = await start(
      (request, response) =>
        isTaken(String(request.headers.authorization)) ? sendJson(response, { ok: true }) : sendJson(response, {}, 401),
      { session },
    );
    return { ...it, logins: () => logins, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
  }

  test('that ran out are renewed once, for any number of callers', async () => {
    let valid = 'token-1';
    await using it = await startWithLogin((token) => token === valid);
    await read(it);
    valid = 'token-2';
    expect(await Promise.all(Array.from({ length: 20 }, () => read(it)))).toHaveLength(20);
    expect(it.logins()).toBe(2);
  });

  test('that are refused fresh are not renewed for ever', async () => {
    await using it = await startWithLogin(() => false);
    for (let call = 0; call < 5; call++) expect((await refusal(read(it))).code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(it.logins()).toBe(1);
    expect(it.server.requests).toHaveLength(1);
  });

  test('that run out again and again leave no connection busy with a refusal that nobody reads', async () => {
    let taken = 0;
    const session = loginSession({
      login: () => Promise.resolve({ headers: { authorization: `${++taken}` } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    let isRunOut = false;
    await using it = await start(
      (_, response) => {
        if (!isRunOut) sendJson(response, { ok: true });
        else response.writeHead(401).end('x'.repeat(500_000));
        isRunOut = !isRunOut;
      },
      { session },
    );
    for (let call = 0; call < 20; call++) expect(await read(it)).toEqual({ ok: true });
    expect(taken).toBeGreaterThan(16);
  });

  test('that ran out do not make a command ambiguous: a refused one did nothing, and is sent again once', async () => {
    let valid = 'token-1';
    await using it = await startWithLogin((token) => token === valid);
    await read(it);
    valid = 'token-2';
    expect(await command(it)).toEqual({ ok: true });
    expect(it.server.requests).toEqual(['GET /thing', 'POST /thing', 'POST /thing']);
  });

  test.each([
    ['cannot be read', 'PROVIDER_INVALID_RESPONSE'],
    ['does not come', 'PROVIDER_UNAVAILABLE'],
  ] as const)('that ran out, and a new login that %s: the command did nothing for certain', async (_, code) => {
    let isLoginBroken = false;
    const session = loginSession({
      login: () =>
        isLoginBroken
          ? Promise.reject(new GatewayError(code, 'no'))
          : Promise.resolve({ headers: { authorization: 'x' } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(
      (request, response) => sendJson(response, { ok: true }, request.method === 'POST' ? 401 : 200),
      { session },
    );
    await read(it);
    isLoginBroken = true;
    expect((await refusal(command(it))).code).toBe(code);
  });

  test('that ran out, and a new login that hangs: the command did nothing for certain', async () => {
    let isLoginHanging = false;
    const session = loginSession({
      login: () =>
        isLoginHanging ? new Promise(() => undefined) : Promise.resolve({ headers: { authorization: 'x' } }),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(
      (request, response) => sendJson(response, { ok: true }, request.method === 'POST' ? 401 : 200),
      {
        session,
        timeoutMs: 100,
      },
    );
    await read(it);
    isLoginHanging = true;
    expect((await refusal(command(it))).code).toBe('PROVIDER_TIMEOUT');
  });

  test('that cannot be had, for a caller that has gone already, are no unhandled rejection', async () => {
    const session = loginSession({
      login: () => Promise.reject(new GatewayError('PROVIDER_UNAUTHENTICATED', 'no')),
      pauseMs: 60_000,
      timeoutMs: 1_000,
    });
    await using it = await start(fine, { session });
    expect((await refusal(read(it, AbortSignal.abort()))).code).toBe('PROVIDER_TIMEOUT');
    expect(it.server.requests).toEqual([]);
  });
});
