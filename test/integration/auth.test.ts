/** Who is let in: over HTTP, server-sent events and WebSocket alike. */
import { expect, test } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { aToken, type GatewayOptions, startGateway } from '../support/gateway.ts';

const viewer = '{ viewer { name role providers { name } } }';
const graphql = (query: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query }),
});

async function startTokenGateway(tokens: object[], options: Partial<GatewayOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
  const gateway = startGateway({ providers: [sandbox.config], auth: { tokens }, ...options });
  return {
    ...gateway,
    sandbox,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

test('a token of the configuration says who asks, and what they may do', async () => {
  await using gateway = await startTokenGateway([aToken('anna', { role: 'READER' }), aToken('bert')]);
  expect(await gateway.as('anna').askText(viewer)).toEqual({
    data: { viewer: { name: 'anna', role: 'READER', providers: [{ name: 'files' }] } },
  });
  expect((await gateway.as('bert').askText(viewer)).data?.['viewer']).toMatchObject({ name: 'bert', role: 'OPERATOR' });
});

test.each([
  ['no header', undefined],
  ['an unknown token', 'Bearer carl'],
  ['another scheme', 'Basic YW5uYTphbm5h'],
  ['no token', 'Bearer '],
  ['two tokens', 'Bearer anna anna'],
  ['a token that is too long', `Bearer ${'a'.repeat(9_000)}`],
])('%s is UNAUTHENTICATED, with 401, whatever is asked', async (_what, authorization) => {
  await using gateway = await startTokenGateway([aToken('anna')]);
  const url = `${await gateway.listen()}/graphql`;
  for (const query of [viewer, '{ nonsense', '{ __schema { types { name } } }']) {
    const response = await fetch(url, graphql(query, authorization === undefined ? {} : { authorization }));
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const { data, errors } = (await response.json()) as { data?: unknown; errors: { extensions: object }[] };
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
  }
  const log = await fetch(url.replace('graphql', 'backups/abc/log'), {
    headers: authorization ? { authorization } : {},
  });
  expect(log.status).toBe(401);
  expect(gateway.sandbox.requests).toEqual([]);
});
