/**
 * Watching and leaving, again and again: what is left afterwards is what was there before. `npm run soak` does it
 * 100,000 times, `.ci/nightly` often enough to see what grows with every time.
 */
import { describe, expect, it } from 'vitest';
import { fairClock } from '../support/fair-clock-setup.ts';
import { globalId, startBorgGateway } from '../support/gateway.ts';
import { collectGarbage } from '../support/gc.ts';
import { isNightly } from '../support/nightly.ts';
import { openRaw } from '../support/raw-socket.ts';

const wanted = process.env['SOAK_CYCLES'];
const cycles = Number(wanted ?? 2_000);
/** A heap grows to its size first, whether anything leaks or not. */
const warmUpCycles = 600;
/** At once on one socket. */
const wave = 50;

/**
 * Timers that come and go with requests to the product, however often anybody watches: one for each idle connection, one
 * of undici for its deadlines, and the deadline of a login. What leaks with each socket leaves twice as many.
 */
const upstreamTimers = 20;

async function measure(): Promise<{ heapBytes: number; timers: number }> {
  await collectGarbage();
  return { heapBytes: process.memoryUsage().heapUsed, timers: fairClock.countTimers() };
}

describe.runIf(isNightly || wanted !== undefined).each([
  ['backupProgress', 'the same for all, which share it'],
  ['backupLog', 'for each its own'],
])('subscribing to %s (%s) and leaving', (field) => {
  it(`leaves nothing behind, ${cycles} times over`, async () => {
    await using gateway = await startBorgGateway({ history: 5 });
    const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 1_000_000 } });
    gateway.sandbox.clock.advance(2_000);
    const id = globalId('BorgBackup', 'files', String(job));
    const payload = { query: `subscription ($id: ID!) { ${field}(id: $id) { __typename } }`, variables: { id } };
    const origin = await gateway.listen();

    async function run(count: number): Promise<void> {
      for (let done = 0; done < count; done += wave) {
        // A new socket now and then: those that have gone must leave nothing, either.
        await using raw = await openRaw(origin);
        const ids = Array.from({ length: wave }, (_, index) => `${done + index}`);
        for (const one of ids) raw.say({ id: one, type: 'subscribe', payload });
        // Half of them leave before they are told anything.
        for (const one of ids.slice(0, wave / 2)) raw.say({ id: one, type: 'complete' });
        for (const one of ids.slice(wave / 2)) await raw.hear(one);
        const isRound = done % (2 * wave) === 0;
        if (isRound) for (const one of ids.slice(wave / 2)) raw.say({ id: one, type: 'complete' });
        // What the sandbox remembers of its requests is not ours.
        gateway.sandbox.requests.length = 0;
      }
      await expect.poll(() => gateway.app.hub.loops).toBe(0);
    }

    await run(warmUpCycles);
    const before = await measure();
    await run(cycles);
    const after = await measure();
    process.stdout.write(
      `${field}: ${cycles} cycles, heap ${before.heapBytes} to ${after.heapBytes} bytes, timers ${before.timers} to ${after.timers}\n`,
    );
    expect(gateway.app.hub.loops).toBe(0);
    // A timer for each socket that was opened, or each cycle, would be many more.
    expect(after.timers - before.timers).toBeLessThan(upstreamTimers);
    // One that lasts is one too many.
    await expect.poll(() => fairClock.countTimers()).toBeLessThanOrEqual(before.timers);
    // A hundred bytes a cycle would be one small object that nobody lets go; the rest is noise that does not grow.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(1_000_000 + cycles * 100);
  }, 1_800_000);
});
