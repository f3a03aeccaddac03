/** The name and version of a client in the log lines of its requests, wherever clients send them. */
import { expect, it } from 'vitest';
import { aToken } from '../../support/gateway.ts';
import { firstEvent, list, start } from '../../support/planted-bugs.ts';
import { openRaw, type RawSocket } from '../../support/raw-socket.ts';

const query = 'query Mine { viewer { name } }';

async function startLogged(plant: Parameters<typeof start>[0] = () => ({})) {
  const gateway = await start(plant, { auth: { tokens: [aToken('anna')] }, log: { level: 'debug' } });
  return {
    ...gateway,
    post: (text: string, headers: Record<string, string> = {}) =>
      gateway.post(text, { authorization: 'Bearer anna', ...headers }),
    operations: () => gateway.log.lines.filter(({ msg }) => msg === 'operation'),
  };
}

async function runOn(raw: RawSocket, payload: object): Promise<void> {
  raw.say({ type: 'connection_init', payload: { authorization: 'Bearer anna', ...payload } });
  await raw.hear();
  raw.say({ id: 'a', type: 'subscribe', payload: { query } });
  await raw.hear('a');
}

it('come from the headers of Apollo and of other clients', async () => {
  await using gateway = await startLogged();
  await gateway.post(query, { 'apollographql-client-name': 'web', 'apollographql-client-version': '1.4.2' });
  await gateway.post(query, { 'graphql-client-name': 'cli', 'graphql-client-version': '7' });
  await gateway.post(query, { 'GraphQL-Client-Name': 'only a name' });
  await gateway.post(query);
  const [apollo, other, named, silent] = gateway.operations();
  expect(apollo).toMatchObject({ requestId: expect.any(String), clientName: 'web', clientVersion: '1.4.2' });
  expect(other).toMatchObject({ clientName: 'cli', clientVersion: '7' });
  expect(named).toMatchObject({ clientName: 'only a name' });
  expect(named).not.toHaveProperty('clientVersion');
  expect(silent).not.toHaveProperty('clientName');
});

it('come from the payload of connection_init, and from the headers of the upgrade without it', async () => {
  await using gateway = await startLogged();
  const headers = { 'graphql-client-name': 'upgrade' };
  const payloads = [
    { clientName: 'app', clientVersion: '2' },
    { 'apollographql-client-name': 'apollo', 'apollographql-client-version': '3' },
    { headers: { 'GraphQL-Client-Name': 'in headers' } },
    {},
    { clientName: { not: 'a text' }, clientVersion: 7 },
  ];
  for (const payload of payloads) {
    await using raw = await openRaw(gateway.origin, { isMute: true, headers });
    await runOn(raw, payload);
  }
  expect(gateway.operations()).toMatchObject([
    { clientName: 'app', clientVersion: '2', requestId: expect.stringMatching(/\.1$/) },
    { clientName: 'apollo', clientVersion: '3' },
    { clientName: 'in headers' },
    { clientName: 'upgrade' },
    { clientName: 'upgrade' },
  ]);
});

it('are in refusals, commands, event streams and unexpected errors', async () => {
  await using gateway = await startLogged(() => ({
    listBackups: () => Promise.reject(new TypeError('planted')),
  }));
  const client = { 'apollographql-client-name': 'web', 'apollographql-client-version': '1' };
  const fields = { clientName: 'web', clientVersion: '1' };
  const lineOf = (text: string) => gateway.log.lines.find(({ msg }) => msg === text);
  await gateway.post(list, { ...client, authorization: 'Bearer wrong' });
  expect(lineOf('not admitted')).toMatchObject(fields);
  await gateway.post(list, client);
  expect(lineOf('unexpected error')).toMatchObject(fields);
  await gateway.post('mutation { cancelBackup(input: { id: "eA" }) { userErrors { code } } }', client);
  expect(lineOf('command')).toMatchObject(fields);
  const watch = `subscription Watch { backupProgress(id: "${gateway.run()}") { __typename } }`;
  await firstEvent(await gateway.post(watch, { ...client, accept: 'text/event-stream' }));
  expect(gateway.operations().at(-1)).toMatchObject({ name: 'Watch', ...fields });
  await using raw = await openRaw(gateway.origin, { isMute: true });
  raw.say({ type: 'connection_init', payload: { authorization: 'Bearer wrong', clientName: 'socket' } });
  await raw.closed;
  expect(gateway.log.lines.filter(({ msg }) => msg === 'not admitted').at(-1)).toMatchObject({ clientName: 'socket' });
});

it('are at most 100 characters, without control characters', async () => {
  await using gateway = await startLogged();
  await using raw = await openRaw(gateway.origin, { isMute: true });
  await runOn(raw, { clientName: `a\nb\u0000\u202ec\u2028d\ud800${'x'.repeat(10_000)}`, clientVersion: ' \n ' });
  const [line] = gateway.operations();
  expect(line?.['clientName']).toMatch(/^abcdx{91}$/);
  expect(line).not.toHaveProperty('clientVersion');
});
