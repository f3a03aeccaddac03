/**
 * One Borg run as a pure function of its script and the clock: when it starts and ends, and its
 * lines and bytes so far. Speed and numbers follow two recorded runs of the real program.
 */
import { toPythonJson } from './wire.ts';

export type RunOutcome = 'completed' | 'warnings' | 'failed' | 'failed-at-once' | 'skipped';

/** The script of a run; every field has a default. */
export interface RunScript {
  /** From the start of the process to its natural end. */
  readonly durationSeconds?: number;
  /** `failed-at-once` never starts: it fails when it leaves the queue, with `started_at` null. */
  readonly outcome?: RunOutcome;
  readonly totalBytes?: number;
  readonly linesPerSecond?: number;
  /** Time in the queue; Infinity: always pending. */
  readonly pendingSeconds?: number;
  /** The error text of a failed run, as the server stores it. */
  readonly errorMessage?: string;
  /** File names to print instead of generated ones; a name with "error" keeps the log of a successful run. */
  readonly paths?: readonly string[];
  /** Prune and compact after the backup, half the time each. */
  readonly maintenanceSeconds?: number;
  /** The final maintenance status. */
  readonly maintenanceEnd?: string;
  /** Keep sizes in the final record of a clean run. The real program loses them. */
  readonly keepsSizes?: boolean;
  /** From the end to the final sizes and counts, which stand in the record like those of `keepsSizes`. None unless given. */
  readonly finalSizesSeconds?: number | null;
  /** From Borg's last line to the end of the job. */
  readonly lingerSeconds?: number;
  /**
   * From the end to the moment at which the log is stored; a post-backup hook makes it longer. Infinity: it never is.
   * Null: as the server does, which stores that of a cancelled run at once.
   */
  readonly storeSeconds?: number | null;
}

export interface Run extends Required<Omit<RunScript, 'paths' | 'errorMessage' | 'maintenanceEnd'>> {
  readonly seed: number;
  readonly repository: string;
  readonly borgVersion: 1 | 2;
  readonly isAgent: boolean;
  readonly usualStoreSeconds: number;
  readonly queuedAtMs: number;
  readonly errorMessage: string;
  readonly paths: readonly string[] | null;
  readonly maintenanceEnd: string | null;
  /** The moment at which the process goes away, which may lie ahead (an agent confirms later). */
  cancelledAtMs: number | null;
  maintenanceStoppedAtMs: number | null;
}

/** The repository and the time of a run. */
interface RunPlace {
  readonly seed: number;
  readonly repository: string;
  readonly queuedAtMs: number;
  readonly borgVersion?: 1 | 2;
  readonly isAgent?: boolean;
  readonly usualStoreSeconds?: number;
}

const failedShare = 0.66;
const bytesPerFile = 20_000_000;
/** The first sign of life, and the first line that has counted anything. */
export const firstLineSeconds = 0.45;
export const firstBytesSeconds = 0.77;

export function createRun(script: RunScript, place: RunPlace): Run {
  const outcome = script.outcome ?? 'completed';
  return {
    durationSeconds: 40,
    totalBytes: 2_400_000_000,
    linesPerSecond: 5,
    pendingSeconds: 0,
    maintenanceSeconds: 0,
    maintenanceEnd: script.maintenanceSeconds ? 'maintenance_completed' : null,
    keepsSizes: false,
    finalSizesSeconds: null,
    lingerSeconds: 0,
    storeSeconds: null,
    usualStoreSeconds: 3,
    paths: null,
    borgVersion: 1,
    isAgent: false,
    cancelledAtMs: null,
    maintenanceStoppedAtMs: null,
    errorMessage: defaultError(outcome, place.repository),
    ...place,
    ...script,
    outcome,
  };
}

function defaultError(outcome: RunOutcome, repository: string): string {
  if (outcome === 'failed-at-once') return toPythonJson({ key: 'backend.errors.borg.unknownError' });
  return `LOCK_ERROR::${repository}\n${toPythonJson({ key: 'backend.errors.borg.lockTimeout' })}`;
}

export const startMs = (run: Run): number => run.queuedAtMs + run.pendingSeconds * 1000;

