/** Lists of backups, as a frontend asks for them. */
import { describe, expect, it } from 'vitest';
import type { BackupPageQuery } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';

const Page = graphql(`
  query BackupPage($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {
    backups(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          externalId
          status
          sortedAt
        }
      }
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      problems {
        code
      }
    }
  }
`);

const WithRelations = graphql(`
  query BackupsWithRelations($first: Int) {
    backups(first: $first) {
      nodes {
        id
        provider {
          name
          health {
            status
          }
        }
        entity {
          id
          name
          externalId
        }
      }
    }
  }
`);

const Counted = graphql(`
  query CountedBackups($filter: BackupFilter) {
    backups(first: 1, filter: $filter) {
      totalCount
    }
  }
`);

const Details = graphql(`
  query BackupDetails($id: ID!) {
    backup(id: $id) {
      __typename
      id
      externalId
      name
      type
      status
      upstreamStatus
      trigger
      startedAt
      endedAt
      durationSeconds
      itemCount
      isRemoved
      errorMessage
      allowedActions
      size {
        originalBytes
        compressedBytes
        deduplicatedBytes
        storedBytes
      }
      ... on BorgBackup {
        jobId
        repository
      }
    }
  }
`);

const Nodes = graphql(`
  query SomeNodes($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
    }
  }
`);

