/** Times as Salesforce writes them, without a zone, and as nobody can read them. */
import { expect, test } from 'vitest';
import { noFilter } from '../../../../src/core/filter.ts';
import { findLatest } from '../../../../src/lists/latest.ts';
import { newestSuccess } from '../../../../src/lists/protection.ts';
import { scanProvider } from '../../../../src/lists/scan.ts';
import { never } from '../../../support/calls.ts';
import { endToEnd, type Fault } from '../../../support/fault-proxy.ts';
import { open } from '../../../support/flosum.ts';

/** Every start is written by `write`. */
const writing = (write: (iso: string) => unknown): Fault => ({
  name: 'writes its times otherwise',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const change = (name: string, value: unknown) => (name === 'startedDate' ? write(String(value)) : value);
    const body = JSON.stringify(JSON.parse(Buffer.concat(parts).toString(), change));
    response.writeHead(answer.statusCode ?? 502, {
      ...endToEnd(answer.headers),
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  },
});

const scan = (fixture: Awaited<ReturnType<typeof open>>, filter = {}) =>
  scanProvider({ provider: fixture.provider, filter: { ...noFilter, ...filter }, timeoutMs: 10_000 }, never());

test.each<[string, (iso: string) => unknown]>([
  ['with +0000', (iso) => iso.replace('Z', '+0000')],
  ['with a comma', (iso) => iso.replace('.', ',')],
  ['in the basic form', (iso) => iso.replace(/[-:]/g, '')],
  ['without a zone', (iso) => iso.replace('T', ' ').replace('Z', '')],
  ['in milliseconds as text', (iso) => String(Date.parse(iso))],
  ['in seconds', (iso) => Date.parse(iso) / 1000],
])('numbers over times %s are those over times of RFC 3339', async (_, write) => {
  await using plain = await open({ history: 30 });
  await using fixture = await open({ history: 30 });
  using _fault = fixture.proxy.fail(writing(write));
  const [expected, read] = [await scan(plain), await scan(fixture)];
  expect(read.problems).toEqual([]);
  expect(read.rows).toEqual(expected.rows);
});

test('times that cannot be read make numbers incomplete, and nobody overdue', async () => {
  await using fixture = await open({ history: 30 });
  using _ = fixture.proxy.fail(writing(() => 'soon'));
  const all = await scan(fixture);
  expect(all.rows.length).toBeGreaterThan(0);
  expect(all.rows.every(({ startedAt }) => startedAt === null)).toBe(true);
  expect(all.problems.map(({ error }) => error.message).join()).toContain('"startedDate"');
  const lately = await scan(fixture, { startedAfter: 1_000_000 });
  expect(lately.rows).toEqual([]);
  expect(lately.problems.map(({ error }) => error.message).join()).toContain('"startedDate"');
  const ids = (await fixture.provider.listEntities(never())).map(({ externalId }) => externalId);
  const latest = await findLatest({ provider: fixture.provider, timeoutMs: 10_000 }, ids, newestSuccess, never());
  for (const { backup, problem } of latest) if (backup) expect(problem).not.toBeNull();
  const [shown] = all.rows;
  expect(await fixture.provider.getBackups([shown?.localId ?? ''], never())).toEqual([shown]);
});
