/** The tables of the database, for Kysely. `migrations.ts` creates them. Times are microseconds since 1970. */
import type { Generated } from 'kysely';

export interface Tables {
  operations: {
    id: string;
    viewer: string;
    provider: string;
    kind: string;
    idempotency_key: string | null;
    status: string;
    requested_at: number;
    record: string;
    /** The replica that sends it, or looks its outcome up; null of a gateway that is alone. */
    owner: string | null;
    /** Increases with each change of the owner. */
    owner_epoch: Generated<number>;
    /** What a start asked for, as JSON. */
    settings: Generated<string | null>;
  };
  /** `version`: increases with each write of either table in PostgreSQL, in the order of the commits. */
  aliases: { provider: string; local_id: string; alias: string; version: Generated<number> };
  cancelled: { provider: string; local_id: string; version: Generated<number> };
  /** `version`: of a log that several gateways write, increases with each write. */
  replay_logs: { log: string; head: string; used_at: number; version: Generated<number> };
  replay_parts: { log: string; last_seq: number; at: number; bytes: number; entries: string };
  replay_notes: { name: string; note: string };
  audit: {
    seq: Generated<number>;
    at: number;
    viewer: string;
    is_personal: number;
    is_under_way: number;
    count: number;
    bytes: number;
    record: string;
    /** The replica that carries the command out; null of a gateway that is alone. */
    replica: string | null;
  };
  audit_providers: { provider: string; seq: number };
  audit_days: { viewer: string; day: number; refused: number; rest: Generated<number | null> };
  /** One row. SQLite returns a blob as an ArrayBuffer. */
  audit_key: { key: ArrayBuffer | Uint8Array };
  process_owner: { id: number; pid: number; host: string; since: number; checks: Generated<number> };
  /** Gateways that use the database at once. `seen_at`: the last heartbeat, by the clock of the database. */
  replicas: { id: string; pid: number; host: string; since: number; seen_at: number };
  /** Of limits that gateways count together: when each is full again. */
  rates: { name: string; full_at: number };
  /**
   * Rights of one replica at a time. `free_since`: when the term before the present one ended. `wanted_until`: until when a
   * replica wants more of the holder than the lease itself says.
   */
  leases: {
    name: string;
    holder: string;
    epoch: number;
    expires_at: number;
    free_since: number;
    note: string | null;
    wanted_until: Generated<number>;
  };
  retention_clock: { id: number; trusted_at: number; ahead_by: number; ahead_ms: number };
  refused_credentials: { hash: string; at: number };
  /** What the products list. Rows that they list no longer have `removed_at`. */
  history_backups: {
    provider: string;
    local_id: string;
    external_id: string;
    /** The time of the order; a large number while there is none. */
    sort_at: number;
    /** The external id as a text that compares like `compareIds`. */
    id_key: string;
    entity_id: string | null;
    status: string;
    type: string;
    trigger_kind: string;
    name: string | null;
    started_at: number | null;
    ended_at: number | null;
    /** In microseconds. */
    duration: number | null;
    original_bytes: number | null;
    stored_bytes: number | null;
    item_count: number | null;
    /** In storage, or at the source if that is not known. */
    size_bytes: Generated<number | null>;
    /** The name in lower case, cut. */
    name_key: Generated<string | null>;
    /** The normalised backup, as JSON. */
    record: string;
    observed_at: number;
    removed_at: number | null;
  };
  history_readers: { provider: string; state: string };
  /** What the products list, as JSON. */
  history_entities: { provider: string; local_id: string; record: string };
  /** Numbers of `history_backups`, also of removed rows, by quarter hour. Triggers maintain them. */
  history_totals: TotalsRow;
  /** The same by hour, for questions that tell neither types nor triggers. */
  history_hours: Omit<TotalsRow, 'slot' | 'type' | 'trigger_kind'> & { hour: number };
  history_entity_totals: TotalsRow & {
    /** Empty for rows that do not tell their entity. */
    entity_id: string;
  };
}

interface TotalsRow {
  provider: string;
  /** Number of quarter hours from 1970 to the one of `sort_at`; -1 for rows without a time. */
  slot: number;
  type: string;
  trigger_kind: string;
  status: string;
  runs: number;
  /** Number of rows in the sum that follows, in microseconds. */
  timed_count: number;
  duration: number;
  original_count: number;
  original_bytes: number;
  stored_count: number;
  stored_bytes: number;
}
