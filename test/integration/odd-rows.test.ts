/** An unreadable field of a backup becomes null, and an unreadable backup is reported; neither affects other rows. */
import { describe, expect, test } from 'vitest';
import * as borg from '../support/borg.ts';
import * as flosum from '../support/flosum.ts';
import * as labii from '../support/labii.ts';
import { changing, list, type Opened, oddAt, type Row, toText } from '../support/odd-rows.ts';
import * as vprotect from '../support/vprotect.ts';

interface Product {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  readonly identity: string;
  /** A field that every row of a backup has, and no row of an entity; and the other way round. */
  readonly ofBackup: string;
  readonly ofEntity: string | null;
}

const products: readonly Product[] = [
  { name: 'borg', open: () => borg.open({ history: 6 }), identity: 'id', ofBackup: 'started_at', ofEntity: null },
  { name: 'flosum', open: () => flosum.open({ history: 6 }), identity: 'id', ofBackup: 'jobId', ofEntity: 'userName' },
  {
    name: 'labii v1',
    open: () => labii.open({ history: 6 }),
    identity: 'sid',
    ofBackup: 'date_created',
    ofEntity: null,
  },
  {
    name: 'labii',
    open: () => labii.open({ history: 6, generation: 'current' }),
    identity: 'sid',
    ofBackup: 'date_created',
    ofEntity: null,
  },
  {
    name: 'vprotect',
    open: () => vprotect.open({ history: 6 }),
    identity: 'guid',
    ofBackup: 'snapshotTime',
    ofEntity: null,
  },
];

describe.each(products)('$name', ({ name: product, open, identity, ofBackup }) => {
  const isBackup = (row: Row) => identity in row && ofBackup in row;

  test('lists or reports a backup with any single unreadable field, and loses nothing else', async () => {
    await using fixture = await open();
    const { proxy, provider } = fixture;
    const rows: Row[] = [];
    let whole: Awaited<ReturnType<typeof list>>;
    {
      using _ = proxy.fail(
        changing(isBackup, (row) => {
          rows.push(row);
          return row;
        }),
      );
      whole = await list(provider);
    }
    expect(whole.problems).toEqual([]);
    const before = new Map(whole.rows.map((row) => [row.externalId, toText(row)]));
    const target = whole.rows[2]?.externalId ?? '';
    const fields = new Set(rows.flatMap((row) => Object.keys(row)));
    for (const [place, field] of [...fields].entries()) {
      for (const value of oddAt(place)) {
        const what = `${field}: ${JSON.stringify(value)}`;
        // A backup of vProtect without a snapshot is one that waits or failed, and stands elsewhere in its list.
        if (field === 'snapshotTime' && (value === undefined || value === null)) continue;
        using _ = proxy.fail(
          changing(
            (row) => isBackup(row) && String(row[identity]) === target,
            (row) => ({ ...row, [field]: value }),
          ),
        );
        const { rows: shown, problems } = await list(provider);
        const others = shown.filter(({ externalId }) => before.has(externalId) && externalId !== target);
        expect(
          others.map((row) => toText(row)),
          what,
        ).toEqual([...before].filter(([id]) => id !== target).map(([, text]) => text));
        const own = shown.find(({ externalId }) => externalId === target);
        const messages = problems.map(({ error }) => error.message).join('\n');
        if (field !== identity) {
          expect(own, what).toBeDefined();
          const isNamed = messages.includes(`"${field}`) && messages.includes(target);
          // Only a list or an object is unreadable for nearly every field; an object without anything in it says nothing.
          if (
            field !== 'progress_details' &&
            value !== null &&
            typeof value === 'object' &&
            own &&
            toText(own) !== before.get(target)
          ) {
            expect(isNamed, `${what} in ${messages}`).toBe(true);
          }
          expect(problems.length, what).toBe(own?.unreadable ? 1 : 0);
        } else if (typeof value !== 'string') {
          // Another text may be another id.
          expect(own, what).toBeUndefined();
          expect(messages, what).toContain('without an id that can be read');
        }
      }
    }
  });

  test('lists every backup whatever else is in the page', async () => {
    await using fixture = await open();
    // What has an id of its own is a row that names backups, such as a task of vProtect.
    const isPage = (row: Row) =>
      !(identity in row) && Object.values(row).some((field) => Array.isArray(field) && field.some(isBackupIn));
    const isBackupIn = (one: unknown) => typeof one === 'object' && one !== null && isBackup(one as Row);
    const pages: Row[] = [];
    const note = (page: Row) => {
      pages.push(page);
      return page;
    };
    let whole: Awaited<ReturnType<typeof list>>;
    {
      using _ = fixture.proxy.fail(changing(isPage, note));
      whole = await list(fixture.provider);
    }
    const fields = new Set(pages.flatMap((page) => Object.keys(page).filter((name) => !Array.isArray(page[name]))));
    // A list of vProtect is an array, with nothing around it.
    expect(fields.size > 0).toBe(product === 'flosum' || product.startsWith('labii'));
    for (const [place, field] of [...fields].entries()) {
      for (const value of oddAt(place)) {
        using _ = fixture.proxy.fail(changing(isPage, (page) => ({ ...page, [field]: value })));
        const { rows } = await list(fixture.provider);
        const what = `${field}: ${JSON.stringify(value)}`;
        expect(rows.map(toText), what).toEqual(whole.rows.map(toText));
      }
    }
  });

  test.each([[null], ['odd'], [[]], [17], [{}]])('leaves out a row that is %j, and reports it', async (odd) => {
    await using fixture = await open();
    const whole = await list(fixture.provider);
    const target = whole.rows[2]?.externalId ?? '';
    using _ = fixture.proxy.fail(
      changing(
        (row) => isBackup(row) && String(row[identity]) === target,
        () => odd,
      ),
    );
    const { rows, problems } = await list(fixture.provider);
    expect(rows.map(toText)).toEqual(whole.rows.filter(({ externalId }) => externalId !== target).map(toText));
    expect(problems.map(({ error }) => error.message).join()).toContain('without an id that can be read');
  });
});
