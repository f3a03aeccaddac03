/** A provider that one may not see is as if it had never been configured: every field of the schema's roots is tried. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { documentOf, rootFields } from '../../support/documents.ts';
import { globalId, type TestGateway } from '../../support/gateway.ts';
import { isNightly, leftToNightly } from '../../support/nightly.ts';
import { doorRows, type Keys } from '../../support/tenant-rows.ts';
import { type Doors, hiddenNames, normalised, openDoors, rowsOf, seenNames } from '../../support/tenants.ts';
import { transports } from '../../support/transports.ts';

const fields = rootFields(createSchema(products.map(({ schema }) => schema)));

let doors: Doors;
let keys: Keys;

beforeAll(async () => {
  doors = await openDoors();
  keys = await collectKeys();
  doors.hiddenRequests();
});
afterAll(() => doors[Symbol.asyncDispose]());

const cursorsOf = async (gateway: TestGateway, token: string, field: string, more = ''): Promise<string[]> => {
  const { data } = await gateway.as(token).askText(`{ ${field}(first: 9${more}) { edges { cursor } } }`);
  const list = data?.[field] as { readonly edges: readonly { cursor: string }[] } | null | undefined;
  return (list?.edges ?? []).map(({ cursor }) => cursor);
};

const recoded = (cursor: string, change: (wire: unknown[]) => void): string => {
  const wire = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  change(wire);
  return Buffer.from(JSON.stringify(wire)).toString('base64url');
};

const cancel = 'mutation ($id: ID!) { cancelBackup(input: { id: $id }) { userErrors { code } } }';

/** What the chief could give to the guest, and what the guest could make of its own. */
async function collectKeys(): Promise<Keys> {
  const { closed, absent, hidden } = doors;
  const known = { hidden: await rowsOf(closed, Object.values(hiddenNames)), seen: await rowsOf(closed, seenNames) };
  await rowsOf(absent, seenNames);
  hidden.labii.outage = true;
  const missing = await cursorsOf(closed, 'chief', 'backups');
  hidden.labii.outage = false;
  const whole = await cursorsOf(closed, 'chief', 'backups');
  const filtered = await cursorsOf(closed, 'chief', 'backups', ', filter: { kinds: [BORG, LABII] }');
  const [own = ''] = await cursorsOf(closed, 'guest', 'backups');
  expect(await cursorsOf(absent, 'guest', 'backups')).toContain(own);
  // Something for the log of commands: the chief's about what is hidden, and the guest's own.
  for (const id of known.hidden.backups) await closed.as('chief').askText(cancel, { id });
  for (const gateway of [closed, absent]) {
    for (const id of [...known.seen.backups.slice(0, 1), ...known.hidden.backups]) {
      await gateway.as('guest').askText(cancel, { id });
    }
  }
  const [, hash] = JSON.parse(Buffer.from(own, 'base64url').toString()) as unknown[];
  return {
    ...known,
    chiefCursors: [missing[0], missing[8], whole[0], filtered[1]].filter((cursor) => cursor !== undefined),
    chiefEntityCursors: (await cursorsOf(closed, 'chief', 'protectedEntities')).slice(0, 2),
    guestCursors: [
      own,
      // As if more providers had been missing than there are for the guest.
      recoded(own, (wire) => (wire[4] = 2 ** 8 - 1)),
      // Hints for all eight, and a row of one that is not there.
      recoded(own, (wire) => (wire[3] = [1, 1, 1, 1, 1, 1, 1, 1])),
      recoded(own, (wire) => ((wire[2] as unknown[])[1] = 5)),
      // The chief's place under the guest's hash.
      recoded(whole[0] ?? '', (wire) => (wire[1] = hash)),
    ],
    operations: Object.values(hiddenNames).map((name) =>
      globalId('Operation', name, 'ffffffff-0000-4000-8000-000000000000'),
    ),
  };
}

test('the table has a row for every field of Query, Mutation and Subscription', () => {
  const missing = fields.filter((field) => !(field in doorRows));
  expect(
    missing,
    `These fields have no row in test/support/door-rows.ts: ${missing.join(', ')}. Add one for each, with variables that \
lead to a provider which the viewer may not see (its names, ids of its rows, cursors and entries of others), so that \
what it answers is compared with that of a gateway where this provider is not configured.`,
  ).toEqual([]);
  expect(Object.keys(doorRows).filter((field) => !fields.some((one) => one === field))).toEqual([]);
});

leftToNightly('rows of this table over two of three transports', 'in the gate each row is asked over one');

const waysIn = (field: string) =>
  field.startsWith('Subscription')
    ? (['WebSocket', 'server-sent events'] as const)
    : field.startsWith('Mutation')
      ? (['HTTP', 'WebSocket', 'server-sent events'] as const)
      : (['HTTP'] as const);

describe.each(fields.filter((field) => field in doorRows))('%s', (field) => {
  test('answers the same as where the hidden providers are not configured, and asks them nothing', async () => {
    const rows = doorRows[field]?.(keys) ?? [];
    expect(rows.length).toBeGreaterThan(0);
    for (const [way, transport] of waysIn(field).entries()) {
      const ask = transports[transport];
      for (const variables of rows.filter((_, index) => isNightly || (index + way) % waysIn(field).length === 0)) {
        const document = documentOf(doors.closed.app.schema, field, Object.keys(variables));
        const told = normalised(await ask(doors.closed, 'guest', document, variables));
        const expected = normalised(await ask(doors.absent, 'guest', document, variables));
        expect(told, `${transport} ${JSON.stringify(variables)}`).toEqual(expected);
        expect(JSON.stringify(told)).not.toContain('INTERNAL');
        expect(JSON.stringify(told), 'the limits of openDoors are too low').not.toContain('This document has');
      }
    }
    expect(doors.hiddenRequests()).toEqual([]);
  });
});
