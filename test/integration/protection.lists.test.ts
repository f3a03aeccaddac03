/** Lists by how things are protected. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import {
  accounting,
  addBorg,
  addNight,
  mail,
  Protections,
  research,
  startEmptyBorg,
  startOver,
  stopped,
} from '../support/protection.ts';

const Latest = graphql(`
  query LatestOfMany($filter: ProtectedEntityFilter) {
    protectedEntities(first: 200, filter: $filter) {
      nodes {
        externalId
        latestBackup {
          externalId
        }
        latestSuccessfulBackup {
          externalId
        }
      }
    }
  }
`);

describe('a list by protection', () => {
  it('has those that are asked for, in pages that fit each other', async () => {
    await using gateway = await startEmptyBorg();
    addNight(gateway.sandbox);
    const read = async (protection: readonly ('PROTECTED' | 'OVERDUE' | 'NEVER_BACKED_UP' | 'UNKNOWN')[]) => [
      ...(await gateway.protections({ protection })).keys(),
    ];
    expect(await read(['OVERDUE'])).toEqual([research]);
    expect(await read(['PROTECTED'])).toEqual([accounting, mail]);
    expect(await read(['UNKNOWN'])).toEqual([]);
    expect(await read([])).toEqual([]);
    const bad = await read(['OVERDUE', 'NEVER_BACKED_UP']);
    expect(bad).toHaveLength(4);

    const filter = { protection: ['OVERDUE' as const, 'NEVER_BACKED_UP' as const] };
    const paged: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 4; page++) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask(after);
      expect(answer?.totalCount).toBe(4);
      paged.push(...(answer?.nodes.map(({ externalId }) => externalId) ?? []));
      after = answer?.pageInfo.endCursor ?? null;
      expect(answer?.pageInfo.hasNextPage).toBe(page < 3);
    }
    expect(paged).toEqual(bad);
    async function ask(from: string | null) {
      return (await gateway.query(Protections, { first: 1, after: from, filter })).protectedEntities;
    }
    const other = await gateway.ask(Protections, { after, filter: { protection: ['OVERDUE'] } });
    expect(other.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('goes with the rest of the filter, and only looks at what matches that', async () => {
    const flosum = await startFlosumSandbox({ ...stopped, history: 0 });
    const sandbox = await startBorgSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox, { expectEvery: '24h' }, [flosum]);
    addNight(sandbox);
    const found = await gateway.protections({
      kinds: ['BORG'],
      search: 'ma',
      protection: ['PROTECTED', 'NEVER_BACKED_UP'],
    });
    expect([...found.keys()]).toEqual([mail]);
    expect(flosum.requests).toEqual([]);
  });
});

describe('the latest backups of many entities', () => {
  it('are each entity’s own, in one list of each system that has one', async () => {
    await using gateway = await startEmptyBorg();
    const { sandbox } = gateway;
    const good = addBorg(sandbox, mail, 9);
    const bad = addBorg(sandbox, mail, 2, 'failed');
    const one = addBorg(sandbox, research, 5);
    await gateway.query(Latest, {});
    sandbox.requests.length = 0;
    const { protectedEntities } = await gateway.query(Latest, { filter: { search: '/ma' } });
    expect(protectedEntities?.nodes).toEqual([
      { externalId: mail, latestBackup: { externalId: bad }, latestSuccessfulBackup: { externalId: good } },
    ]);
    sandbox.requests.length = 0;
    const all = await gateway.query(Latest, {});
    expect(all.protectedEntities?.nodes.find(({ externalId }) => externalId === research)).toEqual({
      externalId: research,
      latestBackup: { externalId: one },
      latestSuccessfulBackup: { externalId: one },
    });
    // One for either question, or one for both: the list of all holds every answer, and its end proves what there is not.
    const lists = sandbox.requests.filter(({ path }) => path === '/api/backup/jobs');
    expect(lists.length).toBeLessThanOrEqual(2);
  });

  it('fail each by itself, and are null only where there is none', async () => {
    const sandbox = await startFlosumSandbox({ ...stopped, history: 0 });
    await using gateway = await startOver(sandbox);
    const [down, ok] = sandbox.connections.map(({ id }) => id);
    sandbox.addFinished({ connectionId: ok ?? 0 });
    sandbox.downConnections.add(down ?? 0);
    const { data, errors } = await gateway.ask(Latest, {});
    expect(data?.protectedEntities?.nodes).toHaveLength(5);
    expect(errors?.map(({ path, extensions }) => [path?.slice(2), extensions['code']])).toEqual([
      [[0, 'latestBackup'], 'PROVIDER_UNAVAILABLE'],
      [[0, 'latestSuccessfulBackup'], 'PROVIDER_UNAVAILABLE'],
    ]);
    expect(data?.protectedEntities?.nodes[1]?.latestBackup).toBeTruthy();
    expect(data?.protectedEntities?.nodes[2]).toMatchObject({ latestBackup: null, latestSuccessfulBackup: null });
  });
});
