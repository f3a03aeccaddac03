/** What a first read of everything costs: the requests and minutes of docs/history.md. `npm run backfill` measures them. */
import { expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startGateway } from '../support/gateway.ts';
import { coverages, eager } from '../support/stored-history.ts';

const startSandbox = {
  Flosum: startFlosumSandbox,
  Labii: startLabiiSandbox,
  vProtect: startVProtectSandbox,
  'Borg UI': startBorgSandbox,
};
/** Of the setting `requestsPerMinute`, unless given. */
const usualPace = 30;
const longestMs = 3_000_000;

/** Reads everything as fast as it goes, and counts the requests without logins. */
async function backfill(product: keyof typeof startSandbox, history: number) {
  const sandbox = await startSandbox[product]({ speed: 0, demo: false, history, now: Date.UTC(2026, 10, 22, 10) });
  try {
    const startedAt = process.hrtime.bigint();
    await using gateway = startGateway({
      providers: [{ timeoutSeconds: 300, ...sandbox.config }],
      history: { ...eager, keepDays: 36_500 },
    });
    let last = { rows: 0, isComplete: false };
    let problem: string | null = null;
    const isRead = async () => {
      const [one] = (await coverages(gateway)) as unknown as { history: typeof last & { problem: string | null } }[];
      if (!one?.history) return false;
      last = one.history;
      problem = one.history.problem;
      return last.isComplete || problem !== null;
    };
    await expect.poll(isRead, { timeout: longestMs, interval: 500 }).toBe(true);
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    const requests = sandbox.requests.filter(({ path }) => !/\/(auth|session)\/|\/login/.test(path)).length;
    return { rows: last.rows, requests, seconds, problem };
  } finally {
    await sandbox.close();
  }
}

const rows = Number(process.env['BACKFILL_ROWS'] ?? 0);

it.runIf(rows > 0).each(Object.keys(startSandbox) as (keyof typeof startSandbox)[])(
  'the first read of %s',
  { timeout: 3_600_000 },
  async (product) => {
    const read = await backfill(product, rows);
    expect(read.rows).toBeGreaterThan(0);
    const minutes = read.requests / usualPace;
    process.stdout.write(
      `${product}: ${read.rows} rows, ${read.requests} requests, ${Math.round(read.seconds)} s unpaced, ${minutes.toFixed(1)} minutes at ${usualPace} a minute${read.problem ? `; ${read.problem}` : ''}\n`,
    );
  },
);
