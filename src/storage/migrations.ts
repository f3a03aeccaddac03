/** Marks a file as the ledger of a gateway: `BKPL` in ASCII. Files of versions 1 to 3 have 0. */
export const applicationId = 0x424b504c;

/** Each step runs once, in order. Released steps must not change. `user_version` is the number of applied steps. */
export const migrations: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     viewer TEXT NOT NULL,
     provider TEXT NOT NULL,
     kind TEXT NOT NULL,
     idempotency_key TEXT,
     status TEXT NOT NULL,
     requested_at INTEGER NOT NULL,
     record TEXT NOT NULL
   );
   CREATE UNIQUE INDEX operations_by_key ON operations (viewer, idempotency_key) WHERE idempotency_key IS NOT NULL;
   CREATE INDEX operations_by_status ON operations (status, requested_at);
   CREATE TABLE aliases (provider TEXT NOT NULL, local_id TEXT NOT NULL, alias TEXT NOT NULL, PRIMARY KEY (provider, local_id));
   CREATE UNIQUE INDEX aliases_by_alias ON aliases (provider, alias);
   CREATE TABLE cancelled (provider TEXT NOT NULL, local_id TEXT NOT NULL, PRIMARY KEY (provider, local_id));`,
  `CREATE TABLE replay_logs (log TEXT PRIMARY KEY, head TEXT NOT NULL, used_at INTEGER NOT NULL);
   CREATE TABLE replay_parts (
     log TEXT NOT NULL,
     last_seq INTEGER NOT NULL,
     at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     entries TEXT NOT NULL,
     PRIMARY KEY (log, last_seq)
   ) WITHOUT ROWID;
   CREATE INDEX replay_parts_by_time ON replay_parts (at);
   CREATE TABLE replay_notes (name TEXT PRIMARY KEY, note TEXT NOT NULL);`,
  `CREATE TABLE audit (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     viewer TEXT NOT NULL,
     is_personal INTEGER NOT NULL,
     is_under_way INTEGER NOT NULL,
     count INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     record TEXT NOT NULL
   );
   CREATE INDEX audit_by_time ON audit (at);
   CREATE INDEX audit_by_viewer ON audit (viewer, seq, bytes);
   CREATE INDEX audit_personal ON audit (viewer, seq) WHERE is_personal = 1;
   CREATE INDEX audit_under_way ON audit (seq) WHERE is_under_way = 1;
   CREATE TABLE audit_providers (provider TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (provider, seq)) WITHOUT ROWID;
   CREATE INDEX audit_providers_by_entry ON audit_providers (seq);
   CREATE TRIGGER audit_forgotten AFTER DELETE ON audit BEGIN DELETE FROM audit_providers WHERE seq = old.seq; END;
   CREATE TABLE audit_days (
     viewer TEXT NOT NULL,
     day INTEGER NOT NULL,
     refused INTEGER NOT NULL,
     rest INTEGER,
     PRIMARY KEY (viewer, day)
   ) WITHOUT ROWID;
   CREATE TABLE audit_key (key BLOB NOT NULL);
   INSERT INTO audit_key VALUES (randomblob(32));`,
  `CREATE TABLE IF NOT EXISTS process_owner (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     pid INTEGER NOT NULL,
     host TEXT NOT NULL,
     since INTEGER NOT NULL,
     checks INTEGER NOT NULL DEFAULT 0
   );
   CREATE TABLE IF NOT EXISTS retention_clock (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     trusted_at INTEGER NOT NULL,
     ahead_by INTEGER NOT NULL,
     ahead_ms INTEGER NOT NULL
   );
   CREATE TABLE IF NOT EXISTS refused_credentials (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
   PRAGMA application_id = ${applicationId};`,
];
