/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { FlosumConnection } from './history.ts';
import type { FlosumJob, FlosumScript } from './jobs.ts';

export interface FlosumSandboxOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly now?: number;
  /** Speed of the clock; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** 5 unless given. The first is a production organisation, the second a sandbox one. */
  readonly connections?: number;
  /** Finished jobs that the lists show, all connections together, over eight months; 300 unless given. */
  readonly history?: number;
  /** Also three running jobs, one of which will fail; true unless given. */
  readonly demo?: boolean;
  /** Whether job logs exist, which the vendor's main pages do not mention; true unless given. */
  readonly jobLogs?: boolean;
}

/** The provider's entry in a configuration file. */
export interface FlosumSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'flosum';
  readonly url: string;
  readonly token: string;
}

export interface FlosumSandbox extends Sandbox {
  readonly config: FlosumSandboxConfig;
  /** The valid token, which `config` has too. */
  readonly token: string;
  readonly connections: readonly FlosumConnection[];
  /** All jobs in their current state, newest start first, including unlisted ones. */
  readonly jobs: readonly FlosumJob[];
  /** Number of starts that were answered with 201. */
  readonly created: number;
  /** How long a created job stays out of the list; 1500 at first, Infinity for ever. */
  visibleAfterMs: number;
  /** Silent cap of the page size; Infinity at first. */
  maxPageSize: number;
  /** True: a plain value instead of a list is refused. */
  strictArrays: boolean;
  /** Whether a job that started exactly at `startedDate` or `endDate` is found; 'inclusive' at first. */
  bounds: 'inclusive' | 'exclusive';
  /** True: imports are listed when all four types are asked for. Otherwise nothing lists them. */
  showImports: boolean;
  /** True: an empty description is refused. */
  needsDescription: boolean;
  /** False: the path of job logs does not exist. */
  jobLogs: boolean;
  /** True: the log of a running job stays open until the job ends. Otherwise it ends at its current last line. */
  followLogs: boolean;
  /** Ids of connections whose jobs answer 500; the connections themselves are still listed. */
  readonly downConnections: Set<number>;
  /** Sets the script of the next job; several calls queue up. */
  nextRun(script: FlosumScript): void;
  /** Sets the script of all jobs from now on, unless `nextRun` gave one. */
  everyRun(script: FlosumScript): void;
  /** Starts a job as a user of Flosum would, without the 409, and lists it at once. */
  startOutside(connectionId: number, given?: OutsideJob): FlosumJob;
  /** Inserts a job that has ended, by default on the first connection; it replaces one of the same `jobId`. */
  addFinished(given?: FinishedJob): FlosumJob;
  /** Removes a job as a retention rule does. */
  removeJob(jobId: number): void;
  /** Ends a running job as `Aborted`, as a user of Flosum would. No effect on an ended job. */
  abort(jobId: number): void;
  /** Invalidates the token. */
  revokeToken(): void;
  /** Invalidates the token and returns a new one. */
  rotateToken(): string;
}

export interface OutsideJob {
  readonly name?: string;
  readonly operationType?: string;
  readonly isIncludeMetadata?: boolean;
  readonly script?: FlosumScript;
}

/** Fields as on the wire, and the lines of its log. Words may be unknown ones. */
export type FinishedJob = Partial<FlosumJob> & { readonly lines?: readonly string[] };
