/**
 * A pretended Storware vProtect server over real HTTP, after what is documented of it. Where the documents are
 * silent it guesses, and its switches make it guess otherwise. What a task is doing follows from its script and the
 * clock alone.
 */
import {
  type Sandbox,
  type SandboxCall,
  SandboxClock,
  type SandboxReply,
  type SandboxRequest,
  type SandboxRoutes,
  serveRoutes,
} from '../../_kit/sandbox.ts';
import { Access, type Account } from './access.ts';
import {
  type Backup,
  type BackupOrder,
  backupAt,
  createBackup,
  isBase,
  type Listed,
  type Origin,
  type VProtectBackup,
} from './backups.ts';
import {
  believableEstate,
  type Destination,
  type Estate,
  type Rule,
  type VProtectEntity,
  vprotectGuid,
} from './fixtures.ts';
import { believableHistory, ordersUnderWay } from './history.ts';
import { openRoutes } from './open-routes.ts';
import type { ExportOrder } from './orders.ts';
import { cancelStep, type RunScript, removeStep } from './run.ts';
import { Switches } from './switches.ts';
import { type ListedTask, taskGuid, tasksOf, type VProtectTask } from './tasks.ts';
import { toErrorReply } from './wire.ts';

export { vprotectGuid };

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
interface VProtectSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'vprotect';
  /** With the `/api` at its end. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Guid of the backup destination of new backups. */
  readonly destination: string;
}

/** Guids of the EXPORT task, of the STORE task to come, and of the record to come. */
interface StartedRun {
  readonly exportTask: string;
  readonly storeTask: string;
  readonly backup: string;
}

interface OutsideOptions {
  readonly script?: RunScript;
  /** FULL unless given. */
  readonly type?: string;
  /** Who asks for it; USER unless given. */
  readonly origin?: Origin;
}

export interface VProtectSandbox extends Sandbox, Omit<Switches, 'word'> {
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

/** The way of an inserted backup: one minute from its snapshot to its end. */
const insertedMs = 60_000;
const insertedScript: RunScript = {
  queuedSeconds: 0,
  recordSeconds: 0,
  exportSeconds: 40,
  storeQueuedSeconds: 0,
  storeSeconds: 20,
};

export class VProtectServer extends Switches implements VProtectSandbox {
  url = '';
  requests: SandboxRequest[] = [];
  catastrophes = 0;
  readonly clock: SandboxClock;
  readonly access: Access;
  readonly estate: Estate;
  readonly #account: Account;
  #backups: readonly Backup[];
  readonly #removed = new Set<string>();
  #script: RunScript = {};
  readonly #scripts: RunScript[] = [];
  #stop = async (): Promise<void> => {};

  constructor(options: VProtectSandboxOptions) {
    super();
    this.clock = new SandboxClock(options);
    this.estate = believableEstate(options.machines ?? 8);
    const password = options.password ?? 'sandbox-vprotect';
    this.#account = { username: 'gateway', password, token: 'sandbox-vprotect-token' };
    this.access = new Access(this.#account, this.clock);
    const now = this.clock.now();
    const history = options.history ?? 300;
    this.#backups = believableHistory(this.estate, history, now);
    if (options.demo ?? true) {
      for (const order of ordersUnderWay(this.estate, history + 1, now)) this.#insert(order);
    }
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const notFound = () => toErrorReply(404, 'HTTP 404 Not Found', this.errorStyle);
    const before = (call: SandboxCall, route: string) => this.#refuse(call, route);
    const served = await serveRoutes(routes, { port, notFound, before });
    this.url = served.url;
    this.requests = served.requests;
    this.#stop = served.close;
  }

  #refuse(call: SandboxCall, route: string): SandboxReply | null {
    if (this.outage !== null) return toErrorReply(this.outage, 'The server has a problem', this.errorStyle);
    if (openRoutes.has(route) || this.access.authenticateRequest(call.headers)) return null;
    return toErrorReply(401, 'No valid session', this.errorStyle);
  }

  get config(): VProtectSandboxConfig {
    const { username, password } = this.#account;
    const destination = this.estate.destinations[0]?.guid ?? '';
    const url = `${this.url}/api`;
    // The seventh machine is gone from its platform: nothing more is to come.
    const gone = this.estate.entities.filter(({ name }) => name === 'legacy-crm');
    const entities = Object.fromEntries(gone.map(({ guid }) => [guid, { expectEvery: 'none' }]));
    return { name: 'machines', kind: 'vprotect', url, username, password, destination, expectEvery: '2d', entities };
  }

  get token(): string {
    return this.#account.token;
  }

  get loginCount(): number {
    return this.access.loginCount;
  }

  get entities(): readonly VProtectEntity[] {
    return this.estate.entities;
  }

  get destinations(): readonly Destination[] {
    return this.estate.destinations;
  }

  get rules(): readonly Rule[] {
    return this.estate.rules;
  }

  get backups(): readonly VProtectBackup[] {
    return this.allBackups().map(({ facts }) => facts);
  }

