/** Numbers over stored backups: whole quarter hours from the totals, the rest of each span from the rows. One file, since all statements share their columns. */
import { type RawBuilder, sql } from 'kysely';
import type {
  DurationPart,
  StoredDurations,
  StoredGroup,
  StoredKey,
  StoredSum,
  StoredTotals,
  TotalsQuery,
} from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import { type BackupStatus, type BackupTrigger, type BackupType, backupStatuses, statusTraits } from '../core/model.ts';
import { inOwnTurn } from '../core/turns.ts';
import { floatSum, numbersTable, tableOf } from '../storage/dialect.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import type { Tables } from '../storage/tables.ts';
import { quarter, queuedSlot, type Range, splitSlots, splitSpan } from './slots.ts';

export interface Totals {
  range(provider: string): Promise<{ readonly from: Instant; readonly to: Instant } | null>;
  totals(provider: string, query: TotalsQuery): Promise<readonly StoredTotals[]>;
  durations(parts: readonly DurationPart[]): Promise<readonly StoredDurations[]>;
}

/** Columns of a group, in totals and in rows alike; `entity_id` of rows may be null. */
const columns = {
  ENTITY: 'entity_id',
  TYPE: 'type',
  TRIGGER: 'trigger_kind',
  STATUS: 'status',
} as const satisfies Record<StoredGroup, string>;

/** Of each sum: its column, in totals and in rows alike, and the start of the name of its number of backups in totals. */
const measured = {
  duration: { column: 'duration', count: 'timed' },
  originalBytes: { column: 'original_bytes', count: 'original' },
  storedBytes: { column: 'stored_bytes', count: 'stored' },
} as const satisfies Record<StoredSum, object>;

type CountOf = (measure: (typeof measured)[StoredSum]) => RawBuilder<unknown>;

type Cells = RawBuilder<unknown>;

interface Summed {
  readonly span: number;
  readonly entity_id: string | null;
  readonly type: string | null;
  readonly trigger_kind: string | null;
  readonly status: string | null;
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  /** These are there if they were asked for. */
  readonly timed?: number;
  readonly duration?: number;
  readonly original?: number;
  readonly original_bytes?: number;
  readonly stored?: number;
  readonly stored_bytes?: number;
}

const bucketOf = (bucket: 'succeeded' | 'failed') =>
  sql.join(backupStatuses.filter((status) => statusTraits[status].bucket === bucket).map((status) => sql.lit(status)));

