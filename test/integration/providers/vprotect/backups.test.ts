import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../../providers/vprotect/sandbox/fixtures.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { answers, first, get, idsOf, nowhere, open, page, second, to, walk } from '../../../support/vprotect.ts';

describe('a backup by its id', () => {
  it('that runs costs its details and its tasks', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(23);
    await page(fixture.provider);
    fixture.asked();
    expect(await get(fixture.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: 25 } });
    expect(fixture.asked()).toEqual([`GET /backups/${backup}`, `GET /tasks?backup=${backup}&page=0&size=500`]);
  });

  it('is one of many that run: two calls for all of them', async () => {
    await using fixture = await open();
    const ids = [1, 2, 3, 4, 5, 6].map(
      (number) => fixture.sandbox.startOutside(vprotectGuid('machine', number)).backup,
    );
    fixture.pass(23);
    await page(fixture.provider);
    fixture.asked();
    const found = await fixture.provider.getBackups(ids, never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual(ids.map(() => 25));
    expect(fixture.asked()).toEqual([
      'GET /backups?status=QUEUED&status=INPROGRESS&page=0&size=500',
      'GET /tasks?states=RUNNING&states=QUEUED&states=CANCELLED&page=0&size=500',
    ]);
  });

  it('has progress also where tasks do not name their backup', async () => {
    await using fixture = await open();
    fixture.sandbox.linksTasks = false;
    const [a, b] = [fixture.sandbox.startOutside(first).backup, fixture.sandbox.startOutside(second).backup];
    fixture.pass(13);
    const other = fixture.sandbox.startOutside(first).backup;
    fixture.pass(10);
    const found = await fixture.provider.getBackups([a, b, other], never());
    expect(found.map((backup) => backup?.progress?.percent)).toEqual([25, 25, 8.75]);
  });

  it('goes from 0 to 50 while it exports, and to 100 while it stores', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    const seen: (number | null | undefined)[] = [];
    for (const seconds of [4, 19, 20, 1, 11, 9]) {
      fixture.pass(seconds);
      seen.push((await get(fixture.provider, backup)).progress?.percent);
    }
    expect(seen).toEqual([1.25, 25, 50, 50, 75, 97.5]);
  });

  it('still comes when its tasks cannot be read', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(23);
    fixture.proxy.fail(answers(500), to('/tasks'));
    expect(await get(fixture.provider, backup)).toMatchObject({ status: 'RUNNING', progress: { percent: null } });
  });

  it('that failed is not called so as long as nobody can say whether it was cancelled', async () => {
    await using fixture = await open();
    const guid = fixture.sandbox.addFinished({ status: 'FAILED' });
    const fault = fixture.proxy.fail(answers(500), to('/tasks'));
    expect((await failureOf(get(fixture.provider, guid))).code).toBe('PROVIDER_UNAVAILABLE');
    fault.stop();
    fixture.proxy.fail(answers(403, { message: 'no' }), to('/tasks'));
    expect((await get(fixture.provider, guid)).status).toBe('FAILED');
  });

  it('stands where the list has it, though its details lack the end', async () => {
    await using fixture = await open({ history: 30 });
    const failed = fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    const removed = fixture.sandbox.addFinished({ status: 'SUCCESS_REMOVED', snapshotTime: 1_700_000_000_000 });
    const rows = await walk(fixture.provider);
    for (const timelessRows of ['newest', 'oldest'] as const) {
      fixture.sandbox.timelessRows = timelessRows;
      const fresh = fixture.connect();
      for (const id of [failed, removed]) {
        expect(await get(fresh, id)).toEqual(rows.find(({ localId }) => localId === id));
      }
      await fresh.close();
    }
  });

  it('that the list has shown costs its details alone', async () => {
    await using fixture = await open();
    const guid = fixture.sandbox.addFinished();
    const [row] = await walk(fixture.provider);
    fixture.asked();
    expect(await get(fixture.provider, guid)).toEqual(row);
    expect(fixture.asked()).toEqual([`GET /backups/${guid}`]);
  });

  it('is read again from the list once it has ended', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(23);
    expect((await get(fixture.provider, backup)).details.backupTime).toBeNull();
    await page(fixture.provider);
    fixture.pass(60);
    const ended = await get(fixture.provider, backup);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', progress: null, details: { backupTime: expect.any(Number) } });
    expect((await page(fixture.provider)).rows).toEqual([ended]);
  });

  it('finds many that started in the same moment, and many that did not', async () => {
    await using fixture = await open({ history: 80 });
    const rows = await walk(fixture.provider);
    const fresh = fixture.connect();
    expect(await fresh.getBackups(idsOf(rows), never())).toEqual(rows);
    await fresh.close();
    fixture.sandbox.maxPageSize = 3;
    expect(await fixture.provider.getBackups(idsOf(rows), never())).toEqual(rows);
  });

  it('is nothing where it is removed, hidden from this account, or no GUID', async () => {
    await using fixture = await open();
    const [gone, hidden] = [fixture.sandbox.addFinished({ entity: second }), fixture.sandbox.addFinished()];
    await page(fixture.provider);
    fixture.sandbox.removeBackup(gone);
    fixture.sandbox.hiddenEntities.add(first);
    expect(await fixture.provider.getBackups([gone, hidden, nowhere], never())).toEqual([null, null, null]);
    fixture.asked();
    expect(await fixture.provider.getBackups(['detailed', 'grouped', 'warnings-acknowledged', ''], never())).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(fixture.asked()).toEqual([]);
  });

  it('keeps a status word that nobody knows', async () => {
    await using fixture = await open();
    const guid = fixture.sandbox.addFinished({ status: 'PETRIFIED', type: 'LUNAR' });
    expect(await get(fixture.provider, guid)).toMatchObject({
      status: 'UNKNOWN',
      type: 'UNKNOWN',
      upstreamStatus: 'PETRIFIED',
    });
    expect(idsOf(await walk(fixture.provider, { statuses: ['UNKNOWN'], types: ['UNKNOWN'] }))).toEqual([guid]);
  });
});
