/**
 * A filter of the merged list gives the rows that a look at each would, whatever the products can filter themselves.
 * One file, since all its tests draw from the same filters.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxScannedRows as maxPagedRows } from '../../providers/_kit/readers/pages.ts';
import { maxRows as maxPrefixRows } from '../../providers/_kit/readers/prefix.ts';
import { maxScannedRows as maxTimedRows } from '../../providers/_kit/readers/time-bound.ts';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { products } from '../../providers/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { type Backup, backupStatuses, backupTriggers, backupTypes, dataPresences } from '../../src/core/model.ts';
import type { SortKey } from '../../src/core/order.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { ListFilter } from '../../src/lists/backup-list.ts';
import { makeWorld, productDraws } from '../support/list-fixtures.ts';
import { aBackup, never } from '../support/model.ts';
import { casesOf } from '../support/nightly.ts';
import { aProduct, type Manners, type Product, plainManners } from '../support/products.ts';
import {
  everything,
  expectCut,
  keyOf,
  type Listing,
  maxPages,
  options,
  orderOf,
  readPage,
  timeoutMs,
  type WalkedPage,
  walk,
  way,
} from '../support/walks.ts';

// ---- any filter over any rows

/** Places, from which values that rows have are taken, so that a filter usually finds something. */
interface FilterDraw {
  readonly providers: readonly number[] | null;
  readonly kinds: readonly number[] | null;
  readonly entities: readonly number[] | null;
  readonly statuses: ListFilter['statuses'];
  readonly types: ListFilter['types'];
  readonly triggers: ListFilter['triggers'];
  /** And microseconds past the time of that row. */
  readonly startedAfter: readonly [number, number] | null;
  readonly startedBefore: readonly [number, number] | null;
  readonly search: number | string | null;
  /** At most one of these, since each leaves out most rows. */
  readonly more: MoreDraws;
}

const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2, nil: null });
const places = fc.array(fc.nat(9999), { maxLength: 3 });
const time = fc.tuple(fc.nat(9999), fc.constantFrom(-1, 0, 1));
const most = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 0 });

interface MoreDraws {
  /** And bytes more than that row has. */
  readonly minStoredBytes?: readonly [number, number];
  readonly endedAfter?: readonly [number, number];
  readonly endedBefore?: readonly [number, number];
  readonly entitySearch?: number;
  readonly errorSearch?: number;
  readonly dataPresences?: ListFilter['dataPresences'];
}
const moreDraws: { readonly [Name in keyof MoreDraws]-?: fc.Arbitrary<NonNullable<MoreDraws[Name]>> } = {
  minStoredBytes: time,
  endedAfter: time,
  endedBefore: time,
  entitySearch: fc.nat(9999),
  errorSearch: fc.nat(9999),
  dataPresences: most(dataPresences),
};

const filterDraw: fc.Arbitrary<FilterDraw> = fc.record({
  providers: fc.option(places, { freq: 1 }),
  kinds: fc.option(places, { freq: 1 }),
  entities: fc.option(places, { freq: 1 }),
  statuses: seldom(most(backupStatuses)),
  types: seldom(most(backupTypes)),
  triggers: seldom(most(backupTriggers)),
  startedAfter: seldom(time),
  startedBefore: seldom(time),
  search: fc.option(fc.oneof(fc.nat(9999), fc.constantFrom('', '%', '_', '.', 'NIGHT', 'no backup has this')), {
    freq: 1,
  }),
  more: fc.option(
    fc.oneof(
      ...Object.entries(moreDraws).map(([name, draw]) => (draw as fc.Arbitrary<unknown>).map((at) => ({ [name]: at }))),
    ),
    { freq: 1, nil: {} },
  ),
});

