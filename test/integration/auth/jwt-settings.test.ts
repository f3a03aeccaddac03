/** What the configuration of tokens of an identity provider must be, said before anything starts. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { products } from '../../../providers/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/file.ts';

const jwt = {
  issuer: 'https://login.example.com',
  audience: 'backplane',
  jwksUrl: 'https://login.example.com/keys',
  algorithms: ['RS256'],
};

function parse(more: object) {
  const providers = [{ name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' }];
  return parseConfig(stringify({ auth: { jwt: { ...jwt, ...more } }, providers }), products, {}).auth?.jwt;
}

function faultsOf(more: object): readonly string[] {
  try {
    parse(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('a little is enough, and the rest has defaults', () => {
  expect(parse({})).toEqual({
    ...jwt,
    keyFile: null,
    ca: null,
    cert: null,
    key: null,
    proxy: null,
    clientId: null,
    scope: 'openid',
    tokenOrigin: null,
    clockSkewSeconds: 30,
    keysSeconds: 600,
    claims: { name: 'sub', role: null, providers: null },
    operators: ['OPERATOR'],
    readers: ['READER'],
  });
});

test.each(['http://127.0.0.1:8080/keys', 'http://localhost/keys', 'http://[::1]/keys'])(
  'keys may come from %s, without TLS on the own machine',
  (jwksUrl) => {
    expect(faultsOf({ jwksUrl })).toEqual([]);
  },
);

test.each<[string, object, string]>([
  ['keys without TLS', { jwksUrl: 'http://login.example.com/keys' }, 'jwksUrl: expected an https URL'],
  ['keys from a name like the own', { jwksUrl: 'http://127.0.0.1.example.com/' }, 'jwksUrl: expected an https URL'],
  ['keys from a file', { jwksUrl: 'file:///etc/keys' }, 'jwksUrl: expected an https URL'],
  ['a password in the URL', { jwksUrl: 'https://a:hunter2@login.example.com/' }, 'jwksUrl: expected a URL without'],
  [
    'people sent to a page without TLS',
    { clientId: 'a', issuer: 'http://login.example.com' },
    'clientId: expected an issuer with https',
  ],
  ['people sent to no address', { clientId: 'a', issuer: 'login' }, 'clientId: expected an issuer with https'],
  ['a path in an origin', { tokenOrigin: 'https://login.example.com/token' }, 'tokenOrigin: expected an https origin'],
  [
    'words that would end a policy',
    { tokenOrigin: 'https://a.example; script-src *' },
    'tokenOrigin: expected an https',
  ],
  ['a scope of two lines', { scope: 'openid\nmore' }, 'scope: expected words'],
  ['no keys', { jwksUrl: null }, ': expected exactly one of jwksUrl and keyFile'],
  ['keys twice', { keyFile: 'keys.pem' }, ': expected exactly one of jwksUrl and keyFile'],
  ['a secret that both know', { algorithms: ['HS256'] }, 'algorithms[0]: expected one of'],
  ['no signature', { algorithms: ['none'] }, 'algorithms[0]: expected one of'],
  ['no algorithm', { algorithms: [] }, 'algorithms: expected'],
  [
    'an authority for a file',
    { jwksUrl: null, keyFile: 'keys.pem', ca: 'ca.pem' },
    'ca: expected a jwksUrl with https',
  ],
  ['an authority without TLS', { jwksUrl: 'http://127.0.0.1/', ca: 'ca.pem' }, 'ca: expected a jwksUrl with https'],
  ['a certificate without TLS', { jwksUrl: 'http://127.0.0.1/', cert: 'a', key: 'b' }, 'cert: expected a jwksUrl with'],
  ['a certificate without its key', { cert: 'client.pem' }, 'cert: expected cert and key together'],
  ['a key without its certificate', { key: 'client.key' }, 'cert: expected cert and key together'],
  ['a proxy for a file', { jwksUrl: null, keyFile: 'keys.pem', proxy: 'none' }, 'proxy: expected a jwksUrl'],
  ['a proxy of another kind', { proxy: 'socks5://a:hunter2@b' }, 'proxy: expected an http or https URL of a proxy'],
  ['clocks that differ by more than five minutes', { clockSkewSeconds: 301 }, 'clockSkewSeconds: expected'],
  ['keys that are never read again', { keysSeconds: 86_401 }, 'keysSeconds: expected'],
  ['no issuer', { issuer: '' }, 'issuer: expected'],
  ['no audience', { audience: '' }, 'audience: expected'],
])('%s is a fault that says where and what', (_what, more, fault) => {
  const faults = faultsOf(more);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`auth.jwt${fault.startsWith(':') ? '' : '.'}${fault}`);
  expect(faults[0]).not.toContain('hunter2');
});
