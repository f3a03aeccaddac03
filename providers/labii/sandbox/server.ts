/**
 * A pretended Labii ELN server over real HTTP: organisation backups, in the generation of the seed (v1) or the current
 * one. It follows the contract; where the contract is silent it is as awkward as Django usually is.
 */
import { type Sandbox, type SandboxRequest, type SandboxRoutes, serveRoutes } from '../../_kit/sandbox.ts';
import { Access, type SandboxUser } from './access.ts';
import { believableHistory, believableOrganizations, type LabiiOrganization, sizeOf } from './history.ts';
import { type Generation, type LabiiRow, nothingYet, type RowPlan, Shelf, sidOf, toRow } from './rows.ts';
import { type Outcome, PushedClock, type Run, Runs } from './runs.ts';
import { type ErrorStyle, serverError, unknownPath } from './wire.ts';

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
interface LabiiSandboxConfig extends Readonly<Record<string, unknown>> {
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

export class LabiiServer implements LabiiSandbox {
  url = '';
  requests: SandboxRequest[] = [];
  billed = 0;
  postDurationMs = 95_000;
  nextOutcome: Outcome = 'completed';
  errorStyle: ErrorStyle = 'usual';
  maxPageSize = 50;
  postStatus: 200 | 201 = 200;
  outage = false;
  readonly generation: Generation;
  readonly basePath: string;
  readonly clock: PushedClock;
  readonly access: Access;
  readonly token: string;
  readonly #organizations: readonly LabiiOrganization[];
  readonly #forbidden = new Set<string>();
  readonly #shelf: Shelf;
  readonly #runs: Runs;
  #made: number;
  #stop = async (): Promise<void> => {};

