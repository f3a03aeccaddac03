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
  };
  aliases: { provider: string; local_id: string; alias: string };
  cancelled: { provider: string; local_id: string };
  replay_logs: { log: string; head: string; used_at: number };
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
  };
  audit_providers: { provider: string; seq: number };
  audit_days: { viewer: string; day: number; refused: number; rest: Generated<number | null> };
  /** One row. SQLite returns a blob as an ArrayBuffer. */
  audit_key: { key: ArrayBuffer | Uint8Array };
  process_owner: { id: number; pid: number; host: string; since: number; checks: Generated<number> };
  retention_clock: { id: number; trusted_at: number; ahead_by: number; ahead_ms: number };
  refused_credentials: { hash: string; at: number };
}
