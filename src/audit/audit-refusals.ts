/** Refused commands of one viewer have so many entries of their own a day; one more counts the rest. */
import type Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import type { AuditRecord } from './audit-entry.ts';

type Viewer = AuditRecord['viewer'];

export interface RefusalsOptions {
  /** Entries of one viewer in a day of UTC. */
  readonly aDay: number;
  readonly now: () => Instant;
  /** The time that counts are deleted by. */
  readonly retention: RetentionClock;
  /** In one transaction. */
  readonly write: <T>(work: () => T) => T;
  /** Adds an entry that stands for so many commands, and gives its number. */
  readonly put: (record: AuditRecord, count: number) => number;
  readonly onBug: (error: unknown) => void;
}

export interface Refusals {
  /** It has got an entry of its own. */
  note(viewer: Viewer): void;
  /** True where the viewer has had its entries for today: it is counted, and needs none of its own. */
  countOnly(viewer: Viewer): boolean;
  /** Writes what was counted. */
  flush(): void;
  /** Days before yesterday. */
  forget(): void;
  close(): void;
}

const dayMicroseconds = 24 * 3_600_000_000;
/** A flood of them is one write a second. */
const countEveryMs = 1_000;

const wireDay = z.object({ refused: z.int(), rest: z.int().nullable() });

export function createRefusals(database: Database.Database, options: RefusalsOptions): Refusals {
  const dayOf = database.prepare('SELECT refused, rest FROM audit_days WHERE viewer = ? AND day = ?');
  const addRefused = database.prepare(
    `INSERT INTO audit_days (viewer, day, refused) VALUES (?, ?, 1)
     ON CONFLICT (viewer, day) DO UPDATE SET refused = refused + 1`,
  );
  const setRest = database.prepare('UPDATE audit_days SET rest = ? WHERE viewer = ? AND day = ?');
  const addToRest = database.prepare('UPDATE audit SET count = count + ? WHERE seq = ?');
  const dropDays = database.prepare('DELETE FROM audit_days WHERE day < ?');

  /** Counted and not yet written, by viewer. */
  const counted = new Map<string, { readonly viewer: Viewer; readonly count: number }>();
  let timer: NodeJS.Timeout | null = null;

  const today = () => Math.floor(options.now() / dayMicroseconds);

  function read({ id }: Viewer): z.infer<typeof wireDay> | null {
    const row: unknown = dayOf.get(id, today());
    return row === undefined ? null : wireDay.parse(row);
  }

  /** Into the entry of today, or a new one where there is none, or none any more. */
  function writeCount(viewer: Viewer, count: number): void {
    const rest = read(viewer)?.rest ?? null;
    if (rest !== null && addToRest.run(count, rest).changes > 0) return;
    const nothing = { address: null, requestId: null, command: null, targets: [], code: null, operation: null };
    const seq = options.put({ ...nothing, viewer, outcome: 'REFUSED' }, count);
    addRefused.run(viewer.id, today());
    setRest.run(seq, viewer.id, today());
  }

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (counted.size === 0) return;
    options.write(() => {
      for (const { viewer, count } of counted.values()) writeCount(viewer, count);
    });
    counted.clear();
  }

  function flushLater(): void {
    timer ??= setTimeout(() => {
      try {
        flush();
      } catch (error) {
        // What is counted stays, and is written when the database can be written.
        if (!(error instanceof GatewayError)) options.onBug(error);
      }
    }, countEveryMs).unref();
  }

  return {
    note: ({ id }) => void addRefused.run(id, today()),
    countOnly(viewer) {
      if ((read(viewer)?.refused ?? 0) < options.aDay) return false;
      counted.set(viewer.id, { viewer, count: (counted.get(viewer.id)?.count ?? 0) + 1 });
      flushLater();
      return true;
    },
    flush,
    forget: () => void dropDays.run(Math.floor(options.retention.now() / dayMicroseconds) - 1),
    close() {
      if (timer) clearTimeout(timer);
    },
  };
}
