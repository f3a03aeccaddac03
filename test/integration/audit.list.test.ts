/** The log of commands, as operators read it. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { globalId, startGateway } from '../support/gateway.ts';
import { auditLog, type Entry, errorsOf, machineBackup, overSocket, partOf, startOffice } from '../support/office.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string;
    readonly endCursor: string;
  };
}

describe('the audit log', () => {
  it('is for operators, over HTTP and WebSocket', async () => {
    await using office = await startOffice();
    const query = '{ viewer { name } auditLog { nodes { id } } }';
    for (const answer of [await office.as('rita').askText(query), await overSocket(office, 'rita', query)]) {
      expect(answer.data).toEqual({ viewer: { name: 'rita' }, auditLog: null });
      expect(answer.errors?.[0]).toMatchObject({ path: ['auditLog'], extensions: { code: 'FORBIDDEN' } });
    }
  });

  it('shows others only what they may see: not by lists, not by ids, not by what somebody else tried', async () => {
    await using office = await startOffice();
    const { guid } = office.machines.backups[0] ?? { guid: '' };
    const describeIt = (id: string) =>
      `mutation { updateBackupDescription(input: { id: "${id}", description: "x" }) { ${errorsOf} } }`;
    await office.as('anna').askText(describeIt(machineBackup(guid)));
    await office.as('bert').askText(describeIt(machineBackup(guid)));
    await office.as('bert').askText(describeIt(globalId('VProtectBackup', 'nowhere', guid)));
    await office.as('mona').askText(describeIt('zzz'));
    const all = await auditLog(office.as('anna'));
    expect(all.map(({ viewerId }) => viewerId.slice(6))).toEqual(['mona', 'bert', 'bert', 'anna']);
    const ofBert = await auditLog(office.as('bert'));
    expect(ofBert).toMatchObject([
      { viewerId: 'token:bert', code: 'NOT_FOUND', targets: [{ provider: null, backup: null }] },
      { viewerId: 'token:bert', code: 'NOT_FOUND', targets: [{ provider: null, backup: null }] },
    ]);
    const ofMona = await auditLog(office.as('mona'));
    expect(ofMona.map(({ viewerId }) => viewerId.slice(6))).toEqual(['mona', 'bert', 'anna']);
    const seen = { bert: ofBert, mona: ofMona, anna: all, rita: [] as readonly Entry[] };
    for (const { id } of all) {
      for (const [token, entries] of Object.entries(seen)) {
        const { data } = await office.as(token).askText(`{ node(id: "${id}") { id __typename } }`);
        const isVisible = entries.some((entry) => entry.id === id);
        expect(data?.['node']).toEqual(isVisible ? { id, __typename: 'AuditEntry' } : null);
      }
    }
  });

  it('is read page by page, without repeats or losses while commands go on', async () => {
    await using office = await startOffice();
    const anna = office.as('anna');
    const cancel = () => anna.askText(`mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`);
    for (let count = 0; count < 7; count++) await cancel();
    const expected = (await auditLog(anna)).map(({ id }) => id);
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage; ) {
      const { data } = await anna.askText(
        `query ($after: String) { auditLog(first: 3, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        { after },
      );
      const { edges, pageInfo } = partOf<Page>(data, 'auditLog');
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor, edges.at(-1)?.cursor]);
      seen.push(...edges.map(({ node }) => node.id));
      after = pageInfo.endCursor;
      hasNextPage = pageInfo.hasNextPage;
      await cancel();
    }
    expect(seen).toEqual(expected);
    expect(await auditLog(anna, '(first: 0)')).toEqual([]);
    expect(await auditLog(anna, `(after: "${after}")`)).toEqual([]);
  });

  it('refuses sizes out of range and cursors that are not its own', async () => {
    await using office = await startOffice();
    await using other = await startOffice();
    const cancel = `mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`;
    await office.as('anna').askText(cancel);
    await other.as('anna').askText(cancel);
    const list = '{ auditLog { pageInfo { endCursor } } backups(first: 2) { pageInfo { endCursor } } }';
    const { data } = await other.as('anna').askText(list);
    const { auditLog: foreign, backups } = data as Record<string, { pageInfo: { endCursor: string } }>;
    const [entry] = await auditLog(office.as('anna'));
    const cursors = [foreign?.pageInfo.endCursor, backups?.pageInfo.endCursor, entry?.id, '', 'zzz', 'a'.repeat(22)];
    for (const given of ['(first: 201)', '(first: -1)', ...cursors.map((cursor) => `(after: "${cursor}")`)]) {
      const { errors } = await office.as('anna').askText(`{ auditLog${given} { nodes { id } } }`);
      const field = given.includes('first') ? ['first'] : ['after'];
      expect(errors?.[0]?.extensions, given).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
  });

  it('has a command at once, also where answers are kept', async () => {
    await using files = await startBorgSandbox({ speed: 0, demo: false, history: 5 });
    const gateway = startGateway({ providers: [{ ...files.config, cacheSeconds: 60 }] });
    await using _ = gateway;
    expect(await auditLog(gateway)).toEqual([]);
    await gateway.askText(`mutation { cancelBackup(input: { id: "zzz" }) { ${errorsOf} } }`);
    expect(await auditLog(gateway)).toMatchObject([{ viewerId: 'anonymous' }]);
  });
});
