/**
 * A pretended Flosum Backup API Service over real HTTP, made from its published contract. What a job is doing
 * follows from its script and the clock alone. Where the contract is silent, the behaviour is stated beside the
 * switch that changes it, or in `routes.ts` where it happens.
 */
import {
  type Sandbox,
  SandboxClock,
  type SandboxReply,
  type SandboxRequest,
  type SandboxRoutes,
  serveRoutes,
} from '../../_kit/sandbox.ts';
import { believableConnections, believableHistory, type FlosumConnection, jobsUnderWay, toRecords } from './history.ts';
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

export type { FlosumConnection } from './history.ts';
export type { FlosumJob, FlosumScript } from './jobs.ts';

export interface FlosumSandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly now?: number;
  /** How fast the clock runs; tests use 0 and `clock.advance()`. */
  readonly speed?: number;
  /** 5 unless given. The first is a production organisation, the second a sandbox one. */
  readonly connections?: number;
  /** Finished jobs that the lists show, all connections together, over eight months; 300 unless given. */
  readonly history?: number;
  /** Also three jobs under way, one of which will fail; true unless given. */
  readonly demo?: boolean;
  /** Whether there are job logs, which the vendor's main pages do not know; true unless given. */
  readonly jobLogs?: boolean;
}

/** The entry of a configuration file. */
interface FlosumSandboxConfig extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: 'flosum';
  readonly url: string;
  readonly token: string;
}

export interface FlosumSandbox extends Sandbox {
  readonly config: FlosumSandboxConfig;
  /** The token of today; `config` always holds it. */
  readonly token: string;
  readonly connections: readonly FlosumConnection[];
  /** Every job as it is now, newest start first, also those that no list shows (yet). */
  readonly jobs: readonly FlosumJob[];
  /** How many creates were answered with 201. */
  readonly created: number;
  /** How long a created job stays out of the list; 1500 at first, Infinity for ever. */
  visibleAfterMs: number;
  /** A page never holds more, whatever was asked, and nothing says so; Infinity at first. */
  maxPageSize: number;
  /** True: one plain value in the place of a list is refused, since the framework does not see a list in it. */
  strictArrays: boolean;
  /** Whether a job that started exactly at `startedDate` or `endDate` is found; 'inclusive' at first. */
  bounds: 'inclusive' | 'exclusive';
  /** True: imports are listed when all four types are asked for. Otherwise nothing lists them. */
  showImports: boolean;
  /** True: an empty description is refused. */
  needsDescription: boolean;
  /** False: there is no such path as that of the job log. */
  jobLogs: boolean;
  /** True: the log of a running job stays open until the job ends. Otherwise it ends where it has got to. */
  followLogs: boolean;
  /** Ids of connections whose jobs answer 500; the connections themselves are still listed. */
  readonly downConnections: Set<number>;
  /** How the next job that is started behaves; several calls line up. */
  nextRun(script: FlosumScript): void;
  /** How all jobs behave from now on, when nothing has been said for the next one. */
  everyRun(script: FlosumScript): void;
  /** Starts a job as somebody would in Flosum itself, past the 409, and listed at once. */
  startOutside(connectionId: number, given?: OutsideJob): FlosumJob;
  /** Inserts a job that has ended, by default on the first connection; it replaces one of the same `jobId`. */
  addFinished(given?: FinishedJob): FlosumJob;
  /** Removes a job as a retention rule does. */
  removeJob(jobId: number): void;
  /** Ends a running job as `Aborted`, as somebody would in Flosum itself; one that has ended stays as it is. */
  abort(jobId: number): void;
  /** Makes the token of today worthless, and gives no other. */
  revokeToken(): void;
  /** Makes the token of today worthless, and returns the new one. */
  rotateToken(): string;
}

interface OutsideJob {
  readonly name?: string;
  readonly operationType?: string;
  readonly isIncludeMetadata?: boolean;
  readonly script?: FlosumScript;
}

/** Fields as on the wire, and the lines of its log. Words may be such that nobody knows them. */
type FinishedJob = Partial<FlosumJob> & { readonly lines?: readonly string[] };

export class FlosumServer implements FlosumSandbox {
  url = '';
  requests: SandboxRequest[] = [];
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
  #script: FlosumScript = {};
  readonly #scripts: FlosumScript[] = [];
  #stop = async (): Promise<void> => {};

  constructor(options: FlosumSandboxOptions) {
    this.clock = new SandboxClock(options);
    this.jobLogs = options.jobLogs ?? true;
    this.connections = believableConnections(options.connections ?? 5);
    const now = this.clock.now();
    this.#jobs = believableHistory(this.connections, options.history ?? 300, now);
    this.#nextId = (this.#jobs.at(-1)?.id ?? 9_999) + 1;
    this.#nextJobId = (this.#jobs.at(-1)?.jobId ?? 99_997) + 3;
    if (options.demo ?? true) {
      const first = { id: this.#nextId, jobId: this.#nextJobId };
      for (const job of jobsUnderWay(this.connections, first, now)) this.#insert(job);
    }
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const served = await serveRoutes(routes, { port, notFound: () => this.#answerStray() });
    this.url = served.url;
    this.requests = served.requests;
    this.#stop = served.close;
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
    this.#scripts.push(script);
  }

  everyRun(script: FlosumScript): void {
    this.#script = script;
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

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The scheme is read in any case, as the framework's guard does. */
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

  /** Any job counts, whether it is listed yet or not, and whatever it does. */
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

  /** The kit does not say which request it asks about: it is the newest one that has no answer yet. */
  #answerStray(): SandboxReply {
    const stray = this.requests.findLast(({ isStray, status }) => isStray && status === 0);
    return this.unknownPath(stray?.method ?? 'GET', stray?.path ?? '/');
  }

  #start(connectionId: number, given: Partial<JobPlace> & { name: string }, script?: FlosumScript): Job {
    const { bytes } = this.#connection(connectionId);
    const place = { id: this.#nextId, jobId: this.#nextJobId, connectionId, atMs: this.clock.now(), ...given };
    const planned = script ?? this.#scripts.shift() ?? this.#script;
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
