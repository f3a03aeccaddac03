/**
 * One backup run as a pure function of its script and the clock: an EXPORT task, then a STORE task, and what the
 * backup record says meanwhile. A cancel or a removal is kept with the run as a time.
 */

/** `no-snapshot` fails before there is a snapshot, and so never has a snapshot time. */
type RunOutcome = 'success' | 'partial' | 'export-failed' | 'store-failed' | 'no-snapshot';

/** The script of a run; every field has a default. */
export interface RunScript {
  /** From the request to the start of the EXPORT task, window permitting; Infinity waits for ever. Default 3. */
  readonly queuedSeconds?: number;
  /** From the request to the backup record. Default 1: the reply of a start comes before there is a backup. */
  readonly recordSeconds?: number;
  /** Default 40. */
  readonly exportSeconds?: number;
  /** Between the two tasks, while neither of them runs. Default 2. */
  readonly storeQueuedSeconds?: number;
  /** Default 20. */
  readonly storeSeconds?: number;
  /** From the request to cancel a task to its end; a task that ends before was not cancelled. Default 2. */
  readonly cancelSeconds?: number;
  readonly outcome?: RunOutcome;
  /** Stored bytes. Default: the size of the entity, or a part of it for an incremental backup. */
  readonly bytes?: number;
  /** Of a partial success. */
  readonly warnings?: readonly string[];
  /** What a failed run says. */
  readonly statusInfo?: string;
}

export type Step = 'EXPORT' | 'STORE';

interface Cancel {
  readonly atMs: number;
  readonly statusInfo: string;
}

export interface Run extends Required<RunScript> {
  readonly submittedAtMs: number;
  readonly windowStartMs: number;
  readonly windowEndMs: number | null;
  /** When a cancelled task stops. */
  readonly cancels: Partial<Record<Step, Cancel>>;
  /** When a task was removed. A queued task then never runs. */
  readonly removals: Partial<Record<Step, number>>;
}

interface RunPlace {
  readonly submittedAtMs: number;
  readonly windowStartMs?: number;
  readonly windowEndMs?: number | null;
  readonly bytes: number;
}

const defaultInfo: Readonly<Record<RunOutcome, string>> = {
  success: '',
  partial: '',
  'export-failed': 'Export failed: I/O error while reading disk vda',
  'store-failed': 'Store failed: no space left on backup destination',
  'no-snapshot': 'Snapshot could not be created: the guest agent did not answer',
};

export function createRun(script: RunScript, place: RunPlace): Run {
  const outcome = script.outcome ?? 'success';
  return {
    queuedSeconds: 3,
    recordSeconds: 1,
    exportSeconds: 40,
    storeQueuedSeconds: 2,
    storeSeconds: 20,
    cancelSeconds: 2,
    warnings: outcome === 'partial' ? ['Disk vdb was skipped: it is excluded from snapshots'] : [],
    statusInfo: defaultInfo[outcome],
    windowStartMs: place.submittedAtMs,
    windowEndMs: null,
    cancels: {},
    removals: {},
    ...place,
    ...script,
    outcome,
  };
}

/** One task of a run. `startAtMs` is null when it ended without having run. */
export interface TaskSpan {
  readonly step: Step;
  readonly queuedAtMs: number;
  /** Also of a task that still waits: when it will start. */
  readonly startAtMs: number | null;
  readonly endAtMs: number;
  readonly end: 'FINISHED' | 'FAILED' | 'CANCELLED' | 'REMOVED';
  readonly statusInfo: string | null;
  /** How far it has come at its end. */
  readonly lastPercent: number;
}

interface Spans {
  readonly exported: TaskSpan;
  /** Null: the export never finishes. */
  readonly stored: TaskSpan | null;
}

/** Every list looks at every run, and few runs change. */
const computed = new WeakMap<Run, Spans>();

export function spansOf(run: Run): Spans {
  const known = computed.get(run);
  if (known) return known;
  const exported = exportSpan(run);
  const spans = { exported, stored: storeSpan(run, exported) };
  computed.set(run, spans);
  return spans;
}

/** A second call has no effect. */
export function cancelStep(run: Run, step: Step, cancel: Cancel): void {
  run.cancels[step] ??= cancel;
  computed.delete(run);
}

export function removeStep(run: Run, step: Step, atMs: number): void {
  run.removals[step] = atMs;
  computed.delete(run);
}

const failedShare = 0.66;
/** The share of the export at which it fails. */
const exportFailures: Partial<Record<RunOutcome, number>> = { 'export-failed': failedShare, 'no-snapshot': 0.1 };

function exportSpan(run: Run): TaskSpan {
  const queuedAtMs = run.submittedAtMs;
  const startAtMs = Math.floor(Math.max(queuedAtMs + run.queuedSeconds * 1000, run.windowStartMs));
  const closesAtMs = Math.max(queuedAtMs, run.windowEndMs ?? Number.POSITIVE_INFINITY);
  const waiting = { step: 'EXPORT', queuedAtMs, startAtMs: null, lastPercent: 0 } as const;
  const removedAtMs = run.removals.EXPORT ?? Number.POSITIVE_INFINITY;
  if (removedAtMs < Math.min(startAtMs, closesAtMs)) return { ...waiting, endAtMs: removedAtMs, ...removed };
  if (startAtMs > (run.windowEndMs ?? Number.POSITIVE_INFINITY)) {
    return { ...waiting, endAtMs: closesAtMs, end: 'FAILED', statusInfo: 'The task was not started within its window' };
  }
  const failsAt = exportFailures[run.outcome] ?? null;
  return runningSpan(run, 'EXPORT', { queuedAtMs, startAtMs, seconds: run.exportSeconds, failsAt });
}

