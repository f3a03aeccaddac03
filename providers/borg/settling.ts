/**
 * When a job that has ended is final. The product commits the last status first, then rewrites sizes and counts, runs
 * post-backup hooks, and stores the log last. It does not say how long that takes, so the wait is bounded.
 */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import { type Instant, now } from '../../src/core/instant.ts';
import { isFinished } from '../../src/core/model.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { toStatus } from './map.ts';

export interface SettlingClock {
  /** Monotonic. */
  elapsedMs(): number;
  now(): Instant;
}

export const realClock: SettlingClock = { elapsedMs: () => performance.now(), now };

export interface Settling {
  /** To be called with every row of a job as it was just read: true while it may still change. */
  see(row: unknown): boolean;
  /** Borg's own last line of this job was seen: its log is whole, whether it will be stored or not. */
  sawLastLine(id: string): void;
}

interface Watched {
  /** When it ended, by the monotonic clock; null before that was seen. */
  endedMs: number | null;
  /** What the product may rewrite, as it was last, and since when. */
  record: string;
  changedMs: number;
  hasLog: boolean;
  isFinal: boolean;
}

/** The product was seen to rewrite numbers for 6 s. Where less time is configured, a quarter of it. */
const mostQuietMs = 7_000;
const quietShare = 0.25;
const maxJobs = 2_000;

type Row = Readonly<Record<string, unknown>>;

export function createSettling(settleMs: number, clock: SettlingClock, times: TimeReader): Settling {
  const jobs = createBoundedCache<string, Watched>(maxJobs);
  const backoffMs = Math.min(mostQuietMs, settleMs * quietShare);

  function watch(id: string): Watched {
    const watched = jobs.get(id) ?? { endedMs: null, record: '', changedMs: 0, hasLog: false, isFinal: false };
    jobs.set(id, watched);
    return watched;
  }

  /** How long ago it ended, by the product's clock and ours; null where it does not say. */
  function ageMs({ completed_at }: Row): number | null {
    const at = times.read(completed_at);
    return at === null ? null : Math.max(0, (clock.now() - at) / 1000);
  }

  function isFinal(watched: Watched, row: Row): boolean {
    const nowMs = clock.elapsedMs();
    const endedMs = watched.endedMs ?? nowMs;
    if (nowMs - endedMs >= settleMs) return true;
    // Nothing ran, so that there is nothing to be written.
    if (row.status === 'skipped' || row.started_at == null) return true;
    return watched.hasLog && nowMs - watched.changedMs >= backoffMs;
  }

  return {
    see(given) {
      const row = (given ?? {}) as Row;
      const id = String(row.id);
      if (settleMs === 0 || typeof row.status !== 'string') return false;
      if (!isFinished(toStatus(row.status))) {
        Object.assign(watch(id), { endedMs: null, isFinal: false });
        return false;
      }
      const known = jobs.get(id);
      const age = ageMs(row);
      // A job that ended long ago and was not seen running is final.
      if (!known && (age === null || age >= settleMs)) return false;
      const watched = known ?? watch(id);
      if (watched.isFinal) return false;
      const nowMs = clock.elapsedMs();
      const record = recordOf(row);
      if (watched.endedMs === null) {
        watched.endedMs = nowMs - (known ? 0 : (age ?? 0));
        watched.changedMs = watched.endedMs;
      } else if (record !== watched.record) {
        watched.changedMs = nowMs;
      }
      watched.record = record;
      // An agent's lines are stored as they come.
      watched.hasLog ||= Boolean(row.logs) || row.execution_mode === 'agent';
      watched.isFinal = isFinal(watched, row);
      return !watched.isFinal;
    },
    sawLastLine(id) {
      watch(id).hasLog = true;
    },
  };
}

const rewritten = ['original_size', 'compressed_size', 'deduplicated_size', 'nfiles'];

function recordOf({ status, completed_at, error_message, progress_details }: Row): string {
  const numbers = (progress_details ?? {}) as Row;
  return JSON.stringify([status, completed_at, error_message, rewritten.map((name) => numbers[name] ?? null)]);
}