  get tasks(): readonly VProtectTask[] {
    return this.#backups.flatMap((backup) => this.tasksOfBackup(backup)).map(({ task }) => task);
  }

  nextRun(script: RunScript): void {
    this.#scripts.push(script);
  }

  everyRun(script: RunScript): void {
    this.#script = script;
  }

  startOutside(entity: string, options: OutsideOptions = {}): StartedRun {
    const found = this.estate.entities.find(({ guid }) => guid === entity);
    const rule = this.estate.rules.find(({ guid }) => guid === found?.rule.guid);
    if (!found || !rule) throw new Error(`the sandbox has no entity ${entity}`);
    const { destination } = rule;
    const order = {
      type: options.type ?? 'FULL',
      destination,
      rule,
      priority: 50,
      retryCount: 0,
      windowEndMs: null,
      origin: options.origin ?? 'USER',
    };
    const { number, guid } = this.start(found, order, options.script);
    return { exportTask: taskGuid('EXPORT', number), storeTask: taskGuid('STORE', number), backup: guid };
  }

  addFinished(given: Partial<VProtectBackup> = {}): string {
    const entity = this.estate.entities.find(({ guid }) => guid === given.entity) ?? this.estate.entities[0];
    const destination = this.estate.destinations[0];
    if (!entity || !destination) throw new Error('the sandbox has nothing to back up');
    const number = this.#nextNumber();
    const guid = given.guid ?? vprotectGuid('backup', number);
    this.#backups = this.#backups.filter((backup) => backup.guid !== guid);
    this.#removed.delete(guid);
    const submittedAtMs = given.snapshotTime ?? Math.floor(this.clock.now()) - insertedMs;
    const type = given.type ?? 'FULL';
    const order = { number, guid, entity, type, destination, submittedAtMs, script: insertedScript };
    const status = given.status ?? 'SUCCESS';
    const withoutData = { size: 0, effectiveBackupSize: null, effectiveBackupObjectsCount: null };
    this.#insert(order).fixed = {
      status,
      backupTime: submittedAtMs + insertedMs,
      ...(status.includes('SUCCESS') ? {} : withoutData),
      ...given,
    };
    return guid;
  }

  removeData(guid: string): void {
    const backup = this.#backups.find((one) => one.guid === guid);
    if (backup) backup.fixed = { ...backup.fixed, isDataGone: true };
  }

  removeBackup(guid: string): void {
    this.#removed.add(guid);
  }

  expireSessions(afterCalls = 0): void {
    this.access.expireSessions(afterCalls);
  }

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  visibleEntities(): readonly VProtectEntity[] {
    return this.estate.entities.filter(({ guid }) => !this.hiddenEntities.has(guid));
  }

  allBackups(): readonly Listed[] {
    const now = this.clock.now();
    return this.#backups.flatMap((backup) => {
      const facts = this.#removed.has(backup.guid) ? null : backupAt(backup, now);
      return facts ? [{ backup, facts }] : [];
    });
  }

  visibleBackups(): readonly Listed[] {
    return this.allBackups().filter(({ facts }) => !this.hiddenEntities.has(facts.entity));
  }

  listedTasks(): readonly ListedTask[] {
    const all = this.#backups.flatMap((backup) => this.tasksOfBackup(backup));
    return all.filter(({ task }) => !this.hiddenEntities.has(task.entity));
  }

  tasksOfBackup(backup: Backup): readonly ListedTask[] {
    // What was inserted has no run to speak of, and so no tasks.
    if (backup.fixed.status !== undefined) return [];
    const now = this.clock.now();
    const { purgeAfterSeconds } = this;
    const purgedBeforeMs = purgeAfterSeconds === null ? Number.NEGATIVE_INFINITY : now - purgeAfterSeconds * 1000;
    return tasksOf(backup, backupAt(backup, now) !== null, now, purgedBeforeMs);
  }

  start(entity: VProtectEntity, order: ExportOrder, given?: RunScript): Backup {
    const script = given ?? this.#scripts.shift() ?? this.#script;
    const submittedAtMs = Math.floor(this.clock.now());
    return this.#insert({ origin: 'USER', ...order, number: this.#nextNumber(), entity, submittedAtMs, script });
  }

  #nextNumber(): number {
    return (this.#backups.at(-1)?.number ?? 0) + 1;
  }

  #insert(order: BackupOrder): Backup {
    const base = this.allBackups().findLast(({ facts }) => facts.entity === order.entity.guid && isBase(facts));
    const backup = createBackup(order, base?.backup ?? null);
    this.#backups = [...this.#backups, backup];
    return backup;
  }

  /** The task stops a little later, unless it ends before. */
  cancel({ backup: { run }, task }: ListedTask, statusInfo: string): void {
    const atMs = Math.floor(this.clock.now() + run.cancelSeconds * 1000);
    cancelStep(run, task.type, { atMs, statusInfo });
  }

  removeTask({ backup: { run }, task }: ListedTask): void {
    removeStep(run, task.type, Math.floor(this.clock.now()));
  }
}
