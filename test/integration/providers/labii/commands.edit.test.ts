import { describe, expect, it } from 'vitest';
import { Scope } from '../../../../src/catalog/scope.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { alpha, byApiKey, get, open, page } from '../../../support/labii.ts';

describe('the description', () => {
  it('of a backup of the current generation can be changed', async () => {
    await using fixture = await open({ generation: 'current' });
    const [{ localId = '' } = {}] = (await page(fixture.provider)).rows;
    const changed = await fixture.provider.updateDescription?.(localId, 'Kept for the audit', never());
    expect(changed).toMatchObject({ localId, description: 'Kept for the audit' });
    expect(await get(fixture.provider, localId)).toEqual(changed);
    expect((await page(fixture.provider)).rows[0]).toEqual(changed);
  });

  it('of one that the account may not change is not offered, and refused before anything is sent', async () => {
    await using fixture = await open({ generation: 'current' });
    const row = fixture.sandbox.rows[0];
    if (!row) throw new Error('the sandbox has backups');
    row.change_permission = false;
    const [backup] = (await page(fixture.provider, { limit: 25 })).rows.filter(
      ({ externalId }) => externalId === row.sid,
    );
    if (!backup) throw new Error('it is listed');
    expect(fixture.provider.isEditable?.(backup)).toBe(false);
    const operator = { id: 'o', name: 'o', role: 'OPERATOR', providers: null } as const;
    expect(new Scope(() => [fixture.provider], operator).allowedActions(backup)).toEqual([]);
    fixture.asked();
    const change = fixture.provider.updateDescription?.(backup.localId, 'x', never()) ?? Promise.resolve();
    expect(await failureOf(change)).toMatchObject({ code: 'UNSUPPORTED' });
    expect(fixture.asked().filter((one) => one.startsWith('PATCH'))).toEqual([]);
  });

  it('of one that is not there is NOT_FOUND', async () => {
    await using fixture = await open({ generation: 'current' });
    for (const id of [`${alpha}.bkGone`, 'bkGone', `${alpha}.../x`]) {
      expect((await failureOf(fixture.provider.updateDescription?.(id, 'x', never()) ?? Promise.resolve())).code).toBe(
        'NOT_FOUND',
      );
    }
  });

  it('cannot be changed where the server turns out to be v1', async () => {
    await using fixture = await open({ as: (sandbox) => ({ ...byApiKey(sandbox), generation: 'current' }) });
    const [{ localId = '' } = {}] = (await page(fixture.provider)).rows;
    expect(
      (await failureOf(fixture.provider.updateDescription?.(localId, 'x', never()) ?? Promise.resolve())).code,
    ).toBe('UNSUPPORTED');
  });
});
