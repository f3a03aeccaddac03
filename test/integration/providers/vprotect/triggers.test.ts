import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../../../providers/vprotect/sandbox/index.ts';
import { startGateway } from '../../../support/gateway.ts';

async function open() {
  const sandbox = await startVProtectSandbox({ speed: 0, demo: false, history: 12 });
  // Tasks of the past are still known.
  sandbox.purgeAfterSeconds = null;
  sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
  const manual = sandbox.startOutside(vprotectGuid('machine', 1)).backup;
  const nightly = sandbox.startOutside(vprotectGuid('machine', 2), { origin: 'SYSTEM_SCHEDULE' }).backup;
  sandbox.clock.advance(200_000);
  const gateway = startGateway({ providers: [sandbox.config] });
  const taskCalls = () => sandbox.requests.filter(({ path }) => path === '/api/tasks').length;
  async function ask(query: string) {
    const { data, errors } = await gateway.askText(query);
    expect(errors).toBeUndefined();
    return (data ?? {}) as Record<string, Answer>;
  }
  return {
    sandbox,
    manual,
    nightly,
    taskCalls,
    ask,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

interface Answer {
  readonly nodes: readonly { readonly externalId: string; readonly trigger: string }[];
  readonly totalCount: number | null;
  readonly problems: readonly { readonly code: string }[];
}

describe('what started a vProtect backup', () => {
  it('is told by its tasks: a user, or a schedule of any kind', async () => {
    await using fixture = await open();
    const { backups } = await fixture.ask('{ backups(first: 50) { nodes { externalId trigger } } }');
    const triggerOf = (id: string) => backups?.nodes.find(({ externalId }) => externalId === id)?.trigger;
    expect([triggerOf(fixture.manual), triggerOf(fixture.nightly)]).toEqual(['MANUAL', 'SCHEDULED']);
  });

  it('costs one call for a page, only when it is selected, and none for what is known', async () => {
    await using fixture = await open();
    await fixture.ask('{ backups(first: 50) { nodes { externalId } } }');
    const without = fixture.taskCalls();
    for (let round = 0; round < 2; round++)
      await fixture.ask('{ backups(first: 50) { nodes { externalId trigger } } }');
    expect(fixture.taskCalls() - without).toBeLessThanOrEqual(1);
    expect(fixture.taskCalls() - without).toBeGreaterThan(0);
  });

  it('can be filtered by, in lists and in counts', async () => {
    await using fixture = await open();
    const { some, all } = await fixture.ask(`{
      some: backups(first: 50, filter: { triggers: [MANUAL] }) { totalCount nodes { externalId trigger } problems { code } }
      all: backups(first: 50, filter: { triggers: [MANUAL, SCHEDULED] }) { totalCount nodes { externalId trigger } problems { code } }
    }`);
    expect(some).toMatchObject({
      totalCount: 1,
      nodes: [{ externalId: fixture.manual, trigger: 'MANUAL' }],
      problems: [],
    });
    expect(all?.nodes).toHaveLength(14);
    expect(all).toMatchObject({ totalCount: 14, problems: [] });
  });

  it('is said to be not known where the tasks were cleared away', async () => {
    await using fixture = await open();
    fixture.sandbox.purgeAfterSeconds = 0;
    const { backups } = await fixture.ask(
      '{ backups(first: 50, filter: { triggers: [MANUAL] }) { totalCount nodes { externalId trigger } problems { code } } }',
    );
    expect(backups).toEqual({ totalCount: null, nodes: [], problems: [{ code: 'INCOMPLETE' }] });
  });
});
