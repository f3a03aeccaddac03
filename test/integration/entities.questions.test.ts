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
