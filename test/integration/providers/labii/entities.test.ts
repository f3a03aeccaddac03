import { describe, expect, it } from 'vitest';
import { failureOf, never } from '../../../support/calls.ts';
import { alpha, beta, gamma, listOf, open, page } from '../../../support/labii.ts';

describe('the organisations', () => {
  it('are those of the configuration, shown once the product has let us in', async () => {
    await using fixture = await open();
    expect(await fixture.provider.listEntities(never())).toMatchObject([
      { externalId: gamma, name: 'Training sandbox of the institute', details: { sid: gamma } },
      { externalId: alpha },
      { externalId: beta },
    ]);
    expect(fixture.asked()).toEqual([`GET ${listOf(alpha, 'name')}?page=1&page_size=1`]);
  });

  it('are shown as long as one of them may be read', async () => {
    await using fixture = await open();
    fixture.sandbox.forbidOrganization(alpha);
    fixture.sandbox.forbidOrganization(beta);
    expect(await fixture.provider.listEntities(never())).toHaveLength(3);
    fixture.sandbox.forbidOrganization(gamma);
    expect((await failureOf(fixture.provider.listEntities(never()))).code).toBe('PROVIDER_FORBIDDEN');
  });

  it('are named without a call for a minute after any answer', async () => {
    await using fixture = await open();
    await page(fixture.provider);
    fixture.asked();
    expect(await fixture.provider.getEntities([beta, 'nowhere', beta.toLowerCase()], never())).toMatchObject([
      { externalId: beta },
      null,
      null,
    ]);
    expect(fixture.asked()).toEqual([]);
    expect((await failureOf(fixture.provider.getEntities([beta], AbortSignal.abort()))).code).toBe('PROVIDER_TIMEOUT');
  });
});
