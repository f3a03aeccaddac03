import { describe, expect, it } from 'vitest';
import {
  type Ask,
  ask,
  type Batch,
  first,
  goneMachine,
  guids,
  type Json,
  list,
  now,
  nowhere,
  pass,
  type Reply,
  request,
  second,
  start,
  startExport,
  statusOf,
  type Task,
  task,
  tasks,
} from '../../../../test/support/vprotect-sandbox.ts';
import type { VProtectSandbox } from '../contract.ts';
import { vprotectGuid } from '../fixtures.ts';

const cancel = (sandbox: VProtectSandbox, guid: string): Promise<Reply> =>
  ask(sandbox, `PUT /tasks/${guid}/state`, { json: { state: { name: 'CANCELLED' }, statusInfo: 'no longer wanted' } });

describe('asking for an export', () => {
  it('takes what three generations of clients send', async () => {
    await using sandbox = await start();
    const [daily, weekly] = sandbox.rules;
    const bodies: readonly Json[] = [
      request(sandbox, { priority: 0, windowStart: now, windowEnd: now + 60_000 }),
      {
        backupType: { name: 'FULL', description: 'Full' },
        protectedEntities: [{ guid: first, name: 'erp-db-01' }],
        protectedEntityType: 'VM',
        priority: 100,
        windowStart: now,
        retryCount: 2,
        rules: [{ guid: weekly?.guid }],
        async: true,
      },
      { backupType: 'FULL', protectedEntities: [first], rules: [daily?.guid], protectedEntityType: { name: 'VM' } },
    ];
    for (const json of bodies) {
      const { status, body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json });
      expect([status, body.tasks.length, body.unsuccessful]).toEqual([200, 1, []]);
      expect(guids(body.successful)).toEqual([first]);
    }
    expect((await tasks(sandbox)).map(({ priority }) => priority)).toEqual([0, 100, 50]);
    expect((await tasks(sandbox)).map(({ backupDestination }) => backupDestination.name)).toEqual([
      'vault-dedup',
      'offsite-s3',
      'vault-dedup',
    ]);
  });

  it('starts nothing when the request is wrong', async () => {
    await using sandbox = await start();
    const wrong: readonly Json[] = [
      { backupType: undefined },
      { backupType: { name: 'full' } },
      { protectedEntities: undefined },
      { protectedEntities: [] },
      { protectedEntities: [{ name: 'erp-db-01' }] },
      { protectedEntities: first },
      { protectedEntityType: 'Machine' },
      { backupDestination: undefined },
      { backupDestination: undefined, rules: [] },
      { backupDestination: { guid: nowhere } },
      { rules: [{ guid: nowhere }] },
      { priority: 101 },
      { priority: -1 },
      { priority: '50' },
      { retryCount: -1 },
      { windowStart: 'now' },
      { windowStart: now, windowEnd: now - 1 },
    ];
    for (const known of wrong) {
      const status = await statusOf(sandbox, 'POST /tasks/export', { json: request(sandbox, known) });
      expect(status, JSON.stringify(known)).toBe(400);
    }
    expect(sandbox.tasks).toEqual([]);
  });

  it('starts a task for each entity that can be backed up, and names the others', async () => {
    await using sandbox = await start();
    const protectedEntities = [first, nowhere, second, goneMachine].map((guid) => ({ guid }));
    const json = request(sandbox, { protectedEntities });
    const { body } = await ask<Batch>(sandbox, 'POST /tasks/export', { json });
    expect(guids(body.successful)).toEqual([first, second]);
    expect(guids(body.unsuccessful)).toEqual([nowhere, goneMachine]);
    expect(sandbox.tasks.map(({ entity }) => entity)).toEqual([first, second]);
    const cloud = vprotectGuid('cloud', 1);
    const other = request(sandbox, { protectedEntities: [cloud], protectedEntityType: 'VM' });
    expect((await ask<Batch>(sandbox, 'POST /tasks/export', { json: other })).body.tasks).toEqual([]);
    const right = request(sandbox, { protectedEntities: [cloud], protectedEntityType: 'CLOUD' });
    expect((await ask<Batch>(sandbox, 'POST /tasks/export', { json: right })).body.tasks).toHaveLength(1);
  });

  it('answers a batch, a list, an object or nothing', async () => {
    await using sandbox = await start();
    const post = <T>(guid: string, how: Ask = {}) =>
      ask<T>(sandbox, 'POST /tasks/export', { ...how, json: request(sandbox, { protectedEntities: [guid] }) });
    expect((await post<Batch>(nowhere)).body).toEqual({
      successful: [],
      unsuccessful: [{ guid: nowhere, name: nowhere }],
      tasks: [],
    });
    sandbox.replyShape = 'array';
    expect((await post<Task[]>(first)).body).toMatchObject([{ type: { name: 'EXPORT' }, state: { name: 'QUEUED' } }]);
    sandbox.replyShape = 'object';
    expect((await post<Task>(first)).body).toMatchObject({ type: { name: 'EXPORT' } });
    expect((await post(nowhere)).status).toBe(404);
    sandbox.postStatus = 201;
    expect((await post(first)).status).toBe(201);
    sandbox.replyShape = 'empty';
    const empty = await post<string>(first, { undescribed: 'replyShape' });
    expect([empty.status, empty.body]).toEqual([201, '']);
    expect(sandbox.tasks).toHaveLength(4);
  });
});

