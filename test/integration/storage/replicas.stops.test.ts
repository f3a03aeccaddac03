/** Programs on one PostgreSQL that are stopped at each step of a start, for longer than the takeover, and go on after that. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { type PostgresServer, run, startPostgres } from '../../support/postgres.ts';
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
import { hangMs } from '../../support/timing.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, hangMs);
afterAll(() => server[Symbol.asyncDispose]());

const steps: readonly StartStep[] = isNightly ? startSteps : ['when it is written', 'when the product has it'];
const kinds: readonly ProductKind[] = isNightly ? productKinds : ['borg'];

/** Silent for longer than `takeoverSeconds`, by the clock of the database. */
const silent = (url: string) =>
  run(
    url,
    `SELECT 1 FROM backplane.replicas WHERE seen_at < (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - 3500000`,
  );

/** Returns a line of figures. */
async function stopAtSteps(kind: ProductKind): Promise<string> {
  const url = await server.database();
  await using product = await openProduct(kind);
  const survivor = await startReplica(url, [product.config]);
  onTestFinished(() => survivor.program[Symbol.asyncDispose]());
  await using victim = await startVictim(url, product);
  const outcomes: string[] = [];
  for (const step of steps) {
    const [started, sent] = [product.started(), product.sent()];
    const { key, answer } = await victim.startUntil(step, step);
    const { child } = victim.program;
    child.kill('SIGSTOP');
    await expect.poll(() => silent(url), { timeout: hangMs }).not.toEqual([]);
    // What nobody has written down is started by the other one. What was written down is looked up, and not sent.
    if (step === 'before it is written') await startAt(survivor.origin, product.entityId, key);
    await expect.poll(async () => isTakenOver(await rowOf(url, key), kind), { timeout: hangMs }).toBe(true);
    const told = (await rowOf(url, key))?.status;
    victim.release();
    child.kill('SIGCONT');
    const answered = await answer;
    expect(answered, `${kind}, ${step}: ${JSON.stringify(answered)}`).not.toHaveProperty('errors');
    const said = answered?.data.startBackup;
    const row = await rowOf(url, key);
    const what = `${kind}, ${step}: ${told}, then ${row?.status}, and the stopped one said ${said?.userErrors[0]?.code ?? said?.operation?.status}`;
    outcomes.push(what);
    // What was on its way arrives. Nothing else is sent after the takeover.
    const isSent = doneAfterKill(step) || step === 'while it is being sent';
    expect([product.started() - started, product.sent() - sent], what).toEqual(isSent ? [1, 1] : [0, 0]);
    const { sentAt } = JSON.parse(row?.record ?? '') as { sentAt: number | null };
    if (sentAt !== null) expect([told, row?.status], what).not.toContain('FAILED');
    if (!isSent) expect([told, row?.status, said?.operation?.status], what).not.toContain('SUCCEEDED');
    if (told !== 'PENDING') expect(row?.status, what).toBe(told);
    if (isSent) expect(said?.operation?.status, what).not.toBe('FAILED');
    product.end();
  }
  const [started, sent] = [product.started(), product.sent()];
  expect(sent).toBe(started);
  return `${kind}: ${steps.length} stops, ${started} backups, 0 doubled:\n${outcomes.map((one) => `  ${one}\n`).join('')}`;
}

it(
  `${steps.length * kinds.length} programs that are stopped at a step of a start for longer than the takeover send nothing late`,
  async () => {
    leftToNightly('26 of 28 stops of a replica', 'each waits for a takeover');
    for (const lines of await Promise.all(kinds.map(stopAtSteps))) process.stdout.write(lines);
  },
  steps.length * hangMs,
);
