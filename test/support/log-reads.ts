/** Reads of a log as products return them, and the lines in a replay log. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { LogRead } from '../../src/core/provider.ts';
import type { LogBuffer, LogBufferLimits } from '../../src/replay/log-buffer.ts';
import type { LogGap } from '../../src/replay/log-parts.ts';
import { aLine } from './model.ts';

export const unbounded: LogBufferLimits = { maxLines: 1_000_000, maxBytes: 1_000_000_000 };

/** What a product shows of a log of so many lines: the last ones, and where they are only while it shows all. */
export function windowOf(log: readonly string[], size: number): LogRead {
  const lines = log.slice(-size).map(aLine);
  return { lines, firstNumber: log.length < size ? 1 : null, hasMore: false, state: 'growing' };
}

export const wholeOf = (log: readonly string[], offset = 0): LogRead => ({
  lines: log.slice(offset).map(aLine),
  firstNumber: offset + 1,
  hasMore: false,
  state: 'complete',
});

export const unnumbered = (...log: string[]): LogRead => ({
  lines: log.map(aLine),
  firstNumber: null,
  hasMore: false,
  state: 'growing',
});

/** Everything from a place on, gaps as `null`, as a reader of `chunk` lines at a time gets it. */
export function readFrom(
  buffer: LogBuffer,
  from = 0,
  chunk = 200,
): { text: string | null; number: number | null; gap?: LogGap }[] {
  const all: { text: string | null; number: number | null; gap?: LogGap }[] = [];
  let seq = from;
  for (let part = buffer.after(seq, chunk); part; part = buffer.after(seq, chunk)) {
    if (part.type === 'gap') all.push({ text: null, number: null, gap: part.gap });
    else all.push(...part.lines.map(({ raw, number }) => ({ text: raw, number })));
    expect(part.seq).toBeGreaterThan(seq);
    seq = part.seq;
  }
  return all;
}

export const textsOf = (buffer: LogBuffer, from = 0, chunk = 200) =>
  readFrom(buffer, from, chunk).map(({ text }) => text);

export const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

/** How much a log has grown each time that somebody looks. */
export const growths = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40, size: 'max' });

export const windowSize = fc.integer({ min: 2, max: 25 });

/** Looks at a growing log; tells what a reader must get, with null for each span of lines that nobody saw. */
export function watch(buffer: LogBuffer, sizes: readonly number[], size: number, onLook: () => void = () => undefined) {
  const log = numbered(sizes.reduce((sum, growth) => sum + growth, 0));
  const wanted: (string | null)[] = [];
  let seen = 0;
  let length = 0;
  let isLost = false;
  for (const growth of sizes) {
    length += growth;
    buffer.add(windowOf(log.slice(0, length), size));
    const start = Math.max(0, length - size);
    // Without a line in common, and without a number, nobody can tell that nothing lies between.
    const isJoined = length < size || (seen > start && seen > 0);
    if (length > seen || !isJoined) {
      if (!isJoined && length > 0) wanted.push(null);
      isLost ||= !isJoined;
      wanted.push(...log.slice(Math.max(seen, start), length));
    }
    seen = length;
    onLook();
  }
  return { log, wanted, seen, isLost };
}
