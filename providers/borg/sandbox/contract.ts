/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { BorgRepository } from './history.ts';
import type { JobRow, LogPolicy } from './jobs.ts';
import type { RunScript } from './run.ts';

export interface BorgSandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly now?: number;
  /** How fast the clock runs; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Finished jobs of the believable history; 400 unless given. */
  readonly history?: number;
  /** Also a few jobs under way, one of which will fail; true unless given. */
  readonly demo?: boolean;
  /** Six unless given. The first four are a plain one, a Borg 2 one, one of an agent and one in observe mode. */
  readonly repositories?: number;
  /** Manual jobs at a time, all repositories together; 1 as in the product. */
  readonly manualLimit?: number;
  readonly logPolicy?: LogPolicy;
  /**
   * How long after its end the log of a job is stored, unless its script says otherwise; 3 as in the product, and 0 where
   * the clock stands still.
   */
  readonly storeSeconds?: number;
  /** Of the user `admin`. */
  readonly password?: string;
}

/** The entry of a configuration file. */
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
  /** Sees all repositories but the hidden ones, with `limitedRole` on each. */
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
  /** Logins that have succeeded. */
  readonly loginCount: number;
  /** Decides what the log of an ended job shows, from now on and for all jobs. */
  logPolicy: LogPolicy;
  /** A log endpoint that this server does not have (404). */
  missingLogs: 'stream' | 'activity' | null;
  /** Manual jobs at a time; can be changed under way. */
  manualLimit: number;
  /** How long an agent takes to confirm a cancel. */
  agentConfirmSeconds: number;
  /** False: a cancel does not find the process, and says so. */
  processFound: boolean;
  /** Every registered repository, also those that an account may not see. */
  readonly repositories: readonly BorgRepository[];
  /** Every job as it is now, newest first, with the fields of the list and of the status together. */
  readonly jobs: readonly JobRow[];
  /** How the next run that is started behaves; several calls line up. */
  nextRun(script: RunScript): void;
  /** How all runs behave from now on, when nothing has been said for the next one. */
  everyRun(script: RunScript): void;
  /** Starts a job as somebody would in Borg UI itself, past the limit. Returns its id. */
  startOutside(repositoryPath: string, options?: { script?: RunScript; isScheduled?: boolean }): number;
  /** Inserts a job that has ended, by default on the first repository. Returns its id. */
  addFinished(given?: FinishedJob): number;
  /** Ids of jobs whose archives were pruned: the job stays. */
  readonly pruned: Set<number>;
  /** The list of archives fails, as it does while the repository is locked. */
  failsArchives: boolean;
  /** Removes a job as the retention of the product does. */
  removeJob(id: number): void;
  /** Makes every login token of today worthless; personal tokens stay. */
  expireTokens(): void;
  /** Makes every personal token of today worthless. */
  revokePersonalTokens(): void;
}

/** Fields of the job as on the wire, and the lines of its log. `status` may be a word that nobody knows. */
export type FinishedJob = Partial<JobRow> & { readonly lines?: readonly string[] };
