/** Half a character (a lone surrogate) in what a client sends: each way in gives an answer that every client can read. */
import { describe, expect, it } from 'vitest';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { decodeId, encodeId } from '../../schema/ids.ts';
import { escapeIdentifier } from '../../src/core/unicode.ts';
import { aToken, globalId, startGateway } from '../support/gateway.ts';
import { transports } from '../support/transports.ts';

const half = 'caf\udce9';
const auth = { tokens: [aToken('ann')] };

async function open() {
  const sandbox = await startFlosumSandbox({ speed: 0, history: 6, demo: false, connections: 1 });
  const gateway = startGateway({ providers: [sandbox.config], auth });
  const entity = globalId('SalesforceOrg', 'salesforce', String(sandbox.connections[0]?.id));
  return {
    sandbox,
    gateway,
    entity,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

const start = `mutation ($entityId: ID!, $name: String, $description: String, $key: String) {
  startBackup(input: { entityId: $entityId, name: $name, description: $description, idempotencyKey: $key }) {
    operation { status } userErrors { code field message } } }`;

describe.each(Object.entries(transports))('half a character over %s', (_name, ask) => {
  it('is looked for as it is shown, finds nothing as an id or a cursor, and is no key', async () => {
    await using fixture = await open();
    const { gateway, entity } = fixture;
    const told: unknown[] = [];
    const send = async (query: string, variables: Record<string, unknown>) => {
      const [first] = await ask(gateway, 'ann', query, variables);
      told.push(first);
      return first as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
    };
    const found = await send('query ($s: String) { backups(filter: { search: $s }) { nodes { id } } }', { s: half });
    expect(found).toMatchObject({ data: { backups: { nodes: [] } } });
    const one = await send('query ($id: ID!) { node(id: $id) { id } }', { id: half });
    expect(one).toMatchObject({ data: { node: null } });
    const page = await send('query ($after: String) { backups(after: $after) { nodes { id } } }', { after: half });
    expect(page.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const other = await send('query ($p: [String!]) { backups(filter: { providers: $p }) { nodes { id } } }', {
      p: [half],
    });
    expect(other.errors ?? other.data).toBeDefined();
    const time = await send('query ($t: DateTime) { backups(filter: { startedAfter: $t }) { nodes { id } } }', {
      t: half,
    });
    expect(time.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const refused = await send(start, { entityId: entity, key: half });
    expect(refused).toMatchObject({
      data: {
        startBackup: { operation: null, userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', 'idempotencyKey'] }] },
      },
    });
    expect(fixture.sandbox.jobs.filter(({ name }) => name.startsWith('caf'))).toEqual([]);
    const done = await send(start, { entityId: entity, name: half, description: half });
    expect(done).toMatchObject({ data: { startBackup: { userErrors: [] } } });
    // What every product and client can write.
    expect(fixture.sandbox.jobs.filter(({ name }) => name.startsWith('caf\ufffd'))).toHaveLength(1);
    for (const answer of told) expect(JSON.stringify(answer)).not.toMatch(/[^\\]\\ud[89a-f]/);
  });
});

it('a search finds a name of Flosum in every form of Unicode, by what its own search can find', async () => {
  await using fixture = await open();
  const connectionId = fixture.sandbox.connections[0]?.id ?? 0;
  const ids = ['Caf\u00e9 nightly', 'CAFE\u0301 nightly'].map(
    (name) => fixture.sandbox.addFinished({ connectionId, name }).id,
  );
  fixture.sandbox.addFinished({ connectionId, name: 'Cafe nightly' });
  for (const search of ['caf\u00e9 nightly', 'cafe\u0301 NIGHTLY', 'caf\u00e9', '\u00e9']) {
    const { data } = await fixture.gateway
      .as('ann')
      .askText('query ($s: String) { backups(filter: { search: $s }) { nodes { externalId } } }', { s: search });
    const { nodes } = (data as { backups: { nodes: { externalId: string }[] } }).backups;
    expect(nodes.map(({ externalId }) => externalId).sort(), search).toEqual(ids.map(String).sort());
  }
});

it('the id and the cursor of the longest path find it again, also where each of its bytes is an escape', () => {
  const path = escapeIdentifier('/'.padEnd(4096, '\udce9'));
  expect(decodeId(encodeId('BorgRepository', 'files', path))).toMatchObject({ localId: path });
});

it('the download of a log by such an id is a plain 404', async () => {
  await using fixture = await open();
  const origin = await fixture.gateway.listen();
  for (const id of ['caf%ED%B3%A9', 'caf%EF%BF%BD', '%ff']) {
    const response = await fetch(`${origin}/backups/${id}/log`, { headers: { authorization: 'Bearer ann' } });
    expect([400, 404]).toContain(response.status);
    expect((await response.text()).isWellFormed()).toBe(true);
  }
});
