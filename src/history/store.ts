/** The history of all providers in the database. One file, since all statements share the ranges of keys. */
import type { KeyRange, StoredPage } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import type { Backup, LocalId, ProtectedEntity } from '../core/model.ts';
import type { PageQuery } from '../core/provider.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import { replaceEntities } from './entities.ts';
import { listFrom, within } from './lists.ts';
import { toIdKey, toRow, toSortAt } from './rows.ts';
import { parseState, type ReaderState } from './state.ts';

export interface HistoryStore {
  readState(provider: string): Promise<ReaderState | null>;
  readStates(): Promise<ReadonlyMap<string, ReaderState>>;
  /**
   * Stores a page that the product listed, and the state after it, in one transaction. Returns the stored rows of its
   * range that the page does not have.
   */
  savePage(provider: string, page: ListedPage, observedAt: Instant, state: ReaderState): Promise<SavedPage>;
  saveState(provider: string, state: ReaderState): Promise<void>;
  /** Replaces the entities by those that the product lists now, likewise. */
  saveEntities(provider: string, entities: readonly ProtectedEntity[], state: ReaderState): Promise<void>;
  /** Stores rows that were read by their ids, and marks others as removed. */
  settle(provider: string, found: readonly Backup[], gone: readonly LocalId[], at: Instant): Promise<void>;
  /** The oldest row that the product may still change, not older than `since`; null if there is none. */
  oldestUnfinished(provider: string, since: Instant): Promise<Instant | null>;
  count(provider: string): Promise<number>;
  list(provider: string, query: PageQuery): Promise<StoredPage>;
  /** The time of the oldest of so many rows, the newest ones; null if there are no more than that. */
  oldestOfNewest(provider: string, rows: number): Promise<Instant | null>;
  /** Deletes some of the rows older than this, except those without a time. Returns how many. */
  deleteOlder(provider: string, than: Instant): Promise<number>;
  /** Gives some of the space of deleted rows back to the disk. False: there is no more to do. */
  vacuum(): Promise<boolean>;
  /** Deletes everything of a provider: its name means another product now. */
  forget(provider: string): Promise<void>;
}

export interface ListedPage extends KeyRange {
  readonly rows: readonly Backup[];
  /** Ids of all rows of the page, also of those that are too old to be stored. */
  readonly ids: readonly LocalId[];
}

export interface SavedPage {
  /** Number of rows of the range that were stored before. */
  readonly expected: number;
  readonly missing: readonly LocalId[];
}

/** Parameters of one statement are limited. */
const insertRows = 40;
const idsAtOnce = 200;
const deletedAtOnce = 500;
const unfinished = ['QUEUED', 'RUNNING', 'CANCELLING', 'UNKNOWN'];

