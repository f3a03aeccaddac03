/** Lists of backups, as a frontend asks for them. */
import { describe, expect, it } from 'vitest';
import type { BackupPageQuery } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { Details, Page } from '../support/backup-queries.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';

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

  it('continues right after any edge, not only the last', async () => {
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

  it('takes one list call and one repository call for 50 backups with provider and entity', async () => {
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

  it('counts exactly, and only if the count is selected', async () => {
    await using gateway = await startBorgGateway();
    const counted = await gateway.query(Counted);
    expect(counted.backups?.totalCount).toBe(gateway.sandbox.jobs.length);
    const failed = gateway.sandbox.jobs.filter(({ status }) => status === 'failed').length;
    const some = await gateway.query(Counted, { filter: { statuses: ['FAILED'] } });
    expect(some.backups?.totalCount).toBe(failed);
  });

  it('returns the same rows as a filter by hand', async () => {
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

describe('a provider that does not answer', () => {
  it('is listed in problems, and the list is still returned', async () => {
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
