/** Paths that are no UTF-8: Borg UI writes each such byte as half a character. */
import { expect, test } from 'vitest';
import { decodeId, encodeId } from '../../../../schema/ids.ts';
import { noFilter } from '../../../../src/core/filter.ts';
import { alpha, open, page } from '../../../support/borg.ts';
import { never } from '../../../support/calls.ts';
import { endToEnd, type Fault } from '../../../support/fault-proxy.ts';

/** The accounting repository has a path of the given form, and a twin. */
const renamed: Fault = {
  name: 'has paths that are no Unicode',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString().replaceAll(`"${alpha}"`, '"/caf\\udce9"');
    const json = JSON.parse(text) as { repositories?: object[] };
    const [first] = json.repositories ?? [];
    if (first) json.repositories?.push({ ...first, path: '/caf\udce8', name: 'twin' });
    const body = JSON.stringify(json);
    response.writeHead(answer.statusCode ?? 502, {
      ...endToEnd(answer.headers),
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  },
};

test('two paths that differ in one byte are two entities, and each is found by its id', async () => {
  await using fixture = await open();
  const isJson = (_method: string, path: string) => /\/(repositories\/|jobs)$/.test(path);
  using _ = fixture.proxy.fail(renamed, { match: isJson });
  const entities = await fixture.provider.listEntities(never());
  const odd = entities.filter(({ externalId }) => externalId.startsWith('/caf'));
  expect(odd.map(({ externalId }) => externalId).sort()).toEqual(['/caf\\u{dce8}', '/caf\\u{dce9}']);
  for (const entity of odd) {
    expect(JSON.stringify(entity).isWellFormed()).toBe(true);
    expect(JSON.stringify(entity)).not.toContain('\\ud');
    const id = encodeId('BorgRepository', 'files', entity.externalId);
    expect(decodeId(id)).toMatchObject({ localId: entity.externalId });
    expect(await fixture.provider.getEntities([decodeId(id)?.localId ?? ''], never())).toEqual([entity]);
  }
  const { rows } = await page(fixture.provider, { limit: 50, filter: { ...noFilter, entityIds: ['/caf\\u{dce9}'] } });
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(({ entityId }) => entityId))).toEqual(new Set(['/caf\\u{dce9}']));
  const twin = await page(fixture.provider, { limit: 50, filter: { ...noFilter, entityIds: ['/caf\\u{dce8}'] } });
  expect(twin.rows).toEqual([]);
});