const removed = { end: 'REMOVED', statusInfo: 'The task was removed from the queue' } as const;

function storeSpan(run: Run, before: TaskSpan): TaskSpan | null {
  if (before.end !== 'FINISHED') return null;
  const queuedAtMs = before.endAtMs;
  const startAtMs = Math.floor(queuedAtMs + run.storeQueuedSeconds * 1000);
  const removedAtMs = run.removals.STORE ?? Number.POSITIVE_INFINITY;
  if (removedAtMs < startAtMs) {
    return { step: 'STORE', queuedAtMs, startAtMs: null, lastPercent: 0, endAtMs: removedAtMs, ...removed };
  }
  const failsAt = run.outcome === 'store-failed' ? failedShare : null;
  return runningSpan(run, 'STORE', { queuedAtMs, startAtMs, seconds: run.storeSeconds, failsAt });
}

interface Pace {
  readonly queuedAtMs: number;
  readonly startAtMs: number;
  readonly seconds: number;
  /** The share at which it fails; null: it does not. */
  readonly failsAt: number | null;
}

function runningSpan(run: Run, step: Step, { queuedAtMs, startAtMs, seconds, failsAt }: Pace): TaskSpan {
  const lengthMs = seconds * 1000;
  const naturalEndMs = Math.floor(startAtMs + lengthMs * (failsAt ?? 1));
  const cancel = run.cancels[step];
  const span = { step, queuedAtMs, startAtMs };
  if (cancel && cancel.atMs < naturalEndMs) {
    const { atMs, statusInfo } = cancel;
    return { ...span, endAtMs: atMs, end: 'CANCELLED', statusInfo, lastPercent: percent(atMs - startAtMs, lengthMs) };
  }
  const end = failsAt === null ? 'FINISHED' : 'FAILED';
  const lastPercent = failsAt === null ? 100 : percent(lengthMs * failsAt, lengthMs);
  return { ...span, endAtMs: naturalEndMs, end, statusInfo: failsAt === null ? null : run.statusInfo, lastPercent };
}

/** One decimal, as the product shows it. */
const percent = (doneMs: number, wholeMs: number): number =>
  wholeMs === 0 ? 0 : Math.min(100, Math.max(0, Math.round((doneMs / wholeMs) * 1000) / 10));

export type TaskState = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED';

/** Null: there is no such task, not yet or not any more. */
export function taskStateAt(span: TaskSpan, nowMs: number): TaskState | null {
  if (nowMs < span.queuedAtMs) return null;
  if (nowMs >= span.endAtMs) return span.end === 'REMOVED' ? null : span.end;
  return nowMs < (span.startAtMs ?? Number.POSITIVE_INFINITY) ? 'QUEUED' : 'RUNNING';
}

export function progressAt(run: Run, span: TaskSpan, nowMs: number): number {
  const { startAtMs, endAtMs, lastPercent } = span;
  if (startAtMs === null || nowMs < startAtMs) return 0;
  if (nowMs >= endAtMs) return lastPercent;
  const seconds = span.step === 'EXPORT' ? run.exportSeconds : run.storeSeconds;
  return Math.min(lastPercent, percent(nowMs - startAtMs, seconds * 1000));
}

interface RunState {
  readonly status: 'QUEUED' | 'INPROGRESS' | 'SUCCESS' | 'PARTIAL_SUCCESS' | 'FAILED' | 'SUCCESS_REMOVED';
  readonly snapshotAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly statusInfo: string | null;
}

const dayMs = 86_400_000;
/** What is older has been removed from its destination. */
const retentionMs = 150 * dayMs;

/** Null: there is no backup record, or not yet. A run that ended before it began leaves none if it had none. */
export function backupStateAt(run: Run, nowMs: number): RunState | null {
  const recordAtMs = run.submittedAtMs + run.recordSeconds * 1000;
  const { exported, stored } = spansOf(run);
  const last = stored ?? exported;
  if (nowMs < recordAtMs || (exported.startAtMs === null && last.endAtMs <= recordAtMs)) return null;
  const startedAtMs = exported.startAtMs ?? Number.POSITIVE_INFINITY;
  const hasSnapshot = nowMs >= startedAtMs && run.outcome !== 'no-snapshot';
  const snapshotAtMs = hasSnapshot ? exported.startAtMs : null;
  if (nowMs < last.endAtMs) {
    const status = nowMs < startedAtMs ? 'QUEUED' : 'INPROGRESS';
    return { status, snapshotAtMs, endedAtMs: null, statusInfo: null };
  }
  const ended = { snapshotAtMs, endedAtMs: last.endAtMs };
  if (stored?.end !== 'FINISHED') return { ...ended, status: 'FAILED', statusInfo: failureOf(last) };
  if (nowMs > last.endAtMs + retentionMs) return { ...ended, status: 'SUCCESS_REMOVED', statusInfo: null };
  return { ...ended, status: run.outcome === 'partial' ? 'PARTIAL_SUCCESS' : 'SUCCESS', statusInfo: null };
}

/** The record never says CANCELLED; only its text tells of it. */
const failureOf = (last: TaskSpan): string | null =>
  last.end === 'CANCELLED' ? 'The task has been cancelled' : last.statusInfo;

/** A pseudo-random number from 0 to 1 that depends only on the arguments. */
export function noise(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}
