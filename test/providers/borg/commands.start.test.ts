import { describe, expect, it } from 'vitest';
import { alpha, get, open, page, start, to, toRequest } from '../../support/borg.ts';
import { failureOf, never } from '../../support/calls.ts';
import { answersStatus, hangs } from '../../support/faults.ts';

describe('starting a backup', () => {
  it('reads what became of it, since the answer always says pending', async () => {
    await using world = await open();
    world.sandbox.nextRun({ outcome: 'failed-at-once' });
    expect(await start(world.provider, alpha)).toMatchObject({
      localId: '26',
      status: 'FAILED',
      entityId: alpha,
      startedAt: null,
    });
    world.sandbox.nextRun({ pendingSeconds: 60 });
    expect(await start(world.provider, alpha)).toMatchObject({ status: 'QUEUED' });
  });

  it('still answers when that cannot be read', async () => {
    await using world = await open();
    world.proxy.fail(answersStatus(500), to('/backup/status/'));
    expect(await start(world.provider, alpha)).toMatchObject({
      localId: '26',
      entityId: alpha,
      status: 'QUEUED',
      upstreamStatus: 'pending',
      trigger: 'MANUAL',
      sortedAt: null,
      progress: null,
    });
  });

  it('is refused here where the product would take anything', async () => {
    await using world = await open();
    const fields = { '/nope': 'NOT_FOUND', '/backups/partner-mirror': 'UNSUPPORTED' };
    for (const [path, code] of Object.entries(fields)) {
      expect(await failureOf(start(world.provider, path))).toMatchObject({ code, field: ['input', 'entityId'] });
    }
    for (const field of ['name', 'description']) {
      const error = await failureOf(start(world.provider, alpha, { [field]: 'x' }));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', field: ['input', field] });
    }
    expect(world.asked().filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('while one runs is a conflict that says how many may', async () => {
    await using world = await open();
    const both = await Promise.allSettled([start(world.provider, alpha), start(world.provider, '/backups/mail')]);
    expect(both).toMatchObject([
      { status: 'fulfilled', value: { status: 'RUNNING' } },
      {
        status: 'rejected',
        reason: {
          code: 'CONFLICT',
          message: 'files runs at most 1 manual backup at a time, and 1 is going: ask again later.',
        },
      },
    ]);
  });

  it('of a busy repository is a conflict that names the job', async () => {
    await using world = await open({ manualLimit: 5 });
    const id = world.sandbox.startOutside(alpha, { isScheduled: true });
    expect((await failureOf(start(world.provider, alpha))).message).toBe(
      `files is busy with this repository (backup job ${id}): ask again when that has ended.`,
    );
  });

  it('happens one after the other, and whoever gives up leaves the line at once', async () => {
    await using world = await open({ manualLimit: 5 });
    const slow = world.proxy.fail(hangs(), { ...to('/api/repositories/'), times: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const starts = [
      failureOf(start(world.provider, alpha, {}, first.signal)),
      failureOf(start(world.provider, '/backups/mail', {}, second.signal)),
      start(world.provider, '/backups/research'),
    ];
    await slow.untilHit();
    second.abort();
    expect(await starts[1]).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    // While this goes there and back, the third could have come too.
    await page(world.provider);
    expect(world.proxy.requests.filter(({ path }) => path.startsWith('/api/repositories/'))).toHaveLength(1);
    first.abort();
    await starts[0];
    expect(await starts[2]).toMatchObject({ entityId: '/backups/research', status: 'RUNNING' });
    expect(world.sandbox.jobs).toHaveLength(26);
  });

  it('with the settings of the product needs nothing but a repository', async () => {
    await using world = await open();
    const create = (settings: Readonly<Record<string, unknown>>) =>
      world.provider.createBackup?.({ ...toRequest(alpha), settings }, never()) ?? Promise.resolve();
    expect(await create({})).toMatchObject({
      backup: { entityId: alpha, status: 'RUNNING' },
      handle: '26',
      message: null,
    });
    expect(await failureOf(create({ depth: 3 }))).toMatchObject({ code: 'BAD_USER_INPUT', field: ['input', 'depth'] });
    expect(world.sandbox.jobs).toHaveLength(26);
  });

  it('that a hook stands down is SKIPPED', async () => {
    await using world = await open();
    world.sandbox.nextRun({ outcome: 'skipped' });
    const { localId } = await start(world.provider, alpha);
    world.sandbox.clock.advance(5000);
    expect(await get(world.provider, localId)).toMatchObject({
      status: 'SKIPPED',
      upstreamStatus: 'skipped',
      progress: null,
    });
  });
});