function toFilter(draw: FilterDraw, { providers, sorted, entityTexts }: Listing): ListFilter {
  const rows = sorted(true);
  const rowAt = (at: number): Backup =>
    rows[at % Math.max(1, rows.length)] ?? aBackup({ provider: providers[0]?.name ?? '' });
  const providerAt = (at: number) => providers[at % providers.length] as Provider;
  const timeOf = (at: readonly [number, number] | null) => (at === null ? null : (rowAt(at[0]).sortedAt ?? 0) + at[1]);
  const numberOf = ([at, more]: readonly [number, number], read: (row: Backup) => number | null) =>
    (read(rowAt(at)) ?? 0) + more;
  const reasons = rows.flatMap(({ errorMessage }) => errorMessage ?? []);
  const failed = (at: number) => reasons[at % Math.max(1, reasons.length)] ?? null;
  const moreOf = ({
    entitySearch,
    errorSearch,
    dataPresences: presences,
    ...more
  }: MoreDraws): Partial<ListFilter> => ({
    ...(more.minStoredBytes && {
      minStoredBytes: Math.max(
        0,
        numberOf(more.minStoredBytes, ({ size }) => size.storedBytes),
      ),
    }),
    ...(more.endedAfter && { endedAfter: numberOf(more.endedAfter, ({ endedAt }) => endedAt) }),
    ...(more.endedBefore && { endedBefore: numberOf(more.endedBefore, ({ endedAt }) => endedAt) }),
    ...(presences === undefined ? {} : { dataPresences: presences }),
    ...(errorSearch === undefined ? {} : { errorSearch: partOf(failed(errorSearch), errorSearch) }),
    ...(entitySearch === undefined || !entityTexts
      ? {}
      : { entitySearch: partOf(entityTexts(rowAt(entitySearch))[0] ?? null, entitySearch) }),
  });
  const entityOf = (at: number) => ({ provider: rowAt(at).provider, localId: rowAt(at).entityId ?? 'nothing' });
  return {
    ...everything,
    providers: draw.providers?.map((at) => providerAt(at).name) ?? null,
    kinds: draw.kinds?.map((at) => providerAt(at).kind) ?? null,
    entities: draw.entities?.map(entityOf) ?? null,
    statuses: draw.statuses,
    types: draw.types,
    triggers: draw.triggers,
    startedAfter: timeOf(draw.startedAfter),
    startedBefore: timeOf(draw.startedBefore),
    ...moreOf(draw.more),
    search: typeof draw.search === 'number' ? partOf(rowAt(draw.search).name, draw.search) : draw.search,
  };
}

/** A few letters of a name, in the other case. */
const partOf = (name: string | null, at: number): string => (name ?? 'none').slice(at % 5, (at % 5) + 4).toUpperCase();

const filtered = { filter: filterDraw, way };

async function expectFiltered(
  listing: Listing,
  draw: FilterDraw,
  drawnWay: { size: number; isForward: boolean; isAscending: boolean },
) {
  const to = { ...drawnWay, filter: toFilter(draw, listing) };
  const onPage = (page: WalkedPage, after: SortKey | null) => expectCut(page, listing, to, after);
  const { shown, isWhole } = await walk({ list: listing, way: to, start: null, onPage });
  const first = await readPage(listing, { ...to, size: 1 }, null);
  const count = await first.list.countAll(never);
  if (isWhole) expect([null, shown.length]).toContain(count);
  return { shown, count };
}

it(
  'any filter over any products gives what a plain look at every row does',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ draws: productDraws, ...filtered }), async ({ draws, filter, way: to }) => {
        await expectFiltered(makeWorld(draws), filter, to);
      }),
      options(400),
    );
  },
  timeoutMs,
);

// ---- the sandboxes of the real adapters

const started = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z') };
const sandboxes: Readonly<Record<string, () => Promise<Sandbox & { readonly config: object }>>> = {
  borg: () => startBorgSandbox({ ...started, history: casesOf(120, 40) }),
  flosum: () => startFlosumSandbox({ ...started, history: casesOf(120, 40) }),
  labii: () => startLabiiSandbox({ ...started, history: casesOf(90, 40) }),
  vprotect: () => startVProtectSandbox({ ...started, history: casesOf(120, 40) }),
};

interface OpenListing extends Listing, AsyncDisposable {}

/** Every row is read once, before anything is asked for by a filter. */
async function openListing(kinds: readonly string[]): Promise<OpenListing> {
  const running = await Promise.all(kinds.map((kind) => sandboxes[kind]?.()));
  const providers = running.flatMap((sandbox, index) => {
    const product = products.find(({ kind }) => kind === kinds[index]);
    return sandbox && product ? [product.create(product.config.parse(sandbox.config))] : [];
  });
  const names = new Map<string, string>();
  for (const provider of providers) {
    for (const entity of await provider.listEntities(never)) {
      names.set(JSON.stringify([provider.name, entity.externalId]), entity.name);
    }
  }
  const rows: Backup[] = [];
  for (let cursor: string | null = null, hasMore = true; hasMore; ) {
    const nothing: Listing = { providers, sorted: () => [] };
    const page = await readPage(nothing, { size: 200, isForward: true, isAscending: false }, cursor);
    expect(page.problems).toEqual([]);
    for (const row of page.list.rows) {
      const of = providers.find(({ name }) => name === row.provider);
      const [trigger = row.trigger] = (await of?.readTriggers?.([row], never)) ?? [];
      const isOpen = row.status.startsWith('SUCCEEDED');
      const [reading] = isOpen ? ((await of?.readDataPresence?.([row], never)) ?? []) : [];
      rows.push({ ...row, trigger, presence: reading?.presence });
    }
    ({ next: cursor, hasMore } = page);
  }
  return {
    providers,
    sorted: (isDescending) => [...rows].sort(orderOf(isDescending)),
    entityTexts({ provider, entityId }) {
      const name = names.get(JSON.stringify([provider, entityId]));
      return name === undefined ? [] : [name, entityId ?? ''];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(providers.map((provider) => provider.close()));
      await Promise.all(running.map((sandbox) => sandbox?.close()));
    },
  };
}

