import { describe, expect, it } from 'vitest';
import { isOurs, toWindow } from '../../../../providers/vprotect/window.ts';
import { createExportReply, createWire, type TaskRow } from '../../../../providers/vprotect/wire.ts';
import { parseInstant } from '../../../../src/core/instant.ts';
import { createTimeReader } from '../../../../src/core/time-reader.ts';

const wire = createWire(createTimeReader('UTC'));
const exportReply = createExportReply(wire);

const guid = 'f8f73bf9-2445-4bce-a7dd-753be3b40a67';

describe('the answer to a start', () => {
  const one = { guid, state: { name: 'QUEUED' } };

  it('is read in each of its forms', () => {
    const read = (body: unknown) => {
      const { data } = exportReply.safeParse(body);
      return data && [data.tasks.length, data.isRefused];
    };
    expect(read(null)).toEqual([0, false]);
    expect(read([])).toEqual([0, false]);
    expect(read([one])).toEqual([1, false]);
    expect(read(one)).toEqual([1, false]);
    expect(read({ successful: [{ guid }], unsuccessful: [], tasks: [one] })).toEqual([1, false]);
    expect(read({ tasks: [], unsuccessful: [{ guid }] })).toEqual([0, true]);
    expect(read({ tasks: [] })).toEqual([0, false]);
    expect(read({ guid: 17 })).toBeUndefined();
    expect(read('ok')).toBeUndefined();
  });
});

describe('the window of a start', () => {
  const at = parseInstant('2026-11-22T10:00:00.123Z') ?? 0;

  it('begins a minute ago and lasts a day at least', () => {
    const { windowStart, windowEnd } = toWindow(at, 'a1b2c3d4');
    expect(new Date(windowStart).toISOString()).toBe('2026-11-22T09:59:00.123Z');
    expect(windowEnd - windowStart).toBeGreaterThanOrEqual(86_400_000);
    expect(windowEnd - windowStart).toBeLessThan(28 * 3_600_000);
  });

  it('tells by its length whose it is', () => {
    const own = wire.task({ guid, state: 'QUEUED', ...toWindow(at, 'a1b2c3d4') }) as TaskRow;
    expect(isOurs(own, 'a1b2c3d4')).toBe(true);
    expect(isOurs(own, 'a1b2c3d5')).toBe(false);
    expect(isOurs(wire.task({ guid, state: 'QUEUED' }) as TaskRow, 'a1b2c3d4')).toBe(false);
    const lengths = Array.from({ length: 1000 }, (_, index) => toWindow(0, `n${index}`).windowEnd);
    expect(new Set(lengths).size).toBeGreaterThan(998);
  });
});
