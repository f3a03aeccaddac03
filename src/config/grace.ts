/** Checks that `grace` is not longer than the interval or the schedule that it was chosen for. */
import type { Expectation, Schedule } from '../lists/expectation.ts';
import { type Expectations, expectationOf, toExpectation } from './expectations.ts';

/** Each fault has its path within the provider. */
export function graceFaults(settings: Expectations): { readonly path: string[]; readonly message: string }[] {
  const ofEntities = [...settings.entities].map(([id, own]) => ({
    path: ['entities', id, 'grace'],
    expectation: own.grace === undefined ? null : expectationOf(settings, id),
  }));
  const ofProvider = { path: ['grace'], expectation: toExpectation(settings.expectEvery, settings.grace, false) };
  return [ofProvider, ...ofEntities].flatMap(({ path, expectation }) => {
    const longest = expectation && longestGrace(expectation);
    const isTooLong = longest !== null && (expectation?.graceSeconds ?? 0) > longest;
    return isTooLong ? [{ path, message: `expected at most ${longest / 60}m, ${reasonOf(expectation)}` }] : [];
  });
}

const reasonOf = (expectation: Expectation | null): string =>
  expectation?.schedule ? 'the shortest time between two slots of the schedule' : 'half of expectEvery';

/** An interval counts from the end of a backup, a schedule from its start, so that a backup may take until the next slot. */
function longestGrace({ everySeconds, schedule }: Expectation): number | null {
  if (everySeconds !== null) return everySeconds / 2;
  return schedule && shortestDistance(schedule);
}

const checkedSlots = 50;

function shortestDistance(schedule: Schedule): number | null {
  let shortest: number | null = null;
  let slot = schedule.slotAfter(Date.now() * 1000);
  for (let count = 0; slot && count < checkedSlots; count++) {
    shortest = Math.min(shortest ?? slot.distanceSeconds, slot.distanceSeconds);
    slot = schedule.slotAfter(slot.at);
  }
  return shortest;
}
