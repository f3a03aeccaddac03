/** What the sandbox offers to tests: its options, its switches and its state. */
import type { Sandbox } from '../../_kit/sandbox/contract.ts';
import type { Origin, VProtectBackup } from './backups.ts';
import type { Destination, Rule, VProtectEntity } from './fixtures.ts';
import type { RunScript } from './run.ts';
import type { Switches } from './switches.ts';
import type { VProtectTask } from './tasks.ts';

export interface VProtectSandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly now?: number;
  /** How fast the clock runs; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** Eight unless given; the seventh is gone from its platform, and the last has never been backed up. */
  readonly machines?: number;
  /** Finished backups of the believable history; 300 unless given. */
  readonly history?: number;
  /** Also four backups under way, one of which will fail; true unless given. */
  readonly demo?: boolean;
  readonly password?: string;
}

/** The entry of a configuration file. */
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
  /** Logins that have succeeded. */
  readonly loginCount: number;
  /** Calls that touched everybody's tasks. The gateway makes none. */
  readonly catastrophes: number;
  /** Machines first, then the application, the storage and the cloud entity. */
  readonly entities: readonly VProtectEntity[];
  readonly destinations: readonly Destination[];
  readonly rules: readonly Rule[];
  /** Every backup that has a record, as it is now, in the order in which they were made. */
  readonly backups: readonly VProtectBackup[];
  /** Every task that is not forgotten, as it is now, in the same order. */
  readonly tasks: readonly VProtectTask[];
  /** How the next run that is started behaves; several calls line up. */
  nextRun(script: RunScript): void;
  /** How all runs behave from now on, when nothing has been said for the next one. */
  everyRun(script: RunScript): void;
  /** Starts a backup as somebody would in the product itself. */
  startOutside(entity: string, options?: OutsideOptions): StartedRun;
  /** Inserts a backup without tasks, by default a success of the first entity that ends now. Returns its guid. */
  addFinished(given?: Partial<VProtectBackup>): string;
  /** Removes the data of a backup, whose status stays. */
  removeData(guid: string): void;
  /** Removes a backup record as the product's own cleaning does; its tasks stay. */
  removeBackup(guid: string): void;
  /** Ends every session of today once so many more calls have been answered; at once unless given. */
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
