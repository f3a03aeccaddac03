/** One odd field costs nothing but itself, and one odd row nothing but itself: in every product, whatever stands there. */
import { describe, expect, test } from 'vitest';
import { noFilter } from '../../src/core/filter.ts';
import type { Provider } from '../../src/core/provider.ts';
import { readAll } from '../../src/lists/entity-list.ts';
import { mergePage } from '../../src/lists/merge.ts';
import * as borg from '../support/borg.ts';
import { endToEnd, type Fault, type FaultProxy } from '../support/fault-proxy.ts';
import * as flosum from '../support/flosum.ts';
import * as labii from '../support/labii.ts';
import { never } from '../support/model.ts';
import * as vprotect from '../support/vprotect.ts';

type Row = Record<string, unknown>;
interface Opened extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly provider: Provider;
}

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

const odd: readonly unknown[] = [undefined, null, {}, [null], 'odd', -1.5, 2 ** 60, true];

/** Every answer, with `change` applied to each row of the kind. */
const changing = (isMeant: (row: Row) => boolean, change: (row: Row) => unknown): Fault => ({
  name: 'has an odd row',
  async apply({ response, forward }) {
    const answer = await forward();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    let body = Buffer.concat(parts);
    if (String(answer.headers['content-type']).includes('json') && body.length > 0) {
      const walk = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(walk);
        if (typeof value !== 'object' || value === null) return value;
        if (isMeant(value as Row)) return change(value as Row);
        return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
      };
      body = Buffer.from(JSON.stringify(walk(JSON.parse(body.toString()))));
    }
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'content-length': body.length });
    response.end(body);
  },
});

const list = (provider: Provider) =>
  mergePage(
    [{ provider, filter: noFilter, timeoutMs: 10_000 }],
    { direction: 'descending', after: null, size: 100 },
    never,
  );

/** A backup as JSON: when its progress was read does not matter. */
const toText = (row: object): string => JSON.stringify({ ...row, progress: null });

