/** One odd field costs nothing but itself, and one odd row nothing but itself: in every product, whatever stands there. */
import { describe, expect, test } from 'vitest';
import { noFilter } from '../src/core/filter.ts';
import { readAll } from '../src/core/lists/entity-list.ts';
import { mergePage } from '../src/core/lists/merge.ts';
import type { Provider } from '../src/core/provider.ts';
import { never } from './core/model.ts';
import * as borg from './support/borg.ts';
import { endToEnd, type Fault, type FaultProxy } from './support/fault-proxy.ts';
import * as flosum from './support/flosum.ts';
import * as labii from './support/labii.ts';
import * as vprotect from './support/vprotect.ts';

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

describe.each(products)('$name', ({ open, identity, ofBackup }) => {
  const isBackup = (row: Row) => identity in row && ofBackup in row;

  test('shows or names a backup whatever one of its fields is, and loses nothing else', {
    timeout: 60_000,
  }, async () => {
    await using world = await open();
    const { proxy, provider } = world;
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

  test.each([[null], ['odd'], [[]], [17], [{}]])('leaves out a row that is %j, and says so', async (odd) => {
    await using world = await open();
    const whole = await list(world.provider);
    const target = whole.rows[2]?.externalId ?? '';
    using _ = world.proxy.fail(
      changing(
        (row) => isBackup(row) && String(row[identity]) === target,
        () => odd,
      ),
    );
    const { rows, problems } = await list(world.provider);
    expect(rows.map(toText)).toEqual(whole.rows.filter(({ externalId }) => externalId !== target).map(toText));
    expect(problems.map(({ error }) => error.message).join()).toContain('without an id that can be read');
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
