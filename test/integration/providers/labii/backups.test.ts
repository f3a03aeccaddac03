import { describe, expect, it } from 'vitest';
import { noFilter } from '../../../../src/core/filter.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { alpha, answers, beta, get, open, page } from '../../../support/labii.ts';

describe('a backup by its id', () => {
  it('is asked for by its own sid, and differs from one whose letters differ only in their case', async () => {
    await using fixture = await open();
    const twins = fixture.sandbox.rows.filter(({ sid }, _, all) =>
      all.some((other) => other.sid !== sid && other.sid.toLowerCase() === sid.toLowerCase()),
    );
    expect(twins).toHaveLength(2);
    for (const { organizationSid, sid, name } of twins) {
      expect(await get(fixture.provider, `${organizationSid}.${sid}`)).toMatchObject({
        externalId: sid,
        entityId: organizationSid,
        name,
      });
    }
    expect(fixture.asked()).toEqual(twins.map(({ sid }) => `GET /v1/organizations/backup/detail/${sid}/`));
  });

  it('that cannot be one is null without a call', async () => {
    await using fixture = await open();
    const [{ sid = '' } = {}] = fixture.sandbox.rows;
    const wrong = [
      '',
      '.',
      sid,
      `.${sid}`,
      `${alpha}.`,
      `${alpha}${sid}`,
      `nowhere.${sid}`,
      `${alpha}.${sid}/`,
      `${alpha}..`,
      `${alpha}. ${sid}`,
      `${alpha}.${'x'.repeat(101)}`,
    ];
    expect(await fixture.provider.getBackups(wrong, never())).toEqual(wrong.map(() => null));
    expect(fixture.asked()).toEqual([]);
  });

  it('is asked for once, however often it is wanted', async () => {
    await using fixture = await open();
    const { rows } = await page(fixture.provider, { limit: 3 });
    const ids = rows.map(({ localId }) => localId);
    fixture.asked();
    expect(await fixture.provider.getBackups([...ids, ...ids], never())).toEqual([...rows, ...rows]);
    expect(fixture.asked()).toHaveLength(3);
  });

  it.each(['usual', 'detail', 'list', 'string', 'text'] as const)(
    'that is gone is null, in whatever form that is said (%s)',
    async (errorStyle) => {
      await using fixture = await open();
      fixture.sandbox.errorStyle = errorStyle;
      expect(await fixture.provider.getBackups([`${alpha}.bkGone`], never())).toEqual([null]);
      expect(fixture.provider.health()).toMatchObject({ status: 'UP' });
      fixture.proxy.fail(answers(406, ['Nothing that we have seen before.']));
      expect(await fixture.provider.getBackups([`${alpha}.bkGone`], never())).toEqual([null]);
    },
  );

  it('of an organisation that may not be read is not null, which would say that it is gone', async () => {
    await using fixture = await open();
    const [{ localId = '' } = {}] = (await page(fixture.provider, { filter: { ...noFilter, entityIds: [beta] } })).rows;
    fixture.sandbox.forbidOrganization(beta);
    expect((await failureOf(fixture.provider.getBackups([localId], never()))).code).toBe('PROVIDER_FORBIDDEN');
  });
});
