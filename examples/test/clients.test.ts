/** Each client of `examples`, as it comes from npm, against a gateway over real HTTP and WebSockets. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startCutting } from '../../test/support/cutting.ts';
import { startFront } from '../../test/support/front.ts';
import { aToken, globalId, startBorgGateway } from '../../test/support/gateway.ts';
import { makeExample as apollo } from '../apollo/main.ts';
import type { LogEvent, MakeExample } from '../example.ts';
import { makeExample as graphqlRequest } from '../graphql-request/main.ts';
import { makeExample as graphqlSse } from '../graphql-sse/main.ts';
import { makeExample as graphqlWs } from '../graphql-ws/main.ts';

// Node 20 has none of its own.
globalThis.WebSocket ??= WebSocket as never;

const clients: Record<string, MakeExample> = {
  'graphql-request': graphqlRequest,
  'graphql-ws': graphqlWs,
  'graphql-sse': graphqlSse,
  apollo,
};

/** An example behind connections that can be cut. */
async function startFixture(makeExample: MakeExample) {
  const gateway = await startBorgGateway({ logPolicy: 'all_jobs' });
  const cutting = await startCutting(await gateway.listen());
  const example = makeExample(`${cutting.origin}/graphql`);
  return {
    gateway,
    cutting,
    example,
    async [Symbol.asyncDispose]() {
      await example.close();
      await cutting[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

describe.each(Object.entries(clients))('%s', (_name, makeExample) => {
  it('reads the newest backups and the page after them', async () => {
    await using fixture = await startFixture(makeExample);
    const first = await fixture.example.latest(5);
    const second = await fixture.example.latest(5, first.pageInfo.endCursor);
    const ids = [...new Set([...first.edges, ...second.edges].map(({ node }) => node.id))];
    const { data } = await fixture.gateway.askText('{ backups(first: 10) { nodes { id } } }');
    expect(data?.['backups']).toMatchObject({ nodes: ids.map((id) => ({ id })) });
    expect(ids).toHaveLength(10);
    expect(first.problems).toEqual([]);
  });

  it('starts a backup, once for each key, and is told why it may not', async () => {
    await using fixture = await startFixture(makeExample);
    const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
    const started = await fixture.example.start(entityId, 'before the upgrade');
    const again = await fixture.example.start(entityId, 'before the upgrade');
    expect(started).toMatchObject({ backup: { status: 'RUNNING' }, userErrors: [] });
    expect(again.operation?.id).toBe(started.operation?.id);
    const refused = await fixture.example.start(globalId('BorgRepository', 'files', '/nowhere'), 'another');
    expect(refused).toMatchObject({ backup: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('hears what is wrong with a cursor', async () => {
    await using fixture = await startFixture(makeExample);
    await expect(fixture.example.latest(5, 'nonsense')).rejects.toThrow('is not a cursor of this list');
  });

  it('hears that its token is not good, and does not try for ever', async () => {
    await using front = await startFront({}, { tokens: [aToken('anna')] });
    const stranger = makeExample(`${front.origin}/graphql`, 'eve');
    const anna = makeExample(`${front.origin}/graphql`, 'anna');
    await expect(stranger.latest(5).catch(whatWasSaid)).resolves.toMatch(/token|Forbidden/);
    expect((await anna.latest(5)).edges).toHaveLength(5);
    await stranger.close();
    await anna.close();
  });
});

const whatWasSaid = (error: unknown): string => {
  const { message, reason } = error as { message?: string; reason?: string };
  return reason ?? message ?? String(error);
};

const { 'graphql-request': _, ...subscribing } = clients;

describe.each(Object.entries(subscribing))('%s', (_name, makeExample) => {
  it('follows a log over cut connections: every line, once, in order', async () => {
    await using fixture = await startFixture(makeExample);
    const { sandbox } = fixture.gateway;
    const script = { durationSeconds: 30, linesPerSecond: 10 };
    const job = String(sandbox.startOutside('/backups/accounting', { script }));
    const events: LogEvent[] = [];
    const lines = () => events.flatMap((event) => (event.__typename === 'LogLinesAppended' ? event.lines : []));
    const followed = fixture.example.follow?.(globalId('BorgBackup', 'files', job), (event) => events.push(event));
    for (let second = 0; second < 33; second += 3) {
      const before = lines().length;
      sandbox.clock.advance(3_000);
      if (second < 27) await expect.poll(() => lines().length).toBeGreaterThan(before);
      if (second % 6 === 3) fixture.cutting.cut();
    }
    await followed;
    const numbers = lines().map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(250);
    expect(events.at(-1)).toMatchObject({ __typename: 'BackupFinished', backup: { status: 'SUCCEEDED' } });
    expect(events.filter(({ __typename }) => __typename === 'StreamGap')).toEqual([]);
    expect(fixture.cutting.lost).toBeGreaterThan(3);
  });

  it('hears that there is no such backup', async () => {
    await using fixture = await startFixture(makeExample);
    const id = globalId('BorgBackup', 'files', '999999');
    const followed = fixture.example.follow?.(id, () => undefined) ?? Promise.resolve();
    await expect(followed.catch((error: unknown) => JSON.stringify(messageOf(error)))).resolves.toMatch(
      /no such backup/,
    );
  });
});

/** graphql-ws gives the list of errors, the others an error. */
const messageOf = (error: unknown): unknown => (error instanceof Error ? error.message : error);
