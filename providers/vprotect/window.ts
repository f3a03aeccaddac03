/**
 * The span in which a task may begin. Its length is ours to choose, and the product keeps it with the task: a length
 * that no other start has tells our task from everybody else's, also where the answer to the start was lost.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '../../src/core/instant.ts';
import type { TaskRow } from './wire.ts';

/** Milliseconds since 1970, as the product counts. */
interface StartWindow {
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** The server's clock may be behind ours, and what is to begin in the future waits. */
const marginMs = 60_000;
/** A task that has not begun by its end fails. */
const shortestMs = 24 * 3_600_000;
const spreadMs = 4 * 3_600_000;

export function toWindow(now: Instant, nonce: string): StartWindow {
  const windowStart = Math.floor(now / 1000) - marginMs;
  return { windowStart, windowEnd: windowStart + lengthOf(nonce) };
}

/** The task was started with this nonce: one in fourteen million others would look the same. */
export const isOurs = ({ windowStart, windowEnd }: TaskRow, nonce: string): boolean =>
  windowStart !== null && windowEnd !== null && windowEnd - windowStart === lengthOf(nonce) * 1000;

/** From 24 to 28 hours, to the millisecond. */
function lengthOf(nonce: string): number {
  const number = createHash('sha256').update(nonce).digest().readUInt32BE(0);
  return shortestMs + (number % spreadMs);
}
