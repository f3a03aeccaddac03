/**
 * A pretended Borg UI server over real HTTP. Its replies, refusals and oddities are those of the recorded
 * program; what a job is doing follows from its script and the clock alone.
 */
import {
  type Sandbox,
  SandboxClock,
  type SandboxRequest,
  type SandboxRoutes,
  serveRoutes,
} from '../../_kit/sandbox.ts';
import { Access, type SandboxUser, totpCode } from './access.ts';
import { type BorgRepository, believableHistory, believableRepositories, jobsUnderWay, routeOf } from './history.ts';
import {
  isActive,
  type Job,
  type JobIdentity,
  type JobRow,
  type LogPolicy,
  rowAt,
  toFinishedJob,
  toIdentity,
} from './jobs.ts';
import { stateAt } from './record.ts';
import { createRun, type RunScript, startMs } from './run.ts';
import { refuse } from './wire.ts';

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
interface BorgSandboxConfig extends Readonly<Record<string, unknown>> {
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
type FinishedJob = Partial<JobRow> & { readonly lines?: readonly string[] };

export class BorgServer implements BorgSandbox {
  url = '';
  requests: SandboxRequest[] = [];
  limitedRole: 'viewer' | 'operator' = 'operator';
  agentConfirmSeconds = 4;
  processFound = true;
  failsArchives = false;
  readonly pruned = new Set<number>();
  missingLogs: 'stream' | 'activity' | null = null;
  readonly #settleSeconds: number;
  readonly #storeSeconds: number;
  logPolicy: LogPolicy;
  manualLimit: number;
  readonly clock: SandboxClock;
  readonly access: Access;
  readonly repositories: readonly BorgRepository[];
  readonly hiddenRepositories: Set<string>;
  readonly totpCode = totpCode;
  readonly personalToken: string;
  readonly limitedUser: BorgSandbox['limitedUser'];
  readonly #admin: SandboxUser;
  #jobs: Job[];
  #nextId: number;
  #script: RunScript = {};
  readonly #scripts: RunScript[] = [];
  #stop = async (): Promise<void> => {};

