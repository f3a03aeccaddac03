/** Random worlds of one to six pretended products, and what happens to them. */
import fc from 'fast-check';
import { type Backup, backupStatuses, backupTriggers, backupTypes } from '../../src/core/model.ts';
import { aBackup } from './model.ts';
import { aProduct, entityIds, isOrderly, type Manners, maxDisorder, type Product } from './products.ts';
import { type Listing, nameOf, orderOf } from './walks.ts';

const second = 1_000_000;
/** Before it, all times that rows have in the beginning. */
const noon = Date.UTC(2026, 0, 1, 12) * 1000;

// ---- what there is in the beginning

/** How a product's own order differs from ours. */
type Disorder = 'none' | 'near' | 'far' | 'reversed' | 'moved';

interface ProductDraw {
  readonly manners: Manners;
  /** One number for each row: its time, its entity and everything else that filters look at. */
  readonly rows: readonly number[];
  /** Rows that wait without a time; a timed product has none. */
  readonly queued: number;
  readonly ids: 'rising' | 'scattered' | 'words';
  readonly disorder: Disorder;
  /** Cuts the list, so that its length is a multiple of it. */
  readonly multipleOf: number;
  /** All rows are of one entity rather than of three. */
  readonly isOneEntity: boolean;
}

const often = <T>(value: T, weight: number): fc.WeightedArbitrary<T> => ({ weight, arbitrary: fc.constant(value) });

const manners: fc.Arbitrary<Manners> = fc.record({
  kind: fc.constantFrom('timed', 'paged', 'prefix'),
  cap: fc.oneof(often(2000, 4), often(50, 1), often(20, 2), often(7, 2), often(3, 1)),
  pageSize: fc.oneof(often(50, 4), often(2000, 1), often(11, 1)),
  tellsTotal: fc.boolean(),
  isExclusive: fc.boolean(),
  precision: fc.constantFrom('millisecond', 'second'),
  hasEmptyPage: fc.boolean(),
  isTrusted: fc.constant(false),
  serves: fc.subarray(['statuses', 'types', 'triggers', 'startedAfter', 'startedBefore', 'search']),
});

const rowsUpTo = (maxLength: number) => fc.array(fc.nat(2 ** 30 - 1), { maxLength, size: 'max' });

const product: fc.Arbitrary<ProductDraw> = fc.record({
  manners,
  rows: fc.oneof(
    often<number[]>([], 1),
    { weight: 4, arbitrary: rowsUpTo(12) },
    { weight: 4, arbitrary: rowsUpTo(130) },
  ),
  queued: fc.oneof(often(0, 2), { weight: 1, arbitrary: fc.nat(5) }),
  ids: fc.constantFrom('rising', 'scattered', 'words'),
  disorder: fc.constantFrom('none', 'near', 'far', 'reversed', 'moved'),
  multipleOf: fc.constantFrom(1, 7, 20, 50),
  isOneEntity: fc.boolean(),
});

/** One, and then each with less weight, so that most worlds have two or three and some have six. */
export const productDraws = fc.array(product, { minLength: 1, maxLength: 6 });

/** Equal times are as usual as others; neighbours may be a microsecond apart, or hours. */
const gaps = [0, 0, 0, second, second, 3 * second, 60 * second, 3600 * second];
const fractions = [0, 0, 1, 123_456, 250_000, 999_999];

function toRow(
  name: string,
  draw: number,
  index: number,
  at: number | null,
  { manners, ids, isOneEntity }: ProductDraw,
): Backup {
  const part = (divisor: number, count: number) => Math.floor(draw / divisor) % count;
  const number = ids === 'rising' ? 95 + index : 5 + ((index * 7919) % 10_007);
  const externalId = ids === 'words' ? `w${number.toString(36)}` : String(number);
  const entityId = entityIds[isOneEntity ? 0 : part(64, 3)] ?? null;
  return aBackup({
    provider: name,
    kind: manners.kind,
    externalId,
    localId: `${entityId}.${externalId}`,
    entityId,
    sortedAt: at,
    status: at === null ? 'QUEUED' : (backupStatuses[1 + part(256, backupStatuses.length - 1)] ?? 'UNKNOWN'),
    type: backupTypes[part(4096, backupTypes.length)] ?? 'UNKNOWN',
    trigger: backupTriggers[part(32_768, backupTriggers.length)] ?? 'UNKNOWN',
    name: ['nightly', 'Weekly 100%', null, 'before_release'][part(131_072, 4)] ?? null,
    description: [null, 'asked by Ann', 'NIGHTLY too'][part(524_288, 3)] ?? null,
  });
}

function toProduct(draw: ProductDraw, index: number): Product {
  const name = `p${index}`;
  const length = draw.rows.length - (draw.rows.length % draw.multipleOf);
  let at = noon;
  const timed = draw.rows.slice(0, length || draw.rows.length).map((one, place) => {
    at += gaps[one % 8] ?? 0;
    return toRow(name, one, place, at + (fractions[Math.floor(one / 8) % 8] ?? 0), draw);
  });
  const waiting = draw.manners.kind === 'timed' ? 0 : draw.queued;
  const queued = Array.from({ length: waiting }, (_, place) =>
    toRow(name, place * 64, timed.length + place, null, draw),
  );
  return aProduct(name, draw.manners, disordered([...timed, ...queued].sort(orderOf(true)), draw));
}

