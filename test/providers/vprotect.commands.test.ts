// Starting, finding what was started, stopping and editing, as only vProtect does it.
import { describe, expect, it, vi } from 'vitest';
import { vprotectGuid } from '../../providers/vprotect/sandbox.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { answersStatus, resetsAfter } from '../support/faults.ts';
import {
  acknowledge,
  afterwards,
  answers,
  cancel,
  create,
  failureOf,
  find,
  get,
  idsOf,
  never,
  open,
  start,
  to,
  type World,
  walk,
} from '../support/vprotect.ts';

const first = vprotectGuid('machine', 1);
const second = vprotectGuid('machine', 2);
const goneMachine = vprotectGuid('machine', 7);
const nowhere = 'ffffffff-0000-4000-8000-000000000000';
const vault = vprotectGuid('destination', 1);
const rule = vprotectGuid('rule', 2);

/** Takes a start without starting anything, and shows what was sent. */
const records = (bodies: unknown[]): Fault => ({
  name: 'records what is sent',
  async apply({ request, response }) {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    bodies.push(JSON.parse(text));
    const task = { guid: vprotectGuid('export', 1), state: { name: 'QUEUED' } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(task));
  },
});

const tasksOf = ({ sandbox }: World) => sandbox.tasks.map(({ guid }) => guid);
const commandsOf = (world: World) => world.asked().filter((one) => !one.startsWith('GET') && !one.includes('/session'));

describe('a start', () => {
  it('sends what both generations of the vendor’s clients send', async () => {
    await using world = await open({ history: 60 });
    const bodies: unknown[] = [];
    world.proxy.fail(records(bodies), to('/tasks/export'));
    const before = Date.now();
    await start(world.provider, first);
    await create(world.provider, vprotectGuid('application', 1), {
      type: 'INCREMENTAL',
      ruleGuids: [rule],
      priority: 0,
    });
    const window = { windowStart: expect.any(Number), windowEnd: expect.any(Number) };
    expect(bodies).toEqual([
      {
        backupType: { name: 'FULL' },
        protectedEntities: [{ guid: first }],
        protectedEntityType: 'VM',
        priority: 50,
        ...window,
        backupDestination: { guid: vault },
        retryCount: 0,
        async: true,
      },
      {
        backupType: { name: 'INCREMENTAL' },
        protectedEntities: [{ guid: vprotectGuid('application', 1) }],
        protectedEntityType: 'APP',
        priority: 0,
        ...window,
        rules: [{ guid: rule }],
        retryCount: 0,
        async: true,
      },
    ]);
    const [{ windowStart, windowEnd } = { windowStart: 0, windowEnd: 0 }] = bodies as {
      windowStart: number;
      windowEnd: number;
    }[];
    expect(windowStart).toBeGreaterThanOrEqual(before - 60_000);
    expect(windowStart).toBeLessThanOrEqual(Date.now() - 60_000);
    expect(windowEnd - windowStart).toBeGreaterThanOrEqual(24 * 3_600_000);
  });

  it('takes what the input leaves out from the configuration', async () => {
    await using world = await open({ config: { destination: null, rules: [rule] } });
    const bodies: unknown[] = [];
    world.proxy.fail(records(bodies), to('/tasks/export'));
    await start(world.provider, first);
    await create(world.provider, first, { type: null, priority: null, destinationGuid: vault, ruleGuids: null });
    expect(bodies).toMatchObject([{ rules: [{ guid: rule }] }, { backupDestination: { guid: vault }, priority: 50 }]);
    expect(bodies[0]).not.toHaveProperty('backupDestination');
    expect(bodies[1]).not.toHaveProperty('rules');
  });

  it('without a destination is refused here, and says what to do', async () => {
    await using world = await open({ config: { destination: null } });
    expect(await failureOf(start(world.provider, first))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('configure its destination or its rules'),
    });
    expect(await failureOf(create(world.provider, first, {}))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['input', 'vprotect', 'destinationGuid'],
    });
    expect(world.asked()).toEqual([]);
  });

  it('of settings that are wrong names the field', async () => {
    await using world = await open();
    const wrong = async (settings: Readonly<Record<string, unknown>>) => {
      const { message, field } = await failureOf(create(world.provider, first, settings));
      return [message, field?.at(-1)];
    };
    expect(await wrong({ priority: 101 })).toEqual(['"priority" is wrong: it must be from 0 to 100.', 'priority']);
    expect(await wrong({ type: 'SYNTHETIC' })).toEqual([
      '"type" is wrong: it must be one of FULL, INCREMENTAL.',
      'type',
    ]);
    expect(await wrong({ ruleGuids: ['daily'] })).toEqual(['"ruleGuids" is wrong: it must be a GUID.', 'ruleGuids']);
    expect(await wrong({ destinationGuid: 5 })).toEqual([
      '"destinationGuid" is wrong: it has the wrong type.',
      'destinationGuid',
    ]);
    expect(await wrong({ colour: 'red' })).toEqual(['vProtect has no setting "colour".', 'colour']);
    expect((await wrong({ destinationGuid: vault, ruleGuids: [rule] }))[1]).toBe('ruleGuids');
  });

  for (const replyShape of ['batch', 'array', 'object', 'empty'] as const) {
    it(`gives its task as the handle where the answer is of the form "${replyShape}"`, async () => {
      await using world = await open();
      world.sandbox.replyShape = replyShape;
      world.sandbox.postStatus = 201;
      const started = await start(world.provider, first);
      expect(started).toEqual({
        backup: null,
        handle: tasksOf(world)[0],
        message: expect.stringContaining('machines has taken the task'),
      });
      expect(world.sandbox.tasks).toHaveLength(1);
    });
  }

  it('of what is gone from its platform is a conflict, not a start', async () => {
    await using world = await open();
    expect(await failureOf(start(world.provider, goneMachine))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('gone from its platform'),
    });
    expect(world.sandbox.tasks).toEqual([]);
  });

  it('of a changed part only may become a whole one, and says so', async () => {
    await using world = await open();
    const { handle } = await create(world.provider, first, { type: 'INCREMENTAL' });
    world.pass(5);
    const { backup } = await find(world, first, handle);
    expect(backup?.type).toBe('FULL');
  });

  it('shows the backup at once where the task names it', async () => {
    await using world = await open();
    world.sandbox.everyRun({ recordSeconds: 0 });
    const { backup, handle, message } = await start(world.provider, first);
    expect(backup).toMatchObject({ localId: vprotectGuid('backup', 1), status: 'QUEUED', entityId: first });
    expect([handle, message]).toEqual([vprotectGuid('export', 1), null]);
  });

  it('of a machine that is new is found by a second look, though not for every made-up id', async () => {
    await using world = await open();
    world.sandbox.hiddenEntities.add(first);
    await world.provider.listEntities(never());
    world.sandbox.hiddenEntities.clear();
    world.asked();
    expect((await failureOf(start(world.provider, first))).code).toBe('NOT_FOUND');
    expect(world.asked()).toEqual([]);
    const before = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => before + 3000);
    expect((await start(world.provider, first)).handle).toBe(vprotectGuid('export', 1));
    clock.mockRestore();
  });
});

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

