/** Where the data of backups is, by their rows or by their backup locations. */
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { Backup } from '../../src/core/model.ts';
import type { CopiesReading } from '../../src/core/provider.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { createLocations, type Locations, maxEntitiesApart, parallelReads } from './data-presence.ts';
import { toCopy } from './map.ts';
import type { Memory } from './memory.ts';
import type { Wire } from './wire.ts';

interface CopiesOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly wire: Wire;
  readonly memory: Memory;
}

type ReadCopies = (backups: readonly Backup[], signal: AbortSignal) => Promise<CopiesReading[]>;

export function createCopies({ memory, ...options }: CopiesOptions): ReadCopies {
  /** Places of any status. */
  const readOf = createLocations(options, {});

  const expiryOf = ({ localId }: Backup) => memory.row(localId)?.archiveExpire ?? null;

  /** As the row of a list showed them last; null where it showed none, or some that cannot be read. */
  function readRow(backup: Backup): CopiesReading | null {
    const row = memory.row(backup.localId);
    const isUnread = row?.unreadable.some((field) => field.startsWith('backupLocations')) ?? false;
    if (!row?.backupLocations?.length || isUnread) return null;
    return { copies: row.backupLocations.map((place) => toCopy(place, expiryOf(backup))), error: null };
  }

  return async (backups, signal) => {
    const open = backups.filter((backup) => !readRow(backup));
    const entities = [...new Set(open.map(({ entityId }) => entityId))];
    const isApart = entities.length <= maxEntitiesApart && !entities.includes(null);
    const asked = isApart || open.length === 0 ? entities : [null];
    const answers = await mapBounded(asked, parallelReads, (entityId) => readOf(entityId, signal));
    const byEntity = new Map(asked.map((entityId, index) => [entityId, answers[index] as Locations]));
    return backups.map((backup) => {
      const told = readRow(backup);
      if (told) return told;
      const { rows, isWhole, error } = byEntity.get(isApart ? backup.entityId : null) as Locations;
      const own = rows.filter((place) => place.backup?.guid === backup.localId);
      // Some of several copies would look like all of them.
      return isWhole
        ? { copies: own.map((place) => toCopy(place, expiryOf(backup))), error: null }
        : { copies: null, error };
    });
  };
}