/** At most as far as the readers stand, and often exactly as far. */
function disordered(sorted: readonly Backup[], { disorder, rows: draws }: ProductDraw): readonly Backup[] {
  const rows = [...sorted];
  const jitter = (index: number, most: number) => (Math.floor((draws[index] ?? 0) / 2_097_152) % (2 * most + 1)) - most;
  if (disorder === 'near' || disorder === 'far') {
    const most = disorder === 'near' ? 2 : maxDisorder / 2;
    const places = new Map(rows.map((row, index) => [row, index + jitter(index, most)]));
    return rows.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  }
  if (disorder === 'reversed') {
    const length = maxDisorder + 1;
    const starts = Array.from({ length: Math.ceil(rows.length / length) }, (_, index) => index * length);
    return starts.flatMap((start) => rows.slice(start, start + length).reverse());
  }
  if (disorder === 'moved') {
    for (const from of [0, 1, 2].map((index) => (draws[index] ?? 0) % Math.max(1, rows.length))) {
      const to = from + (from % 2 === 0 ? maxDisorder : -maxDisorder);
      const moved = rows.toSpliced(from, 1).toSpliced(to, 0, ...rows.slice(from, from + 1));
      if (to >= 0 && to < rows.length && isOrderly(moved)) rows.splice(0, rows.length, ...moved);
    }
  }
  return rows;
}

export interface Fixture extends Listing {
  readonly products: readonly Product[];
  /** Lets something happen to one product. `isWithinPage`: between two calls of one page. */
  change(change: Change, isWithinPage?: boolean): void;
  /** Rows that waited and have started since. */
  readonly started: ReadonlySet<string>;
}

// ---- what happens

export interface Change {
  readonly product: number;
  /** One number for each row that comes, goes or starts. */
  readonly events: readonly number[];
}

export const change: fc.Arbitrary<Change> = fc.record({
  product: fc.nat(5),
  events: fc.array(fc.nat(2 ** 20 - 1), { minLength: 1, maxLength: 6 }),
});

const happenings = ['new', 'new', 'delete', 'delete', 'delete', 'late', 'late', 'queue', 'start'] as const;
type Happening = (typeof happenings)[number];
const happeningOf = (event: number): Happening => happenings[event % happenings.length] ?? 'new';

export function makeWorld(draws: readonly ProductDraw[]): Fixture {
  const products = draws.map(toProduct);
  const started = new Set<string>();
  let clock = Math.max(noon, ...products.flatMap(({ rows }) => rows.map(({ sortedAt }) => sortedAt ?? 0)));
  let nextId = 20_000;

  function happen(to: Product, event: number) {
    const draw = draws[products.indexOf(to)] as ProductDraw;
    const { rows, manners, provider } = to;
    const place = Math.floor(event / 16) % Math.max(1, rows.length);
    const fresh = (at: number | null) => toRow(provider.name, event * 64, nextId++, at, { ...draw, ids: 'rising' });
    const happening = happeningOf(event);
    switch (happening) {
      case 'delete':
        to.rows = rows.toSpliced(place, 1);
        break;
      case 'late': {
        // As old as some other row, or just a microsecond younger.
        const old = rows[place]?.sortedAt ?? null;
        if (old !== null) to.rows = rows.toSpliced(place, 0, fresh(old + (event % 2)));
        break;
      }
      case 'start': {
        const waiting = rows.find(({ sortedAt }) => sortedAt === null);
        clock += second;
        if (waiting) {
          to.rows = rows.map((row) => (row === waiting ? { ...row, sortedAt: clock, status: 'RUNNING' } : row));
          started.add(nameOf(waiting));
        }
        break;
      }
      default:
        clock += gaps[Math.floor(event / 16) % 8] ?? 0;
        to.rows = [fresh(happening === 'queue' && manners.kind !== 'timed' ? null : clock), ...rows];
    }
    if (manners.kind !== 'timed' && !isOrderly(to.rows)) to.rows = rows;
  }

  return {
    products,
    providers: products.map(({ provider }) => provider),
    started,
    sorted: (isDescending) => products.flatMap(({ rows }) => rows).sort(orderOf(isDescending)),
    change({ product: index, events }, isWithinPage = false) {
      const to = products[index % products.length] as Product;
      const kinds = events.map(happeningOf);
      // Of a product with page numbers only, the reader knows that rows come at the top: one that comes further down in
      // the same moment as another one goes cannot be told from a list that stands still.
      const isHidden =
        isWithinPage && to.manners.kind === 'paged' && kinds.includes('late') && kinds.includes('delete');
      for (const event of events) {
        if (!isHidden || happeningOf(event) !== 'late') happen(to, event);
      }
    },
  };
}
