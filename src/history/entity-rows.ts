/** What is stored of single entities: one statement for a page of them. */
import { sql } from 'kysely';
import { presenceOf } from '../core/filter.ts';
import type { EntityRuns, SpanRuns } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import { type Backup, type BackupStatus, backupStatuses, isSuccessful, type LocalId } from '../core/model.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import { queuedAt, toBackup } from './rows.ts';

export interface EntityRows {
  newestSuccesses(provider: string, ids: readonly LocalId[]): Promise<ReadonlyMap<LocalId, Backup>>;
  runs(
    provider: string,
    ids: readonly LocalId[],
    boundaries: readonly Instant[],
  ): Promise<ReadonlyMap<LocalId, EntityRuns>>;
}

/** Terms and parameters of one statement are limited. */
const idsAtOnce = 100;
/** Rows of each entity that are looked at for one whose data is not removed. */
const successesOfEach = 5;
const successful = backupStatuses.filter(isSuccessful);

type Span = { -readonly [Key in keyof SpanRuns]: SpanRuns[Key] } & { readonly byStatus: Map<BackupStatus, number> };

export function createEntityRows({ db }: Pick<StorageDatabase, 'db'>, health: StorageHealth): EntityRows {
  const newestOf = (provider: string, id: LocalId) =>
    db
      .selectFrom(
        db
          .selectFrom('history_backups')
          .select(['entity_id', 'record', 'sort_at', 'id_key'])
          .where('provider', '=', provider)
          .where('entity_id', '=', id)
          .where('status', 'in', successful)
          .where('removed_at', 'is', null)
          .orderBy('sort_at', 'desc')
          .orderBy('id_key', 'desc')
          .limit(successesOfEach)
          .as('newest'),
      )
      .select(['entity_id', 'record', 'sort_at', 'id_key']);

  async function addNewest(to: Map<LocalId, Backup>, provider: string, ids: readonly LocalId[]): Promise<void> {
    const [first, ...others] = ids.map((id) => newestOf(provider, id));
    if (!first) return;
    const rows = await health.read(() => others.reduce((all, one) => all.unionAll(one), first).execute());
    const inOrder = rows.toSorted((a, b) => b.sort_at - a.sort_at || (a.id_key < b.id_key ? 1 : -1));
    for (const { entity_id: id, record } of inOrder) {
      const backup = toBackup(record);
      if (id !== null && !to.has(id) && presenceOf(backup) !== 'REMOVED') to.set(id, backup);
    }
  }

  const firstOf = (provider: string, id: LocalId) =>
    db
      .selectFrom('history_backups')
      .select(({ fn }) => [sql<string>`cast(${id} as text)`.as('entity_id'), fn.min('sort_at').as('first_at')])
      .where('provider', '=', provider)
      .where('entity_id', '=', id)
      // Rows without a time have 0, and queued ones come after all others.
      .where('sort_at', '>', 0)
      .where('sort_at', '<', queuedAt);

  async function firstTimes(provider: string, ids: readonly LocalId[]): Promise<ReadonlyMap<LocalId, Instant | null>> {
    const [first, ...others] = ids.map((id) => firstOf(provider, id));
    if (!first) return new Map();
    const rows = await health.read(() => others.reduce((all, one) => all.unionAll(one), first).execute());
    return new Map(rows.map(({ entity_id: id, first_at: at }) => [id, at]));
  }

  function countSpans(provider: string, ids: readonly LocalId[], boundaries: readonly Instant[]) {
    const [from = 0, ...ends] = boundaries;
    const cases = ends.map((end, index) => sql`when sort_at < ${sql.lit(end)} then ${sql.lit(index)}`);
    const span = sql<number>`case ${sql.join(cases, sql` `)} end`;
    const runs = db
      .selectFrom('history_backups')
      .select(({ fn }) => [
        'entity_id',
        'status',
        'sort_at',
        span.as('span'),
        fn.coalesce('ended_at', 'sort_at').as('end_at'),
      ])
      .where('provider', '=', provider)
      .where('entity_id', 'in', ids)
      .where('sort_at', '>=', from)
      .where('sort_at', '<', ends.at(-1) ?? from);
    return db
      .selectFrom(runs.as('runs'))
      .select(({ fn }) => [
        'entity_id',
        'span',
        'status',
        fn.countAll<number>().as('count'),
        fn.min('sort_at').as('first_at'),
        fn.max('end_at').as('end_at'),
      ])
      .groupBy(['entity_id', 'span', 'status'])
      .execute();
  }

  async function addRuns(
    to: Map<LocalId, EntityRuns>,
    provider: string,
    ids: readonly LocalId[],
    boundaries: readonly Instant[],
  ): Promise<void> {
    const [firsts, rows] = await Promise.all([
      firstTimes(provider, ids),
      health.read(() => countSpans(provider, ids, boundaries)),
    ]);
    const spans = new Map<LocalId, Map<number, Span>>(ids.map((id) => [id, new Map()]));
    for (const { entity_id: id, span, status, count, first_at: firstAt, end_at: endAt } of rows) {
      const own = id === null ? undefined : spans.get(id);
      const known = own?.get(span) ?? { byStatus: new Map(), firstAt, lastSuccessAt: null };
      own?.set(span, known);
      known.byStatus.set(status as BackupStatus, count);
      known.firstAt = Math.min(known.firstAt, firstAt);
      if (isSuccessful(status as BackupStatus)) known.lastSuccessAt = Math.max(known.lastSuccessAt ?? 0, endAt);
    }
    for (const id of ids) to.set(id, { firstAt: firsts.get(id) ?? null, spans: spans.get(id) ?? new Map() });
  }

  return {
    async newestSuccesses(provider, ids) {
      const found = new Map<LocalId, Backup>();
      for (const some of chunks([...new Set(ids)])) await addNewest(found, provider, some);
      return found;
    },
    async runs(provider, ids, boundaries) {
      const found = new Map<LocalId, EntityRuns>();
      for (const some of chunks([...new Set(ids)])) await addRuns(found, provider, some, boundaries);
      return found;
    },
  };
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += idsAtOnce) yield all.slice(start, start + idsAtOnce);
}
