/** When products start backups by themselves, and the labels of entities. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/four-changes.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

interface Schedule {
  readonly externalId: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly expression: string;
  readonly timeZone: string | null;
  readonly nextRunAt: string | null;
  readonly lastRunAt: string | null;
}
interface Row {
  readonly externalId: string;
  readonly name: string;
  readonly nextRunAt: string | null;
  readonly labels: readonly string[] | null;
  readonly schedules: readonly Schedule[] | null;
}
interface Page {
  readonly nodes: readonly Row[];
  readonly totalCount: number | null;
  readonly problems: readonly { readonly message: string; readonly provider: { readonly name: string } }[];
}

async function ask(gateway: Pick<TestGateway, 'askText'>, filter = '{}') {
  const { data, errors = [] } = await gateway.askText(`{ protectedEntities(first: 200, filter: ${filter}) {
    totalCount problems { message provider { name } }
    nodes { externalId name nextRunAt labels
      schedules { externalId name isEnabled expression timeZone nextRunAt lastRunAt } } } }`);
  return { ...(data as unknown as { protectedEntities: Page }).protectedEntities, errors };
}
const namesOf = (row: Row | undefined) => row?.schedules?.map(({ name }) => name);
const quiet = { speed: 0, history: 40, demo: false, now: Date.UTC(2026, 10, 22, 10) } as const;

describe('schedules of Borg UI', () => {
  it('are those of a repository by its number, alone or among others, and cost one call for the page', async () => {
    await using borg = await startBorgSandbox(quiet);
    await using gateway = startGateway({ providers: [borg.config] });
    borg.requests.length = 0;
    const { nodes, errors } = await ask(gateway);
    expect(errors).toEqual([]);
    expect(borg.requests.filter(({ path }) => path === '/api/schedule/')).toHaveLength(1);
    const rows = new Map(nodes.map((row) => [row.externalId, row]));
    const [first, , , mirror, mail, studio] = borg.repositories.map(({ path }) => rows.get(path));
    expect(first?.schedules).toEqual([
      {
        externalId: '1',
        name: 'Nightly Accounting',
        isEnabled: true,
        expression: '0 2 * * *',
        timeZone: 'UTC',
        nextRunAt: '2026-11-23T02:00:00.000Z',
        lastRunAt: '2026-11-22T02:00:00.000Z',
      },
      {
        externalId: '900',
        name: 'Weekly',
        isEnabled: false,
        expression: '0 4 * * 0',
        timeZone: 'UTC',
        nextRunAt: null,
        lastRunAt: null,
      },
    ]);
    expect([mirror, mail].map((row) => [row?.schedules, row?.nextRunAt])).toEqual([
      [[], null],
      [[], null],
    ]);
    expect([namesOf(studio), studio?.nextRunAt]).toEqual([['Nightly Grünwald studio'], '2026-11-23T02:00:00.000Z']);
  });

  it('that cannot be read are null with the reason, and the rest of the list is there', async () => {
    await using borg = await startBorgSandbox(quiet);
    await using gateway = startGateway({ providers: [borg.config] });
    borg.failsSchedules = true;
    const { nodes, errors } = await ask(gateway);
    expect(nodes).toHaveLength(borg.repositories.length);
    expect(new Set(nodes.map(({ schedules }) => schedules))).toEqual(new Set([null]));
    expect(nodes[0]?.nextRunAt).toBe('2026-11-23T02:00:00.000Z');
    expect(errors[0]).toMatchObject({ extensions: { code: expect.stringMatching(/^PROVIDER_/) } });
  });
});

describe('schedules of vProtect', () => {
  it.each([false, true])('are those of the policy of a machine (older server: %s), by one call', async (isOld) => {
    await using vprotect = await startVProtectSandbox(quiet);
    vprotect.schedulesHavePolicies = isOld;
    await using gateway = startGateway({ providers: [vprotect.config] });
    vprotect.requests.length = 0;
    const { nodes, errors } = await ask(gateway);
    expect(errors).toEqual([]);
    expect(vprotect.requests.filter(({ path }) => path === '/api/schedules')).toHaveLength(1);
    const rows = new Map(nodes.map((row) => [row.externalId, row]));
    for (const { guid, type, policy } of vprotect.entities) {
      const row = rows.get(guid);
      if (!row) continue;
      const expected = policy.name === 'Gold' ? ['Nightly full', 'Every hour'] : ['Every hour'];
      expect([namesOf(row) ?? null, row.nextRunAt]).toEqual([type === 'VM' ? expected : null, null]);
    }
    const [gold] = vprotect.entities.map(({ guid }) => rows.get(guid)?.schedules);
    expect(gold).toMatchObject([
      { isEnabled: true, expression: 'at 02:00, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY', timeZone: null },
      { isEnabled: false, expression: 'every 60 minutes from 00:00 to 23:59, SUNDAY', nextRunAt: null },
    ]);
  });

  it('are not asked for where nothing has a policy, nor where nobody selects them', async () => {
    await using vprotect = await startVProtectSandbox({ ...quiet, machines: 0 });
    await using gateway = startGateway({ providers: [vprotect.config] });
    const { nodes } = await ask(gateway);
    expect(nodes.map(({ schedules }) => schedules)).toEqual([null, null, null]);
    await gateway.askText('{ protectedEntities { nodes { nextRunAt } } }');
    expect(vprotect.requests.filter(({ path }) => path === '/api/schedules')).toEqual([]);
  });
});

describe('labels', () => {
  it('are the tags of machines, and narrow a list; what does not tell them is named', async () => {
    await using four = await startFour();
    const all = await ask(four.gateway);
    const told = all.nodes.filter(({ labels }) => labels !== null);
    expect(told).toHaveLength(four.vprotect.entities.filter(({ type }) => type === 'VM').length);
    const finance = await ask(four.gateway, '{ labels: ["finance", "nothing has this"] }');
    expect(finance.nodes.map(({ name }) => name)).toEqual(
      told.filter(({ labels }) => labels?.includes('finance')).map(({ name }) => name),
    );
    expect(finance.nodes.length).toBeGreaterThan(1);
    expect(finance.totalCount).toBeNull();
    const named = new Set(finance.problems.map(({ provider }) => provider.name));
    const silent = ['files', 'machines', 'salesforce'];
    expect([...named]).toEqual(expect.arrayContaining(silent));
    for (const { message } of finance.problems.filter(({ message }) => message.includes('labels')))
      expect(message).toContain('which are left out');
    expect((await ask(four.gateway, '{ labels: [] }')).nodes).toEqual([]);
    expect((await ask(four.gateway, '{ labels: null }')).nodes).toHaveLength(all.nodes.length);
  });
});
