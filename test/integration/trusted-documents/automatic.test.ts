/** Automatic persisted queries, as clients of Apollo speak them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { products } from '../../../providers/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { aToken, type BorgGateway, startBorgGateway, startGateway } from '../../support/gateway.ts';
import { apollo, senders, sha256, writeManifest } from '../../support/persisted.ts';

const viewer = '{ viewer { name } }';
const data = { viewer: { name: 'anonymous' } };
const notFound = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', retryable: false } }],
};
const post = senders['POST'] as (typeof senders)[string];

let borg: BorgGateway;
beforeAll(async () => {
  borg = await startBorgGateway();
});
afterAll(() => borg[Symbol.asyncDispose]());

async function startKeeping(automatic: object = {}, more: object = {}) {
  const gateway = startGateway({ providers: [borg.sandbox.config], documents: { automatic }, ...more });
  return { ...gateway, origin: await gateway.listen() };
}

describe.each(Object.keys(senders))('over %s, a document', (name) => {
  const send = senders[name] as (typeof senders)[string];

  it('is asked for once, kept, and found by its hash from then on', async () => {
    await using gateway = await startKeeping();
    expect(await send(gateway.origin, apollo(sha256(viewer)))).toEqual(notFound);
    expect(await send(gateway.origin, { query: viewer, ...apollo(sha256(viewer)) })).toEqual({ data });
    expect(await send(gateway.origin, apollo(sha256(viewer)))).toEqual({ data });
    // Without its hash, none is kept.
    const other = '{ viewer { role } }';
    await send(gateway.origin, { query: other });
    expect(await send(gateway.origin, apollo(sha256(other)))).toEqual(notFound);
  });

  it('is refused with the hash of another one', async () => {
    await using gateway = await startKeeping();
    const { errors } = await send(gateway.origin, { query: viewer, ...apollo(sha256('{ other }')) });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/is not the SHA-256 of this document/), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(await send(gateway.origin, apollo(sha256('{ other }')))).toEqual(notFound);
  });
});

it('answers 200 where a document is not found, since some clients read no other body', async () => {
  await using gateway = await startKeeping();
  const response = await fetch(`${gateway.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(apollo(sha256(viewer))),
  });
  expect([response.status, await response.json()]).toEqual([200, notFound]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

it('keeps the newest, up to the limits', async () => {
  await using gateway = await startKeeping({ entries: 2, bytes: 1_000 });
  const texts = ['a', 'b', 'c'].map((alias) => `{ ${alias}: viewer { name } }`);
  const add = (text: string) => post(gateway.origin, { query: text, ...apollo(sha256(text)) });
  const isKept = async (text: string) => (await post(gateway.origin, apollo(sha256(text)))).errors === undefined;
  for (const text of texts) await add(text);
  expect(await Promise.all(texts.map(isKept))).toEqual([false, true, true]);
  const [first = ''] = texts;
  // More than all of the memory: executed, and not kept.
  const large = `${first} # ${'x'.repeat(1_000)}`;
  expect((await add(large)).errors).toBeUndefined();
  expect(await Promise.all([...texts, large].map(isKept))).toEqual([false, true, true, false]);
  const half = `${first} # ${'x'.repeat(850)}`;
  await add(half);
  expect(await Promise.all([...texts, half].map(isKept))).toEqual([false, false, false, true]);
});

it('takes no document of a client that is not authenticated', async () => {
  await using gateway = await startKeeping({}, { auth: { tokens: [aToken('anna')] } });
  await post(gateway.origin, { query: viewer, ...apollo(sha256(viewer)) }).catch(() => undefined);
  expect(await post(gateway.origin, apollo(sha256(viewer)), 'anna')).toEqual(notFound);
});

it('has no place beside the mode only, and is refused there', async () => {
  const file = await writeManifest({});
  const yaml = (documents: string) =>
    `providers: [{ name: files, kind: borg, url: "http://127.0.0.1:1", username: a, password: b }]\ndocuments: ${documents}`;
  expect(() => parseConfig(yaml(`{ trusted: { file: ${file} }, automatic: {} }`), products, {})).toThrow(
    'documents.automatic: expected none beside documents.trusted with the mode only',
  );
  const { documents } = parseConfig(yaml(`{ trusted: { file: ${file}, mode: log }, automatic: {} }`), products, {});
  expect(documents).toEqual({ trusted: { file, mode: 'log' }, automatic: { entries: 1_000, bytes: 5_000_000 } });
});

it('keeps its documents at a reload that does not change it', async () => {
  await using gateway = await startKeeping();
  await post(gateway.origin, { query: viewer, ...apollo(sha256(viewer)) });
  gateway.reload({ limits: { depth: 12 } });
  expect(await post(gateway.origin, apollo(sha256(viewer)))).toEqual({ data });
  gateway.reload({ documents: { automatic: { entries: 5 } } });
  expect(await post(gateway.origin, apollo(sha256(viewer)))).toEqual(notFound);
});
