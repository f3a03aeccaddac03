/**
 * Backups without a snapshot time, which no filter by time returns: queued ones, and those that failed before their
 * snapshot. A server sorts the latter to one end of its list; which end is not documented.
 */
import { type Kept, keep } from '../_kit/ttl-cache.ts';
import { type List, maxPageSize } from './lists.ts';
import { isGoing, isTimeless, isUnplaced } from './map.ts';
import type { SortedBackups, TimedPage } from './sorted.ts';
import type { BackupRow } from './wire.ts';

interface Timeless {
  readonly rows: readonly BackupRow[];
  /** False if there are more than are read. */
  readonly isWhole: boolean;
}

/** The newest backups, with a time and without, in one answer. */
interface Newest extends TimedPage {
  /** All backups without a time, if the server sorts them to the newest end. */
  readonly timeless: readonly BackupRow[];
}

export interface UnlistedBackups {
  /**
   * Whether the newest backups and those without a time can be read in one call. Not before the first look for the
   * latter, not where the server sorts them to the oldest end, and not where there are many.
   */
  isInOneList(): boolean;
  /** That one call; null if the server answered in another way than before. */
  newest(limit: number, signal: AbortSignal): Promise<Newest | null>;
  /** All queued and running backups, with a time or without. */
  going(signal: AbortSignal): Promise<readonly BackupRow[]>;
  /** Backups that ended without a snapshot; at most a minute old. */
  timeless(signal: AbortSignal): Promise<Timeless>;
  /** The same, read now. */
  timelessNow(signal: AbortSignal): Promise<Timeless>;
  /** Discards the cached backups, since one may have changed. */
  forget(): void;
}

const keptMs = 60_000;
const firstPageSize = 100;
const maxGoing = 5000;
/** Ten answers. More means that this server gives whole kinds of backups no snapshot time. */
const maxTimeless = 5000;
/** The most rows without a time that are read again with each first page. */
const maxTimelessInPage = 25;

export function createUnlistedBackups(provider: string, list: List<BackupRow>, sorted: SortedBackups): UnlistedBackups {
  const kept: Kept<Timeless> = keep(provider, keptMs, readTimeless);
  let waiting: ReadonlySet<string> = new Set();
  /** The end of an ascending list where rows without a time were seen. */
  let place: 'asc' | 'desc' | null = null;
  /** Rows without a time at the newest end at the last look; null before it. */
  let atNewestEnd: number | null = null;
  /** By `performance.now()`: the last look at the newest end that found none. */
  let emptyAt = Number.NEGATIVE_INFINITY;
  let changes = 0;

  function forget(): void {
    changes++;
    kept.forget();
  }

  async function readTimeless(signal: AbortSignal): Promise<Timeless> {
    const isEmptyNow = performance.now() - emptyAt < keptMs;
    for (const direction of place ? [place] : isEmptyNow ? (['asc'] as const) : (['asc', 'desc'] as const)) {
      const found = await readEnd(direction, signal);
      if (!found) return readFailed(signal);
      if (direction === 'desc' || found.isAll) atNewestEnd = found.rows.length;
      if (found.rows.length === 0) continue;
      // A list of one page shows them at either end.
      if (!found.isAll) place = direction;
      return { rows: found.rows.filter((row) => !isGoing(row)), isWhole: found.isWhole };
    }
    return { rows: [], isWhole: true };
  }

  /** Those before the first row with a time, or all where the list is one page; null where the server does not sort. */
  async function readEnd(
    direction: 'asc' | 'desc',
    signal: AbortSignal,
  ): Promise<(Timeless & { isAll: boolean }) | null> {
    const rows: BackupRow[] = [];
    let size = firstPageSize;
    for (let number = 0; rows.length < maxTimeless; number++) {
      const page = await sorted.page(direction, number, size, signal);
      if (!page) return null;
      const isAll = number === 0 && page.total !== null && page.rows.length >= page.total;
      if (isAll) return { rows: page.rows.filter(isTimeless), isWhole: true, isAll };
      const timed = page.rows.findIndex((row) => !isTimeless(row));
      rows.push(...(timed < 0 ? page.rows : page.rows.slice(0, timed)));
      if (timed >= 0 || page.rows.length === 0) return { rows, isWhole: true, isAll };
      if (number === 0) size = Math.min(size, page.rows.length);
    }
    return { rows, isWhole: false, isAll: false };
  }

  /** Without order they may be anywhere, but hardly anything else than FAILED can be without a snapshot. */
  async function readFailed(signal: AbortSignal): Promise<Timeless> {
    const { rows, isWhole } = await list.all({ status: ['FAILED'] }, maxTimeless, signal);
    return { rows: rows.filter(isTimeless), isWhole };
  }

  async function newest(limit: number, signal: AbortSignal): Promise<Newest | null> {
    const size = Math.min(limit + (atNewestEnd ?? 0), maxPageSize);
    const changesBefore = changes;
    const page = await sorted.page('desc', 0, size, signal);
    if (!page) return null;
    const rows = page.rows.filter((row) => !isTimeless(row));
    const unplaced = page.rows.filter(isUnplaced);
    const timeless = page.rows.filter((row) => isTimeless(row) && !isUnplaced(row));
    const isAll = page.total !== null && page.rows.length >= page.total;
    const isAtHead = page.rows.slice(0, timeless.length).every(isTimeless);
    // They fill the page, or this server mixes them in: they are read by themselves.
    if (!isAll && (rows.length === 0 || !isAtHead)) {
      atNewestEnd = null;
      return null;
    }
    atNewestEnd = timeless.length;
    if (timeless.length === 0) emptyAt = performance.now();
    else if (!isAll) place = 'desc';
    const isCurrent = changes === changesBefore && (isAll || place === 'desc');
    if (isCurrent) kept.replace({ rows: timeless.filter((row) => !isGoing(row)), isWhole: true });
    const total = page.total === null ? null : Math.max(0, page.total - page.rows.length + rows.length);
    return { rows, unplaced, lost: page.lost, total, timeless };
  }

  return {
    isInOneList: () => place !== 'asc' && atNewestEnd !== null && atNewestEnd <= maxTimelessInPage,
    newest,
    async going(signal) {
      const { rows } = await list.all({ status: ['QUEUED', 'INPROGRESS'] }, maxGoing, signal);
      const now = new Set(rows.filter(isTimeless).map(({ guid }) => guid));
      // A backup that is no longer queued may have failed before its snapshot.
      if ([...waiting].some((guid) => !now.has(guid))) forget();
      waiting = now;
      return rows;
    },
    timeless: (signal) => kept.read(signal),
    timelessNow: (signal) => kept.read(signal, 0),
    forget,
  };
}
