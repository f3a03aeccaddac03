/** Pages of stored backups in orders that no product has, from any key. */
import type { ExpressionBuilder } from 'kysely';
import { matchesFilter } from '../core/filter.ts';
import type { HistoryOrder, OrderedBackup, OrderedQuery, OrderKey } from '../core/history.ts';
import type { Db } from '../storage/storage-database.ts';
import type { Tables } from '../storage/tables.ts';
import { narrowed } from './lists.ts';
import { toBackup } from './rows.ts';

type Where = ExpressionBuilder<Tables, 'history_backups'>;
type Way = '<' | '>';

/** Each has an index with the provider before it and the id after it. */
const columns = {
  SIZE: 'size_bytes',
  DURATION: 'duration',
  ENDED_AT: 'ended_at',
  NAME: 'name_key',
} as const satisfies Record<HistoryOrder['field'], keyof Tables['history_backups']>;
/** Rows of one statement: more of them where many do not match. */
const batch = { first: 50, most: 1_000 };

/** Rows with a value come before those without. */
export async function listOrdered(
  db: Db,
  provider: string,
  { order, isForward, after, limit, filter }: OrderedQuery,
  signal: AbortSignal,
): Promise<readonly OrderedBackup[]> {
  const column = columns[order.field];
  const way: Way = order.isDescending === isForward ? '<' : '>';
  const found: OrderedBackup[] = [];

  async function read(hasValue: boolean, from: OrderKey | null): Promise<void> {
    for (
      let size = Math.max(batch.first, limit), key = from;
      found.length < limit;
      size = Math.min(size * 2, batch.most)
    ) {
      signal.throwIfAborted();
      const rows = await narrowed(db, provider, filter)
        .select(['record', 'observed_at', 'id_key', `${column} as value`])
        .where(column, hasValue ? 'is not' : 'is', null)
        .$if(key !== null, (query) => query.where((eb) => isBeyond(eb, key as OrderKey)))
        .orderBy(column, way === '<' ? 'desc' : 'asc')
        .orderBy('id_key', way === '<' ? 'desc' : 'asc')
        .limit(size)
        .execute();
      for (const { record, observed_at: observedAt, id_key: idKey, value } of rows) {
        key = { value, provider, idKey };
        const backup = toBackup(record);
        if (found.length < limit && matchesFilter(backup, filter)) found.push({ backup, observedAt, key });
      }
      if (rows.length < size) return;
    }
  }

  function isBeyond(eb: Where, { value, provider: other, idKey }: OrderKey) {
    const isTied = value === null ? eb.val(true) : eb(column, '=', value);
    // At the same value, providers come from A to Z in both directions.
    const tie = provider === other ? eb('id_key', way, idKey) : eb.val(isForward ? provider > other : provider < other);
    if (value === null) return eb.and([tie]);
    // The bound makes it a range of the index.
    return eb.and([eb(column, `${way}=`, value), eb.or([eb(column, way, value), eb.and([isTied, tie])])]);
  }

  // From the end, rows without a value come first.
  const phases = isForward ? [true, false] : [false, true];
  const start = after === null ? phases[0] : after.value !== null;
  for (const hasValue of phases.slice(phases.indexOf(start as boolean))) {
    await read(hasValue, after !== null && hasValue === (after.value !== null) ? after : null);
  }
  return found;
}
