/** A replay log that grows from windows of the product: each line once, with a gap where lines were missed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRead } from '../../src/core/provider.ts';
import { LogBuffer } from '../../src/replay/log-buffer.ts';
import {
  growths,
  numbered,
  readFrom,
  textsOf,
  unbounded,
  unnumbered,
  watch,
  wholeOf,
  windowOf,
  windowSize,
} from '../support/log-reads.ts';
import { aLine } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';
import { cpuTimer } from '../support/timing.ts';

describe('a growing log, read through a window', () => {
  test('has exactly the lines that were read, with gaps exactly where lines were missed', () => {
    fc.assert(
      fc.property(growths, windowSize, fc.integer({ min: 1, max: 10 }), (sizes, size, chunk) => {
        const buffer = new LogBuffer(unbounded);
        const { wanted, isLost } = watch(buffer, sizes, size);
        expect(textsOf(buffer, 0, chunk)).toEqual(wanted);
        expect(buffer.isComplete).toBe(!isLost);
      }),
      { numRuns: runsOf(200) },
    );
  });

  test('has correct line numbers until the first gap, and none after it', () => {
    fc.assert(
      fc.property(growths, windowSize, (sizes, size) => {
        const buffer = new LogBuffer(unbounded);
        watch(buffer, sizes, size);
        let isLost = false;
        for (const { text, number } of readFrom(buffer)) {
          isLost ||= text === null;
          if (text !== null) expect(number).toBe(isLost ? null : Number(text.slice(5)) + 1);
        }
      }),
    );
  });

  test('is sent once to each reader, whenever it reads', () => {
    fc.assert(
      fc.property(growths, windowSize, fc.integer({ min: 1, max: 10 }), (sizes, size, chunk) => {
        const buffer = new LogBuffer(unbounded);
        const told: (string | null)[] = [];
        let seq = 0;
        const readOne = () => {
          const part = buffer.after(seq, chunk);
          if (!part) return;
          told.push(...(part.type === 'gap' ? [null] : part.lines.map(({ raw }) => raw)));
          seq = part.seq;
        };
        const { wanted } = watch(buffer, sizes, size, readOne);
        while (seq < buffer.lastSeq) readOne();
        expect(told).toEqual(wanted);
      }),
    );
  });

  test('that is stored completely at the end neither repeats nor loses a line after the last known one', () => {
    fc.assert(
      fc.property(growths, windowSize, fc.nat(40), (sizes, size, more) => {
        const buffer = new LogBuffer(unbounded);
        const { log, wanted, seen, isLost } = watch(buffer, sizes, size);
        const stored = [...log, ...numbered(more).map((line) => `last ${line}`)];
        buffer.add(wholeOf(stored, buffer.knownFromStart ?? 0));
        expect(textsOf(buffer)).toEqual([...wanted, ...stored.slice(seen)]);
        expect(buffer.isComplete).toBe(!isLost);
        expect(buffer.knownFromStart).toBe(stored.length);
      }),
      { numRuns: runsOf(200) },
    );
  });

  test('of repeated lines is joined by the smallest shift that matches', () => {
    const repeated = fc.array(fc.constantFrom('a', 'a', 'a', 'b'), { minLength: 1, maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(
        repeated,
        windowSize,
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 5 }),
        (log, size, steps) => {
          const buffer = new LogBuffer(unbounded);
          const wanted: string[] = [];
          let length = 0;
          for (const step of steps) {
            // A window that has a line in common with the one before, so that nothing is lost.
            length = Math.min(log.length, length + Math.min(step, size - 1));
            const shown = log.slice(0, length).slice(-size);
            let common = length < size ? wanted.length : shown.length;
            while (wanted.slice(-common).join() !== shown.slice(0, common).join() && common > 0) common--;
            wanted.push(...shown.slice(common));
            buffer.add(windowOf(log.slice(0, length), size));
          }
          expect(textsOf(buffer)).toEqual(wanted);
        },
      ),
      { numRuns: runsOf(300) },
    );
  });

  test('of identical lines is exact while the window contains all of it', () => {
    const buffer = new LogBuffer(unbounded);
    for (const length of [1, 3, 3, 4]) buffer.add(windowOf(new Array(length).fill('.'), 500));
    expect(textsOf(buffer)).toEqual(['.', '.', '.', '.']);
  });

  test('adds nothing while it is empty or unchanged', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(windowOf([], 500));
    expect(buffer.lastSeq).toBe(0);
    for (let look = 0; look < 3; look++) buffer.add(windowOf(numbered(600), 500));
    expect(buffer.lastSeq).toBe(501);
  });

  test('is compared by the raw lines, not by the shown text', () => {
    const buffer = new LogBuffer(unbounded);
    const line = (raw: string) => ({ ...aLine('same text'), raw });
    const read = (...raw: string[]): LogRead => ({ ...unnumbered(), lines: raw.map(line) });
    buffer.add(read('1', '2'));
    buffer.add(read('2', '3'));
    expect(textsOf(buffer)).toEqual([null, '1', '2', '3']);
  });
});

test('the newest lines are returned oldest first, without gaps', () => {
  const buffer = new LogBuffer(unbounded);
  buffer.add(unnumbered('a', 'b'));
  buffer.add(unnumbered('y', 'z'));
  expect(buffer.newest(4).map(({ raw }) => raw)).toEqual(['b', 'y', 'z']);
});

test('joining large windows of repeated lines is fast', () => {
  const buffer = new LogBuffer({ maxLines: 10_000, maxBytes: 100_000_000 });
  // All but the last line are the same, which is the worst case for a comparison of every shift.
  const log = (mark: string) => [...new Array<string>(4_999).fill('.'), mark];
  const cpu = cpuTimer();
  for (let look = 0; look < 5; look++) buffer.add(unnumbered(...log(`mark ${look}`)));
  expect(cpu.ms()).toBeLessThan(500);
});
