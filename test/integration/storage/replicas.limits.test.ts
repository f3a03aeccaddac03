/** Limits that several gateways on one PostgreSQL count together. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { borg } from '../../../providers/borg/index.ts';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import type { Product } from '../../../providers/product.ts';
import type { UpstreamLimits } from '../../../src/upstream/limits.ts';
import { type Exchange, relay, startFaultProxy } from '../../support/fault-proxy.ts';
import { aToken } from '../../support/gateway.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const body = JSON.stringify({ query: '{ __typename }' });

async function originsOf(cluster: Awaited<ReturnType<typeof startReplicas>>) {
  const origins = await Promise.all(cluster.replicas.map(({ gateway }) => gateway.listen()));
  return async (index: number, token = 'ann'): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const origin = origins[index % origins.length] ?? '';
    return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).status;
  };
}

describe('several gateways', () => {
  it('count failed logins together, exactly, and refuse a right one as well after that', async () => {
    const auth = { tokens: [aToken('ann')] };
    await using cluster = await startReplicas(server, 3, { auth, limits: { failedLoginsPerMinute: 5 } });
    const ask = await originsOf(cluster);
    expect(await ask(0)).toBe(200);
    const statuses: number[] = [];
    for (let index = 0; index < 9; index++) statuses.push(await ask(index, `wrong ${index}`));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    for (let index = 0; index < 3; index++) expect(await ask(index)).toBe(429);
  });

  it('count failed logins together that come at once', async () => {
    const auth = { tokens: [aToken('ann')] };
    await using cluster = await startReplicas(server, 3, { auth, limits: { failedLoginsPerMinute: 10 } });
    const ask = await originsOf(cluster);
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index, `wrong ${index}`)));
    // One more comes free every six seconds.
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(10);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(12);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });

  it('count requests together, within a tenth', async () => {
    const auth = { tokens: [aToken('ann')] };
    await using cluster = await startReplicas(server, 3, { auth, limits: { requestsPerMinute: 300 } });
    const ask = await originsOf(cluster);
    const databaseSeconds = async () =>
      Number((await run(cluster.url, 'SELECT extract(epoch FROM clock_timestamp()) AS at'))[0]?.['at']);
    const startedAt = await databaseSeconds();
    const statuses: number[] = [];
    for (let batch = 0; batch < 20; batch++) {
      statuses.push(...(await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index)))));
    }
    const refilled = ((await databaseSeconds()) - startedAt) * (300 / 60);
    const admitted = statuses.filter((status) => status === 200).length;
    expect(admitted).toBeGreaterThanOrEqual(270);
    expect(admitted).toBeLessThanOrEqual(330 + refilled);
  });

  it('divide the calls to a product at the same time by their number', async () => {
    const gateways: (() => number)[] = [];
    const counting = {
      ...borg,
      create(config: Parameters<typeof borg.create>[0], context: Parameters<typeof borg.create>[1]) {
        const { sharedBy } = config.limits as UpstreamLimits;
        if (sharedBy) gateways.push(sharedBy);
        return borg.create(config, context);
      },
    };
    await using _cluster = await startReplicas(server, 3, { products: [counting as unknown as Product] });
    await expect.poll(() => gateways.map((count) => count()), { timeout: hangMs }).toEqual([3, 3, 3]);
  });

  it('have together no more calls at the product than one may have', async () => {
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 100 });
    onTestFinished(() => sandbox.close());
    const shared = await startFaultProxy(sandbox.config.url);
    onTestFinished(() => shared.close());
    await using cluster = await startReplicas(server, 3, {
      history: { off: true },
      configure: () => ({ url: shared.url, cacheSeconds: 0, limits: { requests: 6 } }),
    });
    const ask = (index: number) =>
      cluster.replicas[index % 3]?.gateway.askText(`{ backups(first: ${20 + index}) { problems { code } } }`);
    await Promise.all([0, 1, 2].map(ask));
    const gateways = () => run(cluster.url, 'SELECT 1 FROM backplane.replicas');
    await expect.poll(gateways, { timeout: hangMs }).toHaveLength(3);
    await expect
      .poll(() => cluster.replicas.map(({ storage }) => storage.replica?.live), { timeout: hangMs })
      .toEqual([3, 3, 3]);
    let [active, most] = [0, 0];
    const held: (() => void)[] = [];
    const hold = {
      name: 'held',
      async apply(exchange: Exchange) {
        most = Math.max(most, ++active);
        await new Promise<void>((resolve) => held.push(resolve));
        // The next one may come when the last byte is sent.
        active--;
        await relay(exchange);
      },
    };
    shared.fail(hold);
    let isOver = false;
    const answers = Promise.all(Array.from({ length: 60 }, (_, index) => ask(index))).finally(() => {
      isOver = true;
    });
    await expect.poll(() => active, { timeout: hangMs }).toBe(6);
    while (!isOver) {
      for (const release of held.splice(0)) release();
      await expect.poll(() => held.length > 0 || isOver, { timeout: hangMs }).toBe(true);
    }
    for (const answer of await answers) expect(answer).toMatchObject({ data: { backups: { problems: [] } } });
    expect(most).toBe(6);
  });

  it('try a wrong password once in all, also at the same moment', async () => {
    const shared = await startFaultProxy('http://127.0.0.1:1');
    onTestFinished(() => shared.close());
    const refusing = {
      name: 'refuses',
      apply: ({ response }: { response: ServerResponse }) =>
        void response
          .writeHead(401, { 'content-type': 'application/json' })
          .end('{"detail":"Incorrect username or password"}'),
    };
    shared.fail(refusing);
    await using cluster = await startReplicas(server, 3, {
      configure: () => ({ url: shared.url, token: undefined, username: 'admin', password: 'wrong' }),
    });
    const text = '{ backups(first: 1) { problems { code } } }';
    const answers = await Promise.all(cluster.replicas.map(({ gateway }) => gateway.askText(text)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ data: { backups: { problems: [{ code: 'PROVIDER_UNAUTHENTICATED' }] } } });
    }
    expect(shared.requests.filter(({ path }) => path.endsWith('/login'))).toHaveLength(1);
  });
});
