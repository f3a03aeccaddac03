import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { borg } from '../../../../providers/borg/index.ts';
import { answers, byPassword, open, page, to } from '../../../support/borg.ts';
import { failureOf, never } from '../../../support/calls.ts';

describe('the configuration', () => {
  const base = { name: 'files', kind: 'borg', url: 'https://borg.example/ui' };
  const faults = (fields: object): string => {
    const { error } = borg.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a token, or a username with a password', () => {
    expect(faults({ token: 'borgui_x' })).toBe('none');
    expect(faults({ username: 'u', password: 'p' })).toBe('none');
    expect(borg.config.parse({ ...base, token: 'x' }).timeoutSeconds).toBe(10);
  });

  it('says what is wrong with it', () => {
    expect(faults({})).toContain('expected either token, or username and password');
    expect(faults({ username: 'u' })).toContain('expected username and password together');
    expect(faults({ token: 'x', password: 'p' })).toContain('not both');
    expect(faults({ token: 'x', url: 'ftp://borg' })).toContain('expected an http or https URL');
    expect(faults({ token: 'x', tokn: 'y' })).toContain('tokn');
    expect(faults({ token: '' })).toContain('token');
  });
});

describe('logging in', () => {
  it('happens once for twenty calls at a time, by a form', async () => {
    await using fixture = await open({ as: byPassword });
    await Promise.all(Array.from({ length: 20 }, () => fixture.provider.listEntities(never())));
    expect(fixture.sandbox.loginCount).toBe(1);
    const login = fixture.sandbox.requests.find(({ path }) => path === '/api/auth/login');
    expect(login?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('happens again, once, when the token has expired', async () => {
    await using fixture = await open({ as: byPassword });
    await fixture.provider.listEntities(never());
    fixture.sandbox.expireTokens();
    await Promise.all([fixture.provider.listEntities(never()), page(fixture.provider)]);
    expect(fixture.sandbox.loginCount).toBe(2);
  });

  it('with a wrong password is tried once, so that nobody is locked out', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byPassword(sandbox), password: 'wrong' }) });
    for (let call = 0; call < 10; call++) {
      expect(await failureOf(page(fixture.provider))).toMatchObject({
        code: 'PROVIDER_UNAUTHENTICATED',
        message: 'files refuses the configured user name or password.',
      });
    }
    expect(fixture.asked()).toEqual(['POST /api/auth/login']);
  });

  it('where it is locked waits as long as the product says', async () => {
    await using fixture = await open({ as: byPassword });
    const locked = { key: 'backend.errors.auth.tooManyRequests', params: { retryAfterSeconds: 840 } };
    fixture.proxy.fail(answers(429, locked), to('/auth/login'));
    for (let call = 0; call < 3; call++) {
      expect(await failureOf(page(fixture.provider))).toMatchObject({
        code: 'PROVIDER_RATE_LIMITED',
        retryAfterSeconds: 840,
      });
    }
    expect(fixture.proxy.requests).toHaveLength(1);
  });

  it('with a second factor asks for a personal token instead, once', async () => {
    await using fixture = await open({ as: byPassword });
    fixture.sandbox.totpUsers.add('admin');
    for (let call = 0; call < 3; call++) {
      const error = await failureOf(page(fixture.provider));
      expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
      expect(error.message).toContain('second factor: configure a personal access token');
    }
    expect(fixture.asked()).toHaveLength(1);
  });

  it('where passwords are switched off asks for a personal token instead', async () => {
    await using fixture = await open({ as: byPassword });
    fixture.sandbox.localLogin = false;
    const error = await failureOf(page(fixture.provider));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_UNAUTHENTICATED',
      'files takes no passwords: configure a personal access token instead.',
    ]);
  });

  it('is not needed with a personal token, and one that is revoked is not tried twice', async () => {
    await using fixture = await open();
    await page(fixture.provider);
    fixture.sandbox.revokePersonalTokens();
    fixture.asked();
    expect((await failureOf(page(fixture.provider, { limit: 1 }))).code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=51']);
  });
});
