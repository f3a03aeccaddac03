/** Adds to rows whether their data still exists, for a filter by it. */
import type { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, presenceOf } from '../../src/core/filter.ts';
import { type Backup, isSuccessful, type LocalId } from '../../src/core/model.ts';
import type { PresenceReading, Problem } from '../../src/core/provider.ts';

type PresenceReader = (backups: readonly Backup[], signal: AbortSignal) => Promise<readonly PresenceReading[]>;

/** For one list or count: remembers what was read, and what could not be read. */
export interface Presences {
  /** Asks only about successful backups whose rows do not tell, and only for a filter by `dataPresences`. */
  add<Row extends Backup>(backups: readonly Row[], signal: AbortSignal): Promise<readonly Row[]>;
  /** Why the presence of some data could not be read: one problem for each entity. */
  problems(): readonly Problem[];
}

export function createPresenceFilter(provider: string, filter: BackupFilter, read: PresenceReader): Presences {
  const failed = new Map<LocalId | null, GatewayError>();
  const isOpen = (backup: Backup) => isSuccessful(backup.status) && presenceOf(backup) === 'UNKNOWN';

  return {
    async add(backups, signal) {
      const open = filter.dataPresences === null ? [] : backups.filter(isOpen);
      if (open.length === 0) return backups;
      const readings = await read(open, signal);
      const found = new Map<Backup, PresenceReading>(
        open.map((one, index) => [one, readings[index] as PresenceReading]),
      );
      return backups.map((backup) => {
        const reading = found.get(backup);
        if (!reading) return backup;
        if (reading.error) failed.set(backup.entityId, reading.error);
        return { ...backup, presence: reading.presence };
      });
    },
    problems: () => [...failed].map(([entityId, error]) => ({ provider, entityId, error })),
  };
}