describe('stopping a task', () => {
  it('that exports ends it a little later, and its backup says FAILED', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 13);
    expect(await cancel(sandbox, guid)).toMatchObject({ status: 204, body: '' });
    expect((await task(sandbox, guid)).state.name).toBe('RUNNING');
    pass(sandbox, 1);
    expect((await cancel(sandbox, guid)).status).toBe(204);
    pass(sandbox, 1);
    expect(await task(sandbox, guid)).toMatchObject({
      state: { name: 'CANCELLED' },
      statusInfo: 'no longer wanted',
      progress: 30,
      finishTime: now + 15_000,
    });
    const [row] = await list(sandbox);
    expect(row).toMatchObject({
      status: { name: 'FAILED' },
      statusInfo: expect.stringContaining('cancelled'),
      size: 0,
    });
    expect(row?.snapshotTime).toBe(now + 3000);
    pass(sandbox, 1000);
    expect(await tasks(sandbox)).toHaveLength(1);
    expect((await cancel(sandbox, guid)).status).toBe(409);
  });

  it('that ends in the meantime changes nothing', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 42);
    expect((await cancel(sandbox, guid)).status).toBe(204);
    pass(sandbox, 2);
    expect((await task(sandbox, guid)).state.name).toBe('FINISHED');
    pass(sandbox, 60);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
  });

  it('that stores leaves a FAILED backup too', async () => {
    await using sandbox = await start();
    sandbox.printsBodies = true;
    const { exportTask, storeTask } = sandbox.startOutside(first);
    pass(sandbox, 50);
    expect((await cancel(sandbox, exportTask)).status).toBe(409);
    expect(await cancel(sandbox, storeTask)).toMatchObject({ status: 200, body: { state: { name: 'RUNNING' } } });
    pass(sandbox, 5);
    expect(sandbox.tasks.map(({ state }) => state)).toEqual(['FINISHED', 'CANCELLED']);
    expect(sandbox.backups).toMatchObject([{ status: 'FAILED' }]);
  });

  it('that waits is done by removing it', async () => {
    await using sandbox = await start();
    const early = await startExport(sandbox);
    expect((await cancel(sandbox, early.guid)).status).toBe(409);
    expect(await statusOf(sandbox, `DELETE /tasks/${early.guid}`)).toBe(204);
    const late = sandbox.startOutside(second);
    pass(sandbox, 2);
    expect(await statusOf(sandbox, `DELETE /tasks/${late.exportTask}`)).toBe(204);
    const stored = sandbox.startOutside(first);
    pass(sandbox, 44);
    expect((await task(sandbox, stored.storeTask)).state.name).toBe('QUEUED');
    expect(await statusOf(sandbox, `DELETE /tasks/${stored.storeTask}`)).toBe(204);
    pass(sandbox, 100);
    expect(guids(sandbox.tasks)).toEqual([stored.exportTask]);
    expect(sandbox.backups).toMatchObject([
      { guid: late.backup, status: 'FAILED', snapshotTime: null },
      { guid: stored.backup, status: 'FAILED', snapshotTime: expect.any(Number) },
    ]);
  });

  it('by removal is refused while it runs, and only forgets one that has ended', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 10);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(409);
    pass(sandbox, 100);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(204);
    expect(await statusOf(sandbox, `GET /tasks/${guid}`)).toBe(404);
    expect(await statusOf(sandbox, `DELETE /tasks/${guid}`)).toBe(404);
    expect((await cancel(sandbox, guid)).status).toBe(404);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }]);
  });

  it('takes only CANCELLED, as an object or a bare word', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 10);
    const put = (json: unknown) => statusOf(sandbox, `PUT /tasks/${guid}/state`, { json });
    expect([await put({ state: { name: 'FINISHED' } }), await put({}), await put({ state: 'STOPPED' })]).toEqual([
      400, 400, 400,
    ]);
    expect(await put({ state: 'CANCELLED' })).toBe(204);
    pass(sandbox, 2);
    expect((await task(sandbox, guid)).statusInfo).toBe('Cancelled by user');
  });
});
