/** What is stored of a provider that one may not see is in no answer from the history, while products are down. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf } from '../../support/documents.ts';
import { leftToNightly, shareOf } from '../../support/nightly.ts';
import { eager, untilComplete } from '../../support/stored-history.ts';
import { type Doors, hiddenNames, normalised, openDoors, seenNames } from '../../support/tenants.ts';

leftToNightly(
  'each filter with each order and grouping',
  'in the gate each filter meets some of them, and each of them some filters',
);

let doors: Doors;
beforeAll(async () => {
  // Entities stay known for a minute.
  doors = await openDoors({ history: eager }, 60);
  const { closed, absent } = doors;
  await Promise.all([untilComplete(closed.as('chief')), untilComplete(absent.as('guest'))]);
  for (const gateway of [closed.as('chief'), closed.as('guest'), absent.as('guest')]) {
    await gateway.askText('{ protectedEntities(first: 200) { nodes { id } } }');
  }
  for (const { labii, vprotect } of [doors.seen, doors.hidden]) {
    labii.outage = true;
    vprotect.outage = 503;
  }
});
afterAll(() => doors[Symbol.asyncDispose]());

const names = Object.values(hiddenNames);
const filters = [
  {},
  ...names.map((name) => ({ providers: [name] })),
  { providers: [seenNames[1], names[2]] },
  { kinds: ['LABII'] },
];
const questions: readonly (readonly [field: string, variables: Readonly<Record<string, unknown>>])[] = [
  ...filters.map((filter) => ['Query.backups', { first: 9, lastKnown: true, filter }] as const),
  ...['SIZE', 'DURATION', 'ENDED_AT', 'NAME'].flatMap((field, place) =>
    shareOf(filters, place, 3).map(
      (filter) => ['Query.backups', { first: 9, orderBy: { field, direction: 'DESC' }, filter }] as const,
    ),
  ),
  ...[[], ['PROVIDER'], ['KIND', 'STATUS'], ['ENTITY', 'MONTH'], ['DAY', 'TYPE', 'TRIGGER']].flatMap((groupBy, place) =>
    shareOf(filters, place, 3).map(
      (filter) => ['Query.backupTotals', { groupBy, timeZone: 'Europe/Paris', filter }] as const,
    ),
  ),
  ['Query.backups', { last: 9, orderBy: { field: 'NAME', direction: 'ASC' } }],
  ['Query.protectedEntities', { first: 200 }],
  ...filters.map((filter) => ['Query.protectedEntities', { first: 200, lastKnown: true, filter }] as const),
  ['Query.providers', {}],
  ...names.map((name) => ['Query.provider', { name }] as const),
];

/** The two gateways have read the products at different times, and each counts failures for itself. */
const timeless = (answer: unknown): unknown =>
  normalised(answer, (key, value) => {
    if (value === null || typeof value !== 'object')
      return /^(asOf|observedAt|servedAsOf)$/.test(key) && value ? 'some' : value;
    if (key === 'health') return 'some';
    const told = value as {
      code?: string;
      extensions?: { code: string; retryAfterSeconds?: number };
      message?: string;
    };
    if ((told.code ?? told.extensions?.code) !== 'PROVIDER_UNAVAILABLE') return value;
    const { retryAfterSeconds: _, ...extensions } = told.extensions ?? {};
    return { ...told, message: told.message?.split(' ')[0], retryAfterSeconds: null, extensions };
  });

test.each(questions)('%s %j', async (field, variables) => {
  const document = documentOf(doors.closed.app.schema, field, Object.keys(variables));
  const ask = async (gateway: Doors['closed'], token: string) =>
    timeless(await gateway.as(token).askText(document, variables));
  expect(await ask(doors.closed, 'guest')).toEqual(await ask(doors.absent, 'guest'));
});

test('a cursor of one who sees all leads the guest nowhere', async () => {
  const orderBy = { field: 'SIZE', direction: 'DESC' };
  const text =
    'query ($after: String, $orderBy: BackupOrder) { backups(first: 9, after: $after, orderBy: $orderBy) { pageInfo { endCursor } } }';
  const { data } = await doors.closed.as('chief').askText(text, { orderBy });
  const { backups } = data as { backups: { pageInfo: { endCursor: string } } };
  const after = backups.pageInfo.endCursor;
  const answers = [doors.closed, doors.absent].map((gateway) => gateway.as('guest').askText(text, { after, orderBy }));
  const [closed, absent] = await Promise.all(answers);
  expect(closed?.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: ['after'] });
  expect(timeless(closed)).toEqual(timeless(absent));
});

test('the answers of one who sees all have more of it, from the history', async () => {
  const text = `{ backups(first: 200, lastKnown: true) { nodes { observedAt provider { name } } }
    protectedEntities(first: 200) { nodes { providerName days(last: 30) { date } protection { lastKnown { asOf } } } } }`;
  const told = async (token: string) => JSON.stringify(await doors.closed.as(token).askText(text));
  const [all, some] = [await told('chief'), await told('guest')];
  for (const name of names) {
    expect(all).toContain(`"${name}"`);
    expect(some).not.toContain(name);
  }
  expect(some).toMatch(/"observedAt":"2/);
});
