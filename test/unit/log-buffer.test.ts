import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRead } from '../../src/core/provider.ts';
import { LogBuffer, type LogBufferLimits } from '../../src/replay/log-buffer.ts';
import type { LogGap } from '../../src/replay/log-parts.ts';
import { aLine } from '../support/model.ts';
import { cpuTimer } from '../support/timing.ts';

const unbounded: LogBufferLimits = { maxLines: 1_000_000, maxBytes: 1_000_000_000 };

/** What a product shows of a log of so many lines: the last ones, and where they are only while it shows all. */
function windowOf(log: readonly string[], size: number): LogRead {
  const lines = log.slice(-size).map(aLine);
  return { lines, firstNumber: log.length < size ? 1 : null, hasMore: false, state: 'growing' };
}

const wholeOf = (log: readonly string[], offset = 0): LogRead => ({
  lines: log.slice(offset).map(aLine),
  firstNumber: offset + 1,
  hasMore: false,
  state: 'complete',
});

const unnumbered = (...log: string[]): LogRead => ({
  lines: log.map(aLine),
  firstNumber: null,
  hasMore: false,
  state: 'growing',
});

/** Everything from a place on, gaps as `null`, as a reader of `chunk` lines at a time gets it. */
function readFrom(
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

const textsOf = (buffer: LogBuffer, from = 0, chunk = 200) => readFrom(buffer, from, chunk).map(({ text }) => text);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

/** How much a log has grown each time that somebody looks. */
const growths = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40, size: 'max' });
const windowSize = fc.integer({ min: 2, max: 25 });

/** Looks at a growing log; tells what a reader must get, with null for each span of lines that nobody saw. */
function watch(buffer: LogBuffer, sizes: readonly number[], size: number, onLook: () => void = () => undefined) {
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

describe('a growing log, seen through a window', () => {
  test('joins to exactly the lines that were seen, with gaps exactly where lines were missed', () => {
    fc.assert(
      fc.property(growths, windowSize, fc.integer({ min: 1, max: 10 }), (sizes, size, chunk) => {
        const buffer = new LogBuffer(unbounded);
        const { wanted, isLost } = watch(buffer, sizes, size);
        expect(textsOf(buffer, 0, chunk)).toEqual(wanted);
        expect(buffer.isComplete).toBe(!isLost);
      }),
      { numRuns: 200 },
    );
  });

  test('has true numbers until the first gap, and none after it', () => {
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

  test('is told once to each reader, whenever it reads', () => {
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

  test('stored whole at the end neither repeats nor loses a line after the last that was seen', () => {
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
      { numRuns: 200 },
    );
  });

  test('of lines that repeat is joined by the smallest shift that fits', () => {
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
      { numRuns: 300 },
    );
  });

  test('of identical lines is exact while the product shows all of it', () => {
    const buffer = new LogBuffer(unbounded);
    for (const length of [1, 3, 3, 4]) buffer.add(windowOf(new Array(length).fill('.'), 500));
    expect(textsOf(buffer)).toEqual(['.', '.', '.', '.']);
  });

  test('that shows nothing yet, or the same again, adds nothing', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(windowOf([], 500));
    expect(buffer.lastSeq).toBe(0);
    for (let look = 0; look < 3; look++) buffer.add(windowOf(numbered(600), 500));
    expect(buffer.lastSeq).toBe(501);
  });

  test('is compared by what the product gave, not by what people see', () => {
    const buffer = new LogBuffer(unbounded);
    const line = (raw: string) => ({ ...aLine('same text'), raw });
    const read = (...raw: string[]): LogRead => ({ ...unnumbered(), lines: raw.map(line) });
    buffer.add(read('1', '2'));
    buffer.add(read('2', '3'));
    expect(textsOf(buffer)).toEqual([null, '1', '2', '3']);
  });
});

describe('a numbered log', () => {
  test('leaves out what is known and tells which numbers are missing', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(wholeOf(numbered(3)));
    buffer.add(wholeOf(numbered(5), 2));
    buffer.add(wholeOf(numbered(9), 7));
    const parts = readFrom(buffer);
    expect(parts.map(({ text }) => text)).toEqual([...numbered(5), null, 'line 7', 'line 8']);
    expect(parts[5]?.gap).toEqual({ fromLine: 6, toLine: 7, reason: 'UPSTREAM_TRUNCATED' });
    expect(parts.at(-1)?.number).toBe(9);
    expect(buffer.isComplete).toBe(false);
  });

  test('goes on with its own numbers after a window that was lost, also where its first lines are gone', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(unnumbered('line 8', 'line 9'));
    buffer.add({ ...wholeOf(numbered(12), 5), firstNumber: 6 });
    expect(readFrom(buffer).slice(1)).toEqual([
      { text: 'line 8', number: null },
      { text: 'line 9', number: null },
      { text: 'line 10', number: 11 },
      { text: 'line 11', number: 12 },
    ]);
  });

  test('that has nothing in common with what was seen has started again', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(unnumbered('old 1', 'old 2'));
    buffer.add(wholeOf(['new 1', 'new 2']));
    expect(textsOf(buffer)).toEqual([null, 'old 1', 'old 2', null, 'new 1', 'new 2']);
    expect(readFrom(buffer)[3]?.gap).toEqual({ fromLine: null, toLine: null, reason: 'RESTARTED' });
  });
});

