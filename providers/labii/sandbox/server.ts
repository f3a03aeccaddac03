/**
 * Simulates a Labii ELN server over HTTP: backups of organisations, in generation v1 or the current one. It follows the
 * contract; where that defines nothing, it behaves as Django does by default.
 */
import type { SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { SandboxServer } from '../../_kit/sandbox/server.ts';
import { Access, type SandboxUser } from './access.ts';
import type { LabiiSandbox, LabiiSandboxConfig, LabiiSandboxOptions } from './contract.ts';
import { createHistory, defaultOrganizations, type LabiiOrganization, sizeOf } from './history.ts';
import { type Generation, type LabiiRow, nothingYet, type RowPlan, Shelf, sidOf, toRow } from './rows.ts';
import { type Outcome, PushedClock, type Run, Runs } from './runs.ts';
import { type ErrorStyle, serverError, unknownPath } from './wire.ts';

export class LabiiServer extends SandboxServer implements LabiiSandbox {
  billed = 0;
  postDurationMs = 95_000;
  nextOutcome: Outcome = 'completed';
  errorStyle: ErrorStyle = 'usual';
  addPermission = true;
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

  constructor(options: LabiiSandboxOptions) {
    super();
    this.clock = new PushedClock(options);
    this.access = new Access(this.clock);
    this.token = this.access.issueToken();
    this.generation = options.generation ?? 'v1';
    this.basePath = this.generation === 'v1' ? '/v1' : '';
    this.#organizations = options.organizations ?? defaultOrganizations;
    this.#shelf = new Shelf(this.#organizations.map(({ sid }) => sid));
    this.#runs = new Runs(this.clock, options.speed ?? 1);
    const history = options.history ?? 90;
    const past = createHistory(this.#organizations, history, this.clock.now(), this.generation);
    for (const row of past) this.#shelf.insert(row);
    this.#made = history;
    const [first, second = first] = this.#organizations;
    if ((options.demo ?? true) && second) this.start(second.sid, false);
  }

  async listen(port: number, routes: SandboxRoutes): Promise<void> {
    const before = () => (this.outage ? serverError() : null);
    await this.serve(routes, { port, notFound: unknownPath, before });
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

  override close(): Promise<void> {
    this.#runs.stop();
    return super.close();
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
