import { describe, expect, it } from 'vitest';
import { alpha, get, open, page, start, to, toRequest } from '../../../support/borg.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { answersStatus, hangs } from '../../../support/faults.ts';

describe('starting a backup', () => {
  it('reads what became of it, since the answer always says pending', async () => {
    await using fixture = await open();
    fixture.sandbox.nextRun({ outcome: 'failed-at-once' });
    expect(await start(fixture.provider, alpha)).toMatchObject({
      localId: '26',
      status: 'FAILED',
      entityId: alpha,
      startedAt: null,
    });
    fixture.sandbox.nextRun({ pendingSeconds: 60 });
    expect(await start(fixture.provider, alpha)).toMatchObject({ status: 'QUEUED' });
  });

  it('still answers when that cannot be read', async () => {
    await using fixture = await open();
    fixture.proxy.fail(answersStatus(500), to('/backup/status/'));
    expect(await start(fixture.provider, alpha)).toMatchObject({
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
    await using fixture = await open();
    const fields = { '/nope': 'NOT_FOUND', '/backups/partner-mirror': 'UNSUPPORTED' };
    for (const [path, code] of Object.entries(fields)) {
      expect(await failureOf(start(fixture.provider, path))).toMatchObject({ code, field: ['input', 'entityId'] });
    }
    for (const field of ['name', 'description']) {
      const error = await failureOf(start(fixture.provider, alpha, { [field]: 'x' }));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', field: ['input', field] });
    }
    expect(fixture.asked().filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('while one runs is a conflict that says how many may', async () => {
    await using fixture = await open();
    const both = await Promise.allSettled([start(fixture.provider, alpha), start(fixture.provider, '/backups/mail')]);
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
    await using fixture = await open({ manualLimit: 5 });
    const id = fixture.sandbox.startOutside(alpha, { isScheduled: true });
    expect((await failureOf(start(fixture.provider, alpha))).message).toBe(
      `files is busy with this repository (backup job ${id}): ask again when that has ended.`,
    );
  });

  it('happens one after the other, and an aborted start leaves the queue at once', async () => {
    await using fixture = await open({ manualLimit: 5 });
    const slow = fixture.proxy.fail(hangs(), { ...to('/api/repositories/'), times: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const starts = [
      failureOf(start(fixture.provider, alpha, {}, first.signal)),
      failureOf(start(fixture.provider, '/backups/mail', {}, second.signal)),
      start(fixture.provider, '/backups/research'),
    ];
    await slow.untilHit();
    second.abort();
    expect(await starts[1]).toMatchObject({ code: 'PROVIDER_TIMEOUT' });
    // While this goes there and back, the third could have come too.
    await page(fixture.provider);
    expect(fixture.proxy.requests.filter(({ path }) => path.startsWith('/api/repositories/'))).toHaveLength(1);
    first.abort();
    await starts[0];
    expect(await starts[2]).toMatchObject({ entityId: '/backups/research', status: 'RUNNING' });
    expect(fixture.sandbox.jobs).toHaveLength(26);
  });

  it('with the settings of the product needs nothing but a repository', async () => {
    await using fixture = await open();
    const create = (settings: Readonly<Record<string, unknown>>) =>
      fixture.provider.createBackup?.({ ...toRequest(alpha), settings }, never()) ?? Promise.resolve();
    expect(await create({})).toMatchObject({
      backup: { entityId: alpha, status: 'RUNNING' },
      handle: '26',
      message: null,
    });
    expect(await failureOf(create({ depth: 3 }))).toMatchObject({ code: 'BAD_USER_INPUT', field: ['input', 'depth'] });
    expect(fixture.sandbox.jobs).toHaveLength(26);
  });

  it('that a hook stands down is SKIPPED', async () => {
    await using fixture = await open();
    fixture.sandbox.nextRun({ outcome: 'skipped' });
    const { localId } = await start(fixture.provider, alpha);
    fixture.sandbox.clock.advance(5000);
    expect(await get(fixture.provider, localId)).toMatchObject({
      status: 'SKIPPED',
      upstreamStatus: 'skipped',
      progress: null,
    });
  });
});
