/** Reports tell a guest of providers that it may not see what they would tell of providers that do not exist: nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftToNightly, shareOf } from '../../support/nightly.ts';
import { eager, untilComplete } from '../../support/stored-history.ts';
import { type Doors, hiddenNames, openDoors, type Rows, rowsOf, seenNames } from '../../support/tenants.ts';

leftToNightly(
  'each query of reports in both formats',
  'in the gate each viewer asks for one of them, and the other viewer for the other',
);

const names = Object.values(hiddenNames);

describe.each([true, false])('reports, history: %s', (hasHistory) => {
  let doors: Doors;
  let hidden: Rows;
  beforeAll(async () => {
    doors = await openDoors(hasHistory ? { history: eager } : {});
    if (hasHistory) await Promise.all([doors.closed, doors.absent].map((one) => untilComplete(one.as('chief'))));
    hidden = await rowsOf(doors.closed, names);
    doors.hiddenRequests();
  });
  afterAll(() => doors[Symbol.asyncDispose]());

  const queries = (): string[] => [
    '',
    'maxAgeSeconds=0',
    ...names.map((name) => `providers=${name}`),
    `providers=${seenNames[0]}&providers=${names[0]}`,
    'providers=never-configured',
    'kinds=BORG&search=a',
    'entitySearch=a',
    'statuses=FAILED&startedAfter=2026-11-01T00:00:00Z',
    'triggers=MANUAL',
    'vprotect.onlyMountable=true',
    'kinds=VPROTECT&vprotect.onlyMountable=true',
    ...hidden.entities.map((id) => `entities=${id}`),
  ];

  test.each(['guest', 'reader'])('are the same to a %s, and ask no hidden product', async (token) => {
    const read = async (gateway: Doors['closed'], path: string) => {
      const response = await fetch(`${await gateway.listen()}/reports/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const text = await response.text();
      // When each gateway has read a row differs.
      return [path, response.status, text.replaceAll(/"observedAt":"[^"]*"/g, '').replaceAll(/,[^,]*Z\r\n/g, '')];
    };
    for (const [place, query] of queries().entries()) {
      for (const name of shareOf(['backups.csv', 'backups.jsonl'], place + (token === 'guest' ? 0 : 1), 2)) {
        const told = await read(doors.closed, `${name}?${query}`);
        expect(told).toEqual(await read(doors.absent, `${name}?${query}`));
        for (const one of names) if (!query.includes(one)) expect(told[2]).not.toContain(one);
      }
    }
    for (const query of ['', ...names.map((name) => `providers=${name}`), 'protection=NO_EXPECTATION', 'search=a']) {
      const path = `protection.csv?${query}`;
      expect(await read(doors.closed, path)).toEqual(await read(doors.absent, path));
    }
    if (!hasHistory) expect(doors.hiddenRequests()).toEqual([]);
  });
});
