/**
 * Simulates a Storware vProtect server over HTTP, after its documentation. Undocumented behaviour is a guess that the
 * switches change. The state of a task depends only on its script and the clock.
 */
import { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxCall, SandboxReply, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { Scripts } from '../../_kit/sandbox/server.ts';
import { Access, type Account, openRoutes } from './access.ts';
import {
  type Backup,
  type BackupOrder,
  backupAt,
  createBackup,
  isBase,
  type Listed,
  type VProtectBackup,
} from './backups.ts';
import type {
  OutsideOptions,
  StartedRun,
  VProtectSandbox,
  VProtectSandboxConfig,
  VProtectSandboxOptions,
} from './contract.ts';
import {
  createEstate,
  type Destination,
  type Estate,
  type Rule,
  type VProtectEntity,
  vprotectGuid,
} from './fixtures.ts';
import { createHistory, ordersUnderWay } from './history.ts';
import type { ExportOrder } from './orders.ts';
import { cancelStep, type RunScript, removeStep } from './run.ts';
import { Switches } from './switches.ts';
import { type ListedTask, taskGuid, tasksOf, type VProtectTask } from './tasks.ts';
import { toErrorReply } from './wire.ts';

/** The script of an inserted backup: one minute from its snapshot to its end. */
const insertedMs = 60_000;
const insertedScript: RunScript = {
  queuedSeconds: 0,
  recordSeconds: 0,
  exportSeconds: 40,
  storeQueuedSeconds: 0,
  storeSeconds: 20,
};

export class VProtectServer extends Switches implements VProtectSandbox {
  catastrophes = 0;
  readonly clock: SandboxClock;
  readonly access: Access;
  readonly estate: Estate;
  readonly #account: Account;
  #backups: readonly Backup[];
  readonly #removed = new Set<string>();
  readonly #scripts = new Scripts<RunScript>({});

  constructor(options: VProtectSandboxOptions) {
    super();
    this.clock = new SandboxClock(options);
    this.estate = createEstate(options.machines ?? 8);
    const password = options.password ?? 'sandbox-vprotect';
    this.#account = { username: 'gateway', password, token: 'sandbox-vprotect-token' };
    this.access = new Access(this.#account, this.clock);
    const now = this.clock.now();
    const history = options.history ?? 300;
    this.#backups = createHistory(this.estate, history, now);
    if (options.demo ?? true) {
      for (const order of ordersUnderWay(this.estate, history + 1, now)) this.#insert(order);
    }
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const notFound = () => toErrorReply(404, 'HTTP 404 Not Found', this.errorStyle);
    const before = (call: SandboxCall, route: string) => this.#refuse(call, route);
    await this.serve(routes, { port, notFound, before });
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
    // The seventh machine no longer exists on its platform, so no more backups are expected.
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
    this.#scripts.add(script);
  }

  everyRun(script: RunScript): void {
    this.#scripts.setUsual(script);
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
    // An inserted backup has no run and so no tasks.
    if (backup.fixed.status !== undefined) return [];
    const now = this.clock.now();
    const { purgeAfterSeconds } = this;
    const purgedBeforeMs = purgeAfterSeconds === null ? Number.NEGATIVE_INFINITY : now - purgeAfterSeconds * 1000;
    return tasksOf(backup, backupAt(backup, now) !== null, now, purgedBeforeMs);
  }

  start(entity: VProtectEntity, order: ExportOrder, given?: RunScript): Backup {
    const script = given ?? this.#scripts.take();
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

  /** The task stops after `cancelSeconds`, unless it ends before. */
  cancel({ backup: { run }, task }: ListedTask, statusInfo: string): void {
    const atMs = Math.floor(this.clock.now() + run.cancelSeconds * 1000);
    cancelStep(run, task.type, { atMs, statusInfo });
  }

  removeTask({ backup: { run }, task }: ListedTask): void {
    removeStep(run, task.type, Math.floor(this.clock.now()));
  }
}
