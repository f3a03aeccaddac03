import { describe, expect, it } from 'vitest';
import { borg } from '../../../../providers/borg/index.ts';
import { alpha, byPassword, get, open, readLog, walk } from '../../../support/borg.ts';
import { replayOne } from '../../../support/borg-replay.ts';
import { failureOf, never } from '../../../support/calls.ts';

describe('whatever was asked', () => {
  it('went only to the calls of the contract', async () => {
    await using fixture = await open({ as: byPassword });
    const { ids } = await walk(fixture.provider);
    for (const id of ids) await readLog(fixture.provider, await get(fixture.provider, id));
    await fixture.provider.getEntities([alpha, '../x'], never());
    expect(fixture.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
  });

  it('of another server says that the address is wrong', async () => {
    await using replay = await replayOne({ label: 'other', status: 404, body: { detail: 'Not Found' } });
    const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
    const error = await failureOf(provider.listEntities(never()));
    expect([error.code, error.message]).toEqual([
      'PROVIDER_INVALID_RESPONSE',
      'files does not know a call of Borg UI: is its address in the configuration complete, and is it a Borg UI?',
    ]);
    await provider.close();
  });
});
