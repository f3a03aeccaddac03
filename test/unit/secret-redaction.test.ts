/** What is remembered in order to be hidden. */
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { keepSecret, keepSessionSecrets, redactSecrets } from '../../src/core/secret-redaction.ts';
import { loginSession } from '../../src/upstream/session.ts';
import { never } from '../support/model.ts';

test('a secret of a configuration is known from its reading on, and one that is too short for a secret is not', () => {
  new Secret('of-a-configuration');
  keepSecret('abc');
  expect(redactSecrets('xof-a-configurationx abc')).toBe('x[secret]x abc');
});

test('a short secret may have any character in it', () => {
  for (let code = 0x21; code < 0x7f; code++) {
    const secret = `a${String.fromCharCode(code)}9${String.fromCharCode(code)}z`;
    keepSecret(secret);
    expect(redactSecrets(`it was ${secret}, x${secret}x`)).toBe(`it was [secret], x${secret}x`);
  }
});

test('what a login gave is known', async () => {
  const login = () => Promise.resolve({ headers: { authorization: 'Bearer given-by-a-login' } });
  await loginSession({ login, pauseMs: 1, timeoutMs: 1_000 }).credentials(never);
  expect(redactSecrets('given-by-a-login')).toBe('[secret]');
});

test('of sessions the newest 200 are known, however many logins there were', () => {
  for (let count = 1000; count < 1201; count++) keepSessionSecrets({ cookie: `SID=session-${count}` });
  expect(redactSecrets('session-1000 session-1001 session-1200')).toBe('session-1000 [secret] [secret]');
});
