/** What clients see of products that are down, from the history of a gateway on a port. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startFour } from '../support/all-four.ts';
import { type Answer, startGateway } from '../support/gateway.ts';
import { addNight, ago, borgTime, startEmptyBorg, startOver, stopped } from '../support/protection.ts';
import { eager, untilComplete } from '../support/stored-history.ts';

interface Page {
  readonly backups: {
    readonly nodes: readonly { id: string; observedAt: string | null; provider: { name: string } }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string };
    readonly problems: readonly { provider: { name: string }; code: string; servedAsOf: string | null }[];
  };
}

const List = `query ($first: Int, $after: String, $lastKnown: Boolean) {
  backups(first: $first, after: $after, lastKnown: $lastKnown) {
    nodes { id observedAt provider { name } }
    pageInfo { hasNextPage endCursor }
    problems { provider { name } code servedAsOf }
  }
}`;
const isDown = ({ provider }: { provider: { name: string } }) => ['labii', 'machines'].includes(provider.name);

describe('backups(lastKnown: true) over HTTP', () => {
  let fixture: Awaited<ReturnType<typeof startFour>>;
  beforeAll(async () => {
    fixture = await startFour({}, { history: eager });
    await untilComplete(fixture.gateway);
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  function setDown(down: boolean): void {
    fixture.labii.outage = down;
    fixture.vprotect.outage = down ? 503 : null;
  }

  async function list(variables: object): Promise<Page['backups']> {
    const response = await fetch(`${await fixture.gateway.listen()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: List, variables }),
    });
    return ((await response.json()) as Answer<Page>).data?.backups as Page['backups'];
  }

  test('has the rows of products that are down as they were, says since when, and is live again afterwards', async () => {
    const live = await list({ first: 200, lastKnown: true });
    expect(live.problems).toEqual([]);
    expect(live.nodes.every(({ observedAt }) => observedAt === null)).toBe(true);
    expect(live.nodes.filter(isDown).length).toBeGreaterThan(20);
    setDown(true);
    const old = await list({ first: 200, lastKnown: true });
    expect(old.nodes.map(({ id }) => id)).toEqual(live.nodes.map(({ id }) => id));
    for (const row of old.nodes) expect(row.observedAt !== null).toBe(isDown(row));
    expect(old.problems.map(({ provider, code }) => [provider.name, code])).toEqual([
      ['labii', 'PROVIDER_UNAVAILABLE'],
      ['machines', 'PROVIDER_UNAVAILABLE'],
    ]);
    for (const { servedAsOf } of old.problems) expect(Date.parse(servedAsOf ?? '')).toBeLessThanOrEqual(Date.now());
    const without = await list({ first: 200 });
    expect(without.nodes.filter(isDown)).toEqual([]);
    expect(without.problems.map(({ servedAsOf }) => servedAsOf)).toEqual([null, null]);
    setDown(false);
    await expect.poll(() => list({ first: 200, lastKnown: true })).toEqual(live);
  });

  test('walks on with the same cursors while products go down and come back', async () => {
    const all = (await list({ first: 200, lastKnown: true })).nodes.map(({ id }) => id);
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; seen.length < all.length; page++) {
      expect(page).toBeLessThan(12);
      setDown(page % 3 === 1);
      const { nodes, pageInfo } = await list({ first: 25, after, lastKnown: true });
      seen.push(...nodes.map(({ id }) => id));
      after = pageInfo.endCursor;
    }
    setDown(false);
    expect(seen.slice(0, all.length)).toEqual(all);
  });
});

interface Entities {
  readonly protectedEntities: {
    readonly nodes: readonly {
      externalId: string;
      protection: { status: string; lastKnown: { status: string; asOf: string } | null };
      days: { date: string; status: string; succeeded: number }[] | null;
    }[];
  };
}

const Entities = `query ($last: Int!) {
  protectedEntities(first: 200) {
    nodes { externalId protection { status lastKnown { status asOf } } days(last: $last) { date status succeeded } }
  }
}`;

describe('entities of a product whose backups cannot be listed', () => {
  test('are UNKNOWN, with what was known and the days until then', async () => {
    await using fixture = await startOver(await startVProtectSandbox({ ...stopped, history: 60 }));
    const { sandbox } = fixture;
    await using gateway = startGateway({ providers: [{ ...sandbox.config, expectEvery: '7d' }], history: eager });
    await untilComplete(gateway);
    const nodes = async () => {
      const { data } = await gateway.askText(Entities, { last: 30 });
      return (data as unknown as Entities).protectedEntities.nodes;
    };
    const live = await nodes();
    expect(live.every(({ protection }) => protection.lastKnown === null && protection.status !== 'UNKNOWN')).toBe(true);
    // The machines themselves stay known for a minute.
    sandbox.outage = 503;
    const down = await nodes();
    expect(down.length).toBe(live.length);
    for (const [index, { protection, days }] of down.entries()) {
      const before = live[index]?.protection.status;
      expect(protection.status).toBe('UNKNOWN');
      // Without a success there is no proof that there never was one.
      expect(protection.lastKnown?.status ?? 'NEVER_BACKED_UP').toBe(before);
      expect(days).toEqual(live[index]?.days);
    }
    expect(down.some(({ protection }) => protection.lastKnown?.status === 'PROTECTED')).toBe(true);
    expect(down.flatMap(({ days }) => days ?? []).some(({ status }) => status === 'SUCCEEDED')).toBe(true);
  });
});

describe('days of entities', () => {
  test('are read without a request to the product, once for all entities of a page', async () => {
    await using fixture = await startEmptyBorg({});
    addNight(fixture.sandbox);
    await using gateway = startGateway({
      providers: [{ ...fixture.sandbox.config, expectEvery: '24h', cacheSeconds: 60 }],
      history: eager,
    });
    await untilComplete(gateway);
    const ask = async (text: string) => (await gateway.askText(text)) as unknown as Answer<Entities>;
    await ask('{ protectedEntities { nodes { externalId } } }');
    fixture.sandbox.requests.length = 0;
    const { data } = await ask(
      '{ protectedEntities { nodes { externalId days(last: 3) { date status succeeded } } } }',
    );
    expect(fixture.sandbox.requests).toEqual([]);
    const days = Object.fromEntries(
      (data?.protectedEntities.nodes ?? []).map(({ externalId, days: own }) => [externalId, own]),
    );
    const today = ago(0).slice(0, 10);
    expect(days['/backups/accounting']?.map(({ date }) => date)).toContain(today);
    const ran = days['/backups/accounting']?.filter(({ status }) => status === 'SUCCEEDED');
    expect(ran?.map(({ date, succeeded }) => [date, succeeded])).toEqual([[ago(3).slice(0, 10), 1]]);
    expect(days['/backups/partner-mirror']?.map(({ status }) => status)).toEqual(['NONE', 'NONE', 'NONE']);
    const wrong = await ask('{ protectedEntities { nodes { days(last: 0) { date } } } }');
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: ['last'] });
  });

  test('are null while nothing is stored', async () => {
    await using fixture = await startEmptyBorg();
    const { data } = await fixture.askText('{ protectedEntities { nodes { days { date } } } }');
    const { nodes } = (data as unknown as Entities).protectedEntities;
    expect(nodes.length).toBeGreaterThan(0);
    expect(nodes.every(({ days }) => days === null)).toBe(true);
  });
});

describe('trends and anomalies', () => {
  test('show a backup that lost most of its data beside those before it', async () => {
    await using fixture = await startEmptyBorg({});
    const sizes = [100, 104, 98, 101, 99, 103, 97, 100, 102, 5];
    for (const [index, original_size] of sizes.entries()) {
      const times = { started_at: borgTime(50 - index), completed_at: borgTime(49.5 - index) };
      const details = { progress_details: { original_size: original_size * 1_000_000 } };
      fixture.sandbox.addFinished({
        repository: '/backups/accounting',
        status: 'completed',
        ...times,
        ...details,
      } as never);
    }
    await using gateway = startGateway({ providers: [fixture.sandbox.config], history: eager });
    await untilComplete(gateway);
    const { data } = await gateway.askText(`{
      protectedEntities { nodes { externalId trend(last: 4) { originalBytes durationSeconds } } }
      backups(first: 3) { nodes { size { originalBytes } anomalies { kind expected actual basedOn } } }
    }`);
    expect(data).toMatchObject({
      backups: {
        nodes: [
          {
            size: { originalBytes: 5_000_000 },
            anomalies: [{ kind: 'SIZE_DROP', expected: 100_000_000, actual: 5_000_000, basedOn: 9 }],
          },
          { anomalies: [] },
          { anomalies: [] },
        ],
      },
    });
    const { nodes } = (data as unknown as { protectedEntities: { nodes: { externalId: string; trend: object[] }[] } })
      .protectedEntities;
    expect(nodes.find(({ externalId }) => externalId === '/backups/accounting')?.trend).toEqual(
      [97, 100, 102, 5].map((size) => ({ originalBytes: size * 1_000_000, durationSeconds: 1_800 })),
    );
    const wrong = await gateway.askText('{ protectedEntities { nodes { trend(last: 401) { startedAt } } } }');
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: ['last'] });
  });

  test('are null without a history', async () => {
    await using fixture = await startEmptyBorg();
    addNight(fixture.sandbox);
    const { data } = await fixture.askText(
      '{ protectedEntities(first: 1) { nodes { trend { startedAt } } } backups(first: 1) { nodes { anomalies { kind } } } }',
    );
    expect(data).toEqual({
      protectedEntities: { nodes: [{ trend: null }] },
      backups: { nodes: [{ anomalies: null }] },
    });
  });
});