describe.each(products)('$name', ({ name: product, open, identity, ofBackup }) => {
  const isBackup = (row: Row) => identity in row && ofBackup in row;

  test('shows or names a backup whatever one of its fields is, and loses nothing else', async () => {
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
    for (const field of fields) {
      for (const value of odd) {
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

  test('shows every backup whatever stands around the rows of a page', async () => {
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
    for (const field of fields) {
      for (const value of odd) {
        using _ = fixture.proxy.fail(changing(isPage, (page) => ({ ...page, [field]: value })));
        const { rows } = await list(fixture.provider);
        const what = `${field}: ${JSON.stringify(value)}`;
        expect(rows.map(toText), what).toEqual(whole.rows.map(toText));
      }
    }
  });

  test.each([[null], ['odd'], [[]], [17], [{}]])('leaves out a row that is %j, and says so', async (odd) => {
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
  test('keeps its place whatever one of its fields is, and hides no other', async () => {
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
    for (const field of fields) {
      for (const value of odd) {
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

test('an entity of Flosum keeps its place whatever one of its fields is', async () => {
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

test('a task of vProtect costs nothing but what it tells, whatever one of its fields is', async () => {
  await using fixture = await vprotect.open({ history: 6 });
  fixture.sandbox.everyRun({ queuedSeconds: 0, recordSeconds: 0 });
  const target = fixture.sandbox.startOutside(vprotect.first);
  const other = fixture.sandbox.startOutside(vprotect.second);
  fixture.pass(20);
  const isTask = (row: Row) => 'guid' in row && 'statusInfo' in row && 'workflowExecution' in row;
  const rows: Row[] = [];
  const read = async () =>
    (await fixture.provider.getBackups([target.backup, other.backup], never)) as readonly object[];
  let before: readonly object[];
  {
    using _ = fixture.proxy.fail(
      changing(isTask, (row) => {
        rows.push(row);
        return row;
      }),
    );
    before = await read();
  }
  expect(before).toMatchObject([
    { progress: { percent: expect.any(Number) } },
    { progress: { percent: expect.any(Number) } },
  ]);
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  expect(fields.size).toBeGreaterThan(5);
  const untimed = (row: object | undefined) => JSON.stringify(row).replace(/"updatedAt":\d+/, '');
  for (const field of fields) {
    for (const value of odd) {
      const what = `${field}: ${JSON.stringify(value)}`;
      using _ = fixture.proxy.fail(
        changing(
          (row) => isTask(row) && row['guid'] === target.exportTask,
          (row) => ({ ...row, [field]: value }),
        ),
      );
      const [own, shown] = await read();
      expect(untimed(shown), what).toEqual(untimed(before[1]));
      expect(own, what).toMatchObject({ localId: target.backup, status: 'RUNNING' });
      const { problems } = await list(fixture.provider);
      expect(problems, what).toEqual([]);
    }
  }
});

test.each(['count', 'page_size'])('a list of Labii is whole where its "%s" cannot be read', async (field) => {
  await using fixture = await labii.open({ history: 120, organizations: [{ sid: labii.alpha, name: 'One' }] });
  for (const maxPageSize of [50, 10]) {
    fixture.sandbox.maxPageSize = maxPageSize;
    const whole = await labii.walk(fixture.provider, {});
    expect(whole.rows).toHaveLength(120);
    for (const value of [undefined, 'odd', {}, -1]) {
      for (const direction of ['descending', 'ascending'] as const) {
        using _ = fixture.proxy.fail(
          changing(
            (row) => 'results' in row,
            (row) => ({ ...row, [field]: value }),
          ),
        );
        const { rows, problems } = await labii.walk(fixture.provider, { direction });
        expect(rows.map(toText).sort(), `${JSON.stringify(value)} ${direction}`).toEqual(whole.rows.map(toText).sort());
        expect(problems).toEqual([]);
      }
    }
  }
  using _ = fixture.proxy.fail(
    changing(
      (row) => 'results' in row,
      (row) => ({ ...row, count: null }),
    ),
  );
  expect(await fixture.provider.countBackups(noFilter, never)).toBeNull();
});

test.each([
  ['content', undefined],
  ['content', { odd: true }],
  ['content', 17],
  ['line_number', 'odd'],
])('a record of a Borg log whose "%s" is %j costs no other line, and is shown', async (field, value) => {
  await using fixture = await borg.open({ history: 0 });
  const script = { durationSeconds: 10, linesPerSecond: 3, outcome: 'failed' as const };
  const id = fixture.sandbox.startOutside(borg.alpha, { script });
  const isThird = (row: Row) => 'line_number' in row && row['line_number'] === 3;
  const readAt = async () => borg.readLog(fixture.provider, await borg.get(fixture.provider, id));
  for (const seconds of [5, 60]) {
    fixture.sandbox.clock.advance(seconds * 1000);
    const whole = await readAt();
    expect(whole.lines.length).toBeGreaterThan(5);
    using _ = fixture.proxy.fail(changing(isThird, (row) => ({ ...row, [field]: value })));
    const read = await readAt();
    const without = (lines: readonly object[]) => lines.filter((_line, index) => index !== 2);
    expect(without(read.lines)).toEqual(without(whole.lines));
    expect({ ...read, lines: [] }).toEqual({ ...whole, lines: [] });
    const shown = field === 'content' ? expect.stringContaining('cannot be read') : whole.lines[2]?.text;
    expect(read.lines[2]?.text).toEqual(shown);
  }
});

test.each(['total_lines', 'has_more'])('a log of Borg is whole where its "%s" cannot be read', async (field) => {
  await using fixture = await borg.open({ history: 0 });
  const script = { durationSeconds: 10, linesPerSecond: 3, outcome: 'failed' as const };
  const id = fixture.sandbox.startOutside(borg.alpha, { script });
  fixture.sandbox.clock.advance(60_000);
  const backup = await borg.get(fixture.provider, id);
  const whole = await borg.readLog(fixture.provider, backup);
  using _ = fixture.proxy.fail(
    changing(
      (row) => 'lines' in row,
      (row) => ({ ...row, [field]: {} }),
    ),
  );
  expect(await borg.readLog(fixture.provider, backup)).toEqual(whole);
  const page = await borg.readLog(fixture.provider, backup, { offset: 5, limit: 4 });
  expect(page.lines).toEqual(whole.lines.slice(5, 9));
});
