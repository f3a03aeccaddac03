/** Cursors of a list over four systems: invalid and forged ones, their cost and their size. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startGateway } from '../support/gateway.ts';
import { idsOf, page, pageIn, startFour, still, walk } from '../support/partial.ts';

describe('a cursor', () => {
  const decode = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('of another list is BAD_USER_INPUT with advice, and no request is sent', async () => {
    await using four = await startFour();
    const { gateway } = four;
    const good = pageIn(await gateway.askText(page, { first: 3 })).pageInfo.endCursor ?? '';
    const [version, hash, key, offsets, missed] = decode(good) as [number, string, unknown[], number[], number];
    const entities = await gateway.askText('{ protectedEntities(first: 1) { pageInfo { endCursor } } }');
    const foreign = (entities.data as { protectedEntities: { pageInfo: { endCursor: string } } }).protectedEntities;
    four.requests();
    const at = (time: unknown) => encode([version, hash, [time, ...key.slice(1)], offsets, missed]);
    const forged = {
      'cut off': good.slice(0, -5),
      'of entities': foreign.pageInfo.endCursor,
      'of a provider that is not there': encode([version, hash, [key[0], 4, key[2]], offsets, missed]),
      'with a huge hint': encode([version, hash, key, offsets.map(() => 1e9), missed]),
      'with a hint below zero': encode([version, hash, key, offsets.map(() => -1), missed]),
      'of another version': encode([2, hash, key, offsets, missed]),
      'of another hash': encode([version, 'AAAAAAAA', key, offsets, missed]),
      'at no time of a calendar': at(1e300),
      'before all times of a calendar': at(-1e300),
      'within a microsecond': at(0.5),
    };
    for (const [what, cursor] of Object.entries(forged)) {
      for (const variables of [
        { first: 3, after: cursor },
        { last: 3, before: cursor },
      ]) {
        const { data, errors } = await gateway.askText(page, variables);
        expect(data?.['backups'] ?? null, what).toBeNull();
        expect(errors?.[0]?.extensions['code'], what).toBe('BAD_USER_INPUT');
        expect(errors?.[0]?.message, what).toMatch(/Use endCursor or startCursor of a page|Start again without it/);
      }
    }
    for (const other of [
      { filter: { statuses: ['FAILED'] } },
      { filter: { kinds: ['BORG'] } },
      { orderBy: { field: 'STARTED_AT', direction: 'ASC' } },
    ]) {
      const { errors } = await gateway.askText(page, { first: 3, after: good, ...other });
      expect(errors?.[0]?.message, JSON.stringify(other)).toContain('Start again without it');
    }
    expect(four.requests()).toEqual({ borg: 0, flosum: 0, labii: 0, vprotect: 0 });
  });

  it('with forged offsets costs no more than any other page and returns the same rows', async () => {
    await using four = await startFour({ history: 400 });
    const { gateway } = four;
    const cursor = pageIn(await gateway.askText(page, { first: 200 })).edges[150]?.cursor ?? '';
    const honest = pageIn(await gateway.askText(page, { first: 20, after: cursor }));
    const [version, hash, key, , missed] = decode(cursor) as [number, string, unknown[], number[], number];
    for (const hint of [0, 1, 399, 10_000]) {
      four.requests();
      const after = encode([version, hash, key, [hint, hint, hint, hint], missed]);
      expect(idsOf(pageIn(await gateway.askText(page, { first: 20, after })))).toEqual(idsOf(honest));
      const asked = four.requests();
      expect(asked['flosum'], `hint ${hint}`).toBeLessThanOrEqual(5);
      expect(asked['vprotect'], `hint ${hint}`).toBeLessThanOrEqual(3);
      expect(asked['borg'], `hint ${hint}`).toBeLessThanOrEqual(4);
      expect(asked['labii'], `hint ${hint}`).toBeLessThanOrEqual(18);
    }
  });

  it('at a queued backup costs the same in both directions', async () => {
    await using four = await startFour({ history: 400, demo: true });
    const { gateway } = four;
    const { edges } = pageIn(await gateway.askText(page, { first: 20 }));
    const waiting = edges.filter(({ node }) => node.sortedAt === null);
    const cursor = waiting.at(-1)?.cursor;
    expect(cursor).toBeDefined();
    four.requests();
    const before = pageIn(await gateway.askText(page, { last: 20, before: cursor }));
    expect(before.problems).toEqual([]);
    expect(idsOf(before)).toEqual(waiting.slice(0, -1).map(({ node }) => node.id));
    const asked = four.requests();
    expect(asked['flosum']).toBeLessThanOrEqual(5);
    expect(asked['borg']).toBeLessThanOrEqual(1);
    expect(asked['vprotect']).toBeLessThanOrEqual(2);
  });

  it('of ten providers has at most 400 bytes on each page of a walk, even while some are down', async () => {
    const sandboxes = await Promise.all(
      Array.from({ length: 10 }, () => startBorgSandbox({ ...still, history: 60, demo: false })),
    );
    await using gateway = startGateway({
      providers: sandboxes.map(({ config }, index) => ({ ...config, name: `${'files-'.repeat(6)}${index}` })),
    });
    await walk(gateway, { first: 1 }, undefined, 1);
    await Promise.all(sandboxes.slice(5).map((sandbox) => sandbox.close()));
    const pages = await walk(gateway, { first: 100 }, undefined, 3);
    expect(pages.flatMap(idsOf)).toHaveLength(300);
    for (const { edges } of pages) for (const { cursor } of edges) expect(cursor.length).toBeLessThanOrEqual(400);
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  });
});