describe('a cancel', () => {
  it('of a backup that exports stops its task, and takes a while', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(13);
    world.asked();
    const result = await cancel(world.provider, backup);
    expect(result).toMatchObject({ backup: { localId: backup, status: 'RUNNING' }, processTerminated: null });
    expect(commandsOf(world)).toEqual([`PUT /tasks/${vprotectGuid('export', 1)}/state`]);
    world.pass(5);
    const ended = await get(world.provider, backup);
    expect(ended).toMatchObject({
      status: 'CANCELLED',
      upstreamStatus: 'FAILED',
      errorMessage: 'The task has been cancelled.',
    });
    expect(world.sandbox.tasks[0]?.statusInfo).toBe('Cancelled through the backup gateway');
  });

  it('of a backup that stores stops the second task', async () => {
    await using world = await open();
    const { backup, storeTask } = world.sandbox.startOutside(first);
    world.pass(50);
    await cancel(world.provider, backup);
    expect(commandsOf(world)).toEqual([`PUT /tasks/${storeTask}/state`]);
    world.pass(5);
    expect((await get(world.provider, backup)).status).toBe('CANCELLED');
  });

  it('of a backup that waits takes its task away', async () => {
    await using world = await open();
    const { backup, exportTask } = world.sandbox.startOutside(first, { script: { queuedSeconds: 100 } });
    world.pass(5);
    expect(await cancel(world.provider, backup)).toMatchObject({ backup: { status: 'CANCELLED' } });
    expect(commandsOf(world)).toEqual([`DELETE /tasks/${exportTask}`]);
    expect(await walk(world.provider, { statuses: ['CANCELLED'] })).toMatchObject([
      { localId: backup, upstreamStatus: 'FAILED' },
    ]);
  });

  it('of a task that has begun meanwhile looks again, and stops it', async () => {
    await using world = await open();
    const { backup, exportTask } = world.sandbox.startOutside(first, { script: { queuedSeconds: 100 } });
    world.pass(5);
    world.proxy.fail(
      afterwards(() => world.pass(100)),
      { ...to('/tasks/', 'DELETE'), times: 1 },
    );
    expect(await cancel(world.provider, backup)).toMatchObject({ backup: { status: 'RUNNING' } });
    expect(commandsOf(world)).toEqual([`DELETE /tasks/${exportTask}`, `PUT /tasks/${exportTask}/state`]);
    world.pass(5);
    expect((await get(world.provider, backup)).status).toBe('CANCELLED');
  });

  it('of a task that was followed by another meanwhile stops that one', async () => {
    await using world = await open();
    const { backup, exportTask, storeTask } = world.sandbox.startOutside(first);
    world.pass(40);
    world.proxy.fail(
      afterwards(() => world.pass(10)),
      { ...to('/state', 'PUT'), times: 1 },
    );
    await cancel(world.provider, backup);
    expect(commandsOf(world)).toEqual([`PUT /tasks/${exportTask}/state`, `PUT /tasks/${storeTask}/state`]);
  });

  it('of one that ends meanwhile is a conflict', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(50);
    world.proxy.fail(
      afterwards(() => world.pass(60)),
      { ...to('/state', 'PUT'), times: 1 },
    );
    expect(await failureOf(cancel(world.provider, backup))).toMatchObject({
      code: 'CONFLICT',
      message: 'This backup has ended in machines, and cannot be stopped any more.',
    });
    expect((await get(world.provider, backup)).status).toBe('SUCCEEDED');
  });

  it('of one whose task nobody shows is a conflict, and touches nothing', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(13);
    world.proxy.fail(answers(200, []), to('/api/tasks'));
    expect(await failureOf(cancel(world.provider, backup))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('no task of this backup that could be stopped now'),
    });
    expect(commandsOf(world)).toEqual([]);
  });

  it('leaves a backup that says FAILED, and is told by its task also where that does not name it', async () => {
    await using world = await open();
    const { backup, exportTask } = world.sandbox.startOutside(first);
    const failed = world.sandbox.startOutside(second, { script: { outcome: 'export-failed' } }).backup;
    world.pass(13);
    await cancel(world.provider, backup);
    world.pass(60);
    world.sandbox.linksTasks = false;
    const fresh = world.connect();
    const rows = await walk(fresh);
    expect(new Map(rows.map(({ localId, status }) => [localId, status]))).toEqual(
      new Map([
        [backup, 'CANCELLED'],
        [failed, 'FAILED'],
      ]),
    );
    expect(idsOf(await walk(fresh, { statuses: ['FAILED'] }))).toEqual([failed]);
    await fresh.close();
    expect(world.sandbox.tasks.find(({ guid }) => guid === exportTask)?.state).toBe('CANCELLED');
  });

  it('is remembered when the task is cleared away, by whoever has seen it', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first);
    world.pass(13);
    await cancel(world.provider, backup);
    world.pass(60);
    await walk(world.provider);
    world.sandbox.purgeAfterSeconds = 0;
    expect((await get(world.provider, backup)).status).toBe('CANCELLED');
    const fresh = world.connect();
    expect((await get(fresh, backup)).status).toBe('FAILED');
    await fresh.close();
  });

  it('is not judged while the task is still being stopped', async () => {
    await using world = await open();
    const { backup, exportTask } = world.sandbox.startOutside(first);
    world.pass(13);
    await cancel(world.provider, backup);
    world.pass(5);
    const running = { guid: exportTask, type: { name: 'EXPORT' }, state: { name: 'RUNNING' } };
    using fault = world.proxy.fail(answers(200, [running]), to('/api/tasks'));
    expect((await get(world.provider, backup)).status).toBe('FAILED');
    fault.stop();
    expect((await get(world.provider, backup)).status).toBe('CANCELLED');
  });

  it('in vain does not make a backup cancelled that failed by itself', async () => {
    await using world = await open();
    const { backup } = world.sandbox.startOutside(first, { script: { outcome: 'store-failed' } });
    world.pass(42);
    await cancel(world.provider, backup);
    world.pass(60);
    expect((await get(world.provider, backup)).status).toBe('FAILED');
  });
});

