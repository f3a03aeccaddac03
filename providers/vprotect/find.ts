/**
 * Backups by id. The details of a backup lack its end time, which is the place of a backup without a snapshot. So the row
 * of the list is shown, and the details tell where in the list it is.
 */
import { z } from 'zod';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode } from '../_kit/errors.ts';
import type { BackupEnrichment } from './enrich-backups.ts';
import { isGuid } from './guid.ts';
import { type List, maxPageSize } from './lists.ts';
import { isGoing, isTimeless, isUnplaced, type VProtectBackup } from './map.ts';
import type { Memory } from './memory.ts';
import { toTimes } from './sorted.ts';
import type { UnlistedBackups } from './unlisted-backups.ts';
import type { BackupRow, Wire } from './wire.ts';

interface FinderOptions {
  readonly upstream: Upstream;
  readonly wire: Wire;
  readonly list: List<BackupRow>;
  readonly unlisted: UnlistedBackups;
  readonly memory: Memory;
  readonly enrichment: BackupEnrichment;
}

export interface Finder {
  /** One answer for each id; null if there is no such backup, or this account may not see it. */
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(VProtectBackup | null)[]>;
}

type Rows = ReadonlyMap<string, BackupRow>;

const parallelReads = 8;
/** Times that are asked for one by one; more of them in one span. */
const maxTimesApart = 3;
const marginMicroseconds = 1_000_000;
/** A schedule may start as many in the same moment. */
const maxRowsAtOnce = 5000;

export function createFinder({ upstream, wire, list, unlisted, memory, enrichment }: FinderOptions): Finder {
  /** The details, with the fields that only the row of a list has. */
  const withKept = z.looseObject({}).transform((given, context): BackupRow => {
    const row = wire.backup(given);
    if (!row) {
      context.issues.push({ code: 'custom', message: 'expected a backup with its guid', input: undefined });
      return z.NEVER;
    }
    const kept = memory.row(row.guid);
    const lacking = Object.entries(kept ?? {}).filter(([name]) => name !== 'unreadable' && given[name] === undefined);
    return { ...row, ...Object.fromEntries(lacking) };
  });

  async function readDetails(guid: string, signal: AbortSignal): Promise<BackupRow | null> {
    try {
      return await upstream.read(path`/backups/${guid}`, { schema: withKept }, signal);
    } catch (error) {
      if (isCode(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  /** The rows of the list for backups of which something is known, as they are now. */
  async function readListed(known: readonly BackupRow[], signal: AbortSignal): Promise<Rows> {
    const going = known.filter(isGoing);
    const ended = known.filter((row) => !isGoing(row));
    const [now, timed, timeless] = await Promise.all([
      going.length > 0 ? unlisted.going(signal) : [],
      readTimed(
        ended.filter((row) => !isTimeless(row)),
        signal,
      ),
      readTimeless(ended.filter(isTimeless), signal),
    ]);
    return byGuid([...timeless, ...timed, ...now]);
  }

  async function readTimed(known: readonly BackupRow[], signal: AbortSignal): Promise<readonly BackupRow[]> {
    const times = [...new Set(known.flatMap(({ snapshotTime }) => snapshotTime ?? []))];
    if (times.length === 0) return [];
    const entities = new Set(known.map(({ protectedEntity }) => protectedEntity?.guid ?? null));
    const entity = entities.size === 1 ? ([...entities][0] ?? null) : null;
    const query = (from: number, to: number) => ({
      'protected-entity': entity,
      ...toTimes(from - marginMicroseconds, to + marginMicroseconds),
    });
    const isTogether = times.length > maxTimesApart;
    const span = query(Math.min(...times), Math.max(...times));
    const together = isTogether ? (await list.page({ query: span, page: 0, size: maxPageSize }, signal)).rows : [];
    const seen = byGuid(together);
    const open = known.filter(({ guid }) => !seen.has(guid)).map(({ snapshotTime }) => snapshotTime ?? 0);
    const apart = await mapBounded([...new Set(open)], parallelReads, (at) =>
      list.all(query(at, at), maxRowsAtOnce, signal),
    );
    return [...together, ...apart.flatMap(({ rows }) => rows)];
  }

  async function readTimeless(known: readonly BackupRow[], signal: AbortSignal): Promise<readonly BackupRow[]> {
    return known.length === 0 ? [] : (await unlisted.timelessNow(signal)).rows;
  }

  /** The list knows more of it than its details do. */
  function needsList(row: BackupRow): boolean {
    if (row.backupTime !== null || isUnplaced(row)) return false;
    if (isGoing(row)) return isTimeless(row);
    return memory.row(row.guid)?.status?.name !== row.status?.name;
  }

  async function readRows(guids: readonly string[], signal: AbortSignal): Promise<Rows> {
    // One alone is read by its details; of many, those that a list has shown are found again by a few lists.
    const known = guids.length > 1 ? guids.flatMap((guid) => memory.row(guid) ?? []) : [];
    const listed = await readListed(known, signal);
    const found = new Map(guids.flatMap((guid) => listed.get(guid) ?? []).map((row) => [row.guid, row]));
    const open = guids.filter((guid) => !found.has(guid));
    const details = (await mapBounded(open, parallelReads, (guid) => readDetails(guid, signal))).filter(
      (row) => row !== null,
    );
    const again = await readListed(details.filter(needsList), signal);
    for (const row of details) found.set(row.guid, again.get(row.guid) ?? row);
    return found;
  }

  return {
    async find(ids, signal) {
      const wanted = [...new Set(ids)].filter(isGuid);
      if (wanted.length === 0) return ids.map(() => null);
      const rows = await readRows(wanted, signal);
      const backups = await enrichment.readWithProgress([...rows.values()], signal);
      const byId = new Map(backups.map((backup) => [backup.localId, backup]));
      return ids.map((id) => byId.get(id) ?? null);
    },
  };
}

const byGuid = (rows: readonly BackupRow[]): Rows => new Map(rows.map((row) => [row.guid, row]));
