import { describe, expect, it } from 'vitest';
import {
  guids,
  list,
  now,
  pass,
  second,
  start,
  startExport,
  task,
  tasks,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('a run', () => {
  it('goes from an export through a store to a backup', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'QUEUED' },
      type: { name: 'EXPORT' },
      progress: 0,
    });
    expect(await list(sandbox)).toEqual([]);
    expect(await task(sandbox, guid)).not.toHaveProperty('backup');
    pass(sandbox, 1);
    const [queued] = await list(sandbox);
    expect(queued).toMatchObject({ status: { name: 'QUEUED' }, size: 0 });
    expect(queued).not.toHaveProperty('snapshotTime');
    pass(sandbox, 2);
    expect(await list(sandbox)).toMatchObject([{ status: { name: 'INPROGRESS' }, snapshotTime: now + 3000 }]);
    expect((await list(sandbox))[0]).not.toHaveProperty('backupTime');
    pass(sandbox, 13.3);
    const running = await task(sandbox, guid);
    expect(running).toMatchObject({
      state: { name: 'RUNNING' },
      progress: 33.3,
      startTime: now + 3000,
      backup: { guid: queued?.guid },
    });
    pass(sandbox, 26.7);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'FINISHED' },
      progress: 100,
      finishTime: now + 43_000,
    });
    const [, store] = await tasks(sandbox);
    expect(store).toMatchObject({ type: { name: 'STORE' }, state: { name: 'QUEUED' }, parentTask: { guid } });
    pass(sandbox, 12);
    expect((await tasks(sandbox))[1]).toMatchObject({ state: { name: 'RUNNING' }, progress: 50 });
    expect((await list(sandbox))[0]).toMatchObject({ status: { name: 'INPROGRESS' }, size: 0 });
    pass(sandbox, 10);
    expect((await tasks(sandbox))[1]).toMatchObject({ state: { name: 'FINISHED' }, progress: 100 });
    expect(await list(sandbox)).toMatchObject([
      {
        guid: queued?.guid,
        status: { name: 'SUCCESS' },
        snapshotTime: now + 3000,
        backupTime: now + 65_000,
        size: sandbox.entities[0]?.bytes,
        taskTimeStats: { queuedExportTime: 3000, exportTime: 40_000, queuedStoreTime: 2000, storeTime: 20_000 },
      },
    ]);
  });

  it('has progress that only grows', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ exportSeconds: 7, queuedSeconds: 0 });
    const { guid } = await startExport(sandbox);
    const seen: number[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      seen.push((await task(sandbox, guid)).progress);
      pass(sandbox, 0.4);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect([seen[0], seen.at(-1)]).toEqual([0, 100]);
    expect(seen.some((percent) => !Number.isInteger(percent))).toBe(true);
    for (const percent of seen) expect(percent).toBe(Math.round(percent * 10) / 10);
  });

  const endings = [
    ['partial', 'PARTIAL_SUCCESS', 'FINISHED', null],
    ['export-failed', 'FAILED', null, 'I/O error'],
    ['store-failed', 'FAILED', 'FAILED', 'no space left'],
    ['no-snapshot', 'FAILED', null, 'Snapshot'],
  ] as const;
  for (const [outcome, status, store, info] of endings) {
    it(`that ends as ${outcome} says so in its record and its tasks`, async () => {
      await using sandbox = await start();
      sandbox.everyRun({ outcome });
      const { guid } = await startExport(sandbox);
      pass(sandbox, 100);
      const [row] = await list(sandbox);
      expect(row).toMatchObject({
        status: { name: status },
        warningsPresent: outcome === 'partial',
        statusInfo: info === null ? null : expect.stringContaining(info),
      });
      expect(row?.snapshotTime).toBe(outcome === 'no-snapshot' ? undefined : now + 3000);
      expect(row?.size === 0).toBe(status === 'FAILED');
      const [exported, stored] = await tasks(sandbox);
      expect(exported).toMatchObject({ guid, state: { name: store === null ? 'FAILED' : 'FINISHED' } });
      expect(stored?.state.name ?? null).toBe(store);
      if (store === null) expect(exported?.progress).toBeLessThan(100);
    });
  }

  it('follows the script for the next one, then the one for all, or what it is given', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ bytes: 1 });
    sandbox.nextRun({ bytes: 2 });
    sandbox.everyRun({ bytes: 9 });
    for (let run = 0; run < 3; run += 1) await startExport(sandbox);
    const outside = sandbox.startOutside(second, { script: { bytes: 4 }, type: 'SYNCHRONIZATION' });
    pass(sandbox, 100);
    expect(sandbox.backups.map(({ size }) => size)).toEqual([1, 2, 9, 4]);
    expect(sandbox.backups.at(-1)).toMatchObject({ guid: outside.backup, entity: second, type: 'SYNCHRONIZATION' });
    expect(guids(sandbox.tasks).slice(-2)).toEqual([outside.exportTask, outside.storeTask]);
  });

  it('that is incremental becomes a full one where there is nothing before it', async () => {
    await using sandbox = await start();
    const incremental = { backupType: { name: 'INCREMENTAL' } };
    const { guid } = await startExport(sandbox, incremental);
    expect(await task(sandbox, guid)).toMatchObject({ backupType: { name: 'INCREMENTAL' } });
    pass(sandbox, 100);
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    const [full, child, grandchild] = sandbox.backups;
    expect(full).toMatchObject({ type: 'FULL', parentBackup: null, rootBackup: full?.guid });
    expect(child).toMatchObject({ type: 'INCREMENTAL', parentBackup: full?.guid, rootBackup: full?.guid });
    expect(grandchild).toMatchObject({ type: 'INCREMENTAL', parentBackup: child?.guid, rootBackup: full?.guid });
    expect(child?.size).toBeLessThan(full?.size ?? 0);
    for (const { guid: one } of sandbox.backups) sandbox.removeBackup(one);
    sandbox.addFinished({ status: 'FAILED' });
    sandbox.addFinished({ status: 'SUCCESS_REMOVED' });
    sandbox.addFinished({ entity: second });
    await startExport(sandbox, incremental);
    pass(sandbox, 100);
    expect(sandbox.backups.at(-1)).toMatchObject({ type: 'FULL' });
  });

  it('waits for its window, and fails if it could not begin inside', async () => {
    await using sandbox = await start();
    const waiting = await startExport(sandbox, { windowStart: now + 60_000, windowEnd: now + 90_000 });
    const missed = await startExport(sandbox, { windowStart: now - 60_000, windowEnd: now + 2000 });
    const past = await startExport(sandbox, { windowEnd: now - 1 });
    const open = await startExport(sandbox, { windowStart: now - 60_000, windowEnd: now + 3000 });
    pass(sandbox, 3);
    const states = async () =>
      Promise.all([waiting, missed, past, open].map(async ({ guid }) => (await task(sandbox, guid)).state.name));
    expect(await states()).toEqual(['QUEUED', 'FAILED', 'FAILED', 'RUNNING']);
    expect(await task(sandbox, missed.guid)).toMatchObject({
      statusInfo: expect.stringContaining('window'),
      progress: 0,
    });
    expect(sandbox.backups.map(({ status }) => status)).toEqual(['QUEUED', 'FAILED', 'INPROGRESS']);
    pass(sandbox, 57);
    expect((await states())[0]).toBe('RUNNING');
  });

  it('shows its record and the link to it late, or never', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ recordSeconds: 30 });
    const { guid } = await startExport(sandbox);
    pass(sandbox, 29);
    expect(await list(sandbox)).toEqual([]);
    expect(await task(sandbox, guid)).toMatchObject({ state: { name: 'RUNNING' } });
    pass(sandbox, 1);
    expect(await list(sandbox)).toMatchObject([{ status: { name: 'INPROGRESS' }, snapshotTime: now + 3000 }]);
    expect(await task(sandbox, guid)).toHaveProperty('backup');
    sandbox.linksTasks = false;
    expect(await task(sandbox, guid)).not.toHaveProperty('backup');
    const [row] = await list(sandbox);
    expect(guids(await tasks(sandbox, `?backup=${row?.guid}`))).toEqual([guid]);
  });

  it('is a pure function of the clock', async () => {
    await using watched = await start();
    await using unwatched = await start();
    for (const sandbox of [watched, unwatched]) await startExport(sandbox);
    for (let second = 0; second < 50; second += 1) {
      pass(watched, 1);
      await tasks(watched);
    }
    pass(unwatched, 50);
    expect(watched.tasks).toEqual(unwatched.tasks);
    expect(watched.backups).toEqual(unwatched.backups);
  });
});
