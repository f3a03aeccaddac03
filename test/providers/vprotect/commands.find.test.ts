import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../providers/vprotect/sandbox.ts';
import { failureOf } from '../../support/calls.ts';
import { resetsAfter } from '../../support/faults.ts';
import { find, first, idsOf, open, second, start, to } from '../../support/vprotect.ts';

describe('what was started', () => {
  it('is nothing before there is a record, and then the backup of the task', async () => {
    await using world = await open();
    const { handle } = await start(world.provider, first);
    expect(await find(world, first, handle)).toEqual({ backup: null, candidates: [], error: null });
    world.pass(5);
    expect((await find(world, first, handle)).backup).toMatchObject({ entityId: first, status: 'RUNNING' });
  });

  it('is found by its tasks where they do not name it', async () => {
    await using world = await open();
    world.sandbox.linksTasks = false;
    world.sandbox.startOutside(first);
    const { handle } = await start(world.provider, first);
    world.sandbox.startOutside(first);
    world.pass(5);
    const { backup, candidates } = await find(world, first, handle);
    expect([backup?.localId, candidates]).toEqual([vprotectGuid('backup', 2), []]);
  });

  it('is found by the length of its window where the answer was lost', async () => {
    await using world = await open();
    world.sandbox.startOutside(first);
    world.proxy.fail(resetsAfter(), to('/tasks/export'));
    expect((await failureOf(start(world.provider, first))).code).toBe('OUTCOME_UNKNOWN');
    await failureOf(start(world.provider, first, { nonce: 'nonce002' }));
    world.pass(5);
    expect((await find(world, first, null)).backup?.localId).toBe(vprotectGuid('backup', 2));
    expect((await find(world, first, null, { nonce: 'nonce002' })).backup?.localId).toBe(vprotectGuid('backup', 3));
  });

  it('is a candidate where its task is gone, and nobody else’s', async () => {
    await using world = await open();
    world.sandbox.purgeAfterSeconds = 0;
    world.sandbox.addFinished({ snapshotTime: Math.floor(world.sandbox.clock.now()) - 3_600_000 });
    const sentAt = Math.floor(world.sandbox.clock.now()) * 1000;
    const { handle } = await start(world.provider, first);
    world.pass(100);
    const running = world.sandbox.startOutside(first).backup;
    world.pass(5);
    const { backup, candidates, error } = await find(world, first, handle, { sentAt });
    expect([backup, error]).toEqual([null, null]);
    expect(idsOf(candidates)).toEqual([vprotectGuid('backup', 2)]);
    expect(idsOf(candidates)).not.toContain(running);
  });

  it('is a candidate where nothing is known of its task', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(5);
    expect(idsOf((await find(world, first, null)).candidates)).toEqual([backup]);
    expect((await find(world, second, null)).candidates).toEqual([]);
    expect(await find(world, 'x', null)).toEqual({ backup: null, candidates: [], error: null });
  });

  it('failed where its task did, and made no record', async () => {
    await using world = await open();
    world.sandbox.nextRun({ queuedSeconds: Number.POSITIVE_INFINITY, recordSeconds: 10_000_000 });
    const { handle } = await start(world.provider, first);
    world.pass(29 * 3600);
    expect((await find(world, first, handle)).error).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      message: 'The task failed in machines before it made a backup: The task was not started within its window.',
    });
  });

  it('is not known where its task was taken away before it made a record', async () => {
    await using world = await open();
    const { handle } = await start(world.provider, first);
    world.sandbox.hiddenEntities.add(first);
    expect(await find(world, first, handle)).toEqual({ backup: null, candidates: [], error: null });
  });
});
