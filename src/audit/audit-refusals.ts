/** Refused commands of one viewer have so many entries of their own a day; one more counts the rest. */
import { GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { AuditRecord } from './audit-entry.ts';

type Viewer = AuditRecord['viewer'];

export interface RefusalsOptions {
  /** Entries of one viewer in a day of UTC. */
  readonly aDay: number;
  readonly now: () => Instant;
  /** The time that counts are deleted by. */
  readonly retention: RetentionClock;
  /** In one transaction. */
  readonly write: <T>(work: (db: Db) => Promise<T>) => Promise<T>;
  /** Adds an entry that stands for so many commands, and gives its number. */
  readonly put: (db: Db, record: AuditRecord, count: number) => Promise<number>;
  readonly onBug: (error: unknown) => void;
}

export interface Refusals {
  /** It has got an entry of its own. */
  note(db: Db, viewer: Viewer): Promise<void>;
  /** True where the viewer has had its entries for today: it is counted, and needs none of its own. */
  countOnly(viewer: Viewer): Promise<boolean>;
  /** Writes what was counted. */
  flush(): Promise<void>;
  /** Days before yesterday. */
  forget(): Promise<void>;
  close(): void;
}

const dayMicroseconds = 24 * 3_600_000_000;
/** A flood of them is one write a second. */
const countEveryMs = 1_000;

export function createRefusals({ db }: StorageDatabase, options: RefusalsOptions): Refusals {
  /** Counted and not yet written, by viewer. */
  const counted = new Map<string, { readonly viewer: Viewer; readonly count: number }>();
  let timer: NodeJS.Timeout | null = null;

  const today = () => Math.floor(options.now() / dayMicroseconds);

  const read = (from: Db, { id }: Viewer) =>
    from
      .selectFrom('audit_days')
      .select(['refused', 'rest'])
      .where('viewer', '=', id)
      .where('day', '=', today())
      .executeTakeFirst();

  async function note(to: Db, { id }: Viewer): Promise<void> {
    await to
      .insertInto('audit_days')
      .values({ viewer: id, day: today(), refused: 1 })
      .onConflict((conflict) =>
        conflict.columns(['viewer', 'day']).doUpdateSet(({ eb }) => ({ refused: eb('audit_days.refused', '+', 1) })),
      )
      .execute();
  }

  async function addToRest(to: Db, rest: number, more: number): Promise<boolean> {
    const update = to.updateTable('audit').set(({ eb }) => ({ count: eb('count', '+', more) }));
    return (await update.where('seq', '=', rest).executeTakeFirst()).numUpdatedRows > 0n;
  }

  /** Into the entry of today, or a new one where there is none, or none any more. */
  async function writeCount(to: Db, viewer: Viewer, count: number): Promise<void> {
    const rest = (await read(to, viewer))?.rest ?? null;
    if (rest !== null && (await addToRest(to, rest, count))) return;
    const nothing = { address: null, requestId: null, command: null, targets: [], code: null, operation: null };
    const seq = await options.put(to, { ...nothing, viewer, outcome: 'REFUSED' }, count);
    await note(to, viewer);
    const days = to.updateTable('audit_days').set({ rest: seq });
    await days.where('viewer', '=', viewer.id).where('day', '=', today()).execute();
  }

  async function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    if (counted.size === 0) return;
    const written = [...counted.values()];
    counted.clear();
    try {
      await options.write(async (to) => {
        for (const { viewer, count } of written) await writeCount(to, viewer, count);
      });
    } catch (error) {
      // Written when the database can be written.
      for (const { viewer, count } of written) add(viewer, count);
      throw error;
    }
  }

  function add(viewer: Viewer, count: number): void {
    counted.set(viewer.id, { viewer, count: (counted.get(viewer.id)?.count ?? 0) + count });
  }

  function flushLater(): void {
    timer ??= setTimeout(() => {
      timer = null;
      flush().catch((error: unknown) => {
        if (!(error instanceof GatewayError)) options.onBug(error);
      });
    }, countEveryMs).unref();
  }

  return {
    note,
    async countOnly(viewer) {
      if (((await read(db, viewer))?.refused ?? 0) < options.aDay) return false;
      add(viewer, 1);
      flushLater();
      return true;
    },
    flush,
    async forget() {
      const oldest = Math.floor(options.retention.now() / dayMicroseconds) - 1;
      await db.deleteFrom('audit_days').where('day', '<', oldest).execute();
    },
    close() {
      if (timer) clearTimeout(timer);
    },
  };
}
