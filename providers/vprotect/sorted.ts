/**
 * Backups by snapshot time. The server's sort keys are not documented: if it refuses ours, or accepts it without sorting,
 * rows are sorted here.
 */
import { GatewayError } from '../../src/core/errors.ts';
import type { BackupFilter } from '../../src/core/filter.ts';
import type { Instant } from '../../src/core/instant.ts';
import { isCode } from '../_kit/errors.ts';
import { maxScannedRows, type TimeWindow } from '../_kit/readers/time-bound.ts';
import { keep } from '../_kit/ttl-cache.ts';
import type { List, Query } from './lists.ts';
import { isTimeless, isUnplaced } from './map.ts';
import type { BackupRow } from './wire.ts';

export interface TimedPage {
  readonly rows: readonly BackupRow[];
  /** Rows that the server has within the window, and whose time cannot be read. */
  readonly unplaced?: readonly BackupRow[];
  /** Rows without a guid. */
  readonly lost: readonly unknown[];
  readonly total: number | null;
  /** See TimedRows. */
  readonly isCumulative?: boolean;
}

export interface SortedBackups {
  /** Backups with a snapshot time in the window, in its direction. */
  window(query: Query, window: TimeWindow, signal: AbortSignal): Promise<TimedPage>;
  /** A page of all backups, sorted by snapshot time; null if this server does not sort. */
  page(direction: 'asc' | 'desc', page: number, size: number, signal: AbortSignal): Promise<TimedPage | null>;
  /** Only backups that match these parameters, too. What is known of the server's order is shared. */
  narrow(own: Query): SortedBackups;
}

export function createSortedBackups(provider: string, list: List<BackupRow>): SortedBackups {
  const sorting = keep(provider, retryMs, probe);
  /** By `performance.now()`. Sorting is tried again then, so that one wrong answer has no lasting effect. */
  let unsortedUntil = 0;

  const ask = (query: Query, direction: 'asc' | 'desc', page: number, size: number, signal: AbortSignal) =>
    list.page({ query: { ...query, orderBy: 'snapshotTime', direction }, page, size }, signal);

  /** Unsorted rows may look sorted in one direction, but not in both. */
  async function probe(signal: AbortSignal): Promise<boolean> {
    try {
      const end = (direction: 'asc' | 'desc') => ask(toTimes(null, null), direction, 0, probeSize, signal);
      const [newest, oldest] = await Promise.all([end('desc'), end('asc')]);
      return isSorted(newest.rows, 'desc') && isSorted(oldest.rows, 'asc');
    } catch (error) {
      if (isCode(error, 'BAD_USER_INPUT')) return false;
      throw error;
    }
  }

  async function sortedPage(query: Query, direction: 'asc' | 'desc', page: number, size: number, signal: AbortSignal) {
    if (performance.now() < unsortedUntil || !(await sorting.read(signal))) return null;
    const read = await ask(query, direction, page, size, signal);
    if (isSorted(read.rows, direction)) return read;
    unsortedUntil = performance.now() + retryMs;
    return null;
  }

  /**
   * Without order, only a span of time holds a known part of the rows: the span nearest to the start of the walk,
   * eight times as long with each further page, until it is the whole window.
   */
  async function unsortedWindow(query: Query, { direction, from, to, page }: TimeWindow, signal: AbortSignal) {
    for (let step = page; ; step++) {
      const span = direction === 'descending' ? newest(step, from, to) : oldest(step, from, to);
      const times = toTimes(span?.from ?? from, span?.to ?? to);
      const { rows: mixed, lost, isWhole } = await list.all({ ...query, ...times }, maxScannedRows, signal);
      if (!isWhole) throw tooMany(provider);
      const rows = mixed.filter((row) => !isTimeless(row));
      const unplaced = mixed.filter(isUnplaced);
      // An empty answer would be taken for the end.
      if (!span || rows.length > 0)
        return { rows, unplaced, lost, total: span ? null : rows.length, isCumulative: true };
    }
  }

  const within = (own: Query): SortedBackups => ({
    async window(given, window, signal) {
      const { direction, from, to, page, limit } = window;
      const query = { ...own, ...given };
      const asked = { ...query, ...toTimes(from, to) };
      const unplaced: BackupRow[] = [];
      const lost: unknown[] = [];
      for (let number = page; ; number++) {
        const read = await sortedPage(asked, direction === 'descending' ? 'desc' : 'asc', number, limit, signal);
        if (!read) return unsortedWindow(query, window, signal);
        const rows = read.rows.filter((row) => !isTimeless(row));
        unplaced.push(...read.rows.filter(isUnplaced));
        lost.push(...read.lost);
        const others = read.rows.length - rows.length - read.rows.filter(isUnplaced).length;
        const total = read.total === null ? null : Math.max(0, read.total - unplaced.length);
        if (others === 0 && number === page) return { rows, unplaced, lost, total };
        // A server that mixes in rows without a time may fill a page with them, which is no end.
        if (rows.length > 0 || read.rows.length === 0) return { rows, unplaced, lost, total: null };
        if ((number + 1) * limit > maxScannedRows) throw tooMany(provider);
      }
    },
    page: (direction, page, size, signal) => sortedPage(own, direction, page, size, signal),
    narrow: (more) => within({ ...own, ...more }),
  });
  return within({});
}

const retryMs = 600_000;
const probeSize = 20;
const dayMicroseconds = 86_400_000_000;
const lengthOf = (step: number): number => 30 * dayMicroseconds * 8 ** step;
const tomorrow = (): Instant => Date.now() * 1000 + dayMicroseconds;

interface Span {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** Null: the whole window. */
function newest(step: number, from: Instant | null, to: Instant | null): Span | null {
  const start = (to ?? tomorrow()) - lengthOf(step);
  return start <= (from ?? 0) ? null : { from: start, to };
}

/** Likewise; where nobody says when the walk begins, all of it. */
function oldest(step: number, from: Instant | null, to: Instant | null): Span | null {
  const stop = from === null ? Number.POSITIVE_INFINITY : from + lengthOf(step);
  return stop >= (to ?? tomorrow()) ? null : { from, to: stop };
}

/** Every row that has a time is later than 1 ms: with a bound, the server should leave out those that have none. */
export function toTimes(from: Instant | null, to: Instant | null): Query {
  return {
    from: Math.max(1, Math.floor((from ?? 0) / 1000)),
    to: to === null ? null : Math.ceil(to / 1000),
  };
}

/** A little wider than meant: whether the server takes its bounds as inclusive is not documented. */
export const toFilterTimes = ({ startedAfter, startedBefore }: BackupFilter): Query =>
  toTimes(startedAfter && startedAfter - marginMicroseconds, startedBefore && startedBefore + marginMicroseconds);

const marginMicroseconds = 1_000_000;

/** Rows without a time may be at either end. */
function isSorted(rows: readonly BackupRow[], direction: 'asc' | 'desc'): boolean {
  const times = rows.flatMap(({ snapshotTime }) => snapshotTime ?? []);
  return times.every((time, index) => {
    const before = times[index - 1] ?? time;
    return direction === 'asc' ? before <= time : before >= time;
  });
}

const tooMany = (provider: string): GatewayError =>
  new GatewayError(
    'INCOMPLETE',
    `${provider} does not sort its backups as asked, and there are more than ${maxScannedRows} to look through. Narrow it by time.`,
  );
