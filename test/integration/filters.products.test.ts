/** The filters that only one product has. */
import { describe, expect, it } from 'vitest';
import { vprotectGuid } from '../../providers/vprotect/sandbox/fixtures.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/four-changes.ts';
import { startGateway } from '../support/gateway.ts';
import { isNightly, shareOf } from '../support/nightly.ts';

type Four = Awaited<ReturnType<typeof startFour>>;
interface Page {
  readonly totalCount: number | null;
  readonly nodes: readonly { readonly externalId: string }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly startCursor: string | null } & Record<
    string,
    unknown
  >;
  readonly problems: readonly { readonly message: string; readonly provider: { readonly name: string } }[];
}

async function ask({ gateway }: Pick<Four, 'gateway'>, filter: string, page = 'first: 200'): Promise<Page> {
  const { data, errors } = await gateway.askText(`{ backups(${page}, filter: ${filter}) {
    totalCount nodes { externalId } pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
    problems { message provider { name } } } }`);
  expect(errors).toBeUndefined();
  return (data as unknown as { backups: Page }).backups;
}
const idsOf = ({ nodes }: Page) => nodes.map(({ externalId }) => externalId);

/** Larger in the gate, where fewer requests are made. */
const pageSize = isNightly ? 3 : 8;

/** The whole list, a few rows at a time, forward and backward. */
async function walk(gateway: Pick<Four, 'gateway'>, filter: string, isForward: boolean): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null, hasMore = true; hasMore; ) {
    const place: string = cursor === null ? '' : `, ${isForward ? 'after' : 'before'}: "${cursor}"`;
    const page = await ask(gateway, filter, `${isForward ? 'first' : 'last'}: ${pageSize}${place}`);
    if (isForward) ids.push(...idsOf(page));
    else ids.unshift(...idsOf(page));
    cursor = isForward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
    hasMore = page.pageInfo[isForward ? 'hasNextPage' : 'hasPreviousPage'] === true;
  }
  return ids;
}

