import { describe, expect, it } from 'vitest';
import {
  ask,
  first,
  guids,
  type Json,
  now,
  pass,
  second,
  start,
  startExport,
  statusOf,
  type Task,
  task,
  tasks,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('the tasks', () => {
  it('are forgotten a day after their end, or as soon as it is told to', async () => {
    await using sandbox = await start();
    const { guid } = await startExport(sandbox);
    pass(sandbox, 86_400);
    expect(sandbox.tasks).toHaveLength(2);
    pass(sandbox, 43);
    expect(sandbox.tasks.map(({ type }) => type)).toEqual(['STORE']);
    expect(await statusOf(sandbox, `GET /tasks/${guid}`)).toBe(404);
    sandbox.purgeAfterSeconds = null;
    expect(sandbox.tasks).toHaveLength(2);
    sandbox.purgeAfterSeconds = 0;
    await startExport(sandbox);
    expect(sandbox.tasks).toHaveLength(1);
    pass(sandbox, 65);
    expect(await tasks(sandbox)).toEqual([]);
    expect(sandbox.backups).toMatchObject([{ status: 'SUCCESS' }, { status: 'SUCCESS' }]);
  });

  it('are filtered, sorted and paged', async () => {
    await using sandbox = await start({ history: 12, demo: true });
    const all = sandbox.tasks;
    const [exporting, storing] = [
      all.find(({ state }) => state === 'RUNNING'),
      all.find(({ state, type }) => state === 'RUNNING' && type === 'STORE'),
    ];
    const machine = sandbox.entities[1];
    const expectTasks = async (query: string, matches: (one: (typeof all)[number]) => boolean) => {
      const expected = guids(all.filter(matches));
      expect(expected.length, query).toBeGreaterThan(0);
      expect(expected.length, query).toBeLessThan(all.length);
      expect(guids(await tasks(sandbox, `?${query}`)), query).toEqual(expected);
    };
    await expectTasks('state=RUNNING', ({ state }) => state === 'RUNNING');
    await expectTasks('states=RUNNING&states=QUEUED', ({ state }) => ['RUNNING', 'QUEUED'].includes(state));
    await expectTasks('type=STORE', ({ type }) => type === 'STORE');
    await expectTasks(`backup=${storing?.backup}`, ({ backup }) => backup === storing?.backup);
    await expectTasks(`protected-entity=${second}`, ({ entity }) => entity === second);
    await expectTasks(`parent-task=${storing?.parentTask}`, ({ guid }) => guid === storing?.guid);
    const workflow = exporting?.workflowExecution;
    await expectTasks(`workflow-execution=${workflow}`, ({ workflowExecution }) => workflowExecution === workflow);
    await expectTasks('nameLike=erp-app', ({ entity }) => entity === second);
    await expectTasks('filter=ERP-APP', ({ entity }) => entity === second);
    const by = (key: 'node' | 'hypervisor' | 'hypervisorManager' | 'project' | 'rule') => {
      const has = new Set(
        sandbox.entities.filter((one) => one[key]?.guid === machine?.[key]?.guid).map(({ guid }) => guid),
      );
      return ({ entity }: (typeof all)[number]) => has.has(entity);
    };
    await expectTasks(`node=${machine?.node.guid}`, by('node'));
    await expectTasks(`hypervisor=${machine?.hypervisor?.guid}`, by('hypervisor'));
    await expectTasks(`hypervisor-manager=${machine?.hypervisorManager?.guid}`, by('hypervisorManager'));
    await expectTasks(`project-uuid=${machine?.project?.guid}`, by('project'));
    await expectTasks(`backup-destination=${sandbox.destinations[1]?.guid}`, by('rule'));
    const storage = sandbox.entities.at(-2);
    await expectTasks(`storage-provider=${storage?.storageProvider?.guid}`, ({ entity }) => entity === storage?.guid);
    for (const query of ['schedule=x', 'restore-job=x', 'mounted-backup-assigned=true', 'type=MOUNT']) {
      expect(await tasks(sandbox, `?${query}`), query).toEqual([]);
    }
    expect(await tasks(sandbox, '?mounted-backup-assigned=false')).toHaveLength(all.length);
    for (const query of ['state=DONE', 'states=RUNNING&states=x', 'type=PARTY', 'orderBy=colour', 'direction=up']) {
      expect(await statusOf(sandbox, `GET /tasks?${query}`), query).toBe(400);
    }
    const page = await ask<Task[]>(sandbox, 'GET /tasks?orderBy=state&direction=desc&page=0&size=2');
    expect([page.headers['x-total-count'], page.body.length, page.body[0]?.state.name]).toEqual([
      String(all.length),
      2,
      'RUNNING',
    ]);
  });

  it('of everybody are counted as catastrophes when somebody touches them', async () => {
    await using sandbox = await start({ history: 10, demo: true });
    const states = () => sandbox.tasks.map(({ state }) => state).filter((state) => state !== 'FAILED');
    expect(await statusOf(sandbox, 'DELETE /tasks/all-finished')).toBe(204);
    expect(states()).toEqual(['RUNNING', 'RUNNING', 'RUNNING', 'QUEUED']);
    expect(await statusOf(sandbox, 'DELETE /tasks/all-running')).toBe(204);
    pass(sandbox, 2);
    expect(states()).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'QUEUED']);
    expect(await statusOf(sandbox, 'DELETE /tasks/all-finished-and-queued')).toBe(204);
    expect(states()).toEqual([]);
    expect(sandbox.catastrophes).toBe(3);
    expect(sandbox.backups.slice(10).map(({ status }) => status)).toEqual(Array(4).fill('FAILED'));
  });

  it('of one run make one workflow execution', async () => {
    await using sandbox = await start();
    const { exportTask } = sandbox.startOutside(first);
    const workflows = async (query = '') => (await ask<Json[]>(sandbox, `GET /workflow-executions${query}`)).body;
    pass(sandbox, 23);
    expect(await workflows()).toMatchObject([
      { state: { name: 'RUNNING' }, averageProgress: 25, currentStep: { name: 'EXPORT' }, startTime: now },
    ]);
    expect((await workflows())[0]?.guid).toBe((await task(sandbox, exportTask)).workflowExecution.guid);
    pass(sandbox, 20);
    expect(await workflows()).toMatchObject([{ state: { name: 'RUNNING' }, averageProgress: 50 }]);
    pass(sandbox, 12);
    expect(await workflows()).toMatchObject([{ averageProgress: 75, currentStep: { name: 'STORE' } }]);
    pass(sandbox, 10);
    expect(await workflows('?orderBy=priority&page=0&size=5')).toMatchObject([
      { state: { name: 'FINISHED' }, averageProgress: 100, finishTime: now + 65_000 },
    ]);
    expect(await workflows('?filter=mail')).toEqual([]);
    expect(await statusOf(sandbox, 'GET /workflow-executions?orderBy=colour')).toBe(400);
  });
});
