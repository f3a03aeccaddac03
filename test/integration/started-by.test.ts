/** What started a backup: users and schedules of the products, and viewers of this gateway. */
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startFour } from '../support/four-changes.ts';
import { aToken, startGateway } from '../support/gateway.ts';

interface Row {
  readonly externalId: string;
  readonly trigger: string;
  readonly startedBy: { readonly kind: string; readonly name: string | null } | null;
  readonly provider: { readonly kind: string };
}
const query = '{ backups(first: 200) { nodes { externalId trigger startedBy { kind name } provider { kind } } } }';
type Four = Awaited<ReturnType<typeof startFour>>;
async function rowsOf(gateway: Pick<Four['gateway'], 'askText'>): Promise<readonly Row[]> {
  const { data, errors } = await gateway.askText(query);
  expect(errors).toBeUndefined();
  return (data as unknown as { backups: { nodes: readonly Row[] } }).backups.nodes;
}

it('is what the products tell, in agreement with the trigger, by one call of tasks', async () => {
  await using four = await startFour();
  four.vprotect.purgeAfterSeconds = null;
  four.vprotect.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
  const byUser = four.vprotect.startOutside(vprotectGuid('machine', 1));
  const bySystem = four.vprotect.startOutside(vprotectGuid('machine', 2), { origin: 'SYSTEM_SCHEDULE' });
  four.pass(600_000);
  const before = four.vprotect.requests.length;
  const rows = await rowsOf(four.gateway);
  const tasks = four.vprotect.requests
    .slice(before)
    .filter(({ path, query: asked }) => path === '/api/tasks' && !asked.has('states') && !asked.has('backup'));
  expect(tasks.length).toBeLessThanOrEqual(1);
  const of = (id: string) => rows.find(({ externalId }) => externalId === id)?.startedBy;
  expect(of(byUser.backup)).toEqual({ kind: 'USER', name: 'admin' });
  expect(of(bySystem.backup)).toEqual({ kind: 'SYSTEM', name: 'Nightly' });
  const triggers = { USER: 'MANUAL', SCHEDULE: 'SCHEDULED', SYSTEM: 'SCHEDULED', UNKNOWN: 'UNKNOWN', GATEWAY: '' };
  for (const { startedBy, trigger, provider } of rows) {
    if (provider.kind === 'FLOSUM' || provider.kind === 'LABII') expect(startedBy).toBeNull();
    expect(trigger).toBe(startedBy === null ? 'UNKNOWN' : triggers[startedBy.kind as keyof typeof triggers]);
  }
  const kinds = new Set(
    rows.filter(({ provider }) => provider.kind === 'BORG').map(({ startedBy }) => startedBy?.kind),
  );
  expect([...kinds].sort()).toEqual(['SCHEDULE', 'UNKNOWN', 'USER']);
  expect(rows.find(({ startedBy }) => startedBy?.kind === 'UNKNOWN')?.startedBy?.name).toBe('Nightly offices');
});

it('names the viewer of a start from here to operators only', async () => {
  await using borg = await startBorgSandbox({ speed: 0, history: 10, demo: false });
  await using gateway = startGateway({
    providers: [borg.config],
    auth: { tokens: [aToken('ann'), aToken('bob', { role: 'READER' })] },
  });
  const ann = gateway.as('ann');
  const bob = gateway.as('bob');
  const { data } = await ann.askText('{ protectedEntities(first: 1) { nodes { id } } }');
  const [entity] = (data as unknown as { protectedEntities: { nodes: { id: string }[] } }).protectedEntities.nodes;
  const started = await ann.askText(
    `mutation { startBackup(input: { entityId: "${entity?.id}" }) { backup { externalId startedBy { kind name } } userErrors { message } } }`,
  );
  const { backup } = (started.data as unknown as { startBackup: { backup: Row } }).startBackup;
  expect(backup.startedBy).toEqual({ kind: 'GATEWAY', name: 'token:ann' });
  const seenBy = async (viewer: typeof ann) =>
    (await rowsOf(viewer)).find(({ externalId }) => externalId === backup.externalId)?.startedBy;
  expect(await seenBy(ann)).toEqual({ kind: 'GATEWAY', name: 'token:ann' });
  expect(await seenBy(bob)).toEqual({ kind: 'GATEWAY', name: null });
  expect((await rowsOf(ann)).filter(({ startedBy }) => startedBy?.kind === 'GATEWAY')).toHaveLength(1);
});
