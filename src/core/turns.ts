/**
 * Shares the event loop: work over many rows stops after a slice of time and goes on in a later turn of the loop, with
 * timers, sockets and other requests in between. One slice runs in each turn, however many pieces of work wait, so
 * that a turn stays short when twelve providers answer at once.
 */

import { GatewayError } from './errors.ts';

/** Longest work in one turn. */
const sliceMs = 8;

/** How many items are handled before the clock is read again. */
const itemsPerCheck = 16;

/** Monotonic time; unlike `performance.now()`, tests do not replace it. */
const elapsedMs = (): number => Number(process.hrtime.bigint()) / 1_000_000;

let sliceEndsAt = 0;
const waiting: (() => void)[] = [];

/** Waits for a turn of the event loop, in the order of arrival. Throws PROVIDER_TIMEOUT if the signal is aborted. */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(startTurn);
    });
  }
  if (!signal.aborted) return;
  if (signal.reason instanceof GatewayError) throw signal.reason;
  const message = 'The request ended before all rows were looked at.';
  throw new GatewayError('PROVIDER_TIMEOUT', message, { cause: signal.reason });
}

function startTurn(): void {
  sliceEndsAt = elapsedMs() + sliceMs;
  waiting.shift()?.();
  // An immediate that is set here runs in the next turn.
  if (waiting.length > 0) setImmediate(startTurn);
}

/** Calls `each` with every item, in order, in as many turns as it takes. Throws as `nextTurn` does. */
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

/** Like `items.map(change)`, in as many turns as it takes. Throws as `nextTurn` does. */
export async function mapInTurns<T, U>(items: Iterable<T>, change: (item: T) => U, signal: AbortSignal): Promise<U[]> {
  const changed: U[] = [];
  await inTurns(items, (item) => void changed.push(change(item)), signal);
  return changed;
}