export function createHistoryStore(
  { db, atomically, vacuumSome }: Pick<StorageDatabase, 'db' | 'atomically' | 'vacuumSome'>,
  health: StorageHealth,
): HistoryStore {
  async function upsert(to: Db, rows: readonly Backup[], observedAt: Instant): Promise<void> {
    // One statement must not have the same row twice: the last one counts.
    const distinct = [...new Map(rows.map((row) => [row.localId, row])).values()];
    for (let start = 0; start < distinct.length; start += insertRows) {
      const values = distinct.slice(start, start + insertRows).map((row) => toRow(row, observedAt));
      await to
        .insertInto('history_backups')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['provider', 'local_id']).doUpdateSet((eb) => {
            const changed = Object.keys(values[0] as object).filter(
              (name) => name !== 'provider' && name !== 'local_id',
            );
            return Object.fromEntries(changed.map((name) => [name, eb.ref(`excluded.${name}` as never)]));
          }),
        )
        .execute();
    }
  }

  const writeState = (to: Db, provider: string, state: ReaderState) =>
    to
      .insertInto('history_readers')
      .values({ provider, state: JSON.stringify(state) })
      .onConflict((conflict) => conflict.column('provider').doUpdateSet({ state: JSON.stringify(state) }))
      .execute();

  return {
    async readState(provider) {
      const row = await health.read(() =>
        db.selectFrom('history_readers').select('state').where('provider', '=', provider).executeTakeFirst(),
      );
      return row ? parseState(row.state) : null;
    },
    async readStates() {
      const rows = await health.read(() => db.selectFrom('history_readers').selectAll().execute());
      return new Map(
        rows.flatMap(({ provider, state }) => {
          const parsed = parseState(state);
          return parsed ? [[provider, parsed] as const] : [];
        }),
      );
    },
    savePage: (provider, page, observedAt, state) =>
      health.write(
        () =>
          atomically(async (to) => {
            const known = await to
              .selectFrom('history_backups')
              .select(['local_id', 'sort_at', 'id_key'])
              .where('provider', '=', provider)
              .where('removed_at', 'is', null)
              .where((eb) => within(eb, page))
              .execute();
            const listed = new Set(page.ids);
            const places = new Set(page.rows.map((row) => `${toSortAt(row.sortedAt)} ${toIdKey(row.externalId)}`));
            const absent = known.filter((row) => !listed.has(row.local_id));
            // The same backup under another id, since a start through the gateway was recognised meanwhile.
            const renamed = absent.filter((row) => places.has(`${row.sort_at} ${row.id_key}`));
            if (renamed.length > 0) {
              await to
                .deleteFrom('history_backups')
                .where('provider', '=', provider)
                .where(
                  'local_id',
                  'in',
                  renamed.map((row) => row.local_id),
                )
                .execute();
            }
            await upsert(to, page.rows, observedAt);
            await writeState(to, provider, state);
            return {
              expected: known.length - renamed.length,
              missing: absent.filter((row) => !renamed.includes(row)).map((row) => row.local_id),
            };
          }),
        'history',
      ),
    saveState: async (provider, state) => void (await health.write(() => writeState(db, provider, state), 'history')),
    saveEntities: (provider, entities, state) =>
      health.write(
        () =>
          atomically(async (to) => {
            await replaceEntities(to, provider, entities);
            await writeState(to, provider, state);
          }),
        'history',
      ),
    settle: (provider, found, gone, at) =>
      health.write(
        () =>
          atomically(async (to) => {
            await upsert(to, found, at);
            for (let start = 0; start < gone.length; start += idsAtOnce) {
              await to
                .updateTable('history_backups')
                .set({ removed_at: at })
                .where('provider', '=', provider)
                .where('local_id', 'in', gone.slice(start, start + idsAtOnce))
                .execute();
            }
          }),
        'history',
      ),
    async oldestUnfinished(provider, since) {
      const row = await health.read(() =>
        db
          .selectFrom('history_backups')
          .select(({ fn }) => fn.min('sort_at').as('at'))
          .where('provider', '=', provider)
          .where('removed_at', 'is', null)
          .where('status', 'in', unfinished)
          .where('sort_at', '>=', since)
          .executeTakeFirst(),
      );
      return row?.at ?? null;
    },
    async count(provider) {
      const row = await health.read(() =>
        db
          .selectFrom('history_backups')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('provider', '=', provider)
          .where('removed_at', 'is', null)
          .executeTakeFirstOrThrow(),
      );
      return row.count;
    },
    list: (provider, query) => health.read(() => listFrom(db, provider, query)),
    async oldestOfNewest(provider, rows) {
      const found = await health.read(() =>
        db
          .selectFrom('history_backups')
          .select('sort_at')
          .where('provider', '=', provider)
          .orderBy('sort_at', 'desc')
          .orderBy('id_key', 'desc')
          .limit(2)
          .offset(rows - 1)
          .execute(),
      );
      return found.length < 2 ? null : (found[0]?.sort_at ?? null);
    },
    vacuum: () => health.write(vacuumSome, 'history'),
    deleteOlder: (provider, than) =>
      health.write(async () => {
        const old = db
          .selectFrom('history_backups')
          .select('local_id')
          .where('provider', '=', provider)
          .where('sort_at', '<', than)
          .where('sort_at', '>', 0)
          .limit(deletedAtOnce);
        const { numDeletedRows } = await db
          .deleteFrom('history_backups')
          .where('provider', '=', provider)
          .where('local_id', 'in', old)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }, 'history'),
    forget: (provider) =>
      health.write(
        () =>
          atomically(async (to) => {
            await to.deleteFrom('history_backups').where('provider', '=', provider).execute();
            await to.deleteFrom('history_entities').where('provider', '=', provider).execute();
            await to.deleteFrom('history_readers').where('provider', '=', provider).execute();
          }),
        'history',
      ),
  };
}
