/** What was seen and need not be asked again. Bounded; what was seen longest ago is forgotten first. */
import type { BackupTrigger } from '../../src/core/model.ts';
import type { BackupRow } from './wire.ts';

export interface Memory {
  /** The row as a list showed it last; details lack the end. */
  row(guid: string): BackupRow | null;
  keep(rows: readonly BackupRow[]): void;
  /** Whether a backup that says FAILED was cancelled; null where that has not been looked up since it said so. */
  verdict(guid: string): boolean | null;
  judge(guid: string, wasCancelled: boolean): void;
  /** What started a backup, as its tasks said; null where they have not been looked up since it ended. */
  trigger(guid: string): BackupTrigger | null;
  keepTrigger(guid: string, trigger: BackupTrigger): void;
}

const maxBackups = 5000;

export function createMemory(): Memory {
  const rows = new Map<string, BackupRow>();
  const verdicts = new Map<string, boolean>();
  const triggers = new Map<string, BackupTrigger>();
  return {
    row: (guid) => rows.get(guid) ?? null,
    keep(seen) {
      for (const row of seen) put(rows, row.guid, row);
    },
    verdict: (guid) => verdicts.get(guid) ?? null,
    judge: (guid, wasCancelled) => put(verdicts, guid, wasCancelled),
    trigger: (guid) => triggers.get(guid) ?? null,
    keepTrigger: (guid, trigger) => put(triggers, guid, trigger),
  };
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxBackups && oldest !== undefined) map.delete(oldest);
}
