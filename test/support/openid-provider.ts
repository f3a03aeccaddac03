/** An OpenID provider of its own: authorisation page, token endpoint and keys over HTTP, for pages of any origin. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { audience, createSigningKey, inSeconds, signToken } from './key-server.ts';

export const clientId = 'backplane-dashboard';

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Section `auth.jwt` of a gateway that trusts it. */
  readonly jwt: object;
  /** How long the access tokens from now on are valid; negative: they have expired. */
  validSeconds: number;
  /** Claims of the access tokens from now on. */
  claims: object;
  /** Parameters of each visit of the authorisation page. */
  readonly visits: URLSearchParams[];
  /** Access tokens and id tokens that it has given. */
  readonly tokens: { readonly access: string; readonly id: string }[];
}

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const key = await createSigningKey('openid');
  const codes = new Map<string, URLSearchParams>();
  const json = (response: ServerResponse, status: number, body: object) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
      .end(JSON.stringify(body));

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    provider.visits.push(asked);
    const code = randomUUID();
    codes.set(code, asked);
    const back = (more: Record<string, string>) => {
      const address = new URL(asked.get('redirect_uri') ?? '');
      for (const [name, value] of Object.entries(more)) address.searchParams.set(name, value);
      return address.href.replaceAll('&', '&amp;');
    };
    const state = asked.get('state') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Provider</title>
      <a href="${back({ code, state, iss: provider.issuer })}">Allow</a>
      <a href="${back({ error: 'access_denied', error_description: 'Anna said no', state })}">Deny</a>
      <a href="${back({ code, state: 'of-somebody-else' })}">Allow with another state</a>
      <a href="${back({ code, state, iss: 'https://evil.example' })}">Allow as another issuer</a>`);
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = new URLSearchParams(await text(request));
    const asked = codes.get(given.get('code') ?? '');
    codes.delete(given.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      asked?.get('code_challenge') === challenge &&
      asked.get('code_challenge_method') === 'S256' &&
      given.get('grant_type') === 'authorization_code' &&
      given.get('client_id') === clientId &&
      given.get('redirect_uri') === asked.get('redirect_uri');
    if (!isRight) return void json(response, 400, { error: 'invalid_grant' });
    const claims = { iss: provider.issuer, name: 'anna', exp: inSeconds(provider.validSeconds), ...provider.claims };
    const access = await signToken(key, claims);
    const id = await signToken(key, { ...claims, aud: clientId });
    provider.tokens.push({ access, id });
    json(response, 200, {
      access_token: access,
      id_token: id,
      token_type: 'Bearer',
      expires_in: provider.validSeconds,
    });
  }

  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', provider.issuer);
    if (pathname === '/.well-known/openid-configuration') {
      const { issuer } = provider;
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
      json(response, 200, { issuer, jwks_uri: `${issuer}/keys`, ...endpoints });
    } else if (pathname === '/keys') json(response, 200, { keys: [key.jwk] });
    else if (pathname === '/authorize') authorize(searchParams, response);
    else if (pathname === '/token')
      exchange(request, response).catch((error: unknown) => response.destroy(error as Error));
    else response.writeHead(404).end();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const provider: OpenIdProvider = {
    issuer,
    jwt: {
      issuer,
      audience,
      jwksUrl: `${issuer}/keys`,
      algorithms: ['ES256'],
      clockSkewSeconds: 0,
      claims: { name: 'name', role: 'roles' },
      clientId,
    },
    validSeconds: 600,
    claims: {},
    visits: [],
    tokens: [],
    async [Symbol.asyncDispose]() {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
  return provider;
}