describe('an edit', () => {
  for (const printsBodies of [false, true]) {
    it(`is read again, whether its answer is empty or not (${printsBodies ? '200' : '204'})`, async () => {
      await using world = await open();
      world.sandbox.printsBodies = printsBodies;
      const guid = world.sandbox.addFinished({ status: 'PARTIAL_SUCCESS' });
      const { provider } = world;
      expect(await provider.updateDescription?.(guid, 'Before the move', never())).toMatchObject({
        description: 'Before the move',
      });
      expect(await provider.updateDescription?.(guid, '', never())).toMatchObject({ description: null });
      expect(await provider.updateWarnings?.(guid, ['slow', 'large'], never())).toMatchObject({
        warnings: [
          { message: 'slow', acknowledged: false },
          { message: 'large', acknowledged: false },
        ],
      });
      expect(await acknowledge(provider, [guid])).toMatchObject([
        { warnings: [{ acknowledged: true }, { acknowledged: true }] },
      ]);
      expect(await acknowledge(provider, [guid], false)).toMatchObject([{ details: { warningsAcknowledged: false } }]);
      expect(await provider.updateWarnings?.(guid, [], never())).toMatchObject({ warnings: [] });
    });
  }

  it('of one that never had a snapshot is seen at once, although lists keep those for a while', async () => {
    await using world = await open();
    const ids = [1, 2].map(() =>
      world.sandbox.addFinished({ status: 'FAILED', snapshotTime: null, warnings: ['slow'] }),
    );
    await walk(world.provider);
    await world.provider.updateDescription?.(ids[0] ?? '', 'Look at this', never());
    expect((await walk(world.provider)).map(({ description }) => description)).toContain('Look at this');
    expect(await acknowledge(world.provider, ids)).toMatchObject([
      { warnings: [{ acknowledged: true }] },
      { warnings: [{ acknowledged: true }] },
    ]);
  });

  it('of what is not there is NOT_FOUND, and a made-up id is not even asked', async () => {
    await using world = await open();
    const { provider } = world;
    const edit = (id: string) => failureOf(provider.updateDescription?.(id, 'x', never()));
    expect((await edit(nowhere)).code).toBe('NOT_FOUND');
    world.asked();
    expect((await edit('warnings-acknowledged')).code).toBe('NOT_FOUND');
    expect((await failureOf(provider.updateWarnings?.('..', ['x'], never()))).code).toBe('NOT_FOUND');
    expect(world.asked()).toEqual([]);
  });

  it('that was done and cannot be shown is OUTCOME_UNKNOWN', async () => {
    await using world = await open();
    const guid = world.sandbox.addFinished();
    world.proxy.fail(answersStatus(500), to('/backups', 'GET'));
    expect((await failureOf(world.provider.updateDescription?.(guid, 'x', never()))).code).toBe('OUTCOME_UNKNOWN');
    expect(world.sandbox.backups[0]?.description).toBe('x');
  });
});

