/** Invalid arguments, cursors and ids of backup queries. */
import { describe, expect, it } from 'vitest';
import { graphql } from '../gql/index.ts';
import { Details, Page } from '../support/backup-queries.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';

const Nodes = graphql(`
  query SomeNodes($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
    }
  }
`);

describe('bad input', () => {
  it.each([
    [{ first: -1 }, '"first" is -1; it must be from 0 to 200.'],
    [{ first: 5000 }, '"first" is 5000; it must be from 0 to 200.'],
    [{ last: 201 }, '"last" is 201'],
    [{ first: 1, last: 1 }, 'not both'],
    [{ first: 1, before: 'x' }, '"before" goes with "last"'],
    [{ after: 'x' }, '"after" is not a cursor of this list'],
    [{ after: '' }, '"after" is not a cursor of this list'],
    [{ after: 'A'.repeat(5000) }, '"after" is not a cursor of this list'],
    [{ filter: { providers: ['nope'] } }, 'There is no provider "nope"'],
    [{ filter: { entities: ['nope'] } }, 'holds something that is no id'],
    [{ filter: { search: 'x'.repeat(81) } }, 'at most 80'],
  ])('%j is BAD_USER_INPUT that says what to do', async (variables, message) => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { data, errors } = await gateway.ask(Page, variables);
    expect(data?.backups ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(message);
    expect(gateway.sandbox.requests.filter(({ path }) => path.startsWith('/api/backup'))).toEqual([]);
  });

  it('refuses a cursor of another filter or order', async () => {
    await using gateway = await startBorgGateway();
    const { backups } = await gateway.query(Page, { first: 3 });
    const after = backups?.pageInfo.endCursor ?? null;
    for (const variables of [
      { after, filter: { statuses: ['FAILED' as const] } },
      { after, orderBy: { field: 'STARTED_AT' as const, direction: 'ASC' as const } },
    ]) {
      const { errors } = await gateway.ask(Page, variables);
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
      expect(errors?.[0]?.message).toContain('belongs to another list');
    }
  });

  it('refuses a time that does not exist, with the name of the variable', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { errors } = await gateway.ask(Page, { filter: { startedAfter: '2026-02-30T00:00:00Z' } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain('$filter');
  });

  it('returns null for unknown ids, ids of another type or provider, and malformed ids', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const known = globalId('BorgBackup', 'files', '3');
    const ids = [
      known,
      globalId('BorgBackup', 'files', '99999'),
      globalId('BorgBackup', 'files', '../../auth/me'),
      globalId('BorgBackup', 'other', '3'),
      globalId('Nonsense', 'files', '3'),
      globalId('BorgRepository', 'files', '/backups/none'),
      globalId('Provider', 'files', ''),
      globalId('Provider', 'files', 'more'),
      'zzz',
      '',
      '💥',
      'A'.repeat(10_000),
    ];
    const { nodes } = await gateway.query(Nodes, { ids });
    expect(nodes.map((node) => node?.__typename ?? null)).toEqual([
      'BorgBackup',
      ...Array(5).fill(null),
      'Provider',
      ...Array(5).fill(null),
    ]);
    expect(nodes[0]?.id).toBe(known);
    const { backup } = await gateway.query(Details, { id: globalId('BorgRepository', 'files', '/backups/mail') });
    expect(backup).toBeNull();
    expect(gateway.sandbox.requests.filter(({ isStray }) => isStray)).toEqual([]);
  });

  it('refuses more than 100 ids', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { errors } = await gateway.ask(Nodes, { ids: Array(101).fill('x') });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('reads 50 ids of one provider with one list call', async () => {
    await using gateway = await startBorgGateway({ history: 80 });
    await gateway.query(Page, { first: 1 });
    gateway.sandbox.requests.length = 0;
    const ids = Array.from({ length: 50 }, (_, index) => globalId('BorgBackup', 'files', String(index + 20)));
    const { nodes } = await gateway.query(Nodes, { ids });
    expect(nodes.map((node) => node?.id)).toEqual(ids);
    expect(gateway.sandbox.requests.map(({ path }) => path)).toEqual(['/api/backup/jobs']);
  });

  it('reports syntax errors and unknown fields with the same code', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    for (const text of ['{ backups(', '{ nothing }', 'query($a: Nope) { viewer { name } }', '']) {
      const { errors } = await gateway.askText(text);
      expect(errors?.[0]?.extensions['code'], text).toBe('BAD_USER_INPUT');
    }
  });
});
