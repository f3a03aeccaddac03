import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../../providers/vprotect/sandbox/fixtures.ts';
import { failureOf } from '../../../support/calls.ts';
import { endToEnd, type Fault } from '../../../support/fault-proxy.ts';
import {
  afterwards,
  answers,
  cancel,
  commandsOf,
  first,
  get,
  idsOf,
  open,
  second,
  to,
  walk,
} from '../../../support/vprotect.ts';

describe('a cancel', () => {
  it('of a backup that exports stops its task, and takes a while', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(13);
    fixture.asked();
    const result = await cancel(fixture.provider, backup);
    expect(result).toMatchObject({ backup: { localId: backup, status: 'RUNNING' }, processTerminated: null });
    expect(commandsOf(fixture)).toEqual([`PUT /tasks/${vprotectGuid('export', 1)}/state`]);
    fixture.pass(5);
    const ended = await get(fixture.provider, backup);
    expect(ended).toMatchObject({
      status: 'CANCELLED',
      upstreamStatus: 'FAILED',
      errorMessage: 'The task has been cancelled.',
    });
    expect(fixture.sandbox.tasks[0]?.statusInfo).toBe('Cancelled through the backup gateway');
  });

  it('of a backup that stores stops the second task', async () => {
    await using fixture = await open();
    const { backup, storeTask } = fixture.sandbox.startOutside(first);
    fixture.pass(50);
    await cancel(fixture.provider, backup);
    expect(commandsOf(fixture)).toEqual([`PUT /tasks/${storeTask}/state`]);
    fixture.pass(5);
    expect((await get(fixture.provider, backup)).status).toBe('CANCELLED');
  });

  it('of a backup that waits takes its task away', async () => {
    await using fixture = await open();
    const { backup, exportTask } = fixture.sandbox.startOutside(first, { script: { queuedSeconds: 100 } });
    fixture.pass(5);
    expect(await cancel(fixture.provider, backup)).toMatchObject({ backup: { status: 'CANCELLED' } });
    expect(commandsOf(fixture)).toEqual([`DELETE /tasks/${exportTask}`]);
    expect(await walk(fixture.provider, { statuses: ['CANCELLED'] })).toMatchObject([
      { localId: backup, upstreamStatus: 'FAILED' },
    ]);
  });

  it('of a task that has begun meanwhile looks again, and stops it', async () => {
    await using fixture = await open();
    const { backup, exportTask } = fixture.sandbox.startOutside(first, { script: { queuedSeconds: 100 } });
    fixture.pass(5);
    fixture.proxy.fail(
      afterwards(() => fixture.pass(100)),
      { ...to('/tasks/', 'DELETE'), times: 1 },
    );
    expect(await cancel(fixture.provider, backup)).toMatchObject({ backup: { status: 'RUNNING' } });
    expect(commandsOf(fixture)).toEqual([`DELETE /tasks/${exportTask}`, `PUT /tasks/${exportTask}/state`]);
    fixture.pass(5);
    expect((await get(fixture.provider, backup)).status).toBe('CANCELLED');
  });

  it('of a task that was followed by another meanwhile stops that one', async () => {
    await using fixture = await open();
    const { backup, exportTask, storeTask } = fixture.sandbox.startOutside(first);
    fixture.pass(40);
    fixture.proxy.fail(
      afterwards(() => fixture.pass(10)),
      { ...to('/state', 'PUT'), times: 1 },
    );
    await cancel(fixture.provider, backup);
    expect(commandsOf(fixture)).toEqual([`PUT /tasks/${exportTask}/state`, `PUT /tasks/${storeTask}/state`]);
  });

  describe.each([
    ['forbidden', 403],
    ['in conflict, and the task stays', 409],
    ['unclear', 503],
  ])('of two tasks whose second is %s', (_case, status) => {
    it('was partly done: it is neither a refusal nor a success, and tells both', async () => {
      await using fixture = await open();
      const { backup, exportTask, storeTask } = fixture.sandbox.startOutside(first);
      fixture.pass(13);
      const listing = fixture.proxy.fail(alsoQueued(storeTask, exportTask), {
        match: (method, path) => method === 'GET' && path === '/api/tasks',
      });
      fixture.proxy.fail(answers(status, { message: 'not this one' }), to('/tasks/', 'DELETE'));
      const error = await failureOf(cancel(fixture.provider, backup));
      expect(error).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        message: expect.stringContaining('took the request to stop one task of this backup, but not all: '),
      });
      expect(commandsOf(fixture)).toEqual([`PUT /tasks/${exportTask}/state`]);
      listing.stop();
      fixture.pass(5);
      expect((await get(fixture.provider, backup)).status).toBe('CANCELLED');
    });
  });

  it('of two tasks whose first is refused is a refusal: nothing was done', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(13);
    fixture.proxy.fail(answers(403, { message: 'no' }), to('/tasks/', 'PUT'));
    expect(await failureOf(cancel(fixture.provider, backup))).toMatchObject({ code: 'PROVIDER_FORBIDDEN' });
  });

  it('of one that ends meanwhile is a conflict', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(50);
    fixture.proxy.fail(
      afterwards(() => fixture.pass(60)),
      { ...to('/state', 'PUT'), times: 1 },
    );
    expect(await failureOf(cancel(fixture.provider, backup))).toMatchObject({
      code: 'CONFLICT',
      message: 'This backup has ended in machines, and cannot be stopped any more.',
    });
    expect((await get(fixture.provider, backup)).status).toBe('SUCCEEDED');
  });

  it('of one whose task nobody shows is a conflict, and touches nothing', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(13);
    fixture.proxy.fail(answers(200, []), to('/api/tasks'));
    expect(await failureOf(cancel(fixture.provider, backup))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('no task of this backup that could be stopped now'),
    });
    expect(commandsOf(fixture)).toEqual([]);
  });

  it('leaves a backup that says FAILED, and is told by its task also where that does not name it', async () => {
    await using fixture = await open();
    const { backup, exportTask } = fixture.sandbox.startOutside(first);
    const failed = fixture.sandbox.startOutside(second, { script: { outcome: 'export-failed' } }).backup;
    fixture.pass(13);
    await cancel(fixture.provider, backup);
    fixture.pass(60);
    fixture.sandbox.linksTasks = false;
    const fresh = fixture.connect();
    const rows = await walk(fresh);
    expect(new Map(rows.map(({ localId, status }) => [localId, status]))).toEqual(
      new Map([
        [backup, 'CANCELLED'],
        [failed, 'FAILED'],
      ]),
    );
    expect(idsOf(await walk(fresh, { statuses: ['FAILED'] }))).toEqual([failed]);
    await fresh.close();
    expect(fixture.sandbox.tasks.find(({ guid }) => guid === exportTask)?.state).toBe('CANCELLED');
  });

  it('is remembered when the task is cleared away, by every reader that has seen it', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first);
    fixture.pass(13);
    await cancel(fixture.provider, backup);
    fixture.pass(60);
    await walk(fixture.provider);
    fixture.sandbox.purgeAfterSeconds = 0;
    expect((await get(fixture.provider, backup)).status).toBe('CANCELLED');
    const fresh = fixture.connect();
    expect((await get(fresh, backup)).status).toBe('FAILED');
    await fresh.close();
  });

  it('is not judged while the task is still being stopped', async () => {
    await using fixture = await open();
    const { backup, exportTask } = fixture.sandbox.startOutside(first);
    fixture.pass(13);
    await cancel(fixture.provider, backup);
    fixture.pass(5);
    const running = { guid: exportTask, type: { name: 'EXPORT' }, state: { name: 'RUNNING' } };
    using fault = fixture.proxy.fail(answers(200, [running]), to('/api/tasks'));
    expect((await get(fixture.provider, backup)).status).toBe('FAILED');
    fault.stop();
    expect((await get(fixture.provider, backup)).status).toBe('CANCELLED');
  });

  it('in vain does not make a backup cancelled that failed by itself', async () => {
    await using fixture = await open();
    const { backup } = fixture.sandbox.startOutside(first, { script: { outcome: 'store-failed' } });
    fixture.pass(42);
    await cancel(fixture.provider, backup);
    fixture.pass(60);
    expect((await get(fixture.provider, backup)).status).toBe('FAILED');
  });
});

/** The list of tasks with a second one that waits behind the first. */
const alsoQueued = (guid: string, behind: string): Fault => ({
  name: 'lists a second task',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const rows = JSON.parse(Buffer.concat(parts).toString()) as { guid: string }[];
    const first = rows.find((row) => row.guid === behind);
    const queued = { ...first, guid, state: { name: 'QUEUED' }, type: { name: 'STORE' } };
    const body = JSON.stringify([...rows, ...(first ? [queued] : [])]);
    const headers = endToEnd(answer.headers);
    response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  },
});