describe('acknowledging warnings', () => {
  const addWarned = ({ sandbox }: World) => sandbox.addFinished({ status: 'PARTIAL_SUCCESS', warnings: ['slow'] });

  it('of many is one command', async () => {
    await using world = await open();
    const ids = Array.from({ length: 12 }, () => addWarned(world));
    const answered = await acknowledge(world.provider, [...ids, ids[0] ?? '']);
    expect(answered.map((one) => ('localId' in one ? one.localId : one.code))).toEqual([...ids, ids[0]]);
    expect(answered.every((one) => 'warnings' in one && one.warnings[0]?.acknowledged)).toBe(true);
    expect(commandsOf(world)).toEqual(['PUT /backups/warnings-acknowledged']);
  });

  it('taken back is a command for each', async () => {
    await using world = await open();
    const ids = [addWarned(world), addWarned(world)];
    await acknowledge(world.provider, ids);
    world.asked();
    expect(await acknowledge(world.provider, ids, false)).toMatchObject([
      { warnings: [{ acknowledged: false }] },
      { warnings: [{ acknowledged: false }] },
    ]);
    expect(new Set(commandsOf(world))).toEqual(new Set(ids.map((id) => `PUT /backups/${id}/warnings-acknowledged`)));
  });

  it('of one that is not there spoils it for nobody else', async () => {
    await using world = await open();
    const [a, b] = [addWarned(world), addWarned(world)];
    const answered = await acknowledge(world.provider, [a, nowhere, 'x', b]);
    expect(answered).toMatchObject([
      { localId: a, warnings: [{ acknowledged: true }] },
      { code: 'NOT_FOUND' },
      { code: 'NOT_FOUND' },
      { localId: b, warnings: [{ acknowledged: true }] },
    ]);
  });

  it('is repeated one by one where the batch was taken and misunderstood', async () => {
    await using world = await open();
    const ids = [addWarned(world), addWarned(world)];
    world.proxy.fail(answers(204), to('/api/backups/warnings-acknowledged'));
    expect(await acknowledge(world.provider, ids)).toMatchObject([
      { warnings: [{ acknowledged: true }] },
      { warnings: [{ acknowledged: true }] },
    ]);
  });

  it('whose answer was lost is known for none', async () => {
    await using world = await open();
    const ids = [addWarned(world), addWarned(world)];
    world.proxy.fail(resetsAfter(), to('/api/backups/warnings-acknowledged'));
    expect(await acknowledge(world.provider, [...ids, 'x'])).toMatchObject([
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'NOT_FOUND' },
    ]);
  });

  it('that was done and cannot be shown is OUTCOME_UNKNOWN for each', async () => {
    await using world = await open();
    const ids = [addWarned(world), addWarned(world)];
    world.proxy.fail(answersStatus(500), to('/backups', 'GET'));
    expect(await acknowledge(world.provider, ids)).toMatchObject([
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'OUTCOME_UNKNOWN' },
    ]);
  });
});
