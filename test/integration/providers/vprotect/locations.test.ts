/** Removed is what is known to be: a place that is not ready, or whose status cannot be read, proves nothing. */
import { describe, expect, it } from 'vitest';
import { never } from '../../../support/calls.ts';
import { answers, open, page, to } from '../../../support/vprotect.ts';

describe('the data of a backup, by the places that a server lists without knowing the filter', () => {
  it.each<[string, readonly unknown[], string]>([
    ['one that is present', [{ name: 'PRESENT' }], 'PRESENT'],
    ['one that does not say', [undefined], 'PRESENT'],
    ['one that is removed', [{ name: 'REMOVED' }], 'REMOVED'],
    ['none', [], 'REMOVED'],
    ['one that is still written', [{ name: 'IN_PROGRESS' }], 'UNKNOWN'],
    ['one that failed', [{ name: 'FAILED' }], 'UNKNOWN'],
    ['one of a word that nobody knows', [{ name: 'MOVED' }], 'UNKNOWN'],
    ['one whose status cannot be read', [{}], 'UNKNOWN'],
    ['one that is removed, and one that is present', [{ name: 'REMOVED' }, { name: 'PRESENT' }], 'PRESENT'],
    ['one that is removed, and one that cannot be read', [{ name: 'REMOVED' }, 7], 'UNKNOWN'],
  ])('%s', async (_, statuses, expected) => {
    await using fixture = await open();
    fixture.sandbox.isBare = true;
    const guid = fixture.sandbox.addFinished({ status: 'SUCCESS' });
    const { rows } = await page(fixture.provider);
    const places = statuses.map((status, index) => ({
      guid: `00000000-0000-4000-8000-00000000000${index}`,
      backup: { guid },
      status,
    }));
    using _fault = fixture.proxy.fail(answers(200, places), to('/backup-locations'));
    expect(await fixture.provider.readDataPresence?.(rows, never())).toEqual([{ presence: expected, error: null }]);
  });
});
