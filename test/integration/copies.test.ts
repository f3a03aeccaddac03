/** Where the data of backups is: what the products list, and never a guess. */
import { describe, expect, it } from 'vitest';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/four-changes.ts';
import { startGateway } from '../support/gateway.ts';

interface Row {
  readonly externalId: string;
  readonly name: string | null;
  readonly status: string;
  readonly dataPresence: string;
  readonly copies: readonly Readonly<Record<string, unknown>>[] | null;
  readonly provider: { readonly kind: string };
  readonly entity: { readonly externalId: string } | null;
}
const list = (filter = '{}') => `{ backups(first: 200, filter: ${filter}) { nodes {
  externalId name status dataPresence copies { destination status expiresAt isRestorable } provider { kind } entity { externalId } } } }`;

type Four = Awaited<ReturnType<typeof startFour>>;
async function rowsOf({ gateway }: Pick<Four, 'gateway'>, filter?: string): Promise<readonly Row[]> {
  const { data, errors } = await gateway.askText(list(filter));
  expect(errors).toBeUndefined();
  return (data as unknown as { backups: { nodes: readonly Row[] } }).backups.nodes;
}
const copiesOf = (rows: readonly Row[], id: string) => rows.find(({ externalId }) => externalId === id)?.copies;

describe('the copies of a backup', () => {
  it('agree with the presence of its data, and are null where the product never tells', async () => {
    await using four = await startFour();
    const [pruned] = four.borg.jobs.filter(({ status }) => status === 'completed');
    four.borg.pruned.add(pruned?.id ?? 0);
    const rows = await rowsOf(four);
    for (const { copies, dataPresence, status, provider, entity } of rows) {
      if (provider.kind === 'FLOSUM' || provider.kind === 'LABII') expect(copies).toBeNull();
      else if (!status.startsWith('SUCCEEDED')) expect(copies).toEqual([]);
      else {
        const isKnown = dataPresence !== 'UNKNOWN';
        expect(copies?.map((copy) => copy['status'])).toEqual(isKnown ? [dataPresence] : undefined);
        if (!isKnown) continue;
        expect(copies?.[0]?.['isRestorable']).toBe(dataPresence === 'PRESENT');
        const [copy] = copies ?? [];
        if (provider.kind === 'BORG') expect(copy).toMatchObject({ destination: entity?.externalId, expiresAt: null });
        else expect(four.vprotect.destinations.map(({ name }) => name)).toContain(copy?.['destination']);
        if (provider.kind === 'VPROTECT') expect(copy?.['expiresAt'] !== null).toBe(dataPresence === 'PRESENT');
      }
    }
    expect(copiesOf(rows, String(pruned?.id))).toMatchObject([{ status: 'REMOVED', isRestorable: false }]);
    const statuses = rows.flatMap(({ copies }) => (copies ?? []).map((copy) => copy['status']));
    expect(new Set(statuses)).toEqual(new Set(['PRESENT', 'REMOVED']));
  });

  it('cost one call for each repository, and nothing where nobody asks for them', async () => {
    await using four = await startFour();
    const archives = () => four.borg.requests.filter(({ path }) => path.endsWith('/archives')).length;
    const locations = () => four.vprotect.requests.filter(({ path }) => path === '/api/backup-locations').length;
    await four.gateway.askText('{ backups { nodes { id } } }');
    expect([archives(), locations()]).toEqual([0, 0]);
    const query =
      '{ backups(first: 200) { nodes { name copies { status } entity { externalId } status provider { kind } } } }';
    const { data } = await four.gateway.askText(query);
    const { nodes } = (data as unknown as { backups: { nodes: readonly Row[] } }).backups;
    const named = nodes.filter(({ name, provider }) => provider.kind === 'BORG' && name !== null);
    const repositories = new Set(named.map(({ entity }) => entity?.externalId)).size;
    // All but the one of Borg 2, whose archives no known call lists.
    expect(archives()).toBe(repositories - 1);
    // The rows of vProtect have them.
    expect(locations()).toBe(0);
  });

  it('are read from the locations of each entity where rows of vProtect do not have them', async () => {
    await using vprotect = await startVProtectSandbox({ speed: 0, history: 40, demo: false });
    await using gateway = startGateway({ providers: [vprotect.config] });
    const [told] = [await rowsOf({ gateway })];
    vprotect.isBare = true;
    await using later = startGateway({ providers: [vprotect.config] });
    const { data } = await later.askText(
      '{ backups(first: 200) { nodes { externalId copies { destination status expiresAt } } } }',
    );
    const { nodes } = (data as unknown as { backups: { nodes: readonly Row[] } }).backups;
    for (const { externalId, copies } of nodes) {
      const expected = copiesOf(told, externalId)?.map(({ destination, status }) => ({
        destination,
        status,
        expiresAt: null,
      }));
      expect(copies).toEqual(expected);
    }
    expect(nodes.some(({ copies }) => copies?.length === 1)).toBe(true);
    expect(vprotect.requests.filter(({ path }) => path === '/api/backup-locations')).toHaveLength(1);
  });

  it('are null with an error, each for itself, where the product does not answer', async () => {
    await using four = await startFour();
    four.borg.failsArchives = true;
    const { data, errors } = await four.gateway.askText(list('{ statuses: [SUCCEEDED] }'));
    const { nodes } = (data as unknown as { backups: { nodes: readonly Row[] } }).backups;
    const own = nodes.filter(({ name, provider }) => provider.kind === 'BORG' && name !== null);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ copies }) => copies === null)).toBe(true);
    expect(errors?.length).toBeGreaterThan(own.length / 2);
    expect(new Set(errors?.map(({ extensions }) => extensions['code']))).toEqual(new Set(['PROVIDER_UNAVAILABLE']));
    expect(nodes.some(({ copies }) => (copies?.length ?? 0) > 0)).toBe(true);
  });
});
