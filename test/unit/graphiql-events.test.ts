/** The events of a subscription as GraphiQL shows them. */
import { expect, test, vi } from 'vitest';
import { createEvents, type Result } from '../../web/graphiql/events.ts';

test('the first event is shown at once, and those that come fast are drawn together', () => {
  vi.useFakeTimers();
  try {
    const shown: Result[] = [];
    const events = createEvents((answer) => shown.push(answer));
    for (let line = 1; line <= 50; line++) events.add({ line });
    expect(shown).toEqual([{ 'event 1': { line: 1 } }]);
    vi.advanceTimersByTime(1_000);
    expect(shown).toHaveLength(2);
    expect(Object.keys(shown[1] ?? {})).toHaveLength(50);
    expect(Object.entries(shown[1] ?? {})[0]).toEqual(['event 50', { line: 50 }]);
  } finally {
    vi.useRealTimers();
  }
});

test('the newest 200 events are shown, and how many came before them', () => {
  let last: Result = {};
  const events = createEvents((answer) => {
    last = answer;
  });
  for (let line = 1; line <= 205; line++) events.add({ line });
  events.flush();
  const { 'earlier events': earlier, ...shown } = last;
  expect(earlier).toBe(5);
  expect(Object.keys(shown)).toHaveLength(200);
  expect(Object.keys(shown)[0]).toBe('event 205');
  expect(shown).not.toHaveProperty('event 5');
});
