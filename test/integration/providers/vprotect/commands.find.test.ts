import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../../providers/vprotect/sandbox/fixtures.ts';
import { failureOf } from '../../../support/calls.ts';
import { resetsAfter } from '../../../support/faults.ts';
import { find, first, idsOf, open, second, start, to } from '../../../support/vprotect.ts';

describe('what was started', () => {
  it('is nothing before there is a record, and then the backup of the task', async () => {
    await using fixture = await open();
    const { handle } = await start(fixture.provider, first);
    expect(await find(fixture, first, handle)).toEqual({ backup: null, candidates: [], error: null });
    fixture.pass(5);
    expect((await find(fixture, first, handle)).backup).toMatchObject({ entityId: first, status: 'RUNNING' });
  });

  it('is found by its tasks where they do not name it', async () => {
    await using fixture = await open();
    fixture.sandbox.linksTasks = false;
    fixture.sandbox.startOutside(first);
    const { handle } = await start(fixture.provider, first);
    fixture.sandbox.startOutside(first);
    fixture.pass(5);
    const { backup, candidates } = await find(fixture, first, handle);
    expect([backup?.localId, candidates]).toEqual([vprotectGuid('backup', 2), []]);
  });

  it('is found by the length of its window where the answer was lost', async () => {
    await using fixture = await open();
    fixture.sandbox.startOutside(first);
    fixture.proxy.fail(resetsAfter(), to('/tasks/export'));
    expect((await failureOf(start(fixture.provider, first))).code).toBe('OUTCOME_UNKNOWN');
    await failureOf(start(fixture.provider, first, { nonce: 'nonce002' }));
    fixture.pass(5);
    expect((await find(fixture, first, null)).backup?.localId).toBe(vprotectGuid('backup', 2));
    expect((await find(fixture, first, null, { nonce: 'nonce002' })).backup?.localId).toBe(vprotectGuid('backup', 3));
  });

  it('is a candidate where its task is gone, and nobody else’s', async () => {
    await using fixture = await open();
    fixture.sandbox.purgeAfterSeconds = 0;
    fixture.sandbox.addFinished({ snapshotTime: Math.floor(fixture.sandbox.clock.now()) - 3_600_000 });
    const sentAt = Math.floor(fixture.sandbox.clock.now()) * 1000;
    const { handle } = await start(fixture.provider, first);
    fixture.pass(100);
    const running = fixture.sandbox.startOutside(first).backup;
    fixture.pass(5);
    const { backup, candidates, error } = await find(fixture, first, handle, { sentAt });
    expect([backup, error]).toEqual([null, null]);
    expect(idsOf(candidates)).toEqual([vprotectGuid('backup', 2)]);
    expect(idsOf(candidates)).not.toContain(running);
  });

  it('is a candidate where nothing is known of its task', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(5);
    expect(idsOf((await find(fixture, first, null)).candidates)).toEqual([backup]);
    expect((await find(fixture, second, null)).candidates).toEqual([]);
    expect(await find(fixture, 'x', null)).toEqual({ backup: null, candidates: [], error: null });
  });

  it('failed where its task did, and made no record', async () => {
    await using fixture = await open();
    fixture.sandbox.nextRun({ queuedSeconds: Number.POSITIVE_INFINITY, recordSeconds: 10_000_000 });
    const { handle } = await start(fixture.provider, first);
    fixture.pass(29 * 3600);
    expect((await find(fixture, first, handle)).error).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: 'The task failed in machines before it made a backup: The task was not started within its window.',
    });
  });

  it('is not known where its task was taken away before it made a record', async () => {
    await using fixture = await open();
    const { handle } = await start(fixture.provider, first);
    fixture.sandbox.hiddenEntities.add(first);
    expect(await find(fixture, first, handle)).toEqual({ backup: null, candidates: [], error: null });
  });
});
