import { describe, expect, it } from 'vitest';
import { startVProtectSandbox } from '../../../../providers/vprotect/sandbox/index.ts';
import { startFaultProxy } from '../../../support/fault-proxy.ts';
import { answersStatus } from '../../../support/faults.ts';
import { startGateway } from '../../../support/gateway.ts';

const isDetails = (path: string): boolean => /^\/api\/backups\/[0-9a-f-]{36}$/.test(path);

async function open() {
  const sandbox = await startVProtectSandbox({ speed: 0, history: 60, demo: false });
  const proxy = await startFaultProxy(sandbox.url);
  const gateway = startGateway({ providers: [{ ...sandbox.config, url: `${proxy.url}/api` }] });
  return {
    sandbox,
    proxy,
    facts: new Map(sandbox.backups.map((backup) => [backup.guid, backup])),
    details: () => sandbox.requests.filter(({ path }) => isDetails(path)).length,
    async ask(fields: string, first = 60, filter = '{}') {
      const text = `{ backups(first: ${first}, filter: ${filter}) { nodes { externalId type ... on VProtectBackup { ${fields} } } } }`;
      const { data, errors } = await gateway.askText(text);
      return { errors, nodes: (data as unknown as { backups: { nodes: readonly Row[] } }).backups.nodes };
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

interface Id {
  readonly externalId: string;
}
interface Row extends Id {
  readonly type: string;
  readonly parent: Id | null;
  readonly root: Id | null;
  readonly children: { readonly nodes: readonly Id[]; readonly problems: readonly unknown[]; totalCount: number };
}

describe('the chain of a backup', () => {
  it('names the backup that each builds on, and the first one', async () => {
    await using fixture = await open();
    const { nodes, errors } = await fixture.ask('parent { externalId } root { externalId }');
    expect(errors).toBeUndefined();
    expect(nodes).toHaveLength(60);
    for (const { externalId, parent, root } of nodes) {
      expect(parent?.externalId ?? null).toBe(fixture.facts.get(externalId)?.parentBackup);
      expect(root?.externalId).toBe(fixture.facts.get(externalId)?.rootBackup);
    }
    expect(nodes.filter(({ parent }) => parent !== null).length).toBeGreaterThan(10);
  });

  it('lists what builds on a backup, newest first, in pages', async () => {
    await using fixture = await open();
    const { nodes } = await fixture.ask('parent { externalId }');
    const fields = 'children(first: 1) { totalCount nodes { externalId } problems { message } }';
    const { nodes: asked, errors } = await fixture.ask(fields, 12);
    expect(errors).toBeUndefined();
    for (const { externalId, children } of asked) {
      const own = nodes.filter(({ parent }) => parent?.externalId === externalId).map((row) => row.externalId);
      const expected = own.slice(0, 1).map((id) => ({ externalId: id }));
      expect(children).toEqual({ totalCount: own.length, nodes: expected, problems: [] });
    }
    expect(asked.some(({ children }) => children.nodes.length > 0)).toBe(true);
  });

  it('costs one call at most for each chain of which the page shows only a part, and none the second time', async () => {
    await using fixture = await open();
    const { nodes } = await fixture.ask('root { __typename }', 12);
    const first = fixture.details();
    const chains = new Set(nodes.map(({ externalId }) => fixture.facts.get(externalId)?.rootBackup));
    expect(first).toBeGreaterThan(0);
    // The roots themselves are read by their ids, which costs their details where no list has shown them.
    expect(first).toBeLessThanOrEqual(2 * chains.size);
    await fixture.ask('root { externalId }', 12);
    await fixture.ask('guid', 12);
    const later = fixture.details();
    await fixture.ask('guid root { externalId }', 12);
    expect(fixture.details()).toBe(later);
  });

  it('costs nothing more where the page shows the whole chain', async () => {
    await using fixture = await open();
    const before = await fixture.ask('parent { externalId }');
    const chained = before.nodes.filter(({ parent }) => parent !== null);
    const parents = fixture.details();
    const { nodes } = await fixture.ask('root { externalId }', 60, '{ types: [FULL, INCREMENTAL, SYNTHETIC] }');
    expect(nodes.filter(({ externalId, root }) => root?.externalId !== externalId).length).toBe(chained.length);
    expect(fixture.details()).toBe(parents);
  });

  it('is not read unless it is selected', async () => {
    await using fixture = await open();
    await fixture.ask('guid');
    expect(fixture.details()).toBe(0);
  });

  it('has null for what a server does not tell', async () => {
    await using fixture = await open();
    fixture.sandbox.isBare = true;
    const { nodes, errors } = await fixture.ask('parent { externalId } root { externalId }', 20);
    expect(errors).toBeUndefined();
    for (const { externalId, type, parent, root } of nodes) {
      expect(parent).toBeNull();
      expect(root?.externalId ?? null).toBe(type === 'FULL' ? externalId : null);
    }
    expect(nodes.some(({ root }) => root === null)).toBe(true);
  });

  it('has null with an error where the server does not answer for the root', async () => {
    await using fixture = await open();
    using _fault = fixture.proxy.fail(answersStatus(403), { match: (_method, path) => isDetails(path) });
    const { nodes, errors } = await fixture.ask('root { externalId }', 12);
    expect(nodes).toHaveLength(12);
    expect(errors?.length).toBeGreaterThan(0);
    expect(errors?.every(({ path }) => path?.at(-1) === 'root')).toBe(true);
    expect(nodes.filter(({ root }) => root === null)).toHaveLength(errors?.length ?? 0);
  });
});
