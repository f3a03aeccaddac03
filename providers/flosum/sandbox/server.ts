/**
 * Simulates a Flosum Backup API Service over HTTP, after its published contract. The state of a job depends only on its
 * script and the clock. Behaviour that the contract does not define is described at its switch or endpoint.
 */
import { SandboxClock } from '../../_kit/sandbox/clock.ts';
import type { SandboxReply, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { SandboxServer, Scripts } from '../../_kit/sandbox/server.ts';
import type { FinishedJob, FlosumSandbox, FlosumSandboxConfig, FlosumSandboxOptions, OutsideJob } from './contract.ts';
import { createConnections, createHistory, type FlosumConnection, jobsUnderWay, toRecords } from './history.ts';
import {
  createJob,
  type FlosumJob,
  type FlosumScript,
  isActive,
  type Job,
  type JobPlace,
  operationOfType,
  toFlosumJob,
  toSeconds,
} from './jobs.ts';
import { type CreateBody, notFound } from './wire.ts';

export class FlosumServer extends SandboxServer implements FlosumSandbox {
  token = 'sandbox-flosum-token-1';
  created = 0;
  visibleAfterMs = 1500;
  maxPageSize = Number.POSITIVE_INFINITY;
  strictArrays = false;
  bounds: 'inclusive' | 'exclusive' = 'inclusive';
  showImports = false;
  needsDescription = false;
  jobLogs: boolean;
  followLogs = false;
  readonly downConnections = new Set<number>();
  readonly clock: SandboxClock;
  readonly connections: readonly FlosumConnection[];
  #jobs: Job[];
  #nextId: number;
  #nextJobId: number;
  #isRevoked = false;
  #tokens = 1;
  readonly #scripts = new Scripts<FlosumScript>({});

  constructor(options: FlosumSandboxOptions) {
    super();
    this.clock = new SandboxClock(options);
    this.jobLogs = options.jobLogs ?? true;
    this.connections = createConnections(options.connections ?? 5);
    const now = this.clock.now();
    this.#jobs = createHistory(this.connections, options.history ?? 300, now);
    this.#nextId = (this.#jobs.at(-1)?.id ?? 9_999) + 1;
    this.#nextJobId = (this.#jobs.at(-1)?.jobId ?? 99_997) + 3;
    if (options.demo ?? true) {
      const first = { id: this.#nextId, jobId: this.#nextJobId };
      for (const job of jobsUnderWay(this.connections, first, now)) this.#insert(job);
    }
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    await this.serve(routes, { port, notFound: () => this.#answerStray() });
  }

  get config(): FlosumSandboxConfig {
    return { name: 'salesforce', kind: 'flosum', url: this.url, token: this.token, expectEvery: '5d' };
  }

  get jobs(): readonly FlosumJob[] {
    const now = this.clock.now();
    const newestFirst = this.#jobs.toSorted((a, b) => b.startMs - a.startMs || b.id - a.id);
    return newestFirst.map((job) => toFlosumJob(job, now));
  }

  nextRun(script: FlosumScript): void {
    this.#scripts.add(script);
  }

  everyRun(script: FlosumScript): void {
    this.#scripts.setUsual(script);
  }

  startOutside(connectionId: number, { script, ...given }: OutsideJob = {}): FlosumJob {
    return toFlosumJob(this.#start(connectionId, { name: 'Started in Flosum', ...given }, script), this.clock.now());
  }

  addFinished(given: FinishedJob = {}): FlosumJob {
    const { lines = null, connectionId = this.#connection().id, isIncludeMetadata = true, ...row } = given;
    const { id = this.#nextId, jobId = this.#nextJobId, name = 'Added', operationType = operationOfType.full } = row;
    const now = this.clock.now();
    const startMs = Math.floor(row.startedDate === undefined ? now - 600_000 : Date.parse(row.startedDate));
    const seconds = Math.min(toSeconds(row.duration ?? '') ?? 300, (now - startMs) / 1000);
    const fixed = { jobStatus: 'Completed', ...row };
    const place = { id, jobId, connectionId, name, operationType, isIncludeMetadata, atMs: startMs, startMs };
    const job = createJob(
      { ...place, visibleFromMs: startMs, fixed, lines },
      { durationSeconds: Math.max(0, seconds) },
    );
    this.#insert(job);
    return toFlosumJob(job, now);
  }

  removeJob(jobId: number): void {
    this.#jobs = this.#jobs.filter((job) => job.jobId !== jobId);
  }

  abort(jobId: number): void {
    const job = this.find(jobId);
    if (!job) throw new Error(`The sandbox has no job ${jobId} to abort.`);
    if (isActive(job, this.clock.now())) job.abortedAtMs = this.clock.now();
  }

  revokeToken(): void {
    this.#isRevoked = true;
  }

  rotateToken(): string {
    this.#tokens += 1;
    this.#isRevoked = false;
    this.token = `sandbox-flosum-token-${this.#tokens}`;
    return this.token;
  }

  /** The scheme is case-insensitive, as in the framework's guard. */
  isKnownToken(authorization: string | undefined): boolean {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    return token === this.token && !this.#isRevoked;
  }

  find(jobId: number): Job | undefined {
    return this.#jobs.find((job) => job.jobId === jobId);
  }

  visibleJobs(connectionId: number): Job[] {
    const now = this.clock.now();
    return this.#jobs.filter((job) => job.connectionId === connectionId && job.visibleFromMs <= now);
  }

  /** Any job counts, listed or not, of any type. */
  isBusy(connectionId: number): boolean {
    const now = this.clock.now();
    return this.#jobs.some((job) => job.connectionId === connectionId && isActive(job, now));
  }

  create(connectionId: number, { name, mode, settings }: CreateBody): void {
    const visibleFromMs = this.clock.now() + this.visibleAfterMs;
    const { isIncludeMetadata } = settings;
    this.#start(connectionId, { name, operationType: operationOfType[mode], isIncludeMetadata, visibleFromMs });
    this.created += 1;
  }

  unknownPath(method: string, path: string): SandboxReply {
    return notFound(`Cannot ${method} ${path}`);
  }

  /** `notFound` has no argument: its request is the newest one without an answer. */
  #answerStray(): SandboxReply {
    const stray = this.requests.findLast(({ isStray, status }) => isStray && status === 0);
    return this.unknownPath(stray?.method ?? 'GET', stray?.path ?? '/');
  }

  #start(connectionId: number, given: Partial<JobPlace> & { name: string }, script?: FlosumScript): Job {
    const { bytes } = this.#connection(connectionId);
    const place = { id: this.#nextId, jobId: this.#nextJobId, connectionId, atMs: this.clock.now(), ...given };
    const planned = script ?? this.#scripts.take();
    const job = createJob(place, { sizeBytes: bytes, records: toRecords(bytes), ...planned });
    this.#insert(job);
    return job;
  }

  #connection(id = this.connections[0]?.id): FlosumConnection {
    const connection = this.connections.find((one) => one.id === id);
    if (!connection) throw new Error(`The sandbox has no connection ${id}.`);
    return connection;
  }

  #insert(job: Job): void {
    this.removeJob(job.jobId);
    this.#jobs.push(job);
    this.#nextId = Math.max(this.#nextId, job.id + 1);
    this.#nextJobId = Math.max(this.#nextJobId, job.jobId + 3);
  }
}
