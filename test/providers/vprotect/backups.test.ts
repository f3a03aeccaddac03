import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../providers/vprotect/sandbox.ts';
import { failureOf, never } from '../../support/calls.ts';
import { answers, first, get, idsOf, nowhere, open, page, second, to, walk } from '../../support/vprotect.ts';

describe('a backup by its id', () => {
  it('that runs costs its details and its tasks', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    await page(world.provider);
    world.asked();
    expect(await get(world.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: 25 } });
    expect(world.asked()).toEqual([`GET /backups/${backup}`, `GET /tasks?backup=${backup}&page=0&size=500`]);
  });

  it('is one of many that run: two calls for all of them', async () => {
    await using world = await open();
    const ids = [1, 2, 3, 4, 5, 6].map((number) => world.sandbox.startOutside(vprotectGuid('machine', number)).backup);
    world.pass(23);
    await page(world.provider);
    world.asked();
    const found = await world.provider.getBackups(ids, never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual(ids.map(() => 25));
    expect(world.asked()).toEqual([
      'GET /backups?status=QUEUED&status=INPROGRESS&page=0&size=500',
      'GET /tasks?states=RUNNING&states=QUEUED&states=CANCELLED&page=0&size=500',
    ]);
  });

  it('has progress also where tasks do not name their backup', async () => {
    await using world = await open();
    world.sandbox.linksTasks = false;
    const [a, b] = [world.sandbox.startOutside(first).backup, world.sandbox.startOutside(second).backup];
    world.pass(13);
    const other = world.sandbox.startOutside(first).backup;
    world.pass(10);
    const found = await world.provider.getBackups([a, b, other], never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual([25, 25, 8.75]);
  });

  it('goes from 0 to 50 while it exports, and to 100 while it stores', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    const seen: (number | null | undefined)[] = [];
    for (const seconds of [4, 19, 20, 1, 11, 9]) {
      world.pass(seconds);
      seen.push((await get(world.provider, backup)).progress?.percent);
    }
    expect(seen).toEqual([1.25, 25, 50, 50, 75, 97.5]);
  });

  it('still comes when its tasks cannot be read', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    world.proxy.fail(answers(500), to('/tasks'));
    expect(await get(world.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: null } });
  });

  it('that failed is not called so as long as nobody can say whether it was cancelled', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished({ status: 'FAILED' });
    const fault = world.proxy.fail(answers(500), to('/tasks'));
    expect((await failureOf(get(world.provider, guid))).code).toBe('PROVIDER_UNAVAILABLE');
    fault.stop();
    world.proxy.fail(answers(403, { message: 'no' }), to('/tasks'));
    expect((await get(world.provider, guid)).status).toBe('FAILED');
  });

  it('stands where the list has it, though its details lack the end', async () => {
    await using world = await open({ history: 30 });
    const failed = world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    const removed = world.sandbox.addFinished({ status: 'SUCCESS_REMOVED', snapshotTime: 1_700_000_000_000 });
    const rows = await walk(world.provider);
    for (const timelessRows of ['newest', 'oldest'] as const) {
      world.sandbox.timelessRows = timelessRows;
      const fresh = world.connect();
      for (const id of [failed, removed]) {
        expect(await get(fresh, id)).toEqual(rows.find(({ localId }) => localId === id));
      }
      await fresh.close();
    }
  });

  it('that the list has shown costs its details alone', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished();
    const [row] = await walk(world.provider);
    world.asked();
    expect(await get(world.provider, guid)).toEqual(row);
    expect(world.asked()).toEqual([`GET /backups/${guid}`]);
  });

  it('is read again from the list once it has ended', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(23);
    expect((await get(world.provider, backup)).details.backupTime).toBeNull();
    await page(world.provider);
    world.pass(60);
    const ended = await get(world.provider, backup);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', progress: null, details: { backupTime: expect.any(Number) } });
    expect((await page(world.provider)).rows).toEqual([ended]);
  });

  it('finds many that started in the same moment, and many that did not', async () => {
    await using world = await open({ history: 80 });
    const rows = await walk(world.provider);
    const fresh = world.connect();
    expect(await fresh.getBackups(idsOf(rows), never())).toEqual(rows);
    await fresh.close();
    world.sandbox.maxPageSize = 3;
    expect(await world.provider.getBackups(idsOf(rows), never())).toEqual(rows);
  });

  it('is nothing where it is removed, hidden from this account, or no GUID', async () => {
    await using world = await open();
    const [gone, hidden] = [world.sandbox.addFinished({ entity: second }), world.sandbox.addFinished()];
    await page(world.provider);
    world.sandbox.removeBackup(gone);
    world.sandbox.hiddenEntities.add(first);
    expect(await world.provider.getBackups([gone, hidden, nowhere], never())).toEqual([null, null, null]);
    world.asked();
    expect(await world.provider.getBackups(['detailed', 'grouped', 'warnings-acknowledged', ''], never())).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(world.asked()).toEqual([]);
  });

  it('keeps a status word that nobody knows', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished({ status: 'PETRIFIED', type: 'LUNAR' });
    expect(await get(world.provider, guid)).toMatchObject({
      status: 'UNKNOWN',
      type: 'UNKNOWN',
      upstreamStatus: 'PETRIFIED',
    });
    expect(idsOf(await walk(world.provider, { statuses: ['UNKNOWN'], types: ['UNKNOWN'] }))).toEqual([guid]);
  });
});
