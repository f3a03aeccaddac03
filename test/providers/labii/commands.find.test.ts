import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../src/core/provider.ts';
import { failureOf, never } from '../../support/calls.ts';
import { alpha, beta, mark, open, request, sidsOf, start } from '../../support/labii.ts';

const find = (provider: Provider, sent: object) =>
  provider.findStarted?.(
    { ...request, entityId: alpha, mark: null, handle: null, sentAt: Date.now() * 1000, ...sent },
    never(),
  ) ?? Promise.reject(new Error());

describe('a start whose answer was lost', () => {
  it('shows what came since as candidates, never as ours', async () => {
    await using world = await open();
    world.sandbox.postDurationMs = 0;
    const known = await mark(world.provider, alpha);
    const sentAt = Date.now() * 1000;
    expect(await find(world.provider, { mark: known, sentAt })).toEqual({ backup: null, candidates: [], error: null });
    world.sandbox.nextOutcome = 'cut';
    await failureOf(start(world.provider, alpha));
    world.sandbox.clock.advance(1000);
    const other = world.sandbox.addFinished({ organizationSid: alpha });
    world.sandbox.addFinished({ organizationSid: beta });
    const { backup, candidates, error } = await find(world.provider, { mark: known, sentAt });
    expect([backup, error]).toEqual([null, null]);
    expect(candidates).toHaveLength(2);
    expect(candidates[1]).toMatchObject({ externalId: other, entityId: alpha });
  });

  it.each([-3_600_000, 3_600_000])('is found whatever the product’s clock says (%i ms off)', async (offMs) => {
    await using world = await open({ now: Date.now() + offMs });
    const known = await mark(world.provider, alpha);
    world.sandbox.clock.advance(60_000);
    const sid = world.sandbox.addFinished({ organizationSid: alpha });
    const { candidates } = await find(world.provider, { mark: known });
    expect(sidsOf(candidates)).toEqual([sid]);
  });

  it('is found in an organisation that had no backup before', async () => {
    await using world = await open({ history: 0, now: Date.now() - 3_600_000 });
    const known = await mark(world.provider, alpha);
    const sid = world.sandbox.addFinished({ organizationSid: alpha });
    expect(sidsOf((await find(world.provider, { mark: known })).candidates)).toEqual([sid]);
  });

  it('without a mark takes what is younger than the start, but for a little the clocks may differ', async () => {
    await using world = await open({ history: 0 });
    const at = (ms: number) =>
      world.sandbox.addFinished({ organizationSid: alpha, date_created: new Date(Date.now() + ms).toISOString() });
    const [, fresh, , later] = [at(-600_000), at(-60_000), at(48 * 3_600_000), at(600_000)];
    for (const none of [null, 'not JSON', '{"sids":7}']) {
      expect(sidsOf((await find(world.provider, { mark: none })).candidates)).toEqual([fresh, later]);
    }
  });

  it('that did answer is read by its handle', async () => {
    await using world = await open();
    world.sandbox.postDurationMs = 0;
    const { backup, handle } = await start(world.provider, alpha);
    world.asked();
    expect(await find(world.provider, { handle })).toEqual({ backup, candidates: [], error: null });
    expect(world.asked()).toEqual([`GET /v1/organizations/backup/detail/${backup?.externalId}/`]);
  });

  it('of an organisation with many backups costs a few calls', async () => {
    await using world = await open({ history: 1500, organizations: [{ sid: alpha, name: 'One' }] });
    const known = await mark(world.provider, alpha);
    expect(world.asked()).toHaveLength(1);
    expect(known.length).toBeLessThan(2000);
    const sid = world.sandbox.addFinished();
    world.asked();
    expect(sidsOf((await find(world.provider, { mark: known })).candidates)).toEqual([sid]);
    expect(world.asked().length).toBeLessThanOrEqual(4);
  });
});
