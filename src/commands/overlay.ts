/**
 * A provider completed by what only we know: backups that the product does not show yet, the ids that they were shown
 * by, marks that we hold, and numbers that it forgets. Everything above uses this one; adapters know nothing of it.
 */
import { type BackupFilter, matchesFilter } from '../core/filter.ts';
import { type ListedBackup, lazily, listed } from '../core/listed-backup.ts';
import type { Backup, BackupStatus, LocalId, UnreadableRow } from '../core/model.ts';
import { comparator, toSortKey } from '../core/order.ts';
import { type BackupPage, enoughOf, type PageQuery, type Provider } from '../core/provider.ts';
import type { SentStart } from '../core/provider-commands.ts';
import { sanitizeBackup, sanitizeProvider } from '../core/sanitize-provider.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import { untoldProblem, withUntold } from '../lists/untold.ts';
import type { OperationRecord } from './operation-record.ts';
import type { LedgerStore } from './store.ts';
import type { KnownNames } from './store-names.ts';

const aliasPrefix = 'operation-';

const noNames: KnownNames = { aliasOf: () => null, isCancelled: () => false, mayChange: false };

/** The id of the backup of a start that its product does not name before it is over. */
export const aliasFor = ({ id }: OperationRecord): LocalId => `${aliasPrefix}${id}`;

/**
 * `awaited`: ids of starts whose callers still wait for the answer. Their backups are not shown: the product may yet
 * refuse the start, and nobody was told of a backup.
 */
