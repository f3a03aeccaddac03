/** Cron expressions with a time zone, parsed by croner. Its extensions of the five standard fields are refused. */
import { Cron } from 'croner';
import type { Instant } from '../core/instant.ts';
import type { Schedule, Slot } from '../lists/expectation.ts';

/** The message says what is wrong with an expression or a time zone; it begins with "expected". */
export class ScheduleError extends Error {}

const fieldNames = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;

/**
 * Abbreviations that Node accepts as time zones. They are refused because several are ambiguous: Node takes BST as Dhaka,
 * IST as Calcutta, and CST as Chicago.
 */
const abbreviations =
  /^(ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST|SystemV\/.*)$/i;

/** Number of cached slots: most entities of one schedule had their newest success between the same two slots. */
const maxKnownSlots = 20;

/** Throws ScheduleError. */
export function createSchedule(expression: string, timeZone: string): Schedule {
  const cron = readCron(toFields(expression).join(' '), toTimeZone(timeZone));
  /** Each slot with the time `from` which it is the next one: the slot before it. */
  const known: { readonly from: Instant; readonly slot: Slot }[] = [];

  function findSlotAfter(at: Instant): { readonly from: Instant; readonly slot: Slot } | null {
    const [slot, next] = cron.nextRuns(2, new Date(Math.floor(at / 1000))).map(toInstant);
    if (slot === undefined) return null;
    const before = cron.previousRuns(1, new Date(slot / 1000)).map(toInstant)[0];
    const distances = [before === undefined ? null : slot - before, next === undefined ? null : next - slot];
    const known = distances.filter((distance) => distance !== null);
    if (known.length === 0) return null;
    return { from: before ?? at, slot: { at: slot, distanceSeconds: Math.min(...known) / 1_000_000 } };
  }

  const schedule: Schedule = {
    text: `${cron.getPattern()} ${timeZone}`,
    slotAfter(at) {
      const found = known.find(({ from, slot }) => from <= at && at < slot.at) ?? findSlotAfter(at);
      if (found && !known.includes(found)) {
        known.push(found);
        if (known.length > maxKnownSlots) known.shift();
      }
      return found?.slot ?? null;
    },
  };
  if (schedule.slotAfter(Date.now() * 1000) === null) {
    throw new ScheduleError('expected a cron expression of days that exist: this one has no slot');
  }
  return schedule;
}

const toInstant = (date: Date): Instant => date.getTime() * 1000;

/**
 * As in cron, a slot in the hour that is skipped when clocks go forward comes at the end of that hour, and a slot in the
 * repeated hour comes once. `no-wildcard` extends this to lists and ranges of hours.
 */
function readCron(pattern: string, timezone: string): Cron {
  try {
    return new Cron(pattern, { paused: true, timezone, mode: '5-part', fixedTimeRule: 'no-wildcard' });
  } catch (error) {
    throw new ScheduleError(`expected a cron expression such as "0 1 * * *": ${toReason(error)}`);
  }
}

/** The message of croner without its prefix. */
const toReason = (error: unknown): string =>
  (error instanceof Error ? error.message : 'it cannot be parsed').replace(/^CronPattern: (Syntax error, )?/, '');

function toFields(expression: string): string[] {
  const fields = expression.trim().split(/[ \t]+/);
  if (fields.length !== fieldNames.length) {
    throw new ScheduleError(
      `expected a cron expression of five fields (${fieldNames.join(', ')}), such as "0 1 * * *"; seconds, years and names such as @daily are not supported`,
    );
  }
  for (const [index, field] of fields.entries()) {
    if (/^[\dA-Z*,/#-]{1,100}$/i.test(field) && !/\d{3}/.test(field)) continue;
    throw new ScheduleError(
      `expected digits, names, "*", ",", "-", "/", "L", "W" and "#" in the ${fieldNames[index]} of a cron expression`,
    );
  }
  return fields;
}

function toTimeZone(name: string): string {
  const isNamed = /^[A-Za-z][\w+/-]*$/.test(name) && !abbreviations.test(name);
  if (isNamed && isKnown(name)) return name;
  throw new ScheduleError('expected an IANA time zone such as Europe/Berlin, America/New_York or UTC');
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
