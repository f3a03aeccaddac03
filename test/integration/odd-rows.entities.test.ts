/** An unreadable field of an entity does not affect its position or other entities. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/lists/all-entities.ts';
import * as borg from '../support/borg.ts';
import * as flosum from '../support/flosum.ts';
import { never } from '../support/model.ts';
import { changing, type Opened, oddAt, type Row } from '../support/odd-rows.ts';
import * as vprotect from '../support/vprotect.ts';

interface Listing {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  readonly isEntity: (row: Row) => boolean;
  readonly identity: string;
}

const entityLists: readonly Listing[] = [
  {
    name: 'borg',
    open: () => borg.open({ history: 0 }),
    isEntity: (row) => 'path' in row && 'mode' in row,
    identity: 'path',
  },
  {
    name: 'flosum',
    open: () => flosum.open({ history: 0 }),
    isEntity: (row) => 'userName' in row && 'externalId' in row,
    identity: 'id',
  },
  {
    name: 'vprotect',
    open: () => vprotect.open({ history: 0 }),
    isEntity: (row) => 'guid' in row && 'vmBackupPolicy' in row,
    identity: 'guid',
  },
];

describe.each(entityLists)('an entity of $name', ({ open, isEntity, identity }) => {
  test('keeps its position with any single unreadable field, and hides no other', async () => {
    await using fixture = await open();
    const rows: Row[] = [];
    let before: readonly { readonly externalId: string }[];
    {
      using _ = fixture.proxy.fail(
        changing(isEntity, (row) => {
          rows.push(row);
          return row;
        }),
      );
      before = await fixture.provider.listEntities(never);
    }
    const ids = before.map(({ externalId }) => externalId);
    expect(ids.length).toBeGreaterThan(1);
    const target = ids[0] ?? '';
    const fields = new Set(rows.flatMap((row) => Object.keys(row)));
    expect(fields.size).toBeGreaterThan(3);
    for (const [place, field] of [...fields].entries()) {
      for (const value of oddAt(place)) {
        const what = `${field}: ${JSON.stringify(value)}`;
        await using fresh = await open();
        using _ = fresh.proxy.fail(
          changing(
            (row) => isEntity(row) && String(row[identity]) === target,
            (row) => ({ ...row, [field]: value }),
          ),
        );
        const read = await readAll([fresh.provider], () => 10_000, never);
        const shown = read.entities.map(({ externalId }) => externalId);
        const messages = read.unlisted.map(({ error }) => error.message).join();
        if (field !== identity) {
          expect(shown, what).toEqual(ids);
          const own = read.entities[0] as object as { unreadable?: readonly string[] };
          if (own.unreadable) expect(messages, what).toContain(target);
        } else if (typeof value !== 'string') {
          expect(shown, what).toEqual(ids.slice(1));
          expect(messages, what).toContain('without an id that can be read');
        }
      }
    }
  });
});

test('an entity of Flosum keeps its position with any single unreadable field', async () => {
  const isConnection = (row: Row) => 'userName' in row && 'externalId' in row;
  for (const field of ['externalId', 'name', 'userName', 'salesforceOrgType']) {
    for (const value of [{}, [null], 2 ** 60, true]) {
      await using fresh = await flosum.open({ history: 0 });
      const entities = await fresh.provider.listEntities(never);
      const target = entities[0]?.externalId ?? '';
      await using odd = await flosum.open({ history: 0 });
      using _ = odd.proxy.fail(
        changing(
          (row) => isConnection(row) && String(row['id']) === target,
          (row) => ({ ...row, [field]: value }),
        ),
      );
      const read = await readAll([odd.provider], () => 10_000, never);
      expect(read.entities.map(({ externalId }) => externalId)).toEqual(entities.map(({ externalId }) => externalId));
      expect(read.unlisted.map(({ error }) => error.message).join()).toContain(`"${field}" of entity ${target}`);
    }
  }
});
