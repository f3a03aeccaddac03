/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { JobRow, LogPolicy } from './jobs.ts';
import type { BorgRepository } from './repositories.ts';
import type { RunScript } from './run.ts';

export interface BorgSandboxOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly now?: number;
  /** Speed of the clock; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Finished jobs of the generated history; 400 unless given. */
  readonly history?: number;
  /** Also a few running jobs, one of which will fail; true unless given. */
  readonly demo?: boolean;
  /** Six unless given. The first four are a plain one, a Borg 2 one, one of an agent and one in observe mode. */
  readonly repositories?: number;
  /** Maximum number of manual jobs at a time, over all repositories; 1 as in the product. */
  readonly manualLimit?: number;
  readonly logPolicy?: LogPolicy;
  /**
   * How long after its end the log of a job is stored, unless its script says otherwise; 3 as in the product, and 0 where
   * the clock stands still.
   */
  readonly storeSeconds?: number;
  /** Password of the user `admin`. */
  readonly password?: string;
}

/** The provider's entry in a configuration file. */
export interface BorgSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'borg';
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly settleSeconds: number;
}

export interface BorgSandbox extends Sandbox {
  readonly config: BorgSandboxConfig;
  /** A personal access token of the administrator. */
  readonly personalToken: string;
  /** A user who sees all repositories except the hidden ones, with `limitedRole` on each. */
  readonly limitedUser: {
    readonly username: string;
    readonly password: string;
    readonly personalToken: string;
  };
  /** An operator starts and cancels, a viewer only reads. */
  limitedRole: 'viewer' | 'operator';
  /** Paths that the limited user may not see; at first the last registered one. */
  readonly hiddenRepositories: Set<string>;
  /** Names of users who must give a second factor, which is always `totpCode`. */
  readonly totpUsers: Set<string>;
  readonly totpCode: string;
  /** False: password logins are switched off (403). */
  localLogin: boolean;
  /** Number of successful logins. */
  readonly loginCount: number;
  /** Which logs of ended jobs are kept; applies to all jobs from now on. */
  logPolicy: LogPolicy;
  /** A log endpoint that this server does not have (404). */
  missingLogs: 'stream' | 'activity' | null;
  /** Maximum number of manual jobs at a time. */
  manualLimit: number;
  /** How long an agent takes to confirm a cancel. */
  agentConfirmSeconds: number;
  /** False: a cancel answers that it did not find the process. */
  processFound: boolean;
  /** Every registered repository, also those that an account may not see. */
  readonly repositories: readonly BorgRepository[];
  /** All jobs in their current state, newest first, with the fields of both the list and the status. */
  readonly jobs: readonly JobRow[];
  /** Sets the script of the next run; several calls queue up. */
  nextRun(script: RunScript): void;
  /** Sets the script of all runs from now on, unless `nextRun` gave one. */
  everyRun(script: RunScript): void;
  /** Starts a job as a user of Borg UI would, ignoring the limit. Returns its id. */
  startOutside(repositoryPath: string, options?: { script?: RunScript; isScheduled?: boolean }): number;
  /** Inserts a job that has ended, by default on the first repository. Returns its id. */
  addFinished(given?: FinishedJob): number;
  /** Ids of jobs whose archives were pruned. The jobs stay. */
  readonly pruned: Set<number>;
  /** True: the list of archives fails, as for a locked repository. */
  failsArchives: boolean;
  /** True: the list of schedules fails. */
  failsSchedules: boolean;
  /** Removes a job as the retention of the product does. */
  removeJob(id: number): void;
  /** Invalidates all login tokens; personal tokens stay valid. */
  expireTokens(): void;
  /** Invalidates all personal tokens. */
  revokePersonalTokens(): void;
}

/** Fields of the job as on the wire, and the lines of its log. `status` may be an unknown word. */
export type FinishedJob = Partial<JobRow> & { readonly lines?: readonly string[] };
