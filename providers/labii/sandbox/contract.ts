/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { SandboxUser } from './access.ts';
import type { LabiiOrganization } from './history.ts';
import type { Generation, LabiiRow } from './rows.ts';
import type { Outcome } from './runs.ts';
import type { ErrorStyle } from './wire.ts';

export interface LabiiSandboxOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly now?: number;
  /** Speed of the clock; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Three unless given. */
  readonly organizations?: readonly LabiiOrganization[];
  /** Backups of the generated history, all organisations together; 90 over eight months unless given. */
  readonly history?: number;
  /** `v1` unless given. */
  readonly generation?: Generation;
  /** Also a running backup of the second organisation; true unless given. */
  readonly demo?: boolean;
}

/** The provider's entry in a configuration file. */
export interface LabiiSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'labii';
  /** With `/v1` in that generation, without a trailing slash. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly organizations: readonly LabiiOrganization[];
}

export interface LabiiSandbox extends Sandbox {
  readonly config: LabiiSandboxConfig;
  readonly generation: Generation;
  /** A login token, for the header `token` or `Authorization: Token`. It expires after 30 idle minutes. */
  readonly token: string;
  /** For `Authorization: Bearer`. It does not expire. */
  readonly apiKey: string;
  /** Must give a second factor, which is always `secondFactorCode`. */
  readonly secondFactorUser: SandboxUser;
  readonly secondFactorCode: string;
  /** Number of successful logins. */
  readonly loginCount: number;
  /** Number of backups that were started by POST, which Labii bills. */
  readonly billed: number;
  /** How long the runs take that are started from now on; 95 s at first. */
  postDurationMs: number;
  /** Outcome of the next run, reset after it. An `error` is a 500 without a row in v1, a row `Error` in current. */
  nextOutcome: Outcome;
  /** How the refusals of backup calls and of checktoken are written. */
  errorStyle: ErrorStyle;
  /** What lists say in `add_permission`; true at first. */
  addPermission: boolean;
  /** Silent cap of the page size; 50 at first. */
  maxPageSize: number;
  /** Of a POST that made a backup; 200 at first. */
  postStatus: 200 | 201;
  /** True: everything answers 500. */
  outage: boolean;
  /** Every row that the product shows now, by organisation, in the order of its list. The rows may be changed in place. */
  readonly rows: readonly LabiiRow[];
  /** Ends all runs that were started by POST, which answers the waiting requests. */
  finishPosts(): void;
  /** Starts a backup as a user of Labii would, with `postDurationMs` and `nextOutcome`. Returns its sid. */
  startOutside(organizationSid: string): string;
  /** Inserts a backup that is over, by default of the first organisation and now. Returns its sid. */
  addFinished(given?: Partial<LabiiRow>): string;
  /** Removes a row as a user or the retention of the product would. */
  removeBackup(sid: string): void;
  /** Invalidates all login tokens, including `token`; the API key stays valid. */
  expireTokens(): void;
  /** Denies the configured account the backups of an organisation (403). */
  forbidOrganization(sid: string): void;
  /** Reverts `forbidOrganization`. */
  allowOrganization(sid: string): void;
}