  constructor(options: BorgSandboxOptions) {
    this.clock = new SandboxClock(options);
    this.logPolicy = options.logPolicy ?? 'failed_and_warnings';
    this.manualLimit = options.manualLimit ?? 1;
    this.#storeSeconds = options.storeSeconds ?? (options.speed === 0 ? 0 : 3);
    // While the clock stands still, nothing comes from waiting.
    this.#settleSeconds = options.speed === 0 ? 0 : 30;
    this.repositories = believableRepositories(options.repositories ?? 6);
    this.hiddenRepositories = new Set(this.repositories.slice(-1).map(({ path }) => path));
    const now = this.clock.now();
    const history = options.history ?? 400;
    this.#jobs = believableHistory(this.repositories, history, now);
    if (options.demo ?? true) this.#jobs.push(...jobsUnderWay(this.repositories, history + 1, now));
    this.#nextId = this.#jobs.length + 1;
    this.#admin = { id: 1, username: 'admin', password: options.password ?? 'sandbox-admin', isAdmin: true };
    const limited = { id: 2, username: 'olga', password: 'sandbox-olga', isAdmin: false };
    this.access = new Access([this.#admin, limited], this.clock);
    this.personalToken = this.access.issuePersonalToken(this.#admin);
    const { username, password } = limited;
    this.limitedUser = { username, password, personalToken: this.access.issuePersonalToken(limited) };
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const notFound = () => refuse(404, 'Not Found');
    const served = await serveRoutes(routes, { port, notFound });
    this.url = served.url;
    this.requests = served.requests;
    this.#stop = served.close;
  }

  get config(): BorgSandboxConfig {
    const { username, password } = this.#admin;
    return {
      name: 'files',
      kind: 'borg',
      url: this.url,
      username,
      password,
      settleSeconds: this.#settleSeconds,
      expectEvery: '3d',
    };
  }

  get totpUsers(): Set<string> {
    return this.access.totpUsers;
  }

  get loginCount(): number {
    return this.access.loginCount;
  }

  get localLogin(): boolean {
    return this.access.localLogin;
  }

  set localLogin(isOn: boolean) {
    this.access.localLogin = isOn;
  }

  get jobs(): readonly JobRow[] {
    return this.newestFirst().map((job) => this.rowOf(job));
  }

  nextRun(script: RunScript): void {
    this.#scripts.push(script);
  }

  everyRun(script: RunScript): void {
    this.#script = script;
  }

  startOutside(repositoryPath: string, options: { script?: RunScript; isScheduled?: boolean } = {}): number {
    const trigger = options.isScheduled ? { triggered_by: 'schedule', scheduled_job_id: 1 } : {};
    return this.start(repositoryPath, trigger, options.script);
  }

  addFinished(given: FinishedJob = {}): number {
    const id = given.id ?? this.#nextId;
    const repository = given.repository ?? this.repositories[0]?.path ?? 'default';
    this.#insert(toFinishedJob(id, repository, this.clock.now(), given));
    return id;
  }

  removeJob(id: number): void {
    this.#jobs = this.#jobs.filter(({ identity }) => identity.id !== id);
  }

  expireTokens(): void {
    this.access.expireTokens();
  }

  revokePersonalTokens(): void {
    this.access.revokePersonalTokens();
  }

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes a job. One on a path that nobody has registered has already failed. */
  start(path: string, known: Partial<JobIdentity> = {}, given?: RunScript): number {
    const id = this.#nextId;
    const repository = this.repositories.find((one) => one.path === path);
    const planned = given ?? this.#scripts.shift() ?? this.#script;
    const script: RunScript = repository ? planned : { outcome: 'failed-at-once' };
    const place = {
      seed: id,
      repository: path,
      queuedAtMs: this.preciseNow(id),
      borgVersion: repository?.borgVersion ?? 1,
      isAgent: repository?.executor === 'agent',
      usualStoreSeconds: this.#storeSeconds,
    };
    const route = repository ? routeOf(repository) : { route_strategy: null };
    this.#insert({
      identity: toIdentity(id, path, { ...route, ...known }),
      run: createRun(script, place),
      fixed: {},
      lines: null,
    });
    return id;
  }

  #insert(job: Job): void {
    this.removeJob(job.identity.id);
    this.#jobs.push(job);
    this.#jobs.sort((a, b) => a.identity.id - b.identity.id);
    this.#nextId = Math.max(this.#nextId, job.identity.id + 1);
  }

  /** The clock with microseconds, a little in the past so that what starts now has started. */
  preciseNow(salt: number): number {
    return Math.floor(this.clock.now()) - 1 + (((salt * 379) % 997) + 1) / 1000;
  }

  newestFirst(): Job[] {
    return this.#jobs.toReversed();
  }

  find(id: number): Job | undefined {
    return this.#jobs.find(({ identity }) => identity.id === id);
  }

  rowOf(job: Job): JobRow {
    return rowAt(job, this.clock.now(), this.logPolicy);
  }

  activeJobs(): Job[] {
    return this.#jobs.filter((job) => isActive(job, this.clock.now()));
  }

  /** The job that keeps a repository busy: it runs, waits to run, or is being tidied up after. */
  operationOn(path: string): Job | undefined {
    return this.#jobs.find((job) => {
      if (job.identity.repository !== path) return false;
      const { status, maintenance_status } = stateAt(job.run, this.clock.now());
      return ['pending', 'running'].includes(job.fixed.status ?? status) || maintenance_status?.startsWith('running_');
    });
  }

  /** Asks the process, or the agent, to end the run; an agent does so a little later. */
  cancel(job: Job): void {
    const atMs = Math.max(startMs(job.run), this.preciseNow(job.identity.id));
    job.run.cancelledAtMs ??= job.run.isAgent ? atMs + this.agentConfirmSeconds * 1000 : atMs;
  }

  mayRead(user: SandboxUser, path: string): boolean {
    const isRegistered = this.repositories.some((one) => one.path === path);
    return user.isAdmin || (isRegistered && !this.hiddenRepositories.has(path));
  }

  mayOperate(user: SandboxUser, path: string): boolean {
    return this.mayRead(user, path) && (user.isAdmin || this.limitedRole === 'operator');
  }
}