export function createTotals({ db, kind }: Pick<StorageDatabase, 'db' | 'kind'>, health: StorageHealth): Totals {
  const table = (name: keyof Tables) => tableOf(kind, name);
  const run = async <T>(statement: RawBuilder<T>) => (await health.read(() => statement.execute(db))).rows;

  const sumOf = (value: RawBuilder<unknown>) => floatSum(kind, value);

  /** Rows of `source`, which has `runs` and counts, or single backups. */
  function matching(
    source: RawBuilder<unknown>,
    place: string,
    ranges: readonly Range[],
    provider: string,
    { entityIds, statuses, types, triggers }: TotalsQuery['filter'],
  ): Cells {
    const isOneOf = (column: RawBuilder<unknown>, values: readonly string[] | null, orNull = false) => {
      if (values === null) return sql``;
      if (values.length === 0) return sql`and 1 = 0`;
      return sql`and (${column} in (${sql.join(values)}) ${orNull ? sql`or ${column} is null` : sql``})`;
    };
    // In SQLite, `cross join` keeps the order: each range is one of the index.
    return sql`from ${numbersTable(
      kind,
      ['span', 'low', 'high'],
      ranges.map(({ index, low, high }) => [index, low, high]),
    )} as spans
      cross join ${source} as cells
      where cells.provider = ${provider} and ${sql.ref(`cells.${place}`)} >= spans.low and ${sql.ref(`cells.${place}`)} < spans.high
      ${isOneOf(sql`cells.entity_id`, entityIds, place === 'sort_at' && entityIds?.includes('') === true)}
      ${isOneOf(sql`cells.type`, types)} ${isOneOf(sql`cells.trigger_kind`, triggers)} ${isOneOf(sql`cells.status`, statuses)}`;
  }

  const keyColumns = (by: readonly StoredGroup[]) =>
    by.map((group) =>
      group === 'ENTITY' ? sql`coalesce(cells.entity_id, '') as entity_id` : sql`${sql.ref(`cells.${columns[group]}`)}`,
    );
  const grouped = (by: readonly StoredGroup[]) =>
    sql.join([
      sql`spans.span`,
      ...by.map((group) =>
        group === 'ENTITY' ? sql`coalesce(cells.entity_id, '')` : sql.ref(`cells.${columns[group]}`),
      ),
    ]);

  const select = (
    by: readonly StoredGroup[],
    counted: Readonly<Record<string, RawBuilder<unknown>>>,
    cells: Cells,
    limit: number,
  ) =>
    run(
      sql<Summed>`select ${sql.join([
        sql`spans.span`,
        ...keyColumns(by),
        ...Object.entries(counted).map(([name, value]) => sql`${sumOf(value)} as ${sql.ref(name)}`),
      ])} ${cells} group by ${grouped(by)} limit ${sql.lit(limit)}`,
    );

  const ofBucket = (bucket: 'succeeded' | 'failed', value: RawBuilder<unknown>) =>
    sql`case when cells.status in (${bucketOf(bucket)}) then ${value} else 0 end`;

  /** Columns of the answer, and what they sum up. */
  const counted = (runs: RawBuilder<unknown>, sums: readonly StoredSum[], countOf: CountOf) => ({
    runs,
    succeeded: ofBucket('succeeded', runs),
    failed: ofBucket('failed', runs),
    ...Object.fromEntries(
      sums.flatMap((sum) => {
        const { count, column } = measured[sum];
        return [[count, countOf(measured[sum])] as const, [column, sql.ref(`cells.${column}`)] as const];
      }),
    ),
  });
  const ofCells = (sums: readonly StoredSum[]) =>
    counted(sql`cells.runs`, sums, ({ count }) => sql.ref(`cells.${count}_count`));
  const ofRows = (sums: readonly StoredSum[]) =>
    counted(sql`1`, sums, ({ column }) => sql`case when ${sql.ref(`cells.${column}`)} is null then 0 else 1 end`);

  /** The totals of entities begin with the entity: a part of the time alone would read all of them. */
  async function entitiesOf(
    provider: string,
    { filter, by, spans, limit }: TotalsQuery,
  ): Promise<readonly string[] | null> {
    if (filter.entityIds !== null || !by.includes('ENTITY') || spans.length < 2) return filter.entityIds;
    const rows = await run(
      sql<{
        entity_id: string;
      }>`select distinct entity_id from ${table('history_entity_totals')} where provider = ${provider} limit ${sql.lit(limit)}`,
    );
    // Of more entities than that, only some may have run in these spans: all are read.
    return rows.length < limit ? rows.map((row) => row.entity_id) : null;
  }

  return {
    async range(provider) {
      // Each is one look at the index; both in one statement would read all of it.
      const slots = sql`from ${table('history_totals')}
        where provider = ${provider} and slot >= 0 and slot < ${sql.lit(queuedSlot)}`;
      const [row] = await run(
        sql<{
          low: number | null;
          high: number | null;
        }>`select (select min(slot) ${slots}) as low, (select max(slot) ${slots}) as high`,
      );
      return row?.low == null || row.high === null ? null : { from: row.low * quarter, to: (row.high + 1) * quarter };
    },
    async totals(provider, query) {
      const parts = query.spans.map(splitSpan);
      const slots = parts.flatMap((part) => part.slots ?? []);
      const edges = parts.flatMap((part) => part.edges);
      const filter = { ...query.filter, entityIds: await entitiesOf(provider, query) };
      const isOfEntities = filter.entityIds !== null || query.by.includes('ENTITY');
      const cells = table(isOfEntities ? 'history_entity_totals' : 'history_totals');
      const rows = table('history_backups');
      const needsCells = isOfEntities || filter.types !== null || filter.triggers !== null;
      const isByHour = !needsCells && !query.by.includes('TYPE') && !query.by.includes('TRIGGER');
      const split = isByHour ? splitSlots(slots) : { hours: [], slots };
      // Answers about several providers may come in one turn.
      const answers = Promise.all([
        split.hours.length === 0
          ? []
          : select(
              query.by,
              ofCells(query.sums),
              matching(table('history_hours'), 'hour', split.hours, provider, filter),
              query.limit,
            ),
        split.slots.length === 0
          ? []
          : select(query.by, ofCells(query.sums), matching(cells, 'slot', split.slots, provider, filter), query.limit),
        edges.length === 0
          ? []
          : select(query.by, ofRows(query.sums), matching(rows, 'sort_at', edges, provider, filter), query.limit),
      ]);
      const found = await inOwnTurn(answers);
      // Without a spread, which takes many times as long.
      return found.flat().map((row) => ({
        span: row.span,
        entityId: row.entity_id ?? null,
        type: (row.type ?? null) as BackupType | null,
        trigger: (row.trigger_kind ?? null) as BackupTrigger | null,
        status: (row.status ?? null) as BackupStatus | null,
        count: row.runs,
        succeeded: row.succeeded,
        failed: row.failed,
        timedCount: row.timed ?? 0,
        durationSeconds: (row.duration ?? 0) / 1_000_000,
        originalCount: row.original ?? 0,
        originalBytes: row.original_bytes ?? 0,
        storedCount: row.stored ?? 0,
        storedBytes: row.stored_bytes ?? 0,
      }));
    },
    async durations(parts) {
      if (parts.length === 0) return [];
      const rows = parts.map(({ provider, label, query: { filter, by, spans } }) => {
        const ranges = spans.map(({ index, from, to }) => ({ index, low: from, high: to }));
        return sql`select ${sql.join([sql`cast(${label} as text) as label`, sql`spans.span`, ...keyColumns(by), sql`cells.duration`])}
          ${matching(table('history_backups'), 'sort_at', ranges, provider, filter)} and cells.duration is not null`;
      });
      const key = ['label', 'span', ...(parts[0]?.query.by ?? []).map((group) => columns[group])].map((name) =>
        sql.ref(name),
      );
      // The median is between two places of an even number.
      const found = await run(sql<
        Omit<Summed, 'duration'> & { label: string; median: number; p95: number }
      >`select ${sql.join(key)},
          avg(case when place in ((number + 1) / 2, (number + 2) / 2) then duration end) as median,
          max(case when place = (95 * number + 99) / 100 then duration end) as p95
        from (select ${sql.join(key)}, cast(duration as double precision) as duration,
            row_number() over (partition by ${sql.join(key)} order by duration) as place,
            count(*) over (partition by ${sql.join(key)}) as number
          from (${sql.join(rows, sql` union all `)}) as timed) as placed
        group by ${sql.join(key)}`);
      return found.map((row) => ({
        ...toKey(row),
        label: row.label,
        medianSeconds: row.median / 1_000_000,
        p95Seconds: row.p95 / 1_000_000,
      }));
    },
  };
}

const toKey = (row: Pick<Summed, 'span' | 'entity_id' | 'type' | 'trigger_kind' | 'status'>): StoredKey => ({
  span: row.span,
  entityId: row.entity_id ?? null,
  type: (row.type ?? null) as BackupType | null,
  trigger: (row.trigger_kind ?? null) as BackupTrigger | null,
  status: (row.status ?? null) as BackupStatus | null,
});