describe('over the sandboxes', () => {
  const each = Object.keys(sandboxes);
  it.each([
    ...each.map((kind) => ({ name: kind, kinds: [kind], runs: casesOf(60, 5) })),
    { name: 'all of them', kinds: each, runs: casesOf(25, 2) },
  ])(
    'any filter gives what a plain look at every row of $name does',
    async ({ kinds, runs }) => {
      await using listing = await openListing(kinds);
      const { length } = listing.sorted(true);
      expect(length).toBeGreaterThan(casesOf(80, 30));
      let found = 0;
      await fc.assert(
        fc.asyncProperty(fc.record(filtered), async ({ filter, way: drawn }) => {
          const to = { ...drawn, size: Math.max(drawn.size, Math.ceil(length / maxPages)) };
          const { shown } = await expectFiltered(listing, filter, to);
          found += shown.length > 0 ? 1 : 0;
        }),
        { numRuns: runs },
      );
      // Otherwise nothing was compared.
      expect(found).toBeGreaterThan(runs / 10);
    },
    timeoutMs,
  );
});

// ---- a product that cannot filter

/** One list of so many rows a minute apart, of which a search finds the named ones, counted from the newest. */
function aLongList(manners: Partial<Manners>, length: number, found: readonly number[]): Product & Listing {
  const rows = Array.from({ length }, (_, place) =>
    aBackup({
      provider: 'long',
      kind: 'timed',
      externalId: String(length - place),
      localId: `e0.${length - place}`,
      entityId: 'e0',
      sortedAt: (length - place) * 60_000_000,
      name: found.includes(place) ? 'needle' : 'hay',
    }),
  );
  const product = aProduct('long', { ...plainManners, ...manners }, rows);
  return {
    ...product,
    providers: [product.provider],
    sorted: (isDescending) => (isDescending ? rows : [...rows].reverse()),
  };
}

describe('a selective filter over a product that cannot filter', () => {
  const ways = [
    // The same rows may be read a second time, to be sure that nothing slipped past between two calls.
    ['timed', { kind: 'timed', pageSize: 500 }, 2 * maxTimedRows, 2 * (maxTimedRows / 150) + 6],
    ['paged', { kind: 'paged', pageSize: 50 }, maxPagedRows, maxPagedRows / 50 + 5],
    // It reads the same rows again, twice as many each time.
    ['prefix', { kind: 'prefix' }, 3 * maxPrefixRows, 12],
  ] as const;
  const search = { ...everything, search: 'NEEDLE' };
  const newestFirst = { size: 150, isForward: true, isAscending: false, filter: search };

  it.each(ways)('stops at the stated number of rows and says so (%s)', async (_name, manners, maxRead, maxCalls) => {
    const list = aLongList(manners, 12_000, [3, 9000, 11_900]);
    const page = await readPage(list, newestFirst, null);
    expect(page.rows.map(keyOf)).toEqual([3, 9000].map((place) => keyOf(list.rows[place] as Backup)));
    expect(page.hasMore).toBe(true);
    expect(page.problems.map(({ provider, error }) => `${provider} ${error.code}`)).toEqual(['long INCOMPLETE']);
    expect(page.problems[0]?.error.message).toMatch(/10000.*Narrow/);
    expect(list.read.rows).toBeLessThanOrEqual(maxRead + 500);
    expect(list.read.calls).toBeLessThanOrEqual(maxCalls);
    // The walk goes on from the last row that was found, to what was out of reach before.
    const next = await readPage(list, newestFirst, page.next);
    if (manners.kind !== 'prefix') expect(next.rows.map(keyOf)).toEqual([keyOf(list.rows[11_900] as Backup)]);
    expect(next.problems.map(({ error }) => error.code)).toEqual(['INCOMPLETE']);
  });

  it.each(ways)('reads no further than to the end of the times that it is given (%s)', async (_name, manners) => {
    const list = aLongList(manners, 12_000, [3, 900, 11_900]);
    const startedAfter = list.rows[1000]?.sortedAt ?? null;
    const page = await readPage(list, { ...newestFirst, filter: { ...search, startedAfter } }, null);
    expect(page.rows.map(keyOf)).toEqual([3, 900].map((place) => keyOf(list.rows[place] as Backup)));
    expect(page).toMatchObject({ hasMore: false, problems: [] });
    expect(list.read.rows).toBeLessThanOrEqual(4200);
  });

  it.each(ways)('is whole where the list is shorter than that (%s)', async (_name, manners) => {
    const list = aLongList(manners, 4000, [0, 2000, 3999]);
    for (const isForward of [true, false]) {
      const to = { ...newestFirst, isForward };
      expectCut(await readPage(list, to, null), list, to, null);
    }
  });
});
