/**
 * A provider as the ledger completes it: backups that the product does not show yet, the ids that they were shown by,
 * and marks that only we hold. Everything above uses this one; adapters know nothing of it.
 */
import { type BackupFilter, matchesFilter } from '../filter.ts';
import type { Backup, BackupStatus, LocalId } from '../model.ts';
import { comparator, toSortKey } from '../order.ts';
import type { BackupPage, PageQuery, Provider, SentStart } from '../provider.ts';
import type { LedgerStore, OperationRecord } from './store.ts';

const aliasPrefix = 'operation-';

/** The id of the backup of a start that its product does not name before it is over. */
export const aliasFor = ({ id }: OperationRecord): LocalId => `${aliasPrefix}${id}`;

export function completeWithLedger(provider: Provider, store: LedgerStore): Provider {
  const { name, showPending, cancelledAs } = provider;
  // Most products need neither, and pay nothing.
  if (!showPending && !cancelledAs) return provider;

  const pendingRows = (): Backup[] => (showPending ? store.pending().flatMap((one) => toPendingRow(one)) : []);

  function toPendingRow(operation: OperationRecord): Backup[] {
    const isStart = operation.provider === name && operation.kind !== 'CANCEL';
    const start = isStart ? toSentStart(operation) : null;
    return start && showPending ? [showPending.call(provider, start, aliasFor(operation))] : [];
  }

  function present(row: Backup): Backup {
    const alias = showPending ? store.aliasOf(name, row.localId) : null;
    const isCancelled = cancelledAs !== undefined && row.status === cancelledAs && store.isCancelled(name, row.localId);
    if (alias === null && !isCancelled) return row;
    return { ...row, localId: alias ?? row.localId, status: isCancelled ? 'CANCELLED' : row.status };
  }

  /** What the product is asked for, so that no row is left out whose status our marks change. */
  function widen(filter: BackupFilter): BackupFilter {
    if (!cancelledAs || !filter.statuses?.includes('CANCELLED')) return filter;
    return { ...filter, statuses: [...new Set<BackupStatus>([...filter.statuses, cancelledAs])] };
  }

  /** Pages of the product until enough rows are left after our marks have changed their statuses. */
  async function listMarked(query: PageQuery, signal: AbortSignal): Promise<BackupPage> {
    const rows: Backup[] = [];
    let { after } = query;
    for (;;) {
      const page = await provider.listBackups({ ...query, after, filter: widen(query.filter) }, signal);
      rows.push(...page.rows.map(present).filter((row) => matchesFilter(row, query.filter)));
      const last = page.rows.at(-1);
      if (page.isEnd || !last || page.problems.length > 0 || rows.length >= query.limit) {
        return {
          rows: rows.slice(0, query.limit),
          isEnd: page.isEnd && rows.length <= query.limit,
          problems: page.problems,
        };
      }
      after = toSortKey(last);
    }
  }

  return {
    ...provider,
    async listBackups(query, signal) {
      const compare = comparator(query.direction);
      const isAfter = (row: Backup) => query.after === null || compare(row, query.after) > 0;
      const pending = pendingRows().filter((row) => isAfter(row) && matchesFilter(row, query.filter));
      const page = await listMarked(query, signal);
      if (pending.length === 0) return page;
      const rows = [...pending, ...page.rows].sort(compare);
      return { ...page, rows: rows.slice(0, query.limit), isEnd: page.isEnd && rows.length <= query.limit };
    },
    async countBackups(filter, signal) {
      // A count by status cannot be had from the product where our marks change statuses.
      const isChanged =
        cancelledAs && filter.statuses?.some((status) => status === cancelledAs || status === 'CANCELLED');
      if (isChanged) return null;
      const count = await provider.countBackups(filter, signal);
      return count === null ? null : count + pendingRows().filter((row) => matchesFilter(row, filter)).length;
    },
    async getBackups(ids, signal) {
      const own = new Map(pendingRows().map((row) => [row.localId, row]));
      const asked = ids.map((id) => (id.startsWith(aliasPrefix) ? store.localIdOf(name, id) : id));
      const known = asked.filter((id) => id !== null);
      const rows = known.length === 0 ? [] : await provider.getBackups(known, signal);
      const found = rows[Symbol.iterator]();
      return asked.map((id, index) => {
        if (id === null) return own.get(ids[index] ?? '') ?? null;
        const row = found.next().value ?? null;
        return row && present(row);
      });
    },
  };
}

/** What its product is asked about a start; null before it was sent. */
export function toSentStart({ entityId, name, nonce, mark, handle, sentAt }: OperationRecord): SentStart | null {
  return entityId === null || sentAt === null ? null : { entityId, name, nonce, mark, handle, sentAt };
}