export function completeProvider(
  product: Provider,
  store: LedgerStore,
  observed: ObservedState,
  awaited: ReadonlySet<string>,
): Provider {
  const provider = sanitizeProvider(product);
  const { name, showPending, cancelledAs } = provider;

  const pendingRows = async (): Promise<Backup[]> =>
    showPending ? (await store.pendingOf(name)).flatMap((one) => toPendingRow(one)) : [];

  function toPendingRow(operation: OperationRecord): Backup[] {
    const isShown = operation.kind !== 'CANCEL' && !awaited.has(operation.id);
    const row = isShown ? pendingRow(provider, operation) : null;
    return row ? [row] : [];
  }

  /** Only of products that some of it may concern. */
  async function knownNames(): Promise<KnownNames> {
    return showPending || cancelledAs !== undefined ? store.namesOf(name) : noNames;
  }

  function present(read: Backup, names: KnownNames): Backup {
    const row = observed.apply(sanitizeBackup(read));
    const alias = showPending ? names.aliasOf(row.localId) : null;
    const isCancelled = cancelledAs !== undefined && row.status === cancelledAs && names.isCancelled(row.localId);
    if (alias === null && !isCancelled) return row;
    return { ...row, localId: alias ?? row.localId, status: isCancelled ? 'CANCELLED' : row.status };
  }

  /** What the product is asked for, so that no row is left out whose status we change afterwards. */
  function widen(filter: BackupFilter): BackupFilter {
    const { statuses } = filter;
    if (statuses === null) return filter;
    const behind: BackupStatus[] = [
      ...(statuses.includes('CANCELLING') ? (['RUNNING'] as const) : []),
      ...(cancelledAs && statuses.includes('CANCELLED') ? [cancelledAs] : []),
    ];
    return behind.length === 0 ? filter : { ...filter, statuses: [...new Set([...statuses, ...behind])] };
  }

  /** Pages of the product until enough rows are left after their statuses have changed. */
  async function listPresented(query: PageQuery, before: KnownNames, signal: AbortSignal): Promise<BackupPage> {
    const found: { row: ListedBackup; position: number }[] = [];
    const unreadable: UnreadableRow[] = [];
    let { after, offset, isOrderAssumed = false } = query;
    for (;;) {
      const asked = { ...query, after, offset, isOrderAssumed, filter: widen(query.filter) };
      const page = await provider.listBackups(asked, signal);
      isOrderAssumed ||= page.isOrderAssumed ?? false;
      const names = before.mayChange ? await knownNames() : before;
      const presented = (row: ListedBackup): Backup => present(row.open(), names);
      for (const [index, read] of page.rows.entries()) {
        offset = page.positions?.[index] ?? offset + 1;
        const row = lazily(read, read.localId, read, presented);
        if (query.filter.statuses?.includes(row.open().status) ?? true) found.push({ row, position: offset });
      }
      unreadable.push(...(page.unreadable ?? []));
      const last = page.rows.at(-1);
      if (page.isEnd || !last || page.problems.length > 0 || found.length >= enoughOf(query)) {
        const shown = found.slice(0, query.limit);
        return {
          rows: shown.map(({ row }) => row),
          positions: shown.map(({ position }) => position),
          isEnd: page.isEnd && found.length <= query.limit,
          problems: page.problems,
          unreadable,
          isOrderAssumed,
        };
      }
      after = toSortKey(last);
    }
  }

  return {
    ...provider,
    async listBackups(asked, signal) {
      const { filter, untold } = withUntold(asked.filter);
      const query = { ...asked, filter };
      const compare = comparator(query.direction);
      const isAfter = (row: Backup) => query.after === null || compare(row, query.after) > 0;
      const matching = (rows: readonly Backup[]) =>
        rows.filter((row) => isAfter(row) && matchesFilter(row, query.filter)).map(listed);
      // Before the product is asked: a start that ends meanwhile is then in one of the two at least.
      const [names, rowsBefore] = await Promise.all([knownNames(), pendingRows()]);
      const pending = matching(rowsBefore);
      const read = await listPresented(query, names, signal);
      const problem = untoldProblem(name, untold);
      const page = problem ? { ...read, problems: [...read.problems, problem] } : read;
      if (pending.length === 0) return page;
      // One that ended meanwhile may be in both.
      const named = new Set(page.rows.map(({ localId }) => names.aliasOf(localId)));
      const rows = [...pending.filter(({ localId }) => !named.has(localId)), ...page.rows].sort(compare);
      const { problems, unreadable = [], isOrderAssumed = false } = page;
      return {
        rows: rows.slice(0, query.limit),
        isEnd: page.isEnd && rows.length <= query.limit,
        problems,
        unreadable,
        isOrderAssumed,
      };
    },
    async countBackups(asked, signal) {
      const { filter, untold } = withUntold(asked);
      // A count by a status that we change cannot be had from the product.
      const changed: readonly (BackupStatus | undefined)[] = [
        'RUNNING',
        'CANCELLING',
        ...(cancelledAs ? ['CANCELLED' as const, cancelledAs] : []),
      ];
      if (filter.statuses?.some((status) => changed.includes(status))) return null;
      const count = await provider.countBackups(filter, signal);
      // Nobody knows how many of those that were left out match.
      if (count === null || untold.size > 0) return null;
      return count + (await pendingRows()).filter((row) => matchesFilter(row, filter)).length;
    },
    async getBackups(ids, signal) {
      const own = new Map((await pendingRows()).map((row) => [row.localId, row]));
      const asked = await Promise.all(
        ids.map((id) => (id.startsWith(aliasPrefix) ? store.localIdOf(name, id) : Promise.resolve(id))),
      );
      const known = asked.filter((id) => id !== null);
      const rows = known.length === 0 ? [] : await provider.getBackups(known, signal);
      const names = await knownNames();
      const found = rows[Symbol.iterator]();
      return asked.map((id, index) => {
        if (id === null) return own.get(ids[index] ?? '') ?? null;
        const row = found.next().value ?? null;
        return row && present(row, names);
      });
    },
  };
}

/**
 * The backup of a start whose product shows none before its end; null where there is none to show. It has no place
 * by time yet, like a queued one: it comes first, and moves once, to where its product puts it.
 */
export function pendingRow(provider: Provider, operation: OperationRecord): Backup | null {
  const start = toSentStart(operation);
  if (!start || !provider.showPending) return null;
  return { ...provider.showPending(start, aliasFor(operation)), sortedAt: null };
}

/** What its product is asked about a start; null before it was sent. */
export function toSentStart({ entityId, name, nonce, mark, handle, sentAt }: OperationRecord): SentStart | null {
  return entityId === null || sentAt === null ? null : { entityId, name, nonce, mark, handle, sentAt };
}
