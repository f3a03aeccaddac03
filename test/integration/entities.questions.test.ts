/** What an operator asks of protected entities: who has no recent success, what is gone, what may be started. */
import { describe, expect, it } from 'vitest';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/four-changes.ts';
import { aToken, startGateway, type TestGateway } from '../support/gateway.ts';

interface Row {
  readonly externalId: string;
  readonly isPresent: boolean | null;
  readonly allowedActions: readonly string[];
  readonly policyName?: string | null;
  readonly protection: { readonly lastSuccessAt: string | null };
  readonly provider: { readonly kind: string };
}
interface Page {
  readonly nodes: readonly Row[];
  readonly problems: readonly { readonly code: string; readonly provider: { readonly name: string } }[];
}
async function ask(
  gateway: Pick<TestGateway, 'askText'>,
  filter = '{}',
  fields = 'protection { lastSuccessAt }',
): Promise<Page> {
  const { data, errors } = await gateway.askText(`{ protectedEntities(first: 200, filter: ${filter}) {
    nodes { externalId ${fields} provider { kind } } problems { code provider { name } } } }`);
  expect(errors).toBeUndefined();
  return (data as unknown as { protectedEntities: Page }).protectedEntities;
}
const idsOf = ({ nodes }: Page) => nodes.map(({ externalId }) => externalId);

describe('a filter by the last success', () => {
  it('leaves those whose newest success is older, and those that have none', async () => {
    await using four = await startFour();
    const all = (await ask(four.gateway)).nodes;
    const times = all.flatMap(({ protection }) => protection.lastSuccessAt ?? []).sort();
    for (const time of [times[0], times[Math.floor(times.length / 2)], '2100-01-01T00:00:00Z']) {
      const before = Date.parse(time ?? '');
      const expected = all.filter(
        ({ protection: { lastSuccessAt } }) => lastSuccessAt === null || Date.parse(lastSuccessAt) < before,
      );
      const page = await ask(four.gateway, `{ lastSuccessBefore: "${time}" }`);
      expect(idsOf(page)).toEqual(expected.map(({ externalId }) => externalId));
    }
    expect(new Set(times).size).toBeGreaterThan(3);
  });

  it('names a system that does not answer, and never takes its entities for old', async () => {
    await using four = await startFour();
    await ask(four.gateway);
    four.vprotect.outage = 500;
    const { nodes, problems } = await ask(four.gateway, '{ lastSuccessBefore: "2100-01-01T00:00:00Z" }');
    expect(nodes.some(({ provider }) => provider.kind === 'VPROTECT')).toBe(false);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: expect.stringMatching(/^PROVIDER_/), provider: { name: 'machines' } }),
    );
  });
});

