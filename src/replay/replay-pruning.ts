/** Bounds the stored replay logs: by age, and by the total of their bytes. */
import type { Instant } from '../core/instant.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';

export interface PruningOptions {
  readonly database: StorageDatabase;
  readonly retention: RetentionClock;
  /** Total size of all logs. Eviction starts with the least recently used log and never takes the pinned one. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly pinned: string;
  readonly onDropBefore?: (oldest: Instant) => void;
  readonly onDrop?: (log: string) => void;
}

export interface ReplayPruning {
  /** So many bytes are about to be stored. */
  added(bytes: number): void;
  /** Deletes entries that are too old, then the oldest logs beyond the size limit. */
  run(): Promise<void>;
}

const pruneEveryMs = 60_000;

export function createPruning(options: PruningOptions): ReplayPruning {
  const { db, writeRelaxed } = options.database;
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  /** Bytes added since the total was last computed, which reads every row. */
  let addedBytes = Number.POSITIVE_INFINITY;

  return {
    added(bytes) {
      addedBytes += bytes;
    },
    async run() {
      if (performance.now() - prunedAtMs > pruneEveryMs) {
        prunedAtMs = performance.now();
        const oldest = options.retention.now() - options.maxAgeMs * 1000;
        options.onDropBefore?.(oldest);
        await writeRelaxed([
          db.deleteFrom('replay_parts').where('at', '<', oldest),
          db.deleteFrom('replay_logs').where('used_at', '<', oldest).where('log', '<>', options.pinned),
        ]);
      }
      if (addedBytes < options.maxBytes / 20) return;
      addedBytes = 0;
      for (;;) {
        const total = db.selectFrom('replay_parts').select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'));
        if (((await total.executeTakeFirst())?.bytes ?? 0) <= options.maxBytes) return;
        const unused = db.selectFrom('replay_logs').select('log').where('log', '<>', options.pinned);
        const row = await unused.orderBy('used_at').limit(1).executeTakeFirst();
        if (row === undefined) return;
        const { log } = row;
        options.onDrop?.(log);
        await writeRelaxed([
          db.deleteFrom('replay_parts').where('log', '=', log),
          db.deleteFrom('replay_logs').where('log', '=', log),
        ]);
      }
    },
  };
}