describe('backups', () => {
  it('lists each backup once, newest first, whatever the page size', async () => {
    await using gateway = await startBorgGateway();
    const expected = gateway.sandbox.jobs.length;
    for (const first of [1, 7, 100]) {
      const seen: { id: string; sortedAt: string | null }[] = [];
      let after: string | null = null;
      for (;;) {
        const { backups }: BackupPageQuery = await gateway.query(Page, { first, after });
        seen.push(...(backups?.edges.map(({ node }) => node) ?? []));
        after = backups?.pageInfo.endCursor ?? null;
        if (!backups?.pageInfo.hasNextPage) break;
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(expected);
      expect(seen).toHaveLength(expected);
      const times = seen.map(({ sortedAt }) => sortedAt ?? '9999');
      expect(times).toEqual([...times].sort().reverse());
    }
  });

  it('walks backward through the same list', async () => {
    await using gateway = await startBorgGateway();
    const forward = await gateway.query(Page, { first: 100 });
    const ids = forward.backups?.nodes.map(({ id }) => id) ?? [];
    const end = await gateway.query(Page, { last: 10 });
    expect(end.backups?.nodes.map(({ id }) => id)).toEqual(ids.slice(-10));
    expect(end.backups?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await gateway.query(Page, { last: 10, before: end.backups?.pageInfo.startCursor ?? null });
    expect(before.backups?.nodes.map(({ id }) => id)).toEqual(ids.slice(-20, -10));
    expect(before.backups?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('lists oldest first when asked', async () => {
    await using gateway = await startBorgGateway();
    const newest = await gateway.query(Page, { first: 100 });
    const oldest = await gateway.query(Page, { first: 100, orderBy: { field: 'STARTED_AT', direction: 'ASC' } });
    expect(oldest.backups?.nodes).toEqual([...(newest.backups?.nodes ?? [])].reverse());
  });

  it('goes on right after any edge, not only the last', async () => {
    await using gateway = await startBorgGateway();
    const { backups } = await gateway.query(Page, { first: 20 });
    const middle = backups?.edges[7];
    const rest = await gateway.query(Page, { first: 5, after: middle?.cursor ?? null });
    expect(rest.backups?.nodes.map(({ id }) => id)).toEqual(backups?.edges.slice(8, 13).map(({ node }) => node.id));
    expect(rest.backups?.pageInfo.hasPreviousPage).toBe(true);
  });

  it('neither repeats nor loses a backup while others are started and removed between pages', async () => {
    await using gateway = await startBorgGateway();
    const { sandbox } = gateway;
    const throughout = new Set(sandbox.jobs.map(({ id }) => String(id)));
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; ; page++) {
      const { backups }: BackupPageQuery = await gateway.query(Page, { first: 9, after });
      seen.push(...(backups?.edges.map(({ node }) => node.externalId) ?? []));
      after = backups?.pageInfo.endCursor ?? null;
      if (!backups?.pageInfo.hasNextPage) break;
      sandbox.clock.advance(60_000);
      sandbox.addFinished({});
      const gone = sandbox.jobs[5 + page];
      if (gone && page % 2 === 0) {
        sandbox.removeJob(gone.id);
        throughout.delete(String(gone.id));
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([...throughout].filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('makes one list call and one repository call for 50 backups with provider and entity', async () => {
    await using gateway = await startBorgGateway({ history: 200 });
    await gateway.query(WithRelations, { first: 1 });
    gateway.sandbox.requests.length = 0;
    const { backups } = await gateway.query(WithRelations, { first: 50 });
    expect(backups?.nodes).toHaveLength(50);
    expect(gateway.sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/backup/jobs',
      'GET /api/repositories/',
    ]);
  });

  it('counts only when the count is selected, and exactly', async () => {
    await using gateway = await startBorgGateway();
    const counted = await gateway.query(Counted);
    expect(counted.backups?.totalCount).toBe(gateway.sandbox.jobs.length);
    const failed = gateway.sandbox.jobs.filter(({ status }) => status === 'failed').length;
    const some = await gateway.query(Counted, { filter: { statuses: ['FAILED'] } });
    expect(some.backups?.totalCount).toBe(failed);
  });

  it('gives the same rows by filter as by hand', async () => {
    await using gateway = await startBorgGateway();
    const all = await gateway.query(Page, { first: 100 });
    const rows = all.backups?.edges.map(({ node }) => node) ?? [];
    const failed = await gateway.query(Page, { first: 100, filter: { statuses: ['FAILED', 'CANCELLED'] } });
    expect(failed.backups?.edges.map(({ node }) => node)).toEqual(
      rows.filter(({ status }) => status === 'FAILED' || status === 'CANCELLED'),
    );
    const [from, to] = [rows[30]?.sortedAt ?? '', rows[10]?.sortedAt ?? ''];
    const ranged = await gateway.query(Page, { first: 100, filter: { startedAfter: from, startedBefore: to } });
    expect(ranged.backups?.edges.map(({ node }) => node)).toEqual(
      rows.filter(({ sortedAt }) => sortedAt !== null && sortedAt >= from && sortedAt < to),
    );
    const nothing = await gateway.query(Page, { filter: { statuses: [] } });
    expect(nothing.backups?.nodes).toEqual([]);
  });

  it('shows sizes beyond 2^31 as numbers and times to the microsecond', async () => {
    await using gateway = await startBorgGateway();
    const id = gateway.sandbox.addFinished({
      started_at: '2026-05-01T10:00:00.123456+00:00',
      completed_at: '2026-05-01T11:00:00.123957+00:00',
      progress_details: {
        original_size: 5_000_000_000_001,
        compressed_size: 4_000_000_000_000,
        deduplicated_size: 3_000_000_000,
        nfiles: 3_000_000_000,
        current_file: '',
        progress_percent: 100,
        backup_speed: 1,
        total_expected_size: 5_000_000_000_001,
        estimated_time_remaining: 0,
      },
    });
    const { backup } = await gateway.query(Details, { id: globalId('BorgBackup', 'files', String(id)) });
    expect(backup).toMatchObject({
      __typename: 'BorgBackup',
      startedAt: '2026-05-01T10:00:00.123456Z',
      endedAt: '2026-05-01T11:00:00.123957Z',
      durationSeconds: 3600.000501,
      itemCount: 3_000_000_000,
      size: {
        originalBytes: 5_000_000_000_001,
        compressedBytes: 4_000_000_000_000,
        deduplicatedBytes: 3_000_000_000,
        storedBytes: 3_000_000_000,
      },
    });
  });
});

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

  it('refuses a time that does not exist, naming the variable', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const { errors } = await gateway.ask(Page, { filter: { startedAfter: '2026-02-30T00:00:00Z' } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain('$filter');
  });

  it('gives null for ids of nothing, of another type, of no provider, and for what is no id', async () => {
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

  it('names what is wrong in syntax and fields with the same code', async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    for (const text of ['{ backups(', '{ nothing }', 'query($a: Nope) { viewer { name } }', '']) {
      const { errors } = await gateway.askText(text);
      expect(errors?.[0]?.extensions['code'], text).toBe('BAD_USER_INPUT');
    }
  });
});

describe('a provider that does not answer', () => {
  it('is named in problems, and the list stays an answer', async () => {
    const gateway = await startBorgGateway();
    await using _ = gateway;
    await gateway.sandbox.close();
    const { backups } = await gateway.query(Page, { first: 5 });
    expect(backups).toMatchObject({
      nodes: [],
      problems: [{ code: 'PROVIDER_UNAVAILABLE' }],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    const { data, errors } = await gateway.ask(Details, { id: globalId('BorgBackup', 'files', '3') });
    expect(data?.backup).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
  });
});
