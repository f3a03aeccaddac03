import { describe, expect, it, vi } from 'vitest';
import { vprotectGuid } from '../../../../providers/vprotect/sandbox/fixtures.ts';
import { failureOf, never } from '../../../support/calls.ts';
import type { Fault } from '../../../support/fault-proxy.ts';
import { create, type Fixture, find, first, open, start, to } from '../../../support/vprotect.ts';

const goneMachine = vprotectGuid('machine', 7);
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

const tasksOf = ({ sandbox }: Fixture) => sandbox.tasks.map(({ guid }) => guid);

describe('a start', () => {
  it('sends what both generations of the vendor’s clients send', async () => {
    await using fixture = await open({ history: 60 });
    const bodies: unknown[] = [];
    fixture.proxy.fail(records(bodies), to('/tasks/export'));
    const before = Date.now();
    await start(fixture.provider, first);
    await create(fixture.provider, vprotectGuid('application', 1), {
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
    await using fixture = await open({ config: { destination: null, rules: [rule] } });
    const bodies: unknown[] = [];
    fixture.proxy.fail(records(bodies), to('/tasks/export'));
    await start(fixture.provider, first);
    await create(fixture.provider, first, { type: null, priority: null, destinationGuid: vault, ruleGuids: null });
    expect(bodies).toMatchObject([{ rules: [{ guid: rule }] }, { backupDestination: { guid: vault }, priority: 50 }]);
    expect(bodies[0]).not.toHaveProperty('backupDestination');
    expect(bodies[1]).not.toHaveProperty('rules');
  });

  it('without a destination is refused here, and says what to do', async () => {
    await using fixture = await open({ config: { destination: null } });
    expect(await failureOf(start(fixture.provider, first))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('configure its destination or its rules'),
    });
    expect(await failureOf(create(fixture.provider, first, {}))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: ['input', 'vprotect', 'destinationGuid'],
    });
    expect(fixture.asked()).toEqual([]);
  });

  it('of settings that are wrong names the field', async () => {
    await using fixture = await open();
    const wrong = async (settings: Readonly<Record<string, unknown>>) => {
      const { message, field } = await failureOf(create(fixture.provider, first, settings));
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
      await using fixture = await open();
      fixture.sandbox.replyShape = replyShape;
      fixture.sandbox.postStatus = 201;
      const started = await start(fixture.provider, first);
      expect(started).toEqual({
        backup: null,
        handle: tasksOf(fixture)[0],
        message: expect.stringContaining('machines has taken the task'),
      });
      expect(fixture.sandbox.tasks).toHaveLength(1);
    });
  }

  it('of what is gone from its platform is a conflict, not a start', async () => {
    await using fixture = await open();
    expect(await failureOf(start(fixture.provider, goneMachine))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('gone from its platform'),
    });
    expect(fixture.sandbox.tasks).toEqual([]);
  });

  it('of a changed part only may become a whole one, and says so', async () => {
    await using fixture = await open();
    const { handle } = await create(fixture.provider, first, { type: 'INCREMENTAL' });
    fixture.pass(5);
    const { backup } = await find(fixture, first, handle);
    expect(backup?.type).toBe('FULL');
  });

  it('shows the backup at once where the task names it', async () => {
    await using fixture = await open();
    fixture.sandbox.everyRun({ recordSeconds: 0 });
    const { backup, handle, message } = await start(fixture.provider, first);
    expect(backup).toMatchObject({ localId: vprotectGuid('backup', 1), status: 'QUEUED', entityId: first });
    expect([handle, message]).toEqual([vprotectGuid('export', 1), null]);
  });

  it('of a machine that is new is found by a second look, though not for every made-up id', async () => {
    await using fixture = await open();
    fixture.sandbox.hiddenEntities.add(first);
    await fixture.provider.listEntities(never());
    fixture.sandbox.hiddenEntities.clear();
    fixture.asked();
    expect((await failureOf(start(fixture.provider, first))).code).toBe('NOT_FOUND');
    expect(fixture.asked()).toEqual([]);
    const before = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => before + 3000);
    expect((await start(fixture.provider, first)).handle).toBe(vprotectGuid('export', 1));
    clock.mockRestore();
  });
});
