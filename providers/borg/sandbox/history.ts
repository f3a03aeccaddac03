/** Generated data: eight months of finished jobs, and a few running ones. */
import { type Job, type JobIdentity, toIdentity } from './jobs.ts';
import { type BorgRepository, routeOf } from './repositories.ts';
import { createRun, noise, type RunScript } from './run.ts';
import { toPythonJson } from './wire.ts';

const dayMs = 86_400_000;
const spanMs = 240 * dayMs;

interface Slot {
  readonly repository: BorgRepository;
  readonly queuedAtMs: number;
  readonly isManual: boolean;
}

/** `count` finished jobs, ids from 1 in the order in which they were queued. The same `nowMs` gives the same jobs. */
export function createHistory(repositories: readonly BorgRepository[], count: number, nowMs: number): Job[] {
  const active = repositories.filter(({ mode }) => mode === 'full');
  if (active.length === 0) return [];
  const newestFirst = slots(active, count, nowMs).sort((a, b) => b.queuedAtMs - a.queuedAtMs);
  const jobs = newestFirst.map((slot, age) => {
    const isManual = slot.isManual || age === manualFailureAge || age === manualCancelAge;
    return finishedJob({ ...slot, isManual }, count - age, age, nowMs);
  });
  return jobs.reverse();
}

/** Every few nights each repository in turn, at times all in the same microsecond; about one job in ten by hand. */
function slots(active: readonly BorgRepository[], count: number, nowMs: number): Slot[] {
  const nights = Math.ceil(count / active.length);
  const intervalMs = spanMs / Math.max(1, nights);
  return Array.from({ length: count }, (_, index) => {
    const night = Math.floor(index / active.length);
    const place = index % active.length;
    const repository = active[place] as BorgRepository;
    const isManual = index % 10 === 7;
    const nightMs = nightBefore(nowMs - night * intervalMs, intervalMs);
    const isTogether = night % 3 !== 1;
    const laterMs = isManual
      ? noise(5, index) * 0.3 * intervalMs
      : isTogether
        ? 0
        : place * 180_000 + noise(6, index) * 1000;
    const queuedAtMs = nightMs + laterMs + (noise(7, night) * 900 + 1);
    return { repository, queuedAtMs: Math.min(queuedAtMs, nowMs - 4 * 3_600_000 - index - 0.123), isManual };
  });
}

const nightBefore = (ms: number, intervalMs: number): number =>
  intervalMs < dayMs ? ms : Math.floor(ms / dayMs) * dayMs - 22 * 3_600_000;

interface Ending {
  readonly script: RunScript;
  readonly isCancelled?: boolean;
  readonly lines?: readonly string[];
}

const key = (name: string): string => toPythonJson({ key: `backend.errors.${name}` });
const hookError = `Post-backup hook failed with exit code 3\n${key('service.postBackupHookFailed')}`;
const clean: Ending = { script: { outcome: 'completed' } };
const warned: Ending = { script: { outcome: 'warnings' } };
const locked: Ending = { script: { outcome: 'failed' } };
const keyed: Ending = { script: { outcome: 'failed', errorMessage: key('borg.connectionClosed') } };
const prose: Ending = { script: { outcome: 'failed', errorMessage: 'No space left on device' } };
const hooked: Ending = { script: { outcome: 'failed', errorMessage: hookError } };
const neverStarted: Ending = {
  script: { outcome: 'failed-at-once', pendingSeconds: 600, errorMessage: key('service.backupInterrupted') },
  lines: ['The server was restarted before this backup began.'],
};
const skipped: Ending = { script: { outcome: 'skipped' } };
const cancelled: Ending = { script: { outcome: 'completed' }, isCancelled: true };

const manualFailureAge = 4;
const manualCancelAge = 7;
/** The newest jobs have one of each outcome, so that a short history has all; most older ones succeeded. */
const shown = new Map<number, Ending>([
  [2, warned],
  [manualFailureAge, locked],
  [manualCancelAge, cancelled],
  [9, skipped],
  [11, keyed],
  [14, neverStarted],
  [17, prose],
  [20, hooked],
]);
const rare: readonly Ending[] = [
  warned,
  warned,
  warned,
  locked,
  keyed,
  prose,
  hooked,
  cancelled,
  cancelled,
  skipped,
  neverStarted,
];

function endingOf(age: number): Ending {
  if (age < 24) return shown.get(age) ?? clean;
  if (noise(1, age) < 0.85) return clean;
  return rare[Math.floor(noise(2, age) * rare.length)] ?? clean;
}

