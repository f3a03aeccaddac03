/**
 * Detects changes in the backups of one provider. Remembers which of the newest rows were seen, and a digest of each
 * unfinished one. No I/O; stored as JSON across restarts.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Filterable, toFilterable } from '../core/filter.ts';
import {
  type Backup,
  backupStatuses,
  backupTriggers,
  backupTypes,
  dataPresences,
  isFinished,
  isSettled,
  type LocalId,
} from '../core/model.ts';
import { compareKeys, type SortKey, toSortKey } from '../core/order.ts';
import type { Problem } from '../core/provider.ts';
import type { ChangeDraft } from '../replay/changes-log.ts';

/** Number of ids remembered as seen. Rows older than these are never new. */
const maxSeen = 1000;
const maxUnfinished = 500;

const wireKey = z.object({ sortedAt: z.number().nullable(), provider: z.string(), externalId: z.string() });
const wireFields = z.object({
  entityId: z.string().nullable(),
  status: z.enum(backupStatuses),
  type: z.enum(backupTypes),
  trigger: z.enum(backupTriggers),
  sortedAt: z.number().nullable(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  // Earlier versions did not store these.
  endedAt: z.number().nullable().default(null),
  errorMessage: z.string().nullable().default(null),
  isRemoved: z.boolean().default(false),
  presence: z.enum(dataPresences).optional(),
  size: z.object({ storedBytes: z.number().nullable() }).default({ storedBytes: null }),
});
const wireKnown = z.object({
  isBased: z.boolean(),
  horizon: wireKey.nullable(),
  seen: z.array(z.tuple([z.string(), wireKey])),
  unfinished: z.array(z.tuple([z.string(), z.object({ fields: wireFields, digest: z.string() })])),
});

type News = Extract<ChangeDraft, { backup: Backup }>;
type Draft = Omit<News, 'isBacklog'>;

interface Unfinished {
  readonly fields: Filterable;
  readonly digest: string;
}

export class KnownBackups {
  /** The newest rows were read once: from now on, an unseen row is new. */
  isBased = false;
  /** Increases with every change. */
  version = 0;
  /** Unseen rows after this key are older than the known rows, not new; null if every row was seen. */
  #horizon: SortKey | null = null;
  /** In the order in which they were first seen. */
  readonly #seen = new Map<LocalId, SortKey>();
  readonly #unfinished = new Map<LocalId, Unfinished>();
  /** Entities whose rows could not be read in the first read. Their rows are not new once they can be read. */
  readonly #unbased = new Set<LocalId>();
  /** The newest row when a part of the provider began to fail. After recovery, rows are read back to this one. */
  #owed: SortKey | null = null;

  constructor(kept: unknown = undefined) {
    const parsed = wireKnown.safeParse(kept);
    if (!parsed.success) return;
    const { isBased, horizon, seen, unfinished } = parsed.data;
    this.isBased = isBased;
    this.#horizon = horizon;
    this.#seen = new Map(seen);
    this.#unfinished = new Map(unfinished);
  }

  toKept(): z.infer<typeof wireKnown> {
    return {
      isBased: this.isBased,
      horizon: this.#horizon,
      seen: [...this.#seen],
      unfinished: [...this.#unfinished],
    };
  }

  get unfinishedIds(): LocalId[] {
    return [...this.#unfinished.keys()];
  }

  /** Whether a backup has ended but is not settled yet. */
  get hasSettling(): boolean {
    return [...this.#unfinished.values()].some(({ fields }) => isFinished(fields.status));
  }

  /** Whether all rows after these, newest first, are known, so that no further page is needed. */
  reaches(rows: readonly SortKeyed[]): boolean {
    const owed = this.#owed;
    return rows.some((row) => {
      // A queued row comes before all others, whenever it was first seen.
      if (row.sortedAt === null) return false;
      return owed ? compareKeys(row, owed) > 0 : this.#seen.has(row.localId) || this.#isBeyond(row);
    });
  }

  /**
   * Takes the newest rows, newest first. `isEnd`: there are no further rows. `since`: in the first read, rows that
   * started after this time are new, since the provider was unavailable; null: none is.
   */
  takeRows(
    rows: readonly Backup[],
    read: { problems: readonly Problem[]; isEnd: boolean; since: number | null },
  ): Draft[] {
    const drafts: Draft[] = [];
    const failed = read.problems.flatMap(({ entityId }) => entityId ?? []);
    for (const row of [...rows].reverse()) {
      const isKnown = this.#seen.has(row.localId) || this.#unfinished.has(row.localId);
      if (isKnown || this.#isNew(row, read.since)) drafts.push(...this.observe(row));
      else if (!this.#isBeyond(row)) this.#remember(row);
    }
    if (!this.isBased) {
      this.isBased = true;
      this.#horizon = read.isEnd ? null : (rows.findLast(({ sortedAt }) => sortedAt !== null) ?? null);
      if (this.#horizon) this.#horizon = toSortKey(this.#horizon);
      for (const entityId of failed) this.#unbased.add(entityId);
      this.version++;
    } else {
      for (const entityId of this.#unbased) if (!failed.includes(entityId)) this.#unbased.delete(entityId);
    }
    const newest = rows.find(({ sortedAt }) => sortedAt !== null);
    if (failed.length === 0) this.#owed = null;
    else if (newest) this.#owed ??= toSortKey(newest);
    return drafts;
  }

  /** Skips rows that were not read: only rows newer than these count as new from now on. */
  skipTo(rows: readonly Backup[]): void {
    const oldest = rows.findLast(({ sortedAt }) => sortedAt !== null);
    if (oldest) this.#horizon = toSortKey(oldest);
    this.version++;
  }

  /** Takes the current state of one backup, from any read. A backup that is neither seen nor finished is new. */
  observe(backup: Backup): Draft[] {
    const { provider, localId } = backup;
    const known = this.#unfinished.get(localId);
    const fields = toFilterable(backup);
    if (!known) {
      if (this.#seen.has(localId)) return [];
      this.#remember(backup);
      const started: Draft = { type: 'started', provider, before: null, backup };
      return isSettled(backup) ? [started, { ...started, type: 'finished', before: fields }] : [started];
    }
    const digest = digestOf(backup);
    if (digest === known.digest) return [];
    this.#remember(backup);
    return [{ type: isSettled(backup) ? 'finished' : 'updated', provider, before: known.fields, backup }];
  }

  /** Takes an edit made through the gateway. Polls do not detect edits of a backup that has ended. */
  edit(before: Backup | null, backup: Backup): Draft[] {
    if (!isSettled(backup)) return this.observe(backup);
    return [{ type: 'updated', provider: backup.provider, before: before && toFilterable(before), backup }];
  }

  /** Whether the backup is tracked until it ends. */
  isUnfinished(id: LocalId): boolean {
    return this.#unfinished.has(id);
  }

  /** The product no longer has this backup. */
  forget(id: LocalId): void {
    if (this.#unfinished.delete(id)) this.version++;
  }

  #isBeyond(row: SortKeyed): boolean {
    return this.#horizon !== null && row.sortedAt !== null && compareKeys(row, this.#horizon) > 0;
  }

  #isNew(row: Backup, since: number | null): boolean {
    if (!this.isBased) return since !== null && row.sortedAt !== null && row.sortedAt >= since;
    return !this.#isBeyond(row) && !(row.entityId !== null && this.#unbased.has(row.entityId));
  }

  #remember(backup: Backup): void {
    const { localId } = backup;
    this.version++;
    this.#seen.set(localId, toSortKey(backup));
    if (isSettled(backup)) this.#unfinished.delete(localId);
    else this.#unfinished.set(localId, { fields: toFilterable(backup), digest: digestOf(backup) });
    if (this.#seen.size > maxSeen) this.#trim();
    const [oldest] = this.#unfinished.keys();
    if (this.#unfinished.size > maxUnfinished && oldest !== undefined) this.#unfinished.delete(oldest);
  }

  /** Forgets the older half of the seen rows and moves the horizon to the oldest remaining one. */
  #trim(): void {
    const byPlace = [...this.#seen].sort(([, a], [, b]) => compareKeys(a, b));
    for (const [id] of byPlace.slice(maxSeen / 2)) this.#seen.delete(id);
    this.#horizon = byPlace[maxSeen / 2 - 1]?.[1] ?? null;
  }
}

interface SortKeyed extends SortKey {
  readonly localId: LocalId;
}

/** Equal digests look the same to a watcher. The time of a read is left out. */
function digestOf(backup: Backup): string {
  const { progress } = backup;
  const still = progress ? { ...backup, progress: { ...progress, updatedAt: 0 } } : backup;
  return createHash('sha256').update(JSON.stringify(still)).digest('base64url').slice(0, 22);
}
