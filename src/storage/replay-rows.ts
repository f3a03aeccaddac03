/** All rows of the replay logs, for a database that is not read while streams run. */
import type { Db } from './storage-database.ts';

export interface ReplayPart {
  readonly last_seq: number;
  readonly at: number;
  readonly entries: string;
}

export interface ReplayRows {
  readonly heads: Map<string, string>;
  /** Oldest first. */
  readonly parts: Map<string, ReplayPart[]>;
  readonly notes: Map<string, string>;
}

export async function readReplayRows(db: Db): Promise<ReplayRows> {
  const logs = await db.selectFrom('replay_logs').select(['log', 'head']).execute();
  const columns = ['log', 'last_seq', 'at', 'entries'] as const;
  const rows = await db.selectFrom('replay_parts').select(columns).orderBy('log').orderBy('last_seq').execute();
  const notes = await db.selectFrom('replay_notes').select(['name', 'note']).execute();
  const parts = new Map<string, ReplayPart[]>();
  for (const { log, ...part } of rows) {
    const known = parts.get(log);
    if (known) known.push(part);
    else parts.set(log, [part]);
  }
  return {
    heads: new Map(logs.map(({ log, head }) => [log, head])),
    parts,
    notes: new Map(notes.map(({ name, note }) => [name, note])),
  };
}
