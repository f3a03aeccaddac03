/**
 * The time window in which a task may begin. The product keeps the window with the task, so a length that no other start
 * has identifies the task of a start, even if the reply was lost.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '../../src/core/instant.ts';
import type { TaskRow } from './wire.ts';

/** Milliseconds since 1970, as the product counts. */
interface StartWindow {
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** How far the server's clock may be behind ours: a task whose window begins in the future would wait. */
const marginMs = 60_000;
/** A task that has not begun by the end of its window fails. */
const shortestMs = 24 * 3_600_000;
const spreadMs = 4 * 3_600_000;

export function toWindow(now: Instant, nonce: string): StartWindow {
  const windowStart = Math.floor(now / 1000) - marginMs;
  return { windowStart, windowEnd: windowStart + lengthOf(nonce) };
}

/** Whether the task was started with this nonce. One of fourteen million other nonces gives the same window. */
export const isOurs = ({ windowStart, windowEnd }: TaskRow, nonce: string): boolean =>
  windowStart !== null && windowEnd !== null && windowEnd - windowStart === lengthOf(nonce) * 1000;

/** From 24 to 28 hours, to the millisecond. */
function lengthOf(nonce: string): number {
  const number = createHash('sha256').update(nonce).digest().readUInt32BE(0);
  return shortestMs + (number % spreadMs);
}
