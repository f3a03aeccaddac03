/** The history of several gateways on one PostgreSQL. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { startReplicas } from '../../support/replica-cluster.ts';
import { eager, untilComplete } from '../../support/stored-history.ts';
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

it('is read by one of them, shown by all, and read on by another one at once when that one ends', async () => {
  await using cluster = await startReplicas(server, 2, { history: { ...eager, everySeconds: 0.05 } });
  for (const { gateway } of cluster.replicas) await untilComplete(gateway);
  const holder = await cluster.holder('history files');
  const [reader, other] = [cluster.replicas[holder], cluster.replicas[1 - holder]];
  await expect.poll(() => reader?.lists()).toBeGreaterThan(3);
  expect(other?.lists()).toBe(0);
  await reader?.close();
  const next = await cluster.add();
  await expect.poll(() => cluster.holder('history files')).not.toBe(holder);
  const taker = cluster.replicas[await cluster.holder('history files')];
  await expect.poll(() => taker?.lists()).toBeGreaterThan(0);
  expect([next, other]).toContain(taker);
});
