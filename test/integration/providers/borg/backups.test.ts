import { describe, expect, it } from 'vitest';
import { alpha, answers, cancel, get, open, page, to } from '../../../support/borg.ts';
import { failureOf, never } from '../../../support/calls.ts';

describe('a backup by its id', () => {
  it('is read from the list at first, and by its status from then on', async () => {
    await using fixture = await open();
    const listed = await get(fixture.provider, 12);
    expect(fixture.asked()[0]).toMatch(/^GET \/api\/backup\/jobs/);
    expect(await get(fixture.provider, 12)).toEqual(listed);
    expect(fixture.asked()).toEqual(['GET /api/backup/status/12']);
  });

  it('keeps the name, the schedule and the log that only the list shows', async () => {
    await using fixture = await open();
    const scheduled = fixture.sandbox.startOutside(alpha, { isScheduled: true });
    await page(fixture.provider);
    fixture.asked();
    const backup = await get(fixture.provider, scheduled);
    expect(fixture.asked()).toEqual([`GET /api/backup/status/${scheduled}`]);
    expect(backup.name).toMatch(/^scheduled-backup-/);
    expect(backup.details).toMatchObject({ scheduledJobId: '1', hasLog: true });
    fixture.sandbox.clock.advance(3_600_000);
    expect(await get(fixture.provider, scheduled)).toMatchObject({
      status: 'SUCCEEDED',
      name: backup.name,
      details: { hasLog: false },
    });
  });

  it('that was queued when it was listed still gets its name', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } });
    expect(await get(fixture.provider, id)).toMatchObject({
      status: 'QUEUED',
      sortedAt: null,
      name: null,
      progress: null,
    });
    fixture.sandbox.clock.advance(61_000);
    expect((await get(fixture.provider, id)).name).toMatch(/^manual-backup-/);
  });

  it('that is not there is null, and no sign of ill health', async () => {
    await using fixture = await open();
    await get(fixture.provider, 7);
    fixture.sandbox.removeJob(7);
    fixture.asked();
    expect(await fixture.provider.getBackups(['7'], never())).toEqual([null]);
    expect(fixture.asked().slice(0, 2)).toEqual(['GET /api/backup/status/7', 'GET /api/backup/jobs?limit=39']);
    expect(fixture.provider.health()).toMatchObject({ status: 'UP', error: null });
  });

  it('is not lost when the product fails to show its status', async () => {
    await using fixture = await open();
    const before = await get(fixture.provider, 7);
    fixture.proxy.fail(answers(500, { key: 'backend.errors.backup.failedGetBackupStatus' }), to('/backup/status/'));
    expect(await get(fixture.provider, 7)).toEqual(before);
  });

  it('is one call with many others, however deep they lie', async () => {
    await using fixture = await open({ history: 600 });
    await page(fixture.provider, { limit: 1 });
    fixture.asked();
    const ids = ['3', '600', '77', '4711', '3'];
    const found = await fixture.provider.getBackups(ids, never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual(['3', '600', '77', null, '3']);
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=618']);
  });

  it('is two calls with many others where nothing is known yet', async () => {
    await using fixture = await open({ history: 600 });
    await fixture.provider.getBackups(['3', '600'], never());
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=200', 'GET /api/backup/jobs?limit=618']);
  });

  it('is asked for alone where it lies very deep', async () => {
    await using fixture = await open({ history: 300 });
    fixture.sandbox.addFinished({ id: 90_000, status: 'completed' });
    const found = await fixture.provider.getBackups(['90000', '50', '2000'], never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual(['90000', '50', null]);
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=200', 'GET /api/backup/status/50']);
  });

  it('that no database can hold is asked for by nobody', async () => {
    await using fixture = await open();
    const ids = ['000', '1e3', '-1', '0', '2147483648', '99999999999999999999', '12 ', '', '..'];
    expect(await fixture.provider.getBackups(ids, never())).toEqual(ids.map(() => null));
    for (const id of ids) expect((await failureOf(cancel(fixture.provider, id))).code).toBe('NOT_FOUND');
    expect(fixture.asked()).toEqual([]);
  });
});