export function endMs(run: Run): number {
  return run.cancelledAtMs === null ? naturalEndMs(run) : Math.min(run.cancelledAtMs, naturalEndMs(run));
}

function naturalEndMs(run: Run): number {
  if (run.outcome === 'failed-at-once') return startMs(run);
  const seconds = run.outcome === 'skipped' ? Math.min(1.2, run.durationSeconds) : run.durationSeconds;
  return startMs(run) + seconds * 1000;
}

const statusAtEnd: Record<RunOutcome, string> = {
  completed: 'completed',
  warnings: 'completed_with_warnings',
  failed: 'failed',
  'failed-at-once': 'failed',
  skipped: 'skipped',
};

/** When the job ends; Borg may have printed its last line before. */
export const jobEndMs = (run: Run): number => endMs(run) + (run.cancelledAtMs === null ? run.lingerSeconds * 1000 : 0);

export function storedMs(run: Run): number {
  const usual = run.cancelledAtMs === null ? run.usualStoreSeconds : 0;
  return jobEndMs(run) + (run.storeSeconds ?? usual) * 1000;
}

export function statusAt(run: Run, nowMs: number): string {
  if (nowMs < startMs(run)) return 'pending';
  if (nowMs < jobEndMs(run)) return 'running';
  return endMs(run) < naturalEndMs(run) ? 'cancelled' : statusAtEnd[run.outcome];
}

export const elapsedSeconds = (run: Run, nowMs: number): number => (Math.min(nowMs, endMs(run)) - startMs(run)) / 1000;
export const fileCount = (run: Run): number => Math.max(1, Math.round(run.totalBytes / bytesPerFile));
export const filesAt = (run: Run, bytes: number): number =>
  run.totalBytes === 0 ? 0 : Math.floor((bytes / run.totalBytes) * fileCount(run));

/** Seconds from the first bytes to line `index` of the body; uneven, as the real ones are, but in order. */
export function bodySeconds(run: Run, index: number): number {
  if (index === 0 || run.linesPerSecond === 0) return 0;
  return (index + 0.4 * noise(run.seed, index)) / run.linesPerSecond;
}

/** How many lines with numbers there are by then. */
export function bodyCount(run: Run, elapsed: number): number {
  if (elapsed < firstBytesSeconds) return 0;
  const count = Math.floor((elapsed - firstBytesSeconds) * run.linesPerSecond) + 1;
  return bodySeconds(run, count - 1) > elapsed - firstBytesSeconds ? count - 1 : count;
}

export function bytesAt(run: Run, index: number): number {
  const reached = run.outcome === 'failed' ? run.totalBytes * failedShare : run.totalBytes;
  const lines = Math.floor(Math.max(0, run.durationSeconds - firstBytesSeconds) * run.linesPerSecond) + 1;
  return Math.floor((reached * (index + 0.3 + 0.6 * noise(run.seed, index))) / lines);
}

export function storedSizes(run: Run, bytes: number): { compressed_size: number; deduplicated_size: number } {
  const newShare = 0.02 + 0.2 * noise(run.seed, -1);
  return { compressed_size: Math.floor(bytes * 0.62), deduplicated_size: Math.floor(bytes * newShare) };
}

const folders = ['srv/files/invoices', 'srv/files/projects', 'home/anna/documents', 'var/lib/mail', 'srv/share/photos'];
const names = ['report', 'scan', 'ledger', 'letter', 'drawing', 'Übersicht'];
const endings = ['pdf', 'xlsx', 'jpg', 'eml', 'docx', 'sqlite'];

export function pathAt(run: Run, file: number): string {
  const given = run.paths?.[file % run.paths.length];
  if (given !== undefined) return given;
  const pick = (from: readonly string[], salt: number) => from[Math.floor(noise(salt, file) * from.length)] ?? '';
  return `${pick(folders, run.seed)}/${pick(names, 11)}-${String(file + 1).padStart(4, '0')}.${pick(endings, 29)}`;
}

/** A pseudo-random number from 0 to 1 that depends only on the arguments. */
export function noise(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}
