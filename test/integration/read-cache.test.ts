/** What many ask at the same time is asked upstream once; what somebody changed is seen at once. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { beginInterval } from '../support/cache-interval.ts';
import { globalId, startGateway } from '../support/gateway.ts';

const newest = '{ backups(first: 20) { nodes { externalId status } problems { code } } }';
const start = `mutation Start($entityId: ID!) {
  startBackup(input: { entityId: $entityId }) { backup { id externalId } userErrors { message } }
}`;
const cancel =
  'mutation Cancel($id: ID!) { cancelBackup(input: { id: $id }) { backup { status } userErrors { message } } }';

async function open(cacheSeconds: number) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 30 });
  const gateway = startGateway({ providers: [{ ...sandbox.config, cacheSeconds }] });
  const lists = () => sandbox.requests.filter(({ path }) => path.startsWith('/api/backup/jobs')).length;
  // The first of all logs in.
  await gateway.askText('{ backups(first: 1) { nodes { id } } }');
  const before = lists();
  return {
    sandbox,
    gateway,
    lists: () => lists() - before,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

const idsIn = (answer: { data?: Record<string, unknown> | null }): string[] => {
  const { backups } = answer.data as { backups: { nodes: { externalId: string }[] } };
  return backups.nodes.map(({ externalId }) => externalId);
};

describe('a wall of dashboards', () => {
  it('of 50 that ask the same within the time costs one list call', async () => {
    using _ = beginInterval(60);
    await using fixture = await open(60);
    const first = await Promise.all(Array.from({ length: 50 }, () => fixture.gateway.askText(newest)));
    const again = await Promise.all(Array.from({ length: 50 }, () => fixture.gateway.askText(newest)));
    expect(fixture.lists()).toBe(1);
    for (const answer of [...first, ...again]) expect(answer).toEqual(first[0]);
  });

  it('costs one list call for all who ask at the same moment where nothing is kept', async () => {
    await using fixture = await open(0);
    await Promise.all(Array.from({ length: 50 }, () => fixture.gateway.askText(newest)));
    expect(fixture.lists()).toBe(1);
    await fixture.gateway.askText(newest);
    expect(fixture.lists()).toBe(2);
  });

  it('sees what happens outside after the time, and not before', async () => {
    using _ = beginInterval(60);
    await using patient = await open(60);
    const before = idsIn(await patient.gateway.askText(newest));
    patient.sandbox.addFinished({ repository: '/backups/accounting' });
    expect(idsIn(await patient.gateway.askText(newest))).toEqual(before);

    await using fixture = await open(0.2);
    await fixture.gateway.askText(newest);
    const id = fixture.sandbox.addFinished({ repository: '/backups/accounting' });
    await expect.poll(async () => idsIn(await fixture.gateway.askText(newest))).toContain(String(id));
  });
});

describe('after a command', () => {
  it('a list is new: what was started is in it, and what was cancelled is no longer running', async () => {
    await using fixture = await open(60);
    const before = idsIn(await fixture.gateway.askText(newest));
    const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
    const started = await fixture.gateway.askText(start, { entityId });
    const { backup } = (started.data as { startBackup: { backup: { id: string; externalId: string } } }).startBackup;
    expect(before).not.toContain(backup.externalId);
    expect(idsIn(await fixture.gateway.askText(newest))).toContain(backup.externalId);
    await fixture.gateway.askText(cancel, { id: backup.id });
    const { data } = await fixture.gateway.askText(newest);
    const { nodes } = (data as { backups: { nodes: { externalId: string; status: string }[] } }).backups;
    expect(nodes.find(({ externalId }) => externalId === backup.externalId)?.status).toMatch(/CANCEL/);
  });
});
