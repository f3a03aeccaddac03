import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../../src/core/provider.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { alpha, beta, mark, open, request, sidsOf, start } from '../../../support/labii.ts';

const find = (provider: Provider, sent: object) =>
  provider.findStarted?.(
    { ...request, entityId: alpha, mark: null, handle: null, sentAt: Date.now() * 1000, ...sent },
    never(),
  ) ?? Promise.reject(new Error());

describe('a start whose answer was lost', () => {
  it('shows what came since as candidates, never as ours', async () => {
    await using fixture = await open();
    fixture.sandbox.postDurationMs = 0;
    const known = await mark(fixture.provider, alpha);
    const sentAt = Date.now() * 1000;
    expect(await find(fixture.provider, { mark: known, sentAt })).toEqual({
      backup: null,
      candidates: [],
      error: null,
    });
    fixture.sandbox.nextOutcome = 'cut';
    await failureOf(start(fixture.provider, alpha));
    fixture.sandbox.clock.advance(1000);
    const other = fixture.sandbox.addFinished({ organizationSid: alpha });
    fixture.sandbox.addFinished({ organizationSid: beta });
    const { backup, candidates, error } = await find(fixture.provider, { mark: known, sentAt });
    expect([backup, error]).toEqual([null, null]);
    expect(candidates).toHaveLength(2);
    expect(candidates[1]).toMatchObject({ externalId: other, entityId: alpha });
  });

  it.each([-3_600_000, 3_600_000])('is found whatever the product’s clock says (%i ms off)', async (offMs) => {
    await using fixture = await open({ now: Date.now() + offMs });
    const known = await mark(fixture.provider, alpha);
    fixture.sandbox.clock.advance(60_000);
    const sid = fixture.sandbox.addFinished({ organizationSid: alpha });
    const { candidates } = await find(fixture.provider, { mark: known });
    expect(sidsOf(candidates)).toEqual([sid]);
  });

  it('is found in an organisation that had no backup before', async () => {
    await using fixture = await open({ history: 0, now: Date.now() - 3_600_000 });
    const known = await mark(fixture.provider, alpha);
    const sid = fixture.sandbox.addFinished({ organizationSid: alpha });
    expect(sidsOf((await find(fixture.provider, { mark: known })).candidates)).toEqual([sid]);
  });

  it('without a mark takes what is younger than the start, but for a little the clocks may differ', async () => {
    await using fixture = await open({ history: 0 });
    const at = (ms: number) =>
      fixture.sandbox.addFinished({ organizationSid: alpha, date_created: new Date(Date.now() + ms).toISOString() });
    const [, fresh, , later] = [at(-600_000), at(-60_000), at(48 * 3_600_000), at(600_000)];
    for (const none of [null, 'not JSON', '{"sids":7}']) {
      expect(sidsOf((await find(fixture.provider, { mark: none })).candidates)).toEqual([fresh, later]);
    }
  });

  it('that did answer is read by its handle', async () => {
    await using fixture = await open();
    fixture.sandbox.postDurationMs = 0;
    const { backup, handle } = await start(fixture.provider, alpha);
    fixture.asked();
    expect(await find(fixture.provider, { handle })).toEqual({ backup, candidates: [], error: null });
    expect(fixture.asked()).toEqual([`GET /v1/organizations/backup/detail/${backup?.externalId}/`]);
  });

  it('of an organisation with many backups costs a few calls', async () => {
    await using fixture = await open({ history: 1500, organizations: [{ sid: alpha, name: 'One' }] });
    const known = await mark(fixture.provider, alpha);
    expect(fixture.asked()).toHaveLength(1);
    expect(known.length).toBeLessThan(2000);
    const sid = fixture.sandbox.addFinished();
    fixture.asked();
    expect(sidsOf((await find(fixture.provider, { mark: known })).candidates)).toEqual([sid]);
    expect(fixture.asked().length).toBeLessThanOrEqual(4);
  });
});
