/** A growing log, read through windows into a replay log of any size: each line once, in order, and the rest a gap. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRead } from '../../src/core/provider.ts';
import { LogBuffer, type LogBufferLimits } from '../../src/replay/log-buffer.ts';
import type { LogPosition } from '../../src/replay/log-parts.ts';
import { aLine } from '../support/model.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);

const windowOf = (log: readonly string[], size: number): LogRead => ({
  lines: log.slice(-size).map(aLine),
  firstNumber: log.length < size ? 1 : null,
  hasMore: false,
  state: 'growing',
});

/** A reader that goes away after each look and comes back with its cursor. `null` is a gap. */
class Reader {
  readonly told: (number | null)[] = [];
  #position: LogPosition = { epoch: null, seq: 0 };

  read(buffer: LogBuffer, parts: number, chunk: number): void {
    let seq = buffer.locate(this.#position);
    expect(seq, 'the place of a reader').not.toBeNull();
    for (let count = 0; count < parts && seq !== null; count++) {
      const part = buffer.after(seq, chunk);
      if (!part) break;
      this.told.push(...(part.type === 'gap' ? [null] : part.lines.map(({ raw }) => Number(raw))));
      seq = part.seq;
      this.#position = buffer.positionAt(seq);
    }
  }
}

/** Every line once and in order, and a gap wherever lines are missing, at the end as well. */
function expectEachOnceOrGap(told: readonly (number | null)[], written: number): void {
  let before = 0;
  let isGap = false;
  for (const line of told) {
    if (line === null) {
      isGap = true;
      continue;
    }
    if (line <= before) throw new Error(`line ${line} was told after ${before}`);
    if (line > before + 1 && !isGap) throw new Error(`nothing tells of the lines between ${before} and ${line}`);
    before = line;
    isGap = false;
  }
  if (before < written && !isGap) throw new Error(`nothing tells of the lines after ${before} of ${written}`);
}

/** Gaps between two lines that follow one another. */
const needless = (told: readonly (number | null)[]): number =>
  told.filter((line, index) => line === null && Number(told[index + 1]) === Number(told[index - 1] ?? 0) + 1).length;

const restarted = (buffer: LogBuffer, limits: LogBufferLimits): LogBuffer =>
  new LogBuffer(limits, JSON.parse(JSON.stringify(buffer.toKept(0))));

const limitsOf = fc.record({
  maxLines: fc.constantFrom(1, 2, 7, 40, 1_000),
  maxBytes: fc.constantFrom(2, 30, 100_000),
});
const steps = fc.array(
  fc.record({
    growth: fc.integer({ min: 0, max: 45 }),
    isRestarted: fc.boolean(),
    parts: fc.integer({ min: 0, max: 3 }),
    chunk: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 1, maxLength: 20, size: 'max' },
);

describe('a replay log that holds fewer lines than the window of the product', () => {
  test.each(['stored', 'tail', 'gone', 'seen'] as const)('has each line once, the rest a gap (end: %s)', (end) => {
    fc.assert(
      fc.property(limitsOf, steps, fc.integer({ min: 2, max: 40 }), fc.nat(60), (limits, looks, size, more) => {
        let buffer = new LogBuffer(limits);
        const reader = new Reader();
        const log = numbered(looks.reduce((sum, { growth }) => sum + growth, 0) + more);
        let length = 0;
        for (const { growth, isRestarted, parts, chunk } of looks) {
          length += growth;
          buffer.add(windowOf(log.slice(0, length), size));
          if (isRestarted) buffer = restarted(buffer, limits);
          reader.read(buffer, parts, chunk);
        }
        if (end === 'stored') {
          const offset = buffer.knownFromStart ?? 0;
          buffer.add({
            lines: log.slice(offset).map(aLine),
            firstNumber: offset + 1,
            hasMore: false,
            state: 'complete',
          });
        } else if (end === 'tail') {
          buffer.add({ ...windowOf(log, 2 * size), firstNumber: null, state: 'complete' });
        } else if (end === 'seen') {
          buffer.add({ ...windowOf(log, size), state: 'complete' });
        }
        buffer.addLostEnd();
        for (let look = 0; look < 2; look++) {
          reader.read(buffer, Number.POSITIVE_INFINITY, 5);
          // What was read is shown again, and is nothing new.
          if (end === 'tail') buffer.add({ ...windowOf(log, 2 * size), firstNumber: null, state: 'complete' });
        }
        expectEachOnceOrGap(reader.told, end === 'gone' ? length : log.length);
      }),
      { numRuns: 60 },
    );
  });

  test('has no gap where every window has a line in common with the one before, and nothing was evicted', () => {
    const small = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(small, fc.integer({ min: 11, max: 20 }), fc.boolean(), (growths, size, isRestarted) => {
        const limits = { maxLines: 1_000, maxBytes: 100_000 };
        let buffer = new LogBuffer(limits);
        const reader = new Reader();
        const log = numbered(growths.reduce((sum, growth) => sum + growth, 0));
        let length = 0;
        for (const growth of growths) {
          length += growth;
          buffer.add(windowOf(log.slice(0, length), size));
          if (isRestarted) buffer = restarted(buffer, limits);
        }
        buffer.add({ ...windowOf(log, 3 * size), firstNumber: null, state: 'complete' });
        buffer.addLostEnd();
        reader.read(buffer, Number.POSITIVE_INFINITY, 7);
        expect(reader.told).toEqual(log.map(Number));
      }),
    );
  });

  test.each([1, 100, 400, 499])('of %i lines does not tell a window of 500 again with every look', (maxLines) => {
    const buffer = new LogBuffer({ maxLines, maxBytes: 1_000_000 });
    const reader = new Reader();
    const log = numbered(3_000);
    for (let length = 0; length <= log.length; length += 60) {
      buffer.add(windowOf(log.slice(0, length), 500));
      buffer.add(windowOf(log.slice(0, length), 500));
      reader.read(buffer, Number.POSITIVE_INFINITY, 200);
    }
    const lines = reader.told.filter((line) => line !== null);
    expect(lines).toHaveLength(new Set(lines).size);
    expectEachOnceOrGap(reader.told, log.length);
    expect(needless(reader.told)).toBe(0);
    // 60 come with each look, and as many as there is room for are told.
    expect(lines).toHaveLength(Math.min(maxLines, 60) * 50);
  });

  test('of long lines, some of which alone are too long, does not either', () => {
    const buffer = new LogBuffer({ maxLines: 1_000, maxBytes: 30_000 });
    const log = Array.from({ length: 900 }, (_, index) =>
      `${index + 1}`.padStart(index % 50 === 0 ? 40_000 : 400, '0'),
    );
    const reader = new Reader();
    for (let length = 0; length <= log.length; length += 10) {
      buffer.add(windowOf(log.slice(0, length), 500));
      reader.read(buffer, Number.POSITIVE_INFINITY, 200);
    }
    expectEachOnceOrGap(reader.told, log.length);
    expect(reader.told.filter((line) => line !== null).length).toBeGreaterThan(800);
  });
});

describe('a window that reaches back into a gap', () => {
  const read = (first: number, last: number): LogRead => ({
    lines: numbered(last)
      .slice(first - 1)
      .map(aLine),
    firstNumber: null,
    hasMore: false,
    state: 'growing',
  });

  test('tells none of what came before it again', () => {
    const buffer = new LogBuffer({ maxLines: 1_000, maxBytes: 100_000 });
    buffer.add(read(50, 60));
    buffer.add(read(40, 70));
    const reader = new Reader();
    reader.read(buffer, Number.POSITIVE_INFINITY, 100);
    expect(reader.told).toEqual([null, ...numbered(70).slice(49).map(Number)]);
  });

  test('is joined to the lines before a loss that was none', () => {
    const buffer = new LogBuffer({ maxLines: 1_000, maxBytes: 100_000 });
    buffer.add({ ...read(1, 10), firstNumber: 1 });
    buffer.addLostEnd();
    buffer.add(read(5, 20));
    const reader = new Reader();
    reader.read(buffer, Number.POSITIVE_INFINITY, 100);
    expect(reader.told.filter((line) => line !== null)).toEqual(numbered(20).map(Number));
  });
});