function finishedJob({ repository, queuedAtMs, isManual }: Slot, id: number, age: number, nowMs: number): Job {
  const { script, isCancelled, lines = null } = endingOf(age);
  const growth = 1 - (0.3 * (nowMs - queuedAtMs)) / spanMs;
  const totalBytes = Math.floor(repository.bytes * growth * (0.97 + 0.03 * noise(3, id)));
  const durationSeconds = Math.min(9000, 30 + totalBytes / 180_000_000 + 60 * noise(4, id));
  const run = createRun(
    {
      durationSeconds,
      totalBytes,
      // Long runs are stored with about as many lines as short ones; a real log would be far larger.
      linesPerSecond: Math.min(5, 300 / durationSeconds),
      pendingSeconds: waitOf(id),
      keepsSizes: true,
      ...(isManual ? {} : maintenanceOf(id)),
      ...script,
    },
    placeOf(repository, id, queuedAtMs),
  );
  if (isCancelled)
    run.cancelledAtMs = queuedAtMs + run.pendingSeconds * 1000 + durationSeconds * (200 + 600 * noise(9, id));
  return { identity: identityOf(repository, id, isManual, script), run, fixed: {}, lines };
}

/** Some wait long enough to start after jobs with a higher id. */
function waitOf(id: number): number {
  if (id % 13 === 5) return 240 + 2400 * noise(8, id);
  return 0;
}

const maintenanceEnds = [
  'maintenance_completed',
  'maintenance_completed',
  'compact_completed',
  'prune_completed',
  'check_completed',
  'compact_failed',
  'maintenance_completed',
  'prune_failed',
  'check_failed',
];

function maintenanceOf(id: number): RunScript {
  const maintenanceEnd = maintenanceEnds[id % maintenanceEnds.length] ?? 'maintenance_completed';
  return { maintenanceSeconds: 90, maintenanceEnd };
}

const placeOf = (repository: BorgRepository, seed: number, queuedAtMs: number) => ({
  seed,
  queuedAtMs,
  repository: repository.path,
  borgVersion: repository.borgVersion,
  isAgent: repository.executor === 'agent',
});

function identityOf(repository: BorgRepository, id: number, isManual: boolean, script: RunScript): JobIdentity {
  const never = script.outcome === 'failed-at-once' ? { route_strategy: null } : {};
  return toIdentity(id, repository.path, {
    ...routeOf(repository),
    ...never,
    ...(isManual ? {} : triggerOf(repository, id)),
  });
}

/** One repository belongs to a backup plan, the others have a schedule of their own. */
function triggerOf(repository: BorgRepository, id: number): Partial<JobIdentity> {
  if (repository.id % 5 !== 0) return { triggered_by: 'schedule', scheduled_job_id: repository.id };
  return {
    triggered_by: 'backup_plan',
    backup_plan_id: 1,
    backup_plan_run_id: id,
    backup_plan_name: 'Nightly offices',
  };
}

/** Runs that the schedule has started a little before `nowMs`. They leave the first two repositories free. */
export function jobsUnderWay(repositories: readonly BorgRepository[], firstId: number, nowMs: number): Job[] {
  const wanted: readonly [index: number, ageSeconds: number, script: RunScript][] = [
    [4, 130, { durationSeconds: 2700, totalBytes: 780_000_000_000, maintenanceSeconds: 120 }],
    [2, 40, { durationSeconds: 600, totalBytes: 96_000_000_000 }],
    [5, 20, { durationSeconds: 150, totalBytes: 5_200_000_000, outcome: 'failed' }],
    [4, 5, { durationSeconds: 900, totalBytes: 781_000_000_000, pendingSeconds: 2720, outcome: 'warnings' }],
  ];
  const found = wanted.flatMap(([index, ageSeconds, script]) => {
    const repository = repositories[index];
    return repository ? [{ repository, ageSeconds, script }] : [];
  });
  return found.map(({ repository, ageSeconds, script }, index) => {
    const id = firstId + index;
    const queuedAtMs = nowMs - ageSeconds * 1000 - 0.5 * noise(10, id);
    const identity = toIdentity(id, repository.path, {
      ...routeOf(repository),
      ...triggerOf(repository, id),
    });
    return { identity, run: createRun(script, placeOf(repository, id, queuedAtMs)), fixed: {}, lines: null };
  });
}
