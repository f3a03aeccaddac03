/**
 * Simulates a Borg UI server over HTTP. Its replies and refusals, with their quirks, are those of the recorded program.
 * The state of a job depends only on its script and the clock.
 */
import { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { SandboxServer, Scripts } from '../../_kit/sandbox/server.ts';
import { Access, type SandboxUser, totpCode } from './access.ts';
import type { BorgSandbox, BorgSandboxConfig, BorgSandboxOptions, FinishedJob } from './contract.ts';
import { createHistory, jobsUnderWay } from './history.ts';
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
import { type BorgRepository, createRepositories, routeOf } from './repositories.ts';
import { createRun, type RunScript, startMs } from './run.ts';
import { refuse } from './wire.ts';

export class BorgServer extends SandboxServer implements BorgSandbox {
  limitedRole: 'viewer' | 'operator' = 'operator';
  agentConfirmSeconds = 4;
  processFound = true;
  failsArchives = false;
  failsSchedules = false;
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
  readonly #scripts = new Scripts<RunScript>({});

  constructor(options: BorgSandboxOptions) {
    super();
    this.clock = new SandboxClock(options);
    this.logPolicy = options.logPolicy ?? 'failed_and_warnings';
    this.manualLimit = options.manualLimit ?? 1;
    this.#storeSeconds = options.storeSeconds ?? (options.speed === 0 ? 0 : 3);
    // With a stopped clock there is nothing to wait for.
    this.#settleSeconds = options.speed === 0 ? 0 : 30;
    this.repositories = createRepositories(options.repositories ?? 6);
    this.hiddenRepositories = new Set(this.repositories.slice(-1).map(({ path }) => path));
    const now = this.clock.now();
    const history = options.history ?? 400;
    this.#jobs = createHistory(this.repositories, history, now);
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
    await this.serve(routes, { port, notFound });
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
    this.#scripts.add(script);
  }

  everyRun(script: RunScript): void {
    this.#scripts.setUsual(script);
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

  /** Starts a job. On an unregistered path it has already failed. */
  start(path: string, known: Partial<JobIdentity> = {}, given?: RunScript): number {
    const id = this.#nextId;
    const repository = this.repositories.find((one) => one.path === path);
    const planned = given ?? this.#scripts.take();
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

  /** The job that keeps a repository busy: queued, running or in maintenance. */
  operationOn(path: string): Job | undefined {
    return this.#jobs.find((job) => {
      if (job.identity.repository !== path) return false;
      const { status, maintenance_status } = stateAt(job.run, this.clock.now());
      return ['pending', 'running'].includes(job.fixed.status ?? status) || maintenance_status?.startsWith('running_');
    });
  }

  /** Ends the run; an agent confirms it a little later. */
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
