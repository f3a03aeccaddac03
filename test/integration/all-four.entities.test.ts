/** Bulk acknowledgements, protected entities and vProtect reports over all four systems. */
import { describe, expect, it } from 'vitest';
import { graphql } from '../gql/index.ts';
import { Acknowledge, startFour } from '../support/all-four.ts';
import { globalId } from '../support/gateway.ts';

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

describe('protected entities', () => {
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

  it('are listed over all systems, with a problem for what cannot be listed', async () => {
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

describe('reports of vProtect', () => {
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

  it('are shown if they can be read, and null otherwise', async () => {
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