describe('the filter of vProtect', () => {
  it('gives for each field what a look at every row does, over pages in both directions', async () => {
    await using vprotect = await startVProtectSandbox({ speed: 0, history: 60 });
    await using gateway = startGateway({ providers: [vprotect.config] });
    const all = idsOf(await ask({ gateway }, '{}'));
    const entityOf = new Map(vprotect.backups.map(({ guid, entity }) => [guid, entity]));
    const entities = new Map(vprotect.entities.map((entity) => [entity.guid, entity]));
    const facts = new Map(vprotect.backups.map((backup) => [backup.guid, backup]));
    const of = (guid: string) => entities.get(entityOf.get(guid) ?? '');
    const parent = vprotect.backups.find(({ parentBackup }) => parentBackup !== null)?.parentBackup ?? '';
    const root = facts.get(parent)?.rootBackup ?? '';
    const cases: readonly (readonly [string, (guid: string) => boolean])[] = [
      [`policyGuids: ["${vprotectGuid('policy', 1)}"]`, (guid) => of(guid)?.policy.guid === vprotectGuid('policy', 1)],
      [`policyGuids: ["${vprotectGuid('policy', 1)}", "${vprotectGuid('policy', 2)}"]`, () => true],
      [`ruleGuid: "${vprotectGuid('rule', 2)}"`, (guid) => of(guid)?.rule.guid === vprotectGuid('rule', 2)],
      [`nodeGuid: "${vprotectGuid('node', 2)}"`, (guid) => of(guid)?.node.guid === vprotectGuid('node', 2)],
      [
        `hypervisorGuid: "${vprotectGuid('hypervisor', 1)}"`,
        (guid) => of(guid)?.hypervisor?.guid === vprotectGuid('hypervisor', 1),
      ],
      [`hypervisorManagerGuid: "${vprotectGuid('manager', 1)}"`, (guid) => of(guid)?.hypervisorManager !== null],
      [`storageProviderGuid: "${vprotectGuid('storage-provider', 1)}"`, (guid) => of(guid)?.storageProvider !== null],
      [`cloudProviderGuid: "${vprotectGuid('cloud-service', 1)}"`, (guid) => of(guid)?.cloudServiceProvider !== null],
      ['entityType: APP', (guid) => of(guid)?.type === 'APP'],
      ['policyGuids: []', () => false],
      [`parentBackupGuid: "${parent}"`, (guid) => facts.get(guid)?.parentBackup === parent],
      [`rootBackupGuid: "${root}"`, (guid) => facts.get(guid)?.rootBackup === root],
      [
        'onlyMountable: true',
        (guid) => of(guid)?.type === 'VM' && ['SUCCESS', 'PARTIAL_SUCCESS'].includes(facts.get(guid)?.status ?? ''),
      ],
      ['onlyMountable: false, withoutHidden: true', (guid) => facts.get(guid)?.hidden === false],
    ];
    for (const [place, [fields, isMeant]] of cases.entries()) {
      const filter = `{ vprotect: { ${fields} } }`;
      const expected = all.filter(isMeant);
      for (const isForward of shareOf([true, false], place, 2)) {
        expect(await walk({ gateway }, filter, isForward), fields).toEqual(expected);
      }
      const page = await ask({ gateway }, filter);
      expect([page.totalCount, page.problems], fields).toEqual([expected.length, []]);
    }
    expect(all.some((guid) => of(guid)?.type === 'APP')).toBe(true);
    expect(parent).not.toBe('');
  });

  it('refuses what is no GUID, an unknown type, and a cursor of another filter', async () => {
    await using vprotect = await startVProtectSandbox({ speed: 0, history: 20 });
    await using gateway = startGateway({ providers: [vprotect.config] });
    const wrong = await gateway.askText('{ backups(filter: { vprotect: { nodeGuid: "node-1" } }) { nodes { id } } }');
    expect(wrong.errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: ['filter', 'vprotect', 'nodeGuid'] },
    });
    const unknown = await gateway.askText(
      '{ backups(filter: { vprotect: { entityType: UNKNOWN } }) { nodes { id } } }',
    );
    expect(unknown.errors?.[0]).toMatchObject({
      message: expect.stringContaining('a type that vProtect has'),
      extensions: { code: 'BAD_USER_INPUT', field: ['filter', 'vprotect', 'entityType'] },
    });
    const { pageInfo } = await ask({ gateway }, '{ vprotect: { entityType: VM } }', 'first: 2');
    const other = await gateway.askText(
      `{ backups(first: 2, after: "${pageInfo.endCursor}", filter: { vprotect: { entityType: APP } }) { nodes { id } } }`,
    );
    expect(other.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});

describe('the project of a vProtect provider', () => {
  it('is sent with every call, reads and commands, and nothing of other projects is seen', async () => {
    await using vprotect = await startVProtectSandbox({ speed: 0, history: 60 });
    const project = vprotectGuid('project', 1);
    await using gateway = startGateway({ providers: [{ ...vprotect.config, project }] });
    const own = new Set(vprotect.entities.filter((entity) => entity.project?.guid === project).map(({ guid }) => guid));
    const expected = vprotect.backups.filter(({ entity }) => own.has(entity)).map(({ guid }) => guid);
    const seen = await ask({ gateway }, '{ dataPresence: [PRESENT, REMOVED, UNKNOWN] }');
    expect(idsOf(seen).sort()).toEqual(expected.sort());
    const { data } = await gateway.askText('{ protectedEntities(first: 200) { nodes { id externalId } } }');
    const { nodes } = (data as unknown as { protectedEntities: { nodes: { id: string; externalId: string }[] } })
      .protectedEntities;
    expect(nodes.map(({ externalId }) => externalId).sort()).toEqual([...own].sort());
    const started = await gateway.askText(
      `mutation { startBackup(input: { entityId: "${nodes[0]?.id}" }) { userErrors { message } } }`,
    );
    expect(started.data).toEqual({ startBackup: { userErrors: [] } });
    const calls = vprotect.requests.filter(({ path }) => !path.includes('/session/'));
    expect(calls.some(({ path, method }) => method === 'POST' && path === '/api/tasks/export')).toBe(true);
    expect(calls.filter(({ query }) => query.get('project-uuid') !== project)).toEqual([]);
  });
});

describe('a filter of one product', () => {
  it('leaves out the others, and names them unless the client did so', async () => {
    await using four = await startFour();
    const loud = await ask(four, '{ vprotect: { onlyMountable: true } }');
    expect(loud.nodes.length).toBeGreaterThan(0);
    expect(loud.problems.map(({ provider }) => provider.name).sort()).toEqual(['files', 'labii', 'salesforce']);
    expect(loud.problems[0]?.message).toContain('filter.vprotect');
    const quiet = await ask(four, '{ vprotect: { onlyMountable: true }, kinds: [VPROTECT] }');
    expect(quiet.problems).toEqual([]);
    expect(idsOf(quiet)).toEqual(idsOf(loud));
    const both = await ask(four, '{ vprotect: { onlyMountable: true }, borg: {} }');
    expect(both.problems.map(({ provider }) => provider.name).sort()).toEqual(['labii', 'salesforce']);
    expect(both.nodes.length).toBeGreaterThan(loud.nodes.length);
    const { data } = await four.gateway.askText(
      '{ backupStatistics(filter: { borg: { backupPlanId: "1" } }) { count isComplete problems { provider { name } } } }',
    );
    expect(data).toMatchObject({ backupStatistics: { isComplete: false } });
  });

  it('of Borg UI selects by schedule and plan, with its count', async () => {
    await using four = await startFour();
    const { data } = await four.gateway.askText(
      '{ backups(first: 200, filter: { kinds: [BORG] }) { nodes { externalId ... on BorgBackup { scheduledJobId backupPlanId backupPlanName } } } }',
    );
    type Row = {
      externalId: string;
      scheduledJobId: string | null;
      backupPlanId: string | null;
      backupPlanName: string | null;
    };
    const { nodes } = (data as unknown as { backups: { nodes: readonly Row[] } }).backups;
    const schedule = nodes.find(({ scheduledJobId }) => scheduledJobId !== null)?.scheduledJobId ?? '';
    for (const [fields, isMeant] of [
      [`scheduledJobId: "${schedule}"`, (row: Row) => row.scheduledJobId === schedule],
      ['backupPlanId: "1"', (row: Row) => row.backupPlanId === '1'],
      [`scheduledJobId: "${schedule}", backupPlanId: "1"`, () => false],
    ] as const) {
      const filter = `{ kinds: [BORG], borg: { ${fields} } }`;
      const expected = nodes.filter(isMeant).map(({ externalId }) => externalId);
      expect(await walk(four, filter, true), fields).toEqual(expected);
      expect(await walk(four, filter, false), fields).toEqual(expected);
      expect((await ask(four, filter)).totalCount, fields).toBe(expected.length);
    }
    expect(schedule).not.toBe('');
  });

  it('of Labii selects organisations, and of Flosum backups with metadata', async () => {
    await using four = await startFour();
    const { data } = await four.gateway.askText(
      '{ protectedEntities(first: 200, filter: { kinds: [LABII] }) { nodes { id externalId } } }',
    );
    const [organization] = (
      data as unknown as { protectedEntities: { nodes: readonly { id: string; externalId: string }[] } }
    ).protectedEntities.nodes;
    const own = await ask(four, `{ kinds: [LABII], labii: { organizationSids: ["${organization?.externalId}"] } }`);
    expect(own.nodes.length).toBeGreaterThan(0);
    expect(own).toEqual(
      await ask(four, `{ kinds: [LABII], entities: ["${organization?.id}"] }`).then((page) => ({
        ...page,
        pageInfo: own.pageInfo,
      })),
    );
    const some = await ask(four, '{ kinds: [FLOSUM], flosum: { includeMetadata: true } }');
    const others = await ask(four, '{ kinds: [FLOSUM], flosum: { includeMetadata: false } }');
    const whole = await ask(four, '{ kinds: [FLOSUM] }');
    expect([...idsOf(some), ...idsOf(others)].sort()).toEqual([...idsOf(whole)].sort());
    expect(some.totalCount).toBe(some.nodes.length);
  });

  it('is refused for a stream', async () => {
    await using four = await startFour();
    const client = await four.gateway.connect();
    const events = client.iterate({
      query: 'subscription { backupChanges(filter: { borg: { backupPlanId: "1" } }) { __typename } }',
    });
    const { value } = await events.next();
    expect(value?.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: ['filter', 'borg'] } });
  });
});
