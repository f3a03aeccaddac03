/** Line numbers, the end, the bounds and the positions of a replay log. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe('a numbered log', () => {
  test('skips known lines and reports which numbers are missing', () => {
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

  test('continues with its own numbers after a lost window, even without its first lines', () => {
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

  test('without any known line has started again', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(unnumbered('old 1', 'old 2'));
    buffer.add(wholeOf(['new 1', 'new 2']));
    expect(textsOf(buffer)).toEqual([null, 'old 1', 'old 2', null, 'new 1', 'new 2']);
    expect(readFrom(buffer)[3]?.gap).toEqual({ fromLine: null, toLine: null, reason: 'RESTARTED' });
  });
});

describe('the end of a log', () => {
  test('that is gone is one gap, however often it is read', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(windowOf(numbered(2), 500));
    buffer.addLostEnd();
    buffer.addLostEnd();
    expect(readFrom(buffer).at(-1)?.gap).toEqual({ fromLine: 3, toLine: null, reason: 'UPSTREAM_TRUNCATED' });
    expect(buffer.lastSeq).toBe(3);
    expect(buffer.isComplete).toBe(false);
  });

  test('that was read before the product deleted it is not a gap', () => {
    const buffer = new LogBuffer(unbounded);
    buffer.add(wholeOf(numbered(2)));
    buffer.addLostEnd();
    expect(textsOf(buffer)).toEqual(numbered(2));
    expect(buffer.isComplete).toBe(true);
  });
});

describe('bounds', () => {
  test('hold after every read, and a reader gets a gap for evicted lines', () => {
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

  test('report the numbers of evicted lines if they are known', () => {
    const buffer = new LogBuffer({ maxLines: 2, maxBytes: 1_000 });
    buffer.add(wholeOf(numbered(5)));
    expect(buffer.after(1, 10)).toEqual({ type: 'gap', gap: { fromLine: 2, toLine: 3, reason: 'EVICTED' }, seq: 3 });
    expect(textsOf(buffer, 3)).toEqual(['line 3', 'line 4']);
    expect(buffer.isComplete).toBe(false);
    expect(buffer.knownFromStart).toBe(5);
  });

  test('a line above the size limit becomes a gap, and the next line follows', () => {
    const buffer = new LogBuffer({ maxLines: 10, maxBytes: 100 });
    buffer.add(wholeOf(['x'.repeat(1_000)]));
    expect(buffer.bytes).toBe(0);
    expect(textsOf(buffer)).toEqual([null]);
    buffer.add(wholeOf(['', 'y'], 0));
    expect(textsOf(buffer)).toEqual([null, 'y']);
  });
});

describe('a position', () => {
  test('is a line number while all earlier lines are known, and is valid in another buffer', () => {
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

  test('after a gap is not valid in another buffer', () => {
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

  test('of evicted lines is still valid, so that a reader gets a gap and not the whole log', () => {
    const buffer = new LogBuffer({ maxLines: 2, maxBytes: 1_000 });
    buffer.add(wholeOf(numbered(9)));
    expect(buffer.locate({ epoch: null, seq: 1 })).toBe(1);
  });
});
