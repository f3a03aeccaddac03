/** All four systems behind one gateway, as a frontend sees them. */
import { describe, expect, it } from 'vitest';
import type { EverythingQuery } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { Acknowledge, startFour } from '../support/all-four.ts';

const Everything = graphql(`
  query Everything($first: Int, $after: String, $filter: BackupFilter) {
    backups(first: $first, after: $after, filter: $filter) {
      totalCount
      nodes {
        __typename
        id
        sortedAt
        status
        provider {
          name
        }
        entity {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      problems {
        provider {
          name
        }
        entity {
          name
        }
        code
      }
    }
  }
`);

const ByIds = graphql(`
  query FourByIds($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Backup {
        status
        sortedAt
      }
    }
  }
`);

describe('four systems in one list', () => {
  it.each([50, 200])('shows each backup once, newest first, in pages of %i', async (first) => {
    await using four = await startFour();
    const ids: string[] = [];
    const times: (string | null)[] = [];
    let total: number | null | undefined;
    let after: string | null = null;
    for (;;) {
      const { backups }: EverythingQuery = await four.gateway.query(Everything, { first, after });
      expect(backups?.problems).toEqual([]);
      total ??= backups?.totalCount;
      ids.push(...(backups?.nodes.map(({ id }) => id) ?? []));
      times.push(...(backups?.nodes.map(({ sortedAt }) => sortedAt) ?? []));
      after = backups?.pageInfo.endCursor ?? null;
      expect(after?.length ?? 0).toBeLessThanOrEqual(400);
      if (!backups?.pageInfo.hasNextPage) break;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(total);
    const known = times.filter((time) => time !== null);
    expect(times.slice(0, times.length - known.length).every((time) => time === null)).toBe(true);
    expect(known.map((time) => Date.parse(time))).toEqual(known.map((time) => Date.parse(time)).sort((a, b) => b - a));
    // Everything that is listed is found again by its id, as it was.
    const { nodes } = await four.gateway.query(ByIds, { ids: ids.slice(0, 100) });
    expect(nodes.map((node) => node?.id)).toEqual(ids.slice(0, 100));
  });

  it('returns a null log without an error for products that store no log', async () => {
    await using four = await startFour();
    const query =
      '{ backups(first: 100) { nodes { __typename log(first: 1) { nodes { number } } } problems { code } } }';
    const { data, errors } = await four.gateway.askText(query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ backups: { problems: [] } });
    const { backups } = data as { backups: { nodes: { __typename: string; log: object | null }[] } };
    const kinds = new Set(backups.nodes.map((node) => node.__typename));
    expect([...kinds].sort()).toEqual(['BorgBackup', 'FlosumBackup', 'LabiiBackup', 'VProtectBackup']);
    for (const { __typename, log } of backups.nodes) {
      const keepsLogs = __typename === 'BorgBackup' || __typename === 'FlosumBackup';
      expect(log === null).toBe(!keepsLogs);
    }
  });

  it('reads a page of 50 with provider and entity in one list call for each collection', async () => {
    await using four = await startFour();
    const query = { first: 50, filter: {} };
    await four.gateway.query(Everything, query);
    four.requests();
    const { data } = await four.gateway.askText(
      '{ backups(first: 50) { nodes { id provider { name } entity { name } } problems { code } } }',
    );
    expect(JSON.stringify(data)).toContain('"problems":[]');
    const requests = four.requests();
    expect(requests['flosum']).toHaveLength(5);
    expect(requests['labii']).toHaveLength(3);
    expect(requests['borg']).toEqual(['GET /api/backup/jobs', 'GET /api/repositories/']);
    expect(requests['vprotect']?.filter((request) => request.includes('/backups')).length).toBeLessThanOrEqual(2);
  });

  it('reads a list that is far longer in one call, and ahead only one that is not in order', async () => {
    await using four = await startFour({ labii: 400, borg: 400 });
    const lists = '{ backups(first: 50) { nodes { id } pageInfo { hasNextPage } problems { code } } }';
    // After these it is known how many rows of each list a page needs.
    for (let page = 0; page < 2; page++) await four.gateway.askText(lists);
    four.requests();
    const { data } = await four.gateway.askText(lists);
    expect(data).toMatchObject({ backups: { pageInfo: { hasNextPage: true }, problems: [] } });
    const requests = four.requests();
    expect(requests['flosum']).toHaveLength(5);
    expect(requests['borg']).toEqual(['GET /api/backup/jobs']);
    // The sandbox lists its rows a few places off.
    expect(requests['labii']).toHaveLength(6);
  });

  it('reads 50 ids with as few calls as each product allows', async () => {
    await using four = await startFour();
    const { backups } = await four.gateway.query(Everything, { first: 50, filter: { statuses: ['SUCCEEDED'] } });
    four.requests();
    const ids = backups?.nodes.map(({ id }) => id) ?? [];
    const { nodes } = await four.gateway.query(ByIds, { ids });
    expect(nodes.map((node) => node?.id)).toEqual(ids);
    const requests = four.requests();
    const count = (type: string) => backups?.nodes.filter(({ __typename }) => __typename === type).length ?? 0;
    expect(requests['borg']?.length).toBeLessThanOrEqual(2);
    expect(requests['flosum']?.length).toBeLessThanOrEqual(10);
    expect(requests['labii']?.length).toBeLessThanOrEqual(count('LabiiBackup') + 1);
    expect(requests['vprotect']?.length).toBeLessThanOrEqual(count('VProtectBackup') + 1);
  });

  it('reports the system that is down and lists the others', async () => {
    await using four = await startFour();
    await four.vprotect.close();
    const { backups } = await four.gateway.query(Everything, { first: 50 });
    expect(backups?.problems).toEqual([{ provider: { name: 'machines' }, entity: null, code: 'PROVIDER_UNAVAILABLE' }]);
    expect(backups?.totalCount).toBeNull();
    const types = new Set(backups?.nodes.map(({ __typename }) => __typename));
    expect([...types].sort()).toEqual(['BorgBackup', 'FlosumBackup', 'LabiiBackup']);
  });

  it('reports the one Salesforce org of many that cannot be read', async () => {
    await using four = await startFour();
    const [org] = four.flosum.connections;
    four.flosum.downConnections.add(org?.id ?? 0);
    const { backups } = await four.gateway.query(Everything, { first: 50, filter: { kinds: ['FLOSUM'] } });
    expect(backups?.nodes.length).toBeGreaterThan(0);
    expect(backups?.problems).toMatchObject([{ provider: { name: 'salesforce' }, entity: { name: org?.name } }]);
  });

  it('acknowledges the warnings of twenty backups in one call, and reports failures by id', async () => {
    await using four = await startFour();
    for (let index = 0; index < 20; index++)
      four.vprotect.addFinished({ status: 'PARTIAL_SUCCESS', warnings: ['slow disk'] });
    const { backups } = await four.gateway.query(Everything, {
      first: 20,
      filter: { kinds: ['VPROTECT'], statuses: ['SUCCEEDED_WITH_WARNINGS'] },
    });
    const ids = backups?.nodes.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(20);
    const foreign = await four.gateway.query(Everything, { first: 1, filter: { kinds: ['LABII'] } });
    const labii = foreign.backups?.nodes[0]?.id ?? '';
    four.requests();
    const answer = await four.gateway.query(Acknowledge, { ids: [...ids, labii], acknowledged: true });
    const { backups: changed, userErrors } = answer.acknowledgeBackupWarnings;
    expect(changed?.map(({ id }) => id)).toEqual(ids);
    expect(changed?.every(({ warnings }) => warnings.every(({ acknowledged }) => acknowledged))).toBe(true);
    expect(userErrors).toEqual([{ code: 'UNSUPPORTED', field: ['input', 'ids', '20'] }]);
    const puts = four.requests()['vprotect']?.filter((request) => request.startsWith('PUT'));
    expect(puts).toEqual(['PUT /api/backups/warnings-acknowledged']);
  });
});
