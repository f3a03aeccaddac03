/** What is protected, while a system is down. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { globalId } from '../support/gateway.ts';
import { addNight, ago, Overdue, Protections, startEmptyBorg, startOver, stopped } from '../support/protection.ts';

describe('while something is down', () => {
  it('only the Salesforce org whose jobs cannot be read is unknown', async () => {
    const sandbox = await startFlosumSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h' });
    const [down, ok, never] = sandbox.connections.map(({ id }) => id);
    for (const connectionId of [down ?? 0, ok ?? 0]) sandbox.addFinished({ connectionId, startedDate: ago(2) });
    sandbox.downConnections.add(down ?? 0);
    const all = await gateway.protections();
    expect(all.get(String(down))).toEqual({
      status: 'UNKNOWN',
      lastSuccessAt: null,
      expectedEverySeconds: 86_400,
      expectedSchedule: null,
      dueAt: null,
      failuresSinceLastSuccess: null,
    });
    expect(all.get(String(ok))?.status).toBe('PROTECTED');
    expect(all.get(String(never))?.status).toBe('NEVER_BACKED_UP');
    // A filter by protection names it even if UNKNOWN is not requested.
    const asked = { filter: { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const] } };
    const { protectedEntities } = await gateway.query(Protections, asked);
    expect(protectedEntities?.nodes.map(({ externalId }) => externalId)).not.toContain(String(down));
    expect(protectedEntities).toMatchObject({
      totalCount: null,
      pageInfo: { hasNextPage: true },
      problems: [
        { provider: { name: 'salesforce' }, entity: { externalId: String(down) }, code: 'PROVIDER_UNAVAILABLE' },
      ],
    });
    const all2 = await gateway.query(Overdue);
    expect(all2.backupStatistics?.overdueEntities).toBeNull();
    const others = [ok, never].map((id) => globalId('SalesforceOrg', 'salesforce', String(id)));
    const some = await gateway.query(Overdue, { filter: { entities: others } });
    expect(some.backupStatistics?.overdueEntities).toBe(0);
  });

  it('machines whose backups cannot be listed are UNKNOWN, and `problems` names their provider once', async () => {
    const sandbox = await startVProtectSandbox({ ...stopped, history: 60 });
    const borg = await startBorgSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, {}, [borg]);
    await gateway.protections();
    addNight(borg);
    // The machines themselves stay known for a minute.
    sandbox.outage = 503;
    const filter = { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const, 'UNKNOWN' as const] };
    const { protectedEntities } = await gateway.query(Protections, { first: 200, filter });
    const machines = protectedEntities?.nodes.filter(({ provider }) => provider.name === 'machines') ?? [];
    expect(machines.length).toBe(11);
    expect(new Set(machines.map(({ protection }) => JSON.stringify(protection)))).toEqual(
      new Set(
        machines.map(({ protection }) =>
          JSON.stringify({
            ...protection,
            status: 'UNKNOWN',
            lastSuccessAt: null,
            dueAt: null,
            failuresSinceLastSuccess: null,
          }),
        ),
      ),
    );
    expect(protectedEntities?.nodes.filter(({ provider }) => provider.name === 'files').length).toBe(3);
    const codes = protectedEntities?.problems.map(({ provider, code }) => `${provider.name} ${code}`);
    expect(codes).toEqual(['machines PROVIDER_UNAVAILABLE', 'machines INCOMPLETE']);
    expect(protectedEntities?.pageInfo.hasNextPage).toBe(false);
    const overdue = await gateway.query(Overdue);
    expect(overdue.backupStatistics?.overdueEntities).toBeNull();
    const files = await gateway.query(Overdue, { filter: { kinds: ['BORG'] } });
    expect(files.backupStatistics?.overdueEntities).toBe(0);
  });

  it('a system that cannot even list what it protects is in `problems`, and its overdue ones are nobody’s number', async () => {
    await using gateway = await startEmptyBorg();
    await gateway.sandbox.close();
    const { protectedEntities } = await gateway.query(Protections, { filter: { protection: ['OVERDUE'] } });
    expect(protectedEntities).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false },
      problems: [{ provider: { name: 'files' }, code: 'PROVIDER_UNAVAILABLE' }],
    });
    const overdue = await gateway.query(Overdue);
    expect(overdue.backupStatistics?.overdueEntities).toBeNull();
  });
});
