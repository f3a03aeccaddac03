import { describe, expect, it } from 'vitest';
import { labii } from '../../../../providers/labii/index.ts';
import { never } from '../../../support/calls.ts';
import { alpha, byPassword, count, open, walk } from '../../../support/labii.ts';

describe('whatever was asked', () => {
  it('went only to the calls of the contract, never to one that ends the session', async () => {
    await using fixture = await open({ as: byPassword });
    const { rows } = await walk(fixture.provider);
    await fixture.provider.getBackups(
      rows.map(({ localId }) => localId),
      never(),
    );
    await fixture.provider.getEntities([alpha, '../x'], never());
    await count(fixture.provider);
    await fixture.provider.close();
    const asked = fixture.asked();
    expect(
      asked.filter(
        (one) =>
          !/^(POST \/v1\/accounts\/auth\/|GET \/v1\/organizations\/backup\/(list\/organization\/\w+\/(list|name)|detail\/\w+)\/)/.test(
            one,
          ),
      ),
    ).toEqual([]);
    expect(fixture.sandbox.requests.filter(({ isStray, path }) => isStray || !path.endsWith('/'))).toEqual([]);
  });

  it('is answered by the sandbox that the product brings', async () => {
    await using sandbox = await labii.startSandbox({});
    const provider = labii.create(labii.config.parse(sandbox.config));
    expect(await provider.listEntities(never())).toHaveLength(3);
    await provider.close();
  });
});
