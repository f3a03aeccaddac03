import { describe, expect, it } from 'vitest';
import {
  dayMs,
  detail,
  list,
  now,
  organization,
  type Row,
  start,
  startOf,
} from '../../../../test/support/labii-sandbox.ts';
import type { LabiiSandbox } from '../contract.ts';

async function everyRow(sandbox: LabiiSandbox, sid: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const { results, page_count } = await list(sandbox, `?page=${page}&page_size=50`, sid);
    rows.push(...results);
    if (page === page_count) return rows;
  }
}

/** How many places the most misplaced row is away from where its time belongs. */
function disorder(rows: readonly { readonly date_created: string }[]): number {
  const listed = rows.map(({ date_created }) => date_created);
  const sorted = listed.toSorted((a, b) => (a < b ? 1 : -1));
  return Math.max(...listed.map((time, at) => Math.max(at - sorted.lastIndexOf(time), sorted.indexOf(time) - at)));
}

describe('the history', () => {
  it('has ninety backups of three organizations over eight months, the same every time', async () => {
    await using sandbox = await start({ history: 90 });
    await using other = await start({ history: 90 });
    expect(sandbox.rows).toEqual(other.rows);
    const counts = await Promise.all(
      [0, 1, 2].map(async (index) => (await list(sandbox, '', organization(sandbox, index))).count),
    );
    expect(counts).toEqual([30, 30, 30]);
    const times = sandbox.rows.map(({ date_created }) => Date.parse(date_created)).sort((a, b) => a - b);
    expect((now - (times[0] ?? 0)) / dayMs).toBeGreaterThan(230);
    expect((now - (times[0] ?? 0)) / dayMs).toBeLessThan(241);
    expect(times.at(-1)).toBeLessThan(now);
    expect(new Set(sandbox.rows.map(({ sid }) => sid)).size).toBe(90);
  });

  it.each([90, 1200])('is listed about the newest first, but not quite, with %i rows', async (history) => {
    await using sandbox = await start({ history });
    for (const { sid } of sandbox.config.organizations) {
      const worst = disorder(await everyRow(sandbox, sid));
      expect(worst).toBeGreaterThan(1);
      expect(worst).toBeLessThan(50);
    }
  });

  it.each([
    ['newest last', (index: number) => index],
    ['newest first', (index: number) => -index],
    ['mixed', (index: number) => (index * 211) % 500],
  ])('stays so when rows are inserted %s', async (_, hours) => {
    await using sandbox = await start();
    for (let index = 0; index < 500; index += 1) {
      sandbox.addFinished({ date_created: new Date(now + hours(index) * 3_600_000).toISOString() });
    }
    expect(disorder(sandbox.rows)).toBeLessThan(50);
  });

  it.each(['v1', 'current'] as const)(
    'has equal times in one organization and across them in %s',
    async (generation) => {
      await using sandbox = await start({ history: 90, generation });
      const ofTime = (time: string) => sandbox.rows.filter(({ date_created }) => date_created === time);
      const together = sandbox.rows.map(({ date_created }) => ofTime(date_created)).filter(({ length }) => length > 1);
      const organizations = together.map((rows) => new Set(rows.map(({ organizationSid }) => organizationSid)).size);
      expect(organizations).toContain(1);
      expect(organizations.some((count) => count > 1)).toBe(true);
    },
  );

  it('has two sids that differ only in the case of letters', async () => {
    await using sandbox = await start({ history: 20 });
    const sids = (await list(sandbox)).results.map(({ sid }) => sid);
    const lower = sids.map((sid) => sid.toLowerCase());
    const twins = sids.filter(
      (_, index) => lower.indexOf(lower[index] ?? '') !== lower.lastIndexOf(lower[index] ?? ''),
    );
    expect(twins).toHaveLength(2);
    const found = await Promise.all(twins.map(async (sid) => (await detail(sandbox, sid)).body.date_created));
    expect(found[0]).not.toBe(found[1]);
  });

  it('writes sizes as Django does, in steps of 1024 with a no-break space', async () => {
    await using sandbox = await start({ history: 90 });
    const texts = sandbox.rows.map(({ database_size }) => database_size);
    expect(new Set(sandbox.rows.map(({ status }) => status))).toEqual(new Set(['Completed']));
    for (const text of texts) expect(text).toMatch(/^\d[\d.,]*\u00a0(bytes|KB|MB|GB)$/);
    expect(texts).toContain('47.0\u00a0MB');
    expect(texts).toContain('1,012.4\u00a0MB');
    expect(texts).toContain('512\u00a0bytes');
    expect(texts.some((text) => /^1\.[12]\u00a0GB$/.test(text))).toBe(true);
    expect(texts.some((text) => /^\d+,\d\u00a0/.test(text))).toBe(true);
    const units: Readonly<Record<string, number>> = { bytes: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
    for (const { database_size, sizeBytes } of sandbox.rows) {
      const [number = '', unit = ''] = database_size.split('\u00a0');
      const tenths = unit === 'bytes' ? Number(number) * 10 : Number(number.replaceAll(/[.,]/g, ''));
      expect(Math.abs((tenths / 10) * (units[unit] ?? 0) - sizeBytes)).toBeLessThanOrEqual((units[unit] ?? 0) * 0.051);
    }
  });

  it('names a backup after its start in v1, and freely in the current generation', async () => {
    await using old = await start({ history: 90 });
    for (const { name, description, date_created } of old.rows) {
      expect(name).toMatch(/^\d{14}\.gz$/);
      expect(description).toBe(`Data backup on ${name.slice(0, 14)}`);
      expect(date_created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      const seconds = (Date.parse(date_created) - startOf(name)) / 1000;
      expect(seconds).toBeGreaterThan(44);
      expect(seconds).toBeLessThan(157);
    }
    expect(old.rows.some(({ date_created }) => !date_created.endsWith('000Z'))).toBe(true);
    await using current = await start({ history: 90, generation: 'current' });
    const rows = await everyRow(current, organization(current));
    for (const { description, date_created } of current.rows) {
      expect(description).toBe(`Data backup on ${date_created.slice(0, 19).replaceAll(/\D/g, '')}`);
    }
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['Completed', 'Error']));
    expect(rows.filter(({ name }) => !/^\d{14}/.test(name)).length).toBeGreaterThan(20);
    expect(rows.find(({ status }) => status === 'Error')?.file_size).toBe('0\u00a0bytes');
  });

  it('can have other organizations and other lengths', async () => {
    const organizations = [{ sid: 'onlyOne', name: 'Only' }];
    await using sandbox = await start({ organizations, history: 7 });
    expect(sandbox.config.organizations).toEqual(organizations);
    expect((await list(sandbox)).count).toBe(7);
    await using empty = await start({ organizations: [], history: 7, demo: true });
    expect(empty.rows).toEqual([]);
  });

  it('shows a run under way to those who only look', async () => {
    await using old = await start({ demo: true });
    expect(old.rows).toEqual([]);
    old.clock.advance(95_000);
    expect((await list(old, '', organization(old, 1))).count).toBe(1);
    await using current = await start({ demo: true, generation: 'current' });
    expect(current.rows.map(({ status }) => status)).toEqual(['In Progress']);
  });
});
