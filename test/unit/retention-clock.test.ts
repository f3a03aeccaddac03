/** The time that deletions go by: a clock that is wrong for a moment deletes nothing. */
import { describe, expect, it } from 'vitest';
import { createRetentionClock, type ObservedTime } from '../../src/storage/retention-clock.ts';

const start = 1_790_000_000_000_000;
const hour = 3_600_000_000;
const day = 24 * hour;

function aClock() {
  const fixture = { at: start, elapsedMs: 0, saved: null as ObservedTime | null };
  const open = () =>
    createRetentionClock({
      load: () => fixture.saved,
      save: (observed) => (fixture.saved = observed),
      now: () => fixture.at,
      elapsedMs: () => fixture.elapsedMs,
    });
  let clock = open();
  return {
    fixture,
    now: () => clock.now() - start,
    reopen: () => (clock = open()),
    /** Time passes, and is observed every minute. */
    pass(microseconds: number) {
      for (let left = microseconds; left > 0; left -= 60_000_000) {
        fixture.at += 60_000_000;
        fixture.elapsedMs += 60_000;
        clock.now();
      }
    },
  };
}

describe('the clock of retention', () => {
  it('goes with the clock of the system', () => {
    const clock = aClock();
    clock.pass(3 * hour);
    expect(clock.now()).toBe(3 * hour);
  });

  it.each([1, 31, 4_000])('does not follow a clock that is %i days ahead for a moment', (days) => {
    const clock = aClock();
    clock.now();
    clock.fixture.at += days * day;
    expect(clock.now()).toBe(0);
    clock.pass(2 * hour);
    expect(clock.now()).toBe(2 * hour);
    clock.fixture.at -= days * day;
    expect(clock.now()).toBe(2 * hour);
  });

  it('does not add moments up', () => {
    const clock = aClock();
    for (let round = 0; round < 30; round++) {
      clock.fixture.at += 31 * day;
      clock.pass(hour);
      expect(clock.now()).toBeLessThan(3 * day);
      clock.fixture.at -= 31 * day;
      clock.pass(hour);
    }
  });

  it('follows a clock that has been ahead for a day, as after a long pause', () => {
    const clock = aClock();
    clock.now();
    clock.fixture.at += 31 * day;
    clock.pass(23 * hour);
    expect(clock.now()).toBe(23 * hour);
    clock.pass(2 * hour);
    expect(clock.now()).toBe(31 * day + 25 * hour);
  });

  it('starts anew where the clock jumps again', () => {
    const clock = aClock();
    clock.now();
    clock.fixture.at += 31 * day;
    clock.pass(20 * hour);
    clock.fixture.at += 300 * day;
    clock.pass(20 * hour);
    expect(clock.now()).toBe(40 * hour);
  });

  it('knows after a restart what it has observed before', () => {
    const clock = aClock();
    clock.pass(hour);
    clock.fixture.at += 31 * day;
    clock.reopen();
    expect(clock.now()).toBeLessThanOrEqual(hour);
    clock.pass(12 * hour);
    clock.reopen();
    clock.pass(13 * hour);
    expect(clock.now()).toBe(31 * day + 26 * hour);
  });

  it('is never ahead of a clock that was set back, and catches up within a day', () => {
    const clock = aClock();
    clock.pass(hour);
    clock.fixture.at -= 365 * day;
    expect(clock.now()).toBe(hour - 365 * day);
    clock.fixture.at += 365 * day;
    expect(clock.now()).toBe(hour - 365 * day);
    clock.pass(25 * hour);
    expect(clock.now()).toBe(26 * hour);
  });
});
