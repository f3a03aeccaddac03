/** Pages of stored backups in the order of lists, from any key. */
import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import { matchesFilter } from '../core/filter.ts';
import type { KeyRange, StoredBackup, StoredPage } from '../core/history.ts';
import type { SortKey } from '../core/order.ts';
import type { PageQuery } from '../core/provider.ts';
import type { Db } from '../storage/storage-database.ts';
import type { Tables } from '../storage/tables.ts';
import { queuedAt, toBackup, toIdKey, toSortAt } from './rows.ts';

type Where = ExpressionBuilder<Tables, 'history_backups'>;

export function within(eb: Where, { after, through }: KeyRange): ExpressionWrapper<Tables, 'history_backups', SqlBool> {
  return eb.and([
    ...(after ? [isBeyond(eb, after, '<', '<')] : []),
    ...(through ? [isBeyond(eb, through, '>', '>=')] : []),
  ]);
}

/** `way`: `<` for older keys. `ties`: of ids at the same time. */
function isBeyond(
  eb: Where,
  key: SortKey,
  way: '<' | '>',
  ties: '<' | '>' | '>=',
): ExpressionWrapper<Tables, 'history_backups', SqlBool> {
  const at = toSortAt(key.sortedAt);
  const beyond = eb.or([
    eb('sort_at', way, at),
    eb.and([eb('sort_at', '=', at), eb('id_key', ties, toIdKey(key.externalId))]),
  ]);
  // The bound makes it a range of the index.
  return eb.and([eb('sort_at', `${way}=`, at), beyond]);
}

/** Like `isBeyond`, for a key that may be of another provider's row. */
function follows(eb: Where, provider: string, key: SortKey, way: '<' | '>') {
  if (key.provider === provider) return isBeyond(eb, key, way, way);
  // At the same time, rows of providers with a later name are older in the order.
  const hasTies = way === '<' ? provider > key.provider : provider < key.provider;
  return eb('sort_at', hasTies ? (`${way}=` as const) : way, toSortAt(key.sortedAt));
}

/** Reads on until enough rows match: SQL leaves out what it can, and the reference filter decides. */
export async function listFrom(
  db: Db,
  provider: string,
  { direction, after, limit, filter }: PageQuery,
): Promise<StoredPage> {
  const [way, order] = direction === 'descending' ? (['<', 'desc'] as const) : (['>', 'asc'] as const);
  const found: StoredBackup[] = [];
  for (let from = after; ; ) {
    const asked = limit - found.length + 1;
    const rows = await narrowed(db, provider, filter)
      .select(['record', 'observed_at'])
      .$if(from !== null, (query) => query.where((eb) => follows(eb, provider, from as SortKey, way)))
      .orderBy('sort_at', order)
      .orderBy('id_key', order)
      .limit(Math.max(asked, 50))
      .execute();
    for (const row of rows) {
      const backup = toBackup(row.record);
      from = backup;
      if (!matchesFilter(backup, filter)) continue;
      if (found.length === limit) return { rows: found, isEnd: false };
      found.push({ backup, observedAt: row.observed_at });
    }
    if (rows.length < Math.max(asked, 50)) return { rows: found, isEnd: true };
  }
}

/** See `History.oldestObservation`. A cursor may be of another provider's row. */
export async function oldestObservation(
  db: Db,
  provider: string,
  { after, through }: KeyRange,
): Promise<number | null> {
  const row = await db
    .selectFrom('history_backups')
    .select(({ fn }) => fn.min('observed_at').as('at'))
    .where('provider', '=', provider)
    .where('removed_at', 'is', null)
    .where((eb) => within(eb, { after: null, through }))
    .$if(after !== null, (query) => query.where((eb) => follows(eb, provider, after as SortKey, '<')))
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Rows that the product still lists, as far as SQL can filter them. */
export function narrowed(db: Db, provider: string, filter: PageQuery['filter']) {
  const { entityIds, statuses, types, startedAfter, startedBefore } = filter;
  // An empty list matches nothing, and is no SQL.
  const isNothing = [entityIds, statuses, types].some((values) => values?.length === 0);
  return db
    .selectFrom('history_backups')
    .where('provider', '=', provider)
    .where('removed_at', 'is', null)
    .$if(isNothing, (query) => query.where(sql<boolean>`1 = 0`))
    .$if(!isNothing && statuses !== null, (query) => query.where('status', 'in', statuses as readonly string[]))
    .$if(!isNothing && entityIds !== null, (query) =>
      // Rows that do not tell their entity are looked at, so that they are named.
      query.where((eb) => eb.or([eb('entity_id', 'in', entityIds as readonly string[]), eb('entity_id', 'is', null)])),
    )
    .$if(startedAfter !== null, (query) =>
      query.where((eb) => eb.or([eb('sort_at', '>=', startedAfter as number), eb('sort_at', '<=', 0)])),
    )
    .$if(startedBefore !== null, (query) =>
      query.where((eb) => eb.or([eb('sort_at', '<', startedBefore as number), eb('sort_at', '=', queuedAt)])),
    );
}
