import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labii } from '../../../../providers/labii/index.ts';
import type { LabiiSandbox } from '../../../../providers/labii/sandbox/contract.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { byApiKey, byPassword, type Options, open, page } from '../../../support/labii.ts';

const byToken = ({ token }: LabiiSandbox) => ({ token });

describe('the configuration', () => {
  const base = {
    name: 'eln',
    kind: 'labii',
    url: 'https://labii.example/v1',
    organizations: [{ sid: 'og1', name: 'One' }],
  };
  const faults = (fields: object): string => {
    const { error } = labii.config.safeParse({ ...base, ...fields });
    return error ? z.prettifyError(error) : 'none';
  };

  it('takes a token, an API key, or a username with a password', () => {
    for (const way of [{ token: 't' }, { apiKey: 'k' }, { username: 'u', password: 'p' }])
      expect(faults(way)).toBe('none');
    expect(labii.config.parse({ ...base, token: 't' })).toMatchObject({ timeoutSeconds: 10, startTimeoutSeconds: 900 });
  });

  it('knows the generation by the address, unless it is told', () => {
    const generation = (fields: object) => labii.config.parse({ ...base, token: 't', ...fields }).generation;
    expect(generation({})).toBe('v1');
    expect(generation({ url: 'https://labii.example/eln/v1/' })).toBe('v1');
    expect(generation({ url: 'https://labii.example' })).toBe('current');
    expect(generation({ url: 'https://labii.example/v10' })).toBe('current');
    expect(generation({ url: 'https://labii.example', generation: 'v1' })).toBe('v1');
    expect(generation({ generation: 'current' })).toBe('current');
  });

  it('says what is wrong with it', () => {
    expect(faults({})).toContain('expected exactly one of token, apiKey, and username with password');
    expect(faults({ token: 't', apiKey: 'k' })).toContain('exactly one of');
    expect(faults({ token: 't', username: 'u', password: 'p' })).toContain('exactly one of');
    expect(faults({ token: 't', password: 'p' })).toContain('expected username and password together');
    expect(faults({ token: 't', organizations: [] })).toContain('expected at least one organisation');
    expect(faults({ token: 't', organizations: [...base.organizations, ...base.organizations] })).toContain(
      'each organisation once',
    );
    expect(faults({ token: 't', organizations: [{ sid: 'a.b', name: 'x' }] })).toContain(
      'expected the sid of an organisation',
    );
    expect(faults({ token: 't', organizations: [{ sid: 'og1' }] })).toContain('name');
    expect(faults({ token: 't', generation: 'v2' })).toContain('generation');
    expect(faults({ token: 't', tokn: 'u' })).toContain('tokn');
    expect(faults({ token: '' })).toContain('token');
  });

  it('does not show its secrets', () => {
    expect(JSON.stringify(labii.config.parse({ ...base, token: 'hidden' }))).not.toContain('hidden');
  });
});

describe('who we are', () => {
  const headersOf = async (options: Options) => {
    await using fixture = await open(options);
    await page(fixture.provider);
    return { ...fixture.sandbox.requests.at(-1)?.headers, apiKey: fixture.sandbox.apiKey, own: fixture.sandbox.token };
  };

  it('is told in each generation as its documentation says', async () => {
    const v1 = await headersOf({ as: byToken });
    expect(v1).toMatchObject({ authorization: `Token ${v1.own}`, token: v1.own });
    const current = await headersOf({ as: byToken, generation: 'current' });
    expect(current).toMatchObject({ authorization: `Token ${current.own}` });
    expect(current).not.toHaveProperty('token');
    const key = await headersOf({ as: byApiKey });
    expect(key).toMatchObject({ authorization: `Bearer ${key.apiKey}` });
    expect(key).not.toHaveProperty('token');
  });

  it('is asked for by a login once, and again unseen when 30 idle minutes have ended it', async () => {
    await using fixture = await open({ as: byPassword });
    await Promise.all([page(fixture.provider), page(fixture.provider)]);
    fixture.sandbox.clock.advance(31 * 60_000);
    expect((await page(fixture.provider)).problems).toEqual([]);
    expect(fixture.sandbox.loginCount).toBe(2);
    expect(fixture.asked().filter((asked) => /accounts/.test(asked))).toEqual(Array(2).fill('POST /v1/accounts/auth/'));
  });

  it('that a wrong password hides is asked for once, since the fifth one locks the account', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byPassword(sandbox), password: 'wrong' }) });
    for (let time = 0; time < 6; time++) {
      const error = await failureOf(page(fixture.provider));
      expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
      expect(error.message).toContain('refuses the configured username or password');
    }
    expect(fixture.asked()).toEqual(['POST /v1/accounts/auth/']);
  });

  it('needs a key where a second factor is asked for', async () => {
    await using fixture = await open({ as: ({ secondFactorUser }) => ({ ...secondFactorUser }) });
    const error = await failureOf(fixture.provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_UNAUTHENTICATED',
      'eln asks for a second factor: configure an API key instead of the password.',
    ]);
    await failureOf(page(fixture.provider));
    expect(fixture.asked()).toHaveLength(1);
  });

  it('cannot be renewed where the configuration holds a token, and says what lasts', async () => {
    await using fixture = await open({ as: byToken });
    await page(fixture.provider);
    fixture.sandbox.expireTokens();
    const error = await failureOf(fixture.provider.listEntities(never()));
    expect(error.code).toBe('PROVIDER_UNAUTHENTICATED');
    expect(error.message).toContain('configure an API key');
  });
});
