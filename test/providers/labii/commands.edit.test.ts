import { describe, expect, it } from 'vitest';
import { failureOf, never } from '../../support/calls.ts';
import { alpha, byApiKey, get, open, page } from '../../support/labii.ts';

describe('the description', () => {
  it('of a backup of the current generation can be changed', async () => {
    await using world = await open({ generation: 'current' });
    const [{ localId = '' } = {}] = (await page(world.provider)).rows;
    const changed = await world.provider.updateDescription?.(localId, 'Kept for the audit', never());
    expect(changed).toMatchObject({ localId, description: 'Kept for the audit' });
    expect(await get(world.provider, localId)).toEqual(changed);
    expect((await page(world.provider)).rows[0]).toEqual(changed);
  });

  it('of one that is not there is NOT_FOUND', async () => {
    await using world = await open({ generation: 'current' });
    for (const id of [`${alpha}.bkGone`, 'bkGone', `${alpha}.../x`]) {
      expect((await failureOf(world.provider.updateDescription?.(id, 'x', never()) ?? Promise.resolve())).code).toBe(
        'NOT_FOUND',
      );
    }
  });

  it('cannot be changed where the server turns out to be v1', async () => {
    await using world = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), generation: 'current' }) });
    const [{ localId = '' } = {}] = (await page(world.provider)).rows;
    expect((await failureOf(world.provider.updateDescription?.(localId, 'x', never()) ?? Promise.resolve())).code).toBe(
      'UNSUPPORTED',
    );
  });
});