  constructor(options: LabiiSandboxOptions) {
    this.clock = new PushedClock(options);
    this.access = new Access(this.clock);
    this.token = this.access.issueToken();
    this.generation = options.generation ?? 'v1';
    this.basePath = this.generation === 'v1' ? '/v1' : '';
    this.#organizations = options.organizations ?? believableOrganizations;
    this.#shelf = new Shelf(this.#organizations.map(({ sid }) => sid));
    this.#runs = new Runs(this.clock, options.speed ?? 1);
    const history = options.history ?? 90;
    const past = believableHistory(this.#organizations, history, this.clock.now(), this.generation);
    for (const row of past) this.#shelf.insert(row);
    this.#made = history;
    const [first, second = first] = this.#organizations;
    if ((options.demo ?? true) && second) this.start(second.sid, false);
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const before = () => (this.outage ? serverError() : null);
    const served = await serveRoutes(routes, { port, notFound: unknownPath, before });
    this.url = served.url;
    this.requests = served.requests;
    this.#stop = served.close;
  }

  get config(): LabiiSandboxConfig {
    const { username, password } = this.access.admin;
    const url = this.url + this.basePath;
    const organizations = this.#organizations;
    // The third is a training organisation, which may wait longer.
    const entities = Object.fromEntries(organizations.slice(2, 3).map(({ sid }) => [sid, { expectEvery: '2w' }]));
    return { name: 'labii', kind: 'labii', url, username, password, organizations, expectEvery: '7d', entities };
  }

  get apiKey(): string {
    return this.access.apiKey;
  }

  get secondFactorUser(): SandboxUser {
    const { username, password } = this.access.secondFactorUser;
    return { username, password };
  }

  get secondFactorCode(): string {
    return this.access.secondFactorCode;
  }

  get loginCount(): number {
    return this.access.loginCount;
  }

  get rows(): readonly LabiiRow[] {
    this.#runs.settle();
    return this.#shelf.all();
  }

  finishPosts(): void {
    this.#runs.finishPosts(this.#preciseNow());
  }

  startOutside(organizationSid: string): string {
    if (!this.#shelf.ofOrganization(organizationSid)) throw new Error(`there is no organization ${organizationSid}`);
    return this.start(organizationSid, false).sid;
  }

  addFinished(given: Partial<LabiiRow> = {}): string {
    const atMs = Date.parse(given.date_created ?? '');
    const savedAtMs = Number.isNaN(atMs) ? this.#preciseNow() : atMs;
    const sid = given.sid ?? this.#newSid();
    const startedAtMs = this.generation === 'v1' ? savedAtMs - 95_000 : savedAtMs;
    const row = toRow(this.#planOf(given.organizationSid, sid, startedAtMs, savedAtMs, given.sizeBytes));
    this.#shelf.insert({ ...row, ...given });
    return sid;
  }

  removeBackup(sid: string): void {
    this.#shelf.remove(sid);
  }

  expireTokens(): void {
    this.access.expireTokens();
  }

  forbidOrganization(sid: string): void {
    this.#forbidden.add(sid);
  }

  allowOrganization(sid: string): void {
    this.#forbidden.delete(sid);
  }

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    this.#runs.stop();
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  isForbidden(organizationSid: string): boolean {
    return this.#forbidden.has(organizationSid);
  }

  rowsOf(organizationSid: string): readonly LabiiRow[] | undefined {
    this.#runs.settle();
    return this.#shelf.ofOrganization(organizationSid);
  }

  find(sid: string): LabiiRow | undefined {
    return this.rows.find((row) => row.sid === sid);
  }

  /** Begins a run. In the current generation its row is there at once, in v1 only when it has ended well. */
  start(organizationSid: string, isPosted: boolean): Run {
    if (isPosted) this.billed += 1;
    const outcome = this.nextOutcome;
    this.nextOutcome = 'completed';
    const startedAtMs = this.#preciseNow();
    const endsAtMs = startedAtMs + this.postDurationMs;
    const sid = this.#newSid();
    const finish = this.generation === 'v1' ? this.#finishNew : this.#showAtOnce(organizationSid, sid, startedAtMs);
    const run: Run = { sid, organizationSid, outcome, isPosted, startedAtMs, endsAtMs, finish };
    this.#runs.add(run);
    return run;
  }

  endOf(run: Run): Promise<void> {
    return this.#runs.end(run);
  }

  readonly #finishNew = ({ organizationSid, sid, startedAtMs, endsAtMs, outcome }: Run): void => {
    if (outcome !== 'error') this.#shelf.insert(toRow(this.#planOf(organizationSid, sid, startedAtMs, endsAtMs)));
  };

  #showAtOnce(organizationSid: string, sid: string, startedAtMs: number): Run['finish'] {
    const whole = toRow(this.#planOf(organizationSid, sid, startedAtMs, startedAtMs));
    const { versions, files, file_size, database_size, sizeBytes } = whole;
    const row: LabiiRow = { ...whole, ...nothingYet, status: 'In Progress' };
    this.#shelf.insert(row);
    return ({ outcome }) => {
      if (outcome === 'error') row.status = 'Error';
      else Object.assign(row, { versions, files, file_size, database_size, sizeBytes, status: 'Completed' });
    };
  }

  #planOf(
    organizationSid = this.#organizations[0]?.sid ?? '',
    sid: string,
    startedAtMs: number,
    savedAtMs: number,
    sizeBytes?: number,
  ): RowPlan {
    const index = this.#organizations.findIndex((one) => one.sid === organizationSid);
    const size = sizeBytes ?? sizeOf(Math.max(0, index), 1 + this.#made / 1000);
    return { generation: this.generation, organizationSid, sid, startedAtMs, savedAtMs, sizeBytes: size };
  }

  #newSid(): string {
    this.#made += 1;
    return sidOf(this.#made);
  }

  /** The clock with microseconds, a little in the past so that what starts now has started. */
  #preciseNow(): number {
    return Math.floor(this.clock.now()) - 1 + (((this.#made * 379) % 997) + 1) / 1000;
  }
}
