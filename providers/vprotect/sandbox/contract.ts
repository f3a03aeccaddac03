/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { Origin, VProtectBackup } from './backups.ts';
import type { Destination, Rule, VProtectEntity } from './fixtures.ts';
import type { RunScript } from './run.ts';
import type { Switches } from './switches.ts';
import type { VProtectTask } from './tasks.ts';

export interface VProtectSandboxOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly now?: number;
  /** Speed of the clock; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Number of machines; 8 unless given. The seventh is gone from its platform; the last was never backed up. */
  readonly machines?: number;
  /** Finished backups of the generated history; 300 unless given. */
  readonly history?: number;
  /** Also four queued or running backups, one of which will fail; true unless given. */
  readonly demo?: boolean;
  readonly password?: string;
}

/** The provider's entry in a configuration file. */
export interface VProtectSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'vprotect';
  /** With the `/api` at its end. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Guid of the backup destination of new backups. */
  readonly destination: string;
}

export interface VProtectSandbox extends Sandbox, Omit<Switches, 'word' | keyof Sandbox> {
  readonly config: VProtectSandboxConfig;
  /** Opens a session through /session/login-with-token. */
  readonly token: string;
  /** Number of successful logins. */
  readonly loginCount: number;
  /** Number of calls that affect the tasks of all users. The gateway makes none. */
  readonly catastrophes: number;
  /** Machines first, then the application, the storage and the cloud entity. */
  readonly entities: readonly VProtectEntity[];
  readonly destinations: readonly Destination[];
  readonly rules: readonly Rule[];
  /** All backups that have a record, in their current state and in the order of creation. */
  readonly backups: readonly VProtectBackup[];
  /** All tasks that are not purged, in their current state and in the same order. */
  readonly tasks: readonly VProtectTask[];
  /** Sets the script of the next run; several calls queue up. */
  nextRun(script: RunScript): void;
  /** Sets the script of all runs from now on, unless `nextRun` gave one. */
  everyRun(script: RunScript): void;
  /** Starts a backup as a user of vProtect would. */
  startOutside(entity: string, options?: OutsideOptions): StartedRun;
  /** Inserts a backup without tasks, by default a success of the first entity that ends now. Returns its guid. */
  addFinished(given?: Partial<VProtectBackup>): string;
  /** Removes the data of a backup, whose status stays. */
  removeData(guid: string): void;
  /** Removes a backup record as the product's own cleaning does; its tasks stay. */
  removeBackup(guid: string): void;
  /** Ends all sessions after this many more calls; at once unless given. */
  expireSessions(afterCalls?: number): void;
}

/** Guids of the EXPORT task, of the STORE task to come, and of the record to come. */
export interface StartedRun {
  readonly exportTask: string;
  readonly storeTask: string;
  readonly backup: string;
}

export interface OutsideOptions {
  readonly script?: RunScript;
  /** FULL unless given. */
  readonly type?: string;
  /** Who asks for it; USER unless given. */
  readonly origin?: Origin;
}
