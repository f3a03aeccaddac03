/** Who may only read changes nothing, learns nothing from trying, and nothing is sent upstream for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { rootFields } from '../../support/documents.ts';
import { leftToNightly, shareOf } from '../../support/nightly.ts';
import { doorRows, type Keys } from '../../support/tenant-rows.ts';
import { type Doors, hiddenNames, openDoors, type Rows, rowsOf, seenNames } from '../../support/tenants.ts';
import { transports } from '../../support/transports.ts';

/** A link to a log is for readers, too. */
const mutations = rootFields(createSchema(products.map(({ schema }) => schema))).filter(
  (field) => field.startsWith('Mutation.') && field !== 'Mutation.createDownloadLink',
);

leftToNightly('what a reader tries over each transport', 'in the gate each is tried over one');

let doors: Doors;
let keys: Keys;

beforeAll(async () => {
  doors = await openDoors();
  keys = {
    hidden: await rowsOf(doors.closed, Object.values(hiddenNames)),
    seen: await rowsOf(doors.closed, seenNames),
    chiefCursors: [],
    chiefEntityCursors: [],
    guestCursors: [],
    operations: [],
  };
  doors.hiddenRequests();
  doors.seenRequests();
});
afterAll(() => doors[Symbol.asyncDispose]());

const noIds: Rows = { backups: ['no id', '', '..', 'é'], entities: ['no id', '', '..'], externalIds: [] };

const forbidden = {
  message: 'Your role may read, but not start, cancel or change anything.',
  extensions: { code: 'FORBIDDEN', retryable: false },
};

describe.each(mutations)('%s', (field) => {
  const name = field.slice('Mutation.'.length);
  const document = (type: string) => `mutation($input: ${type}!) { ${name}(input: $input) { __typename } }`;
  const inputType = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;

  test.each(Object.entries(transports).map(([way, ask], place) => [way, ask, place] as const))(
    'is FORBIDDEN over %s, whatever its ids are',
    async (_, ask, place) => {
      const rowsOfField = doorRows[field];
      if (!rowsOfField) throw new Error(`give ${field} a row in test/support/door-rows.ts`);
      const rows = [
        ...rowsOfField(keys),
        // What it may see, and what is no id at all, looks the same.
        ...rowsOfField({ ...keys, hidden: keys.seen }),
        ...rowsOfField({ ...keys, hidden: noIds }),
        ...(field === 'Mutation.acknowledgeBackupWarnings' ? [{ input: { ids: Array(101).fill('no id') } }] : []),
      ];
      for (const variables of shareOf(rows, place, Object.keys(transports).length)) {
        const [told, ...more] = await ask(doors.closed, 'reader', document(inputType), variables);
        expect(more).toEqual([]);
        expect(told?.errors, JSON.stringify(variables)).toMatchObject([forbidden]);
        expect(told?.errors).toHaveLength(1);
        expect(told?.data ?? null).toBeNull();
      }
      expect(doors.hiddenRequests()).toEqual([]);
      expect(doors.seenRequests()).toEqual([]);
    },
    30_000,
  );

  test('is not done by GET either, plain or as events', async () => {
    const query = document(inputType);
    const [variables] = doorRows[field]?.({ ...keys, hidden: keys.seen }) ?? [];
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    for (const accept of ['application/json', 'text/event-stream']) {
      for (const token of ['reader', 'guest']) {
        const response = await fetch(`${await doors.closed.listen()}/graphql?${parameters}`, {
          headers: { accept, authorization: `Bearer ${token}` },
        });
        expect([accept, token, response.status]).toEqual([accept, token, 405]);
        await response.text();
      }
    }
    expect(doors.seenRequests()).toEqual([]);
  });
});

test('a reader is offered no actions', async () => {
  const ask = async (token: string) => {
    const text = 'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Backup { allowedActions } } }';
    const { data } = await doors.closed.as(token).askText(text, { ids: keys.seen.backups });
    const nodes = (data?.['nodes'] ?? []) as { allowedActions: string[] }[];
    return nodes.flatMap(({ allowedActions }) => allowedActions);
  };
  expect(await ask('guest')).toContain('UPDATE_DESCRIPTION');
  expect(await ask('reader')).toEqual([]);
});
