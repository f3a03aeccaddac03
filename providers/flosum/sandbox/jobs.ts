/** The job table: what never changes in a job, what follows from its script and the clock, and its row in a list. */

export const statuses = ['In Progress', 'Exception', 'Completed', 'Aborted'] as const;

/** The words of the filter, and the words of a row that each of them finds. Imports have no word of their own. */
export const operationOfType = {
  full: 'Composite Backup',
  'full & sync': 'Composite & Sync Backup',
  template: 'Templated Backup',
  archive: 'Templated Archive',
} as const;
type JobType = keyof typeof operationOfType;
export const types = Object.keys(operationOfType) as readonly JobType[];
export const importOperations: readonly string[] = ['Import Archive', 'Import Backup'];

/** A row as it is listed. Status and operation are wider than the contract, for a service that has learnt new words. */
interface ListedRow {
  readonly id: number;
  readonly name: string;
  readonly jobId: number;
  readonly jobStatus: string;
  readonly startedDate: string;
  readonly duration: string;
  readonly size: number;
  readonly records: number;
  readonly operationType: string;
}

/** A row and what the list does not show. */
export interface FlosumJob extends ListedRow {
  readonly connectionId: number;
  readonly isIncludeMetadata: boolean;
}

/** The script of a job; every field has a default. */
export interface FlosumScript {
  readonly durationSeconds?: number;
  /** `Aborted`: somebody aborts it in the product itself when its time is over. */
  readonly outcome?: 'Completed' | 'Exception' | 'Aborted';
  /** Of the whole; a job that does not complete keeps a part. */
  readonly sizeBytes?: number;
  readonly records?: number;
  /** What a row says while it runs; unless given, every other job is of one kind. */
  readonly runningDuration?: 'empty' | 'growing';
  /** Lines of the log between its first and its last. */
  readonly logLines?: number;
}

export interface Job {
  readonly id: number;
  readonly jobId: number;
  readonly connectionId: number;
  readonly name: string;
  readonly operationType: string;
  readonly isIncludeMetadata: boolean;
  readonly startMs: number;
  /** Until then the list does not show it. */
  readonly visibleFromMs: number;
  readonly script: Required<FlosumScript>;
  /** Row fields that override those of the script. */
  readonly fixed: Partial<ListedRow>;
  /** Stored lines that replace those of the script. */
  readonly lines: readonly string[] | null;
  abortedAtMs: number | null;
}

/** Without `startMs` a job starts at `atMs`, as precisely as its id lets it know. */
export type JobPlace = Pick<Job, 'id' | 'jobId' | 'connectionId' | 'name'> & Partial<Job> & { readonly atMs: number };

export function createJob({ atMs, ...place }: JobPlace, script: FlosumScript = {}): Job {
  const precisionMs = isWholeSecond(place.id) ? 1000 : 1;
  const startMs = place.startMs ?? Math.floor(atMs / precisionMs) * precisionMs;
  return {
    operationType: operationOfType.full,
    isIncludeMetadata: true,
    visibleFromMs: startMs,
    fixed: {},
    lines: null,
    abortedAtMs: null,
    ...place,
    startMs,
    script: {
      durationSeconds: 60,
      outcome: 'Completed',
      sizeBytes: 6_442_450_944,
      records: 248_113,
      runningDuration: place.jobId % 2 === 0 ? 'empty' : 'growing',
      logLines: 24,
      ...script,
    },
  };
}

/** Every third job knows its start only to the second, and writes it without milliseconds. */
const isWholeSecond = (id: number): boolean => id % 3 === 0;

const naturalEndMs = ({ startMs, script }: Job): number => startMs + script.durationSeconds * 1000;
export const endMs = (job: Job): number => Math.min(job.abortedAtMs ?? Number.POSITIVE_INFINITY, naturalEndMs(job));

export function statusAt(job: Job, nowMs: number): string {
  if (job.fixed.jobStatus !== undefined) return job.fixed.jobStatus;
  if (nowMs < endMs(job)) return 'In Progress';
  return endMs(job) < naturalEndMs(job) ? 'Aborted' : job.script.outcome;
}

export const isActive = (job: Job, nowMs: number): boolean => statusAt(job, nowMs) === 'In Progress';

/** How much of the whole is done. */
export function shareAt(job: Job, nowMs: number): number {
  const { durationSeconds, outcome } = job.script;
  const reached = outcome === 'Completed' ? 1 : 0.4;
  if (durationSeconds === 0) return reached;
  return (reached * (Math.min(nowMs, endMs(job)) - job.startMs)) / (durationSeconds * 1000);
}

/** What a running job has read so far the list does not tell: it says zero until the end. */
export function rowAt(job: Job, nowMs: number): ListedRow {
  const isRunning = isActive(job, nowMs);
  const share = isRunning ? 0 : shareAt(job, nowMs);
  const seconds = Math.floor((Math.min(nowMs, endMs(job)) - job.startMs) / 1000);
  return {
    id: job.id,
    name: job.name,
    jobId: job.jobId,
    jobStatus: statusAt(job, nowMs),
    startedDate: wireTime(job.startMs, isWholeSecond(job.id)),
    duration: isRunning && job.script.runningDuration === 'empty' ? '' : toDuration(seconds),
    size: Math.floor(job.script.sizeBytes * share),
    records: Math.floor(job.script.records * share),
    operationType: job.operationType,
    ...job.fixed,
  };
}

export const toFlosumJob = (job: Job, nowMs: number): FlosumJob => ({
  ...rowAt(job, nowMs),
  connectionId: job.connectionId,
  isIncludeMetadata: job.isIncludeMetadata,
});

const wireTime = (ms: number, isWhole: boolean): string => {
  const text = new Date(ms).toISOString();
  return isWhole ? text.replace('.000Z', 'Z') : text;
};

/** Hours go on past 24. */
function toDuration(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

const durationText = /^(\d+):(\d\d):(\d\d)$/;

/** Null for a text of another form. */
export function toSeconds(duration: string): number | null {
  const [, hours, minutes, seconds] = durationText.exec(duration) ?? [];
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** A pseudo-random number from 0 to 1 that depends only on the arguments. */
export function noise(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}
