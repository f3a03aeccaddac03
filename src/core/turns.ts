/**
 * Keeps the event loop responsive: work over many rows pauses after a slice of time and continues in a later turn, with
 * timers, sockets and other requests in between. Only one slice runs in each turn, so that a turn stays short even if
 * many providers answer at once.
 */

import { GatewayError } from './errors.ts';

/** Maximum of milliseconds of work in one turn. */
const sliceMs = 8;

/** Number of items between two reads of the clock. */
const itemsPerCheck = 16;

/** Monotonic time in milliseconds. Fake timers of tests replace `performance.now()` but not this. */
const elapsedMs = (): number => Number(process.hrtime.bigint()) / 1_000_000;

let sliceEndsAt = 0;
const waiting: (() => void)[] = [];

/** Waits for a turn of the event loop, in the order of arrival. Throws PROVIDER_TIMEOUT if the signal is aborted. */
export async function nextTurn(signal: Pick<AbortSignal, 'aborted' | 'reason'>): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(startTurn);
    });
  }
  if (!signal.aborted) return;
  if (signal.reason instanceof GatewayError) throw signal.reason;
  const message = 'The request ended before all rows were processed.';
  throw new GatewayError('PROVIDER_TIMEOUT', message, { cause: signal.reason });
}

function startTurn(): void {
  sliceEndsAt = elapsedMs() + sliceMs;
  waiting.shift()?.();
  // An immediate set here runs in the next turn.
  if (waiting.length > 0) setImmediate(startTurn);
}

/**
 * Resolves with the same value in a later turn. Many operations that wait for one upstream answer would otherwise all be
 * executed in the turn in which it comes.
 */
export async function inOwnTurn<T>(work: T | Promise<T>): Promise<T> {
  const value = await work;
  await nextTurn(notAborted);
  return value;
}

/** Short pieces of work in one turn. */
const shortPerTurn = 10;

const waitingShort: (() => void)[] = [];

/** Like `inOwnTurn`, for short work after it: ten who wait continue in the same turn. */
export async function inSharedTurn<T>(work: T | Promise<T>): Promise<T> {
  const value = await work;
  await new Promise<void>((resolve) => {
    if (waitingShort.push(resolve) === 1) setImmediate(startSharedTurn);
  });
  return value;
}

function startSharedTurn(): void {
  for (const resume of waitingShort.splice(0, shortPerTurn)) resume();
  if (waitingShort.length > 0) setImmediate(startSharedTurn);
}

const notAborted = { aborted: false, reason: undefined };

/** Calls `each` with every item, in order, over several turns of the event loop. Throws like `nextTurn`. */
export async function inTurns<T>(items: Iterable<T>, each: (item: T) => void, signal: AbortSignal): Promise<void> {
  let left = itemsPerCheck;
  for (const item of items) {
    if (--left < 0) {
      if (elapsedMs() >= sliceEndsAt) await nextTurn(signal);
      left = itemsPerCheck - 1;
    }
    each(item);
  }
}

/** Like `items.map(change)`, over several turns of the event loop. Throws like `nextTurn`. */
export async function mapInTurns<T, U>(items: Iterable<T>, change: (item: T) => U, signal: AbortSignal): Promise<U[]> {
  const changed: U[] = [];
  await inTurns(items, (item) => void changed.push(change(item)), signal);
  return changed;
}
