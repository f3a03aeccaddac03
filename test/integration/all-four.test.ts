/** All four systems behind one gateway, as a frontend sees them. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import type { EverythingQuery } from '../gql/graphql.ts';
import { graphql } from '../gql/index.ts';
import { globalId, startGateway } from '../support/gateway.ts';

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

const Acknowledge = graphql(`
  mutation AcknowledgeMany($ids: [ID!]!, $acknowledged: Boolean!) {
    acknowledgeBackupWarnings(input: { ids: $ids, acknowledged: $acknowledged }) {
      backups {
        id
        warnings {
          acknowledged
        }
      }
      userErrors {
        code
        field
      }
    }
  }
`);

async function startFour() {
  const options = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z') };
  const borg = await startBorgSandbox({ ...options, history: 120 });
  const flosum = await startFlosumSandbox({ ...options, history: 120 });
  const labii = await startLabiiSandbox({ ...options, history: 60 });
  const vprotect = await startVProtectSandbox({ ...options, history: 120 });
  const sandboxes = { borg, flosum, labii, vprotect };
  const gateway = startGateway({ providers: Object.values(sandboxes).map(({ config }) => config) });
  return {
    ...sandboxes,
    gateway,
    /** Requests since the last time, for each product. */
    requests() {
      return Object.fromEntries(
        Object.entries(sandboxes).map(([name, { requests }]) => [
          name,
          requests.splice(0).map(({ method, path }) => `${method} ${path}`),
        ]),
      );
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
    },
  };
}

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

  it('has null and no error for each log of a product that keeps none', async () => {
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
    expect(requests['labii']?.length).toBeLessThanOrEqual(4);
    expect(requests['borg']).toEqual(['GET /api/backup/jobs', 'GET /api/repositories/']);
    expect(requests['vprotect']?.filter((request) => request.includes('/backups')).length).toBeLessThanOrEqual(2);
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

  it('names the system that is down, and shows the others', async () => {
    await using four = await startFour();
    await four.vprotect.close();
    const { backups } = await four.gateway.query(Everything, { first: 50 });
    expect(backups?.problems).toEqual([{ provider: { name: 'machines' }, entity: null, code: 'PROVIDER_UNAVAILABLE' }]);
    expect(backups?.totalCount).toBeNull();
    const types = new Set(backups?.nodes.map(({ __typename }) => __typename));
    expect([...types].sort()).toEqual(['BorgBackup', 'FlosumBackup', 'LabiiBackup']);
  });

  it('names the one Salesforce org of many that cannot be read', async () => {
    await using four = await startFour();
    const [org] = four.flosum.connections;
    four.flosum.downConnections.add(org?.id ?? 0);
    const { backups } = await four.gateway.query(Everything, { first: 50, filter: { kinds: ['FLOSUM'] } });
    expect(backups?.nodes.length).toBeGreaterThan(0);
    expect(backups?.problems).toMatchObject([{ provider: { name: 'salesforce' }, entity: { name: org?.name } }]);
  });

  it('acknowledges the warnings of twenty backups in one call, and says which it could not', async () => {
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

describe('too many ids to acknowledge', () => {
  it('are refused before anything is sent', async () => {
    await using four = await startFour();
    const id = globalId('VProtectBackup', 'machines', four.vprotect.backups[0]?.guid ?? '');
    const answer = await four.gateway.query(Acknowledge, { ids: Array(101).fill(id), acknowledged: true });
    expect(answer.acknowledgeBackupWarnings).toEqual({
      backups: null,
      userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', 'ids'] }],
    });
    expect(four.requests()['vprotect']).toEqual([]);
  });
});

describe('what is protected', () => {
  const Entities = graphql(`
    query AllEntities($first: Int, $kinds: [ProviderKind!]) {
      protectedEntities(first: $first, filter: { kinds: $kinds }) {
        totalCount
        nodes {
          __typename
        }
        pageInfo {
          hasNextPage
        }
        problems {
          provider {
            name
          }
          code
        }
      }
    }
  `);

  it('is listed over all systems, and says what cannot be known', async () => {
    await using four = await startFour();
    const { protectedEntities } = await four.gateway.query(Entities, { first: 200, kinds: null });
    const types = new Set(protectedEntities?.nodes.map(({ __typename }) => __typename));
    expect([...types].sort()).toEqual(['BorgRepository', 'LabiiOrganization', 'SalesforceOrg', 'VProtectEntity']);
    expect(protectedEntities).toMatchObject({
      totalCount: null,
      pageInfo: { hasNextPage: false },
      problems: [{ provider: { name: 'machines' }, code: 'INCOMPLETE' }],
    });
    const others = await four.gateway.query(Entities, { first: 1, kinds: ['BORG', 'LABII', 'FLOSUM'] });
    expect(others.protectedEntities).toMatchObject({ totalCount: 14, problems: [], pageInfo: { hasNextPage: true } });
  });
});

describe('what vProtect reports itself', () => {
  const Reported = graphql(`
    query Reported($guid: String!, $from: DateTime!, $to: DateTime!) {
      protectedEntity(provider: "machines", externalId: $guid) {
        ... on VProtectEntity {
          reportedStatistics(from: $from, to: $to) {
            counts {
              upstreamStatus
              count
              totalBytes
            }
            sizes {
              at
              bytes
            }
            timelineSizes {
              at
              bytes
            }
          }
        }
      }
    }
  `);

  it('is shown where it parses, and null where its shape is another', async () => {
    await using four = await startFour();
    const guid = four.vprotect.entities[0]?.guid ?? '';
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-11-21T00:00:00Z' };
    const read = async () => {
      const { protectedEntity } = await four.gateway.query(Reported, { guid, ...range });
      return protectedEntity && 'reportedStatistics' in protectedEntity ? protectedEntity.reportedStatistics : null;
    };
    const plausible = await read();
    const own = four.vprotect.backups.filter(({ entity, status }) => entity === guid && status === 'SUCCESS').length;
    expect(plausible?.counts?.find(({ upstreamStatus }) => upstreamStatus === 'SUCCESS')?.count).toBe(own);
    expect(plausible?.sizes?.length).toBeGreaterThan(0);
    expect(plausible?.timelineSizes?.length).toBeGreaterThan(0);
    four.vprotect.statisticsShape = 'other';
    expect(await read()).toEqual({ counts: null, sizes: null, timelineSizes: null });
  });
});
