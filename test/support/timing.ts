/**
 * Time in tests. A test waits for events. It never relies on how fast the machine is. `fair-clock.ts` replaces the timers
 * of each test process, so that deadlines within it leave room for the work they limit. For the rest:
 *
 * - `until(look)` waits for a state. Its limit exists only to end a hang.
 * - `deadlineMs(idleMs)` scales a limit with the load of the machine, for programs that tests start.
 * - `cpuTimer()` measures computation, which no load makes longer.
 * - `withDeadline(idleMs, scenario)` is for a deadline that has to expire: the scenario says when the machine was too slow
 *   to reach the point that the test is about, and runs again with twice the time.
 */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';

/** Ends a wait that would never end. Nothing that works takes so long on any machine. */
export const hangMs = 60_000;

/** CPU time that one measurement takes. */
const sampleMs = 4;
const maxSlowness = 30;
const measureEveryMs = 1_000;

/** Real time: `performance.now` of a test process is that of `fair-clock.ts`. */
const realMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

let measured = { slowness: 1, at: Number.NEGATIVE_INFINITY };

/** How many times slower this machine is now than an idle one: 1 to 30, measured at most once a second. */
export function slowness(): number {
  const now = realMs();
  if (now - measured.at > measureEveryMs) measured = { slowness: measure(now), at: now };
  return measured.slowness;
}

/** A deadline in milliseconds for what takes an idle machine far less than `idleMs`. */
export const deadlineMs = (idleMs: number): number => Math.ceil(idleMs * slowness());

/** The value of `look` as soon as it is truthy. `what` names the state for the failure. */
export async function until<T>(look: () => T | Promise<T>, what = String(look)): Promise<T> {
  const end = realMs() + hangMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (realMs() > end) throw new Error(`This did not happen within ${hangMs / 1000} s: ${what}`);
    await pass(2);
  }
}

/** Measures what this process computes from now on: the cost of an algorithm, however often other programs interrupt it. */
export function cpuTimer(): { ms(): number } {
  const before = process.cpuUsage();
  return {
    ms: () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    },
  };
}

/** A scenario throws this where its deadline expired before the point that the test is about. */
export class DeadlineTooShort extends Error {
  override readonly name = 'DeadlineTooShort';
}

/**
 * Runs `scenario` with a deadline of `idleMs`. Where it throws `DeadlineTooShort` it runs again with twice the time, at most six times in all, so that a deadline which nothing can meet still fails.
 */
export async function withDeadline<T>(idleMs: number, scenario: (ms: number) => Promise<T>): Promise<T> {
  let ms = idleMs;
  for (let tries = 1; ; tries++, ms *= 2) {
    try {
      return await scenario(ms);
    } catch (error) {
      if (!(error instanceof DeadlineTooShort) || tries === 6) throw error;
    }
  }
}

/** Real time for each unit of CPU time that this process gets, or what the load of the last minute says, if that is more. */
function measure(startedAt: number): number {
  const cpu = cpuTimer();
  let cpuMs = 0;
  while (cpuMs < sampleMs) cpuMs = cpu.ms();
  const [lastMinute = 0] = loadavg();
  const share = (realMs() - startedAt) / cpuMs;
  return Math.min(maxSlowness, Math.max(1, share, lastMinute / availableParallelism()));
}
