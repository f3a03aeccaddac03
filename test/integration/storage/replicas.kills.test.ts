/** Programs on one PostgreSQL that are killed at each step of a start: no backup is doubled, and nothing wrong is said. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { casesOf, isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import {
  doneAfterKill,
  isTakenOver,
  rowOf,
  type StartStep,
  startAt,
  startReplica,
  startSteps,
  startVictim,
} from '../../support/start-steps.ts';
import { openProduct, type ProductKind, productKinds } from '../../support/started-products.ts';
import { deadlineMs, hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

/** Each step with each product so many times; in the gate, one step with one product. */
const rounds = casesOf(4, 1);
const steps: readonly StartStep[] = isNightly ? startSteps : ['when the product has it'];
const kinds: readonly ProductKind[] = isNightly ? productKinds : ['vprotect'];

/** Kills a program at each step, and lets another one go on. Returns a line of figures. */
async function killAtSteps(kind: ProductKind): Promise<string> {
  const url = await server.database();
  await using product = await openProduct(kind);
  const survivor = await startReplica(url, [product.config]);
  onTestFinished(() => survivor.program[Symbol.asyncDispose]());
  const outcomes = new Map<string, number>();
  const times: number[] = [];
  const keys = Array.from({ length: rounds }, (_, round) => steps.map((step) => ({ step, name: `${round} ${step}` })));
  for (const { step, name } of keys.flat()) {
    const [started, sent] = [product.started(), product.sent()];
    await using victim = await startVictim(url, product);
    const { key, answer } = await victim.startUntil(step, name);
    victim.program.child.kill('SIGKILL');
    const killedAt = performance.now();
    await answer;
    // What nobody has written down is started now. What was written down is looked up, and not sent again.
    await startAt(survivor.origin, product.entityId, key);
    await expect.poll(async () => isTakenOver(await rowOf(url, key), kind), { timeout: hangMs }).toBe(true);
    if (step !== 'before it is written') times.push(performance.now() - killedAt);
    const row = await rowOf(url, key);
    const { sentAt } = JSON.parse(row?.record ?? '') as { sentAt: number | null };
    const told = `${step}: ${row?.status}`;
    outcomes.set(told, (outcomes.get(told) ?? 0) + 1);
    const count = doneAfterKill(step) ? 1 : 0;
    expect([product.started() - started, product.sent() - sent], `${kind}, ${told}`).toEqual([count, count]);
    if (count === 0) expect(row?.status, `${kind}, ${told}`).not.toBe('SUCCEEDED');
    if (row?.status === 'FAILED') expect([count, sentAt], `${kind}, ${told}`).toEqual([0, null]);
    product.end();
  }
  const count = keys.flat().length;
  const backups = keys.flat().filter(({ step }) => doneAfterKill(step)).length;
  expect([product.started(), product.sent()]).toEqual([backups, backups]);
  const [from, to] = [Math.min(...times), Math.max(...times)].map((ms) => (ms / 1000).toFixed(1));
  const told = [...outcomes].map(([outcome, n]) => `${n} x ${outcome}`).join('; ');
  return `${kind}: ${count} kills, ${backups} backups, 0 doubled, 0 lost, outcome after ${from} to ${to} s: ${told}\n`;
}

it(
  `${rounds * steps.length * kinds.length} programs that are killed at a step of a start lose nothing and double nothing`,
  async () => {
    leftToNightly('111 of 112 kills of a replica', 'each needs a program that starts');
    for (const line of await Promise.all(kinds.map(killAtSteps))) process.stdout.write(line);
  },
  rounds * steps.length * hangMs,
);

/** Of a configuration that does not say it, in milliseconds; and what a heartbeat and a busy machine add. */
const [defaultTakeoverMs, laterMs] = [30_000, 15_000];

leftToNightly('three takeovers after 30 s, as by default', 'each waits so long');

it.runIf(isNightly)(
  'by default, a survivor says after 30 s what became of a start, three times',
  async () => {
    const measure = async () => {
      const url = await server.database();
      await using product = await openProduct('borg');
      await using victim = await startVictim(url, product, {});
      const survivor = await startReplica(url, [product.config], {});
      onTestFinished(() => survivor.program[Symbol.asyncDispose]());
      const { key, answer } = await victim.startUntil('when it is written', 'default');
      victim.program.child.kill('SIGKILL');
      const killedAt = performance.now();
      await answer;
      await expect.poll(async () => (await rowOf(url, key))?.status, { timeout: 2 * hangMs }).toBe('FAILED');
      expect(product.sent()).toBe(0);
      return performance.now() - killedAt;
    };
    const times = await Promise.all([measure(), measure(), measure()]);
    process.stdout.write(`taken over after ${times.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s\n`);
    // The last heartbeat may be a third of the takeover old.
    for (const ms of times) expect(ms).toBeGreaterThan(defaultTakeoverMs / 2);
    for (const ms of times) expect(ms).toBeLessThan(deadlineMs(defaultTakeoverMs + laterMs));
  },
  4 * hangMs,
);
