import { describe, expect, it } from 'vitest';
import { flosum } from '../../../../providers/flosum/index.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { open, readLog, start, walk } from '../../../support/flosum.ts';

describe('whatever was asked', () => {
  it('went only to the calls of the contract', async () => {
    await using fixture = await open();
    const { rows } = await walk(fixture.provider);
    for (const row of rows.slice(0, 5)) await readLog(fixture.provider, row);
    await fixture.provider.getEntities(['7', '../x', '00D000000000001EAA'], never());
    await start(fixture.provider);
    expect(fixture.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
  });

  it('of another server says that the address is wrong', async () => {
    await using fixture = await open({ config: {} });
    const config = flosum.config.parse({ ...fixture.sandbox.config, url: `${fixture.sandbox.url}/elsewhere` });
    const provider = flosum.create(config);
    const error = await failureOf(provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      'salesforce does not know a call of Flosum: is its address in the configuration complete, and is it a Flosum Backup service?',
    ]);
    await provider.close();
  });
});