describe('the end of a log', () => {
  test('that is gone is a gap, once, however often it is found to be gone', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(windowOf(numbered(2), 500));
    buffer.addLostEnd();
    buffer.addLostEnd();
    expect(readFrom(buffer).at(-1)?.gap).toEqual({ fromLine: 3, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
    expect(buffer.lastSeq).toBe(3);
    expect(buffer.isComplete).toBe(false);
  });

  test('that was seen before the product threw it away is no gap', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(wholeOf(numbered(2)));
    buffer.addLostEnd();
    expect(textsOf(buffer)).toEqual(numbered(2));
    expect(buffer.isComplete).toBe(true);
  });
});

describe('bounds', () => {
  test('hold after every read, and a reader is told what it missed', () => {
    const limits = fc.record({
      maxLines: fc.integer({ min: 1, max: 30 }),
      maxBytes: fc.integer({ min: 20, max: 500 }),
    });
    fc.assert(
      fc.property(growths, windowSize, limits, (sizes, size, limit) => {
        const buffer = new LogBuffer(limit);
        const { log, seen } = watch(buffer, sizes, size, () =>
          expect(buffer.bytes).toBeLessThanOrEqual(limit.maxBytes),
        );
        const told = textsOf(buffer);
        expect(told.filter((text) => text !== null).length).toBeLessThanOrEqual(limit.maxLines);
        const kept = told.slice(told.lastIndexOf(null) + 1);
        expect(kept).toEqual(log.slice(seen - kept.length, seen));
        if (kept.length < seen) expect(told).toContain(null);
      }),
    );
  });

  test('say which lines were evicted where that is known', () => {
    const buffer = new LogBuffer({ maxLines: 2, maxBytes: 1_000 });
    buffer.add(wholeOf(numbered(5)));
    expect(buffer.after(1, 10)).toEqual({ type: 'gap', gap: { fromLine: 2, toLine: 3, reason: 'EVICTED' }, seq: 3 });
    expect(textsOf(buffer, 3)).toEqual(['line 3', 'line 4']);
    expect(buffer.isComplete).toBe(false);
    expect(buffer.knownFromStart).toBe(5);
  });

  test('a line larger than all that may be kept is told as missing, and the next one comes', () => {
    const buffer = new LogBuffer({ maxLines: 10, maxBytes: 100 });
    buffer.add(wholeOf(['x'.repeat(1_000)]));
    expect(buffer.bytes).toBe(0);
    expect(textsOf(buffer)).toEqual([null]);
    buffer.add(wholeOf(['', 'y'], 0));
    expect(textsOf(buffer)).toEqual([null, 'y']);
  });
});

describe('a position', () => {
  test('is a line number while all before it is known, and then means the same in another buffer', () => {
    const [one, other] = [new LogBuffer(unbounded), new LogBuffer(unbounded)];
    one.add(wholeOf(numbered(5)));
    other.add(windowOf(numbered(9), 500));
    for (let seq = 0; seq <= 5; seq++) {
      const position = one.positionAt(seq);
      expect(position.epoch).toBeNull();
      expect(textsOf(other, other.locate(position) as number)).toEqual(numbered(9).slice(seq));
    }
    expect(one.locate(other.positionAt(9))).toBeNull();
  });

  test('after a gap means nothing in another buffer', () => {
    const [one, other] = [new LogBuffer(unbounded), new LogBuffer(unbounded)];
    for (const buffer of [one, other]) {
      buffer.add(unnumbered('a', 'b'));
      buffer.add(unnumbered('y', 'z'));
    }
    for (let seq = 1; seq <= one.lastSeq; seq++) {
      expect(one.locate(one.positionAt(seq))).toBe(seq);
      expect(other.locate(one.positionAt(seq))).toBeNull();
    }
    expect(other.locate(one.positionAt(0))).toBe(0);
  });

  test('that is forged is not found', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(unnumbered('a'));
    expect(buffer.locate({ epoch: buffer.epoch, seq: 99 })).toBeNull();
    expect(buffer.locate({ epoch: null, seq: 99 })).toBeNull();
    expect(buffer.locate({ epoch: 'other', seq: 1 })).toBeNull();
  });

  test('of evicted lines is still known, so that a reader gets the gap and not the start', () => {
    const buffer = new LogBuffer({ maxLines: 2, maxBytes: 1_000 });
    buffer.add(wholeOf(numbered(9)));
    expect(buffer.locate({ epoch: null, seq: 1 })).toBe(1);
  });
});

test('the newest lines come oldest first, without gaps', () => {
  const buffer = new LogBuffer(unbounded);
  buffer.add(unnumbered('a', 'b'));
  buffer.add(unnumbered('y', 'z'));
  expect(buffer.newest(4).map(({ raw }) => raw)).toEqual(['b', 'y', 'z']);
});

test('joining large windows of lines that repeat takes no time to speak of', () => {
  const buffer = new LogBuffer({ maxLines: 10_000, maxBytes: 100_000_000 });
  // All but the last line are the same, which is the worst case for a comparison of every shift.
  const log = (mark: string) => [...new Array<string>(4_999).fill('.'), mark];
  const cpu = cpuTimer();
  for (let look = 0; look < 5; look++) buffer.add(unnumbered(...log(`mark ${look}`)));
  expect(cpu.ms()).toBeLessThan(500);
});