describe('the order by name', () => {
  interface Named {
    readonly nodes: readonly { readonly id: string; readonly name: string }[];
    readonly pageInfo: { readonly endCursor: string; readonly startCursor: string; readonly hasNextPage: boolean };
    readonly problems: readonly { readonly provider: { readonly name: string } }[];
  }
  const page = async (gateway: TestGateway, args: string): Promise<Named> => {
    const { data, errors } = await gateway.askText(
      `{ protectedEntities(${args}) { nodes { id name } pageInfo { endCursor startCursor hasNextPage } problems { provider { name } } } }`,
    );
    expect(errors).toBeUndefined();
    return (data as unknown as { protectedEntities: Named }).protectedEntities;
  };
  const idsIn = ({ nodes }: Named) => nodes.map(({ id }) => id);
  const keysIn = ({ nodes }: Named) => nodes.map(({ name }) => name.toLowerCase());
  const by = (direction: string) => `orderBy: { field: NAME, direction: ${direction} }`;

  it('is the same page by page, in both directions, and from both ends', async () => {
    await using four = await startFour();
    const all = await page(four.gateway, `first: 200, ${by('ASC')}`);
    expect(keysIn(all)).toEqual([...keysIn(all)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    expect(idsIn(all).toSorted()).toEqual(idsIn(await page(four.gateway, 'first: 200')).toSorted());
    const down = await page(four.gateway, `first: 200, ${by('DESC')}`);
    expect(idsIn(down)).toEqual(idsIn(all).toReversed());
    const walked: string[] = [];
    for (let after = ''; ; ) {
      const one = await page(four.gateway, `first: 7, ${by('ASC')}${after}`);
      walked.push(...idsIn(one));
      if (!one.pageInfo.hasNextPage) break;
      after = `, after: "${one.pageInfo.endCursor}"`;
    }
    expect(walked).toEqual(idsIn(all));
    const end = await page(four.gateway, `last: 5, ${by('ASC')}`);
    const before = await page(four.gateway, `last: 5, ${by('ASC')}, before: "${end.pageInfo.startCursor}"`);
    expect([...idsIn(before), ...idsIn(end)]).toEqual(idsIn(all).slice(-10));
    const wrong = await four.gateway.askText(
      `{ protectedEntities(${by('DESC')}, after: "${end.pageInfo.startCursor}") { nodes { id } } }`,
    );
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('names a system that failed on an earlier page, wherever its rows are', async () => {
    await using four = await startFour();
    four.vprotect.outage = 500;
    const first = await page(four.gateway, `first: 3, ${by('DESC')}`);
    expect(first.problems).toContainEqual({ provider: { name: 'machines' } });
    four.vprotect.outage = null;
    const second = await page(four.gateway, `first: 200, ${by('DESC')}, after: "${first.pageInfo.endCursor}"`);
    expect(second.problems).toContainEqual({ provider: { name: 'machines' } });
  });
});

describe('the order by the last success', () => {
  interface Dated {
    readonly nodes: readonly { readonly id: string; readonly protection: { readonly lastSuccessAt: string | null } }[];
    readonly pageInfo: { readonly endCursor: string; readonly startCursor: string; readonly hasNextPage: boolean };
    readonly problems: readonly { readonly provider: { readonly name: string } }[];
  }
  const page = async (gateway: Pick<TestGateway, 'askText'>, args: string): Promise<Dated> => {
    const { data, errors } = await gateway.askText(
      `{ protectedEntities(${args}) { nodes { id protection { lastSuccessAt } } pageInfo { endCursor startCursor hasNextPage } problems { provider { name } } } }`,
    );
    expect(errors).toBeUndefined();
    return (data as unknown as { protectedEntities: Dated }).protectedEntities;
  };
  const idsIn = ({ nodes }: Dated) => nodes.map(({ id }) => id);
  const timesIn = ({ nodes }: Dated) =>
    nodes.map(({ protection: { lastSuccessAt } }) => (lastSuccessAt === null ? 0 : Date.parse(lastSuccessAt)));
  const by = (direction: string) => `orderBy: { field: LAST_SUCCESS, direction: ${direction} }`;

  it('has those that never had one first, is its own reverse, and is the same page by page from both ends', async () => {
    await using four = await startFour();
    const all = await page(four.gateway, `first: 200, ${by('ASC')}`);
    const times = timesIn(all);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(3);
    expect(idsIn(all).toSorted()).toEqual(idsIn(await page(four.gateway, 'first: 200')).toSorted());
    expect(idsIn(await page(four.gateway, `first: 200, ${by('DESC')}`))).toEqual(idsIn(all).toReversed());
    const walked: string[] = [];
    for (let after = ''; ; ) {
      const one = await page(four.gateway, `first: 7, ${by('ASC')}${after}`);
      walked.push(...idsIn(one));
      if (!one.pageInfo.hasNextPage) break;
      after = `, after: "${one.pageInfo.endCursor}"`;
    }
    expect(walked).toEqual(idsIn(all));
    const end = await page(four.gateway, `last: 5, ${by('ASC')}`);
    const before = await page(four.gateway, `last: 5, ${by('ASC')}, before: "${end.pageInfo.startCursor}"`);
    expect([...idsIn(before), ...idsIn(end)]).toEqual(idsIn(all).slice(-10));
  });

  it('names a system that failed on an earlier page, wherever its rows are', async () => {
    await using four = await startFour();
    four.vprotect.outage = 500;
    const first = await page(four.gateway, `first: 3, ${by('DESC')}`);
    expect(first.problems).toContainEqual({ provider: { name: 'machines' } });
    four.vprotect.outage = null;
    const second = await page(four.gateway, `first: 200, ${by('DESC')}, after: "${first.pageInfo.endCursor}"`);
    expect(second.problems).toContainEqual({ provider: { name: 'machines' } });
  });
});

describe('an entity', () => {
  it('of vProtect tells whether its machine still exists, and its policy', async () => {
    await using vprotect = await startVProtectSandbox({ speed: 0, history: 40, demo: false });
    await using gateway = startGateway({ providers: [vprotect.config] });
    const { nodes } = await ask(gateway, '{}', 'isPresent ... on VProtectEntity { policyName }');
    const facts = new Map(vprotect.entities.map((entity) => [entity.guid, entity]));
    for (const { externalId, isPresent, policyName } of nodes) {
      const { type, isPresent: expected, policy } = facts.get(externalId) ?? {};
      expect([isPresent, policyName]).toEqual(type === 'VM' ? [expected, policy?.name] : [null, null]);
    }
    expect(new Set(nodes.map(({ isPresent }) => isPresent))).toEqual(new Set([true, false, null]));
  });

  it('tells what may be started: nothing to a reader, and nothing that its product does not allow', async () => {
    await using labii = await startLabiiSandbox({ speed: 0, history: 10, demo: false });
    await using gateway = startGateway({
      providers: [labii.config],
      auth: { tokens: [aToken('ann'), aToken('bob', { role: 'READER' })] },
    });
    const actions = async (viewer: string) =>
      (await ask(gateway.as(viewer), '{}', 'allowedActions')).nodes.map(({ allowedActions }) => allowedActions);
    expect(new Set((await actions('ann')).flat())).toEqual(new Set(['START_BACKUP', 'CREATE_BACKUP']));
    expect((await actions('bob')).flat()).toEqual([]);
    labii.addPermission = false;
    await gateway.as('ann').askText('{ backups { nodes { id } } }');
    expect((await actions('ann')).flat()).toEqual([]);
  });
});
