/** Trusted documents: by their hash on every transport, and nothing else where only they are executed. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocuments } from '../../../src/transport/shared/documents.ts';
import { aToken, type BorgGateway, startBorgGateway, startGateway, type TestGateway } from '../../support/gateway.ts';
import { captureLog } from '../../support/log-lines.ts';
import { apollo, senders, sha256, writeManifest } from '../../support/persisted.ts';

const viewer = 'query Mine { viewer { name } }';
const providers = 'query Systems($first: Int) { providers { name } backups(first: $first) { nodes { id } } }';
const other = '{ viewer { name role } }';
const data = { viewer: { name: 'anonymous' } };
const names = Object.keys(senders);

let borg: BorgGateway;
beforeAll(async () => {
  borg = await startBorgGateway();
});
afterAll(() => borg[Symbol.asyncDispose]());

interface Started extends TestGateway {
  readonly origin: string;
  readonly file: string;
}

async function startTrusting(mode: string, more: object = {}, manifest: unknown = manifestOf(viewer, providers)) {
  const file = await writeManifest(manifest);
  const gateway = startGateway({
    providers: [borg.sandbox.config],
    documents: { trusted: { file, mode } },
    ...more,
  });
  return { ...gateway, file, origin: await gateway.listen() } satisfies Started;
}

const manifestOf = (...documents: string[]) => Object.fromEntries(documents.map((text) => [sha256(text), text]));

const refused = (message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: 'FORBIDDEN', retryable: false } }],
});

describe.each(names)('over %s, trusted documents', (name) => {
  const send = senders[name] as (typeof senders)[string];

  it('are executed by documentId and by the hash of Apollo clients, and whole, with their variables', async () => {
    await using gateway = await startTrusting('only');
    const id = sha256(viewer);
    const answers = [
      await send(gateway.origin, { documentId: id }),
      await send(gateway.origin, { documentId: `sha256:${id}` }),
      await send(gateway.origin, { extensions: { documentId: id } }),
      await send(gateway.origin, { query: '', ...apollo(id) }),
      await send(gateway.origin, apollo(id)),
      await send(gateway.origin, { query: viewer, operationName: 'Mine' }),
    ];
    for (const answer of answers) expect(answer).toEqual({ data });
    const found = await send(gateway.origin, { documentId: sha256(providers), variables: { first: 1 } });
    expect(found).toMatchObject({ data: { providers: [{ name: 'files' }], backups: { nodes: [{}] } } });
  });

  it('are all that is executed where only they are', async () => {
    await using gateway = await startTrusting('only');
    const before = borg.sandbox.requests.length;
    const untrusted = /^Only trusted documents are executed here, and this one is not in the manifest/;
    const unknown = /^Only trusted documents are executed here, and the manifest of the gateway has none/;
    expect(await send(gateway.origin, { query: other })).toEqual(refused(untrusted));
    // The same fields in another text.
    expect(await send(gateway.origin, { query: `${viewer} ` })).toEqual(refused(untrusted));
    expect(await send(gateway.origin, { query: '{ syntax' })).toEqual(refused(untrusted));
    // A trusted hash does not make another text trusted, nor does the client's own hash.
    expect(await send(gateway.origin, { query: other, ...apollo(sha256(viewer)) })).toEqual(refused(untrusted));
    expect(await send(gateway.origin, { query: other, ...apollo(sha256(other)) })).toEqual(refused(untrusted));
    expect(await send(gateway.origin, { query: other, documentId: sha256(viewer) })).toEqual(refused(untrusted));
    expect(await send(gateway.origin, { documentId: sha256(other) })).toEqual(refused(unknown));
    expect(await send(gateway.origin, apollo(sha256(other)))).toEqual(refused(unknown));
    expect(await send(gateway.origin, { documentId: '__proto__' })).toEqual(refused(unknown));
    expect(borg.sandbox.requests).toHaveLength(before);
  });

  it('have the same authentication and limits as others', async () => {
    await using gateway = await startTrusting('only', {
      auth: { tokens: [aToken('anna')] },
      limits: { depth: 2 },
    });
    const noOne = await send(gateway.origin, { documentId: sha256(viewer) }).catch(String);
    expect(JSON.stringify(noOne)).toContain('UNAUTHENTICATED');
    expect(await send(gateway.origin, { documentId: sha256(viewer) }, 'anna')).toEqual({
      data: { viewer: { name: 'anna' } },
    });
    const deep = await send(gateway.origin, { documentId: sha256(providers) }, 'anna');
    expect(deep.errors?.[0]).toMatchObject({ message: expect.stringMatching(/nests fields more than 2 deep/) });
    await using costly = await startTrusting('only', { limits: { cost: 5 } });
    const costs = await send(costly.origin, { documentId: sha256(providers), variables: { first: 50 } });
    expect(costs.errors?.[0]?.message).toMatch(/cost/);
  });
});

describe('a manifest', () => {
  it('may be that of Relay or Apollo', async () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
    await using relay = await startTrusting('only', {}, { [md5]: viewer });
    expect(await senders['POST']?.(relay.origin, { documentId: md5 })).toEqual({ data });
    const operations = [{ id: 'the-id', name: 'Mine', type: 'query', body: viewer }];
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    await using gateway = await startTrusting('only', {}, manifest);
    expect(await senders['POST']?.(gateway.origin, apollo('the-id'))).toEqual({ data });
  });

  it.each([
    ['{', /^documents\.trusted\.file: expected JSON/],
    ['[]', /^documents\.trusted\.file: expected an object of hashes and documents/],
    ['{"a": 1}', /^documents\.trusted\.file: expected an object of hashes and documents/],
  ])('that is %s stops the start', async (text, fault) => {
    await expect(startTrusting('only', {}, text)).rejects.toThrow(fault);
  });

  it('that is missing stops the start', () => {
    const start = () =>
      startGateway({
        providers: [borg.sandbox.config],
        documents: { trusted: { file: '/no/such/file.json' } },
      });
    expect(start).toThrow(/^documents\.trusted\.file: expected a file that can be read \(ENOENT\)/);
  });

  it('is read again at a reload, and the mode changes with it', async () => {
    await using gateway = await startTrusting('only');
    const ask = (text: string) => gateway.askText(text);
    expect(await ask(other)).toEqual(refused(/trusted/));
    await writeManifest(manifestOf(other), gateway.file);
    gateway.reload({});
    expect((await ask(other)).errors).toBeUndefined();
    expect(await ask(viewer)).toEqual(refused(/trusted/));
    await rm(gateway.file);
    expect(() => gateway.reload({})).toThrow(/documents\.trusted\.file/);
    // A fault changes nothing.
    expect((await ask(other)).errors).toBeUndefined();
    expect(await ask(viewer)).toEqual(refused(/trusted/));
    await writeManifest({}, gateway.file);
    const { sections, restart } = gateway.reload({ documents: { trusted: { file: gateway.file, mode: 'off' } } });
    expect([sections, restart]).toEqual([['documents.trusted'], []]);
    expect((await ask(viewer)).errors).toBeUndefined();
    gateway.reload({ documents: {} });
    expect((await ask(viewer)).errors).toBeUndefined();
  });
});

describe('other documents', () => {
  it('are executed and logged once where the mode is log', async () => {
    await using gateway = await startTrusting('log');
    const log = captureLog(gateway.app);
    for (let round = 0; round < 3; round++) {
      for (const send of Object.values(senders)) {
        expect(await send(gateway.origin, { query: `query Other ${other}`, operationName: 'Other' })).toMatchObject({
          data: {},
        });
        expect(await send(gateway.origin, { documentId: sha256(viewer) })).toEqual({ data });
      }
    }
    const lines = log.lines.filter(({ msg }) => msg === 'a document is not trusted');
    expect(lines).toMatchObject([
      { level: 'warn', requestId: expect.any(String), sha256: sha256(`query Other ${other}`), operation: 'Other' },
    ]);
    expect(log.text()).not.toContain('viewer {');
  });

  it('have at most 1,000 lines', async () => {
    await using gateway = await startTrusting('log');
    const log = captureLog(gateway.app);
    // What the gateway does with each operation, without the operations.
    const settings = { trusted: { file: gateway.file, mode: 'log' as const }, automatic: null };
    const documents = createDocuments(settings, () => [], gateway.app.log);
    for (let index = 0; index < 1_010; index++) documents.resolve({ query: `query Q${index} { __typename }` }, null);
    const count = (text: string) => log.lines.filter(({ msg }) => msg === text).length;
    expect(count('a document is not trusted')).toBe(1_000);
    expect(count('more documents are not trusted, and are not logged until a restart')).toBe(1);
  });

  it('are executed without a line where the mode is off', async () => {
    await using gateway = await startTrusting('off');
    const log = captureLog(gateway.app);
    expect((await gateway.askText(other)).errors).toBeUndefined();
    expect(log.text()).not.toContain('trusted');
    const unknown = await senders['POST']?.(gateway.origin, { documentId: 'f00' });
    expect(unknown?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('the documents of the dashboard', () => {
  const ownDocuments = JSON.parse(readFileSync('dist/web/documents.json', 'utf8')) as readonly string[];
  const systems = ownDocuments.find((text) => /^query Systems\b/.test(text)) ?? '';

  it('are trusted without being in the manifest, as they are', async () => {
    await using gateway = await startTrusting('only');
    expect(await gateway.askText(systems)).toMatchObject({ data: { providers: [{ name: 'files' }] } });
    expect(await gateway.askText(`${systems} `)).toEqual(refused(/trusted/));
    gateway.reload({});
    expect(await gateway.askText(systems)).toMatchObject({ data: { providers: [{ name: 'files' }] } });
  });

  it('are not trusted where there is no dashboard', async () => {
    await using gateway = await startTrusting('only', { server: { dashboard: false } });
    expect(await gateway.askText(systems)).toEqual(refused(/trusted/));
  });
});
