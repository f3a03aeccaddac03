/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { FlosumConnection } from './history.ts';
import type { FlosumJob, FlosumScript } from './jobs.ts';

export interface FlosumSandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly now?: number;
  /** How fast the clock runs; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** 5 unless given. The first is a production organisation, the second a sandbox one. */
  readonly connections?: number;
  /** Finished jobs that the lists show, all connections together, over eight months; 300 unless given. */
  readonly history?: number;
  /** Also three jobs under way, one of which will fail; true unless given. */
  readonly demo?: boolean;
  /** Whether there are job logs, which the vendor's main pages do not know; true unless given. */
  readonly jobLogs?: boolean;
}

/** The entry of a configuration file. */
export interface FlosumSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'flosum';
  readonly url: string;
  readonly token: string;
}

export interface FlosumSandbox extends Sandbox {
  readonly config: FlosumSandboxConfig;
  /** The token of today; `config` always holds it. */
  readonly token: string;
  readonly connections: readonly FlosumConnection[];
  /** Every job as it is now, newest start first, also those that no list shows (yet). */
  readonly jobs: readonly FlosumJob[];
  /** How many creates were answered with 201. */
  readonly created: number;
  /** How long a created job stays out of the list; 1500 at first, Infinity for ever. */
  visibleAfterMs: number;
  /** A page never holds more, whatever was asked, and nothing says so; Infinity at first. */
  maxPageSize: number;
  /** True: one plain value in the place of a list is refused, since the framework does not see a list in it. */
  strictArrays: boolean;
  /** Whether a job that started exactly at `startedDate` or `endDate` is found; 'inclusive' at first. */
  bounds: 'inclusive' | 'exclusive';
  /** True: imports are listed when all four types are asked for. Otherwise nothing lists them. */
  showImports: boolean;
  /** True: an empty description is refused. */
  needsDescription: boolean;
  /** False: there is no such path as that of the job log. */
  jobLogs: boolean;
  /** True: the log of a running job stays open until the job ends. Otherwise it ends where it has got to. */
  followLogs: boolean;
  /** Ids of connections whose jobs answer 500; the connections themselves are still listed. */
  readonly downConnections: Set<number>;
  /** How the next job that is started behaves; several calls line up. */
  nextRun(script: FlosumScript): void;
  /** How all jobs behave from now on, when nothing has been said for the next one. */
  everyRun(script: FlosumScript): void;
  /** Starts a job as somebody would in Flosum itself, past the 409, and listed at once. */
  startOutside(connectionId: number, given?: OutsideJob): FlosumJob;
  /** Inserts a job that has ended, by default on the first connection; it replaces one of the same `jobId`. */
  addFinished(given?: FinishedJob): FlosumJob;
  /** Removes a job as a retention rule does. */
  removeJob(jobId: number): void;
  /** Ends a running job as `Aborted`, as somebody would in Flosum itself; one that has ended stays as it is. */
  abort(jobId: number): void;
  /** Makes the token of today worthless, and gives no other. */
  revokeToken(): void;
  /** Makes the token of today worthless, and returns the new one. */
  rotateToken(): string;
}

export interface OutsideJob {
  readonly name?: string;
  readonly operationType?: string;
  readonly isIncludeMetadata?: boolean;
  readonly script?: FlosumScript;
}

/** Fields as on the wire, and the lines of its log. Words may be such that nobody knows them. */
export type FinishedJob = Partial<FlosumJob> & { readonly lines?: readonly string[] };
