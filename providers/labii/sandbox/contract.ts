/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { SandboxUser } from './access.ts';
import type { LabiiOrganization } from './history.ts';
import type { Generation, LabiiRow } from './rows.ts';
import type { Outcome } from './runs.ts';
import type { ErrorStyle } from './wire.ts';

export interface LabiiSandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly now?: number;
  /** How fast the clock runs; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Three unless given. */
  readonly organizations?: readonly LabiiOrganization[];
  /** Backups of the believable history, all organisations together; 90 over eight months unless given. */
  readonly history?: number;
  /** `v1` unless given. */
  readonly generation?: Generation;
  /** Also one run under way, of the second organisation; true unless given. */
  readonly demo?: boolean;
}

/** The entry of a configuration file. */
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
  /** A login token, for the header `token` or `Authorization: Token`. It dies after 30 idle minutes like any other. */
  readonly token: string;
  /** For `Authorization: Bearer`. It does not die. */
  readonly apiKey: string;
  /** Must give a second factor, which is always `secondFactorCode`. */
  readonly secondFactorUser: SandboxUser;
  readonly secondFactorCode: string;
  /** Logins that have succeeded. */
  readonly loginCount: number;
  /** Backups that POSTs have asked for, and that somebody must pay. */
  readonly billed: number;
  /** How long the runs take that are started from now on; 95 s at first. */
  postDurationMs: number;
  /** How the next run ends; one run uses it up. An `error` is a 500 without a row in v1, a row `Error` in current. */
  nextOutcome: Outcome;
  /** How the refusals of backup calls and of checktoken are written. */
  errorStyle: ErrorStyle;
  /** A larger page size is cut to this without a word; 50 at first. */
  maxPageSize: number;
  /** Of a POST that made a backup; 200 at first. */
  postStatus: 200 | 201;
  /** True: everything answers 500. */
  outage: boolean;
  /** Every row that the product shows now, by organisation, in the order of its list. The rows may be changed in place. */
  readonly rows: readonly LabiiRow[];
  /** Ends at once every run that a POST has started, and so answers those that wait. */
  finishPosts(): void;
  /** Starts a backup as somebody would in Labii itself, with `postDurationMs` and `nextOutcome`. Returns its sid. */
  startOutside(organizationSid: string): string;
  /** Inserts a backup that is over, by default of the first organisation and now. Returns its sid. */
  addFinished(given?: Partial<LabiiRow>): string;
  /** Removes a row as somebody, or the retention of the product, would. */
  removeBackup(sid: string): void;
  /** Makes every login token of today worthless, `token` too; the API key stays. */
  expireTokens(): void;
  /** Takes from our account the right to the backups of an organisation (403). */
  forbidOrganization(sid: string): void;
  /** Gives it back. */
  allowOrganization(sid: string): void;
}
