/** The log of commands, page by page, for each as far as it may see. */
import { describe, expect, it } from 'vitest';
import type { AuditStore } from '../../src/audit/audit.ts';
import type { AuditEntry, Sight } from '../../src/audit/audit-entry.ts';
import { all, aRecord, aTarget, open } from '../support/audited.ts';

async function walk(
  store: AuditStore,
  sight: Sight,
  size: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page: AuditEntry[] = await store.list(sight, after === null ? null : await store.placeOf(after), size);
    seen.push(...page.map(({ requestId }) => requestId ?? ''));
    if (page.length < size) return seen;
    after = page.at(-1)?.id ?? null;
    await between();
    if (seen.length > 1_000) throw new Error('the walk does not end');
  }
}

describe('a walk over the audit log', () => {
  it.each([
    ['everything', all],
    ['one provider', { viewer: 'x', providers: ['one'] }],
    ['two providers that share entries', { viewer: 'x', providers: ['one', 'two'] }],
    ['nothing but what is one’s own', { viewer: 'ann', providers: [] }],
  ] satisfies [string, Sight][])(
    'of %s is newest first, without repeats or losses, while others come',
    async (_what, sight) => {
      await using opened = open();
      const { store } = opened;
      const add = (requestId: string) =>
        store.add(aRecord('ann', { requestId, targets: [aTarget('a'), aTarget('b', 'two'), aTarget('zzz', null)] }));
      const ids = Array.from({ length: 23 }, (_, index) => `old-${index}`);
      for (const id of ids) await add(id);
      let more = 0;
      const seen = await walk(store, sight, 5, () => add(`new-${++more}`));
      expect(seen).toEqual(ids.toReversed());
      expect(more).toBeGreaterThan(3);
    },
  );

  it('finds an entry again by its id, and knows none of another database', async () => {
    await using one = open();
    await using two = open();
    await one.store.add(aRecord('ann'));
    await two.store.add(aRecord('ann'));
    const [entry] = await one.store.list(all, null, 1);
    expect(await one.store.find(all, entry?.id ?? '')).toEqual(entry);
    expect(await two.store.find(all, entry?.id ?? '')).toBeNull();
    expect(await two.store.placeOf(entry?.id ?? '')).toBeNull();
    const respelt = entry?.id.replace(/.$/, (last) => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[last] ?? '') ?? '';
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(entry?.id ?? '', 'base64url'));
    for (const text of ['', '1', 'A'.repeat(22), respelt]) expect(await one.store.placeOf(text)).toBeNull();
  });

  it('goes over several providers in one order', async () => {
    await using opened = open();
    const order = ['two', 'one', 'two', 'two', 'one'];
    for (const [index, provider] of order.entries()) {
      await opened.store.add(aRecord('ann', { requestId: String(index), targets: [aTarget('x', provider)] }));
    }
    expect(await walk(opened.store, { viewer: 'x', providers: ['one', 'two'] }, 2)).toEqual(['4', '3', '2', '1', '0']);
  });

  it('has ids that do not tell how many entries lie between', async () => {
    await using opened = open();
    for (let count = 0; count < 50; count++) await opened.store.add(aRecord('ann'));
    const ids = (await opened.store.list(all, null, 50)).map(({ id }) => id);
    expect(ids.toSorted()).not.toEqual(ids);
    expect(ids.toSorted()).not.toEqual(ids.toReversed());
    expect(new Set(ids.map((id) => id.slice(0, 4))).size).toBe(50);
  });
});

describe('a viewer of some providers', () => {
  it('sees what was done to these, and of mixed commands only that part', async () => {
    await using opened = open();
    const { store } = opened;
    await store.add(aRecord('bob', { requestId: 'other', targets: [aTarget('x', 'two')] }));
    await store.add(
      aRecord('bob', {
        requestId: 'mixed',
        outcome: 'PARTLY_DONE',
        code: 'NOT_FOUND',
        targets: [aTarget('x', 'two', { code: 'NOT_FOUND' }), aTarget('y'), aTarget('junk', null)],
      }),
    );
    const sight = { viewer: 'ann', providers: ['one'] };
    const entries = await store.list(sight, null, 10);
    expect(entries).toMatchObject([{ requestId: 'mixed', outcome: 'DONE', code: null, targets: [{ id: 'y' }] }]);
    expect(JSON.stringify(entries)).not.toMatch(/two|junk|NOT_FOUND/);
    for (const { id } of await store.list(all, null, 10)) {
      expect(await store.find(sight, id)).toEqual(entries.find((entry) => entry.id === id) ?? null);
    }
  });

  it('sees its own ids of nothing, and cannot tell by them which other providers there are', async () => {
    await using opened = open();
    const { store } = opened;
    const there = aTarget('id-of-two', 'two', { isSeen: false, code: 'NOT_FOUND' });
    const nowhere = aTarget('id-of-none', null, { isSeen: false, code: 'NOT_FOUND' });
    for (const target of [there, nowhere]) {
      await store.add(aRecord('ann', { requestId: 'same', outcome: 'REFUSED', code: 'NOT_FOUND', targets: [target] }));
    }
    const own = await store.list({ viewer: 'ann', providers: ['one'] }, null, 10);
    const blank = own.map(({ targets, ...entry }) => ({
      ...entry,
      id: '',
      targets: targets.map((one) => one.provider),
    }));
    expect(blank).toHaveLength(2);
    expect(blank[0]).toEqual(blank[1]);
    expect(await store.list({ viewer: 'bob', providers: ['one'] }, null, 10)).toEqual([]);
    expect(await store.list({ viewer: 'bob', providers: ['two'] }, null, 10)).toMatchObject([{ targets: [there] }]);
  });

  it('sees nothing any more of a provider that it has lost, not even what it did there', async () => {
    await using opened = open();
    const { store } = opened;
    const sight = { viewer: 'ann', providers: ['one'] };
    await store.add(aRecord('ann', { targets: [aTarget('x', 'two')] }));
    expect(await store.list(sight, null, 10)).toEqual([]);
    expect(await store.find(sight, (await store.list(all, null, 1))[0]?.id ?? '')).toBeNull();
    await store.add(aRecord('ann', { targets: [aTarget('x', 'two'), aTarget('junk', null)] }));
    expect(await store.list(sight, null, 10)).toMatchObject([{ targets: [{ id: 'junk' }] }]);
  });
});
