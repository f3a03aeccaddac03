/** The changes of the backups of one provider: read while there are watchers, and caught up with after a pause. */
import { GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Backup, BackupTrigger, LocalId } from '../core/model.ts';
import { type SortKey, toSortKey } from '../core/order.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { readTriggers } from '../lists/presence.ts';
import type { ChangeDraft, ChangeLog } from '../replay/changes-log.ts';
import type { ReplayStore } from '../replay/replay-file.ts';
import { KnownBackups } from './known-changes.ts';

/** Rows of one read; the first read is larger, to find the backups that already run. */
const pageSize = 50;
const firstPageSize = 200;
/** Maximum of rows to read for what was missed in a pause. Older changes are reported as a gap. */
const maxCatchUpRows = 1000;

/** The newest rows of a provider, newest first, from one read. */
export interface NewestRows {
  readonly rows: readonly Backup[];
  readonly problems: readonly Problem[];
  readonly isEnd: boolean;
  /** The read stopped at `maxCatchUpRows`, before it reached a known row. */
  readonly isShort: boolean;
}

/** A provider, or one entity of it, does not answer: since when, and why. */
export interface Outage {
  readonly since: Instant;
  readonly problem: Problem;
}

export class Feed {
  readonly provider: Provider;
  readonly known: KnownBackups;
  /** Null while the provider answers. */
  outage: Outage | null = null;
  watchers = 0;
  readonly #log: ChangeLog;
  readonly #listeners = new Set<() => void>();
  #drafts: ChangeDraft[] = [];
  /** Resolves when all earlier changes are written. Keeps changes in order while triggers are read. */
  #written: Promise<void> = Promise.resolve();
  /** Triggers of unfinished backups, as far as they were read. */
  readonly #triggers = new Map<LocalId, BackupTrigger>();
  #keptVersion: number;
  /** A complete read has succeeded since the first watcher joined. */
  #isCaughtUp = false;
  #hasFailed = false;
  #beganAt: Instant = 0;

  constructor(provider: Provider, log: ChangeLog, store: ReplayStore) {
    this.provider = provider;
    this.#log = log;
    this.known = new KnownBackups(store.note(this.#note));
    this.#keptVersion = this.known.version;
  }

  get #note(): string {
    return `backups of ${this.provider.name}`;
  }

  open(): void {
    if (this.watchers++ > 0) return;
    this.#isCaughtUp = false;
    this.#hasFailed = false;
    this.#beganAt = now();
    this.outage = null;
  }

  onOutage(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** Takes one list call, unless one page does not hold all new rows. */
  async readNewest(signal: AbortSignal): Promise<NewestRows> {
    const limit = this.known.isBased ? pageSize : firstPageSize;
    const rows: Backup[] = [];
    const problems: Problem[] = [];
    let after: SortKey | null = null;
    for (;;) {
      const query = { direction: 'descending', after, limit, filter: noFilter, offset: rows.length } as const;
      const page = await this.provider.listBackups(query, signal);
      for (const row of page.rows) {
        try {
          rows.push(row.open());
        } catch (error) {
          // A row that cannot be read is left out; the others remain.
          if (!(error instanceof GatewayError)) throw error;
          problems.push({ provider: this.provider.name, entityId: null, error });
        }
      }
      problems.push(...page.problems);
      const last = page.rows.at(-1);
      const isOver = page.isEnd || !last || !this.known.isBased || page.problems.length > 0 || this.known.reaches(rows);
      if (isOver) return { rows, problems, isEnd: page.isEnd, isShort: false };
      if (rows.length >= maxCatchUpRows) return { rows, problems, isEnd: false, isShort: true };
      after = toSortKey(last);
    }
  }

  /** Records the result of a read; `flush` publishes it. */
  takeNewest({ rows, problems, isEnd, isShort }: NewestRows): void {
    const since = this.#hasFailed ? this.#beganAt : null;
    if (isShort) {
      const isBacklog = !this.#isCaughtUp;
      this.#drafts.push({ type: 'missed', provider: this.provider.name, reason: 'UPSTREAM_TRUNCATED', isBacklog });
      this.known.skipTo(rows);
    }
    this.#add(this.known.takeRows(rows, { problems, isEnd, since }), !this.#isCaughtUp);
    // An incomplete list is no outage: changes appear at its beginning.
    const [problem] = problems.filter(({ error }) => error.code !== 'INCOMPLETE');
    this.#setOutage(problem ?? null);
  }

  /** Records one backup that the poll loop has read. */
  takeRead(backup: Backup): void {
    this.#add(this.known.observe(backup), !this.#isCaughtUp && this.watchers > 0);
  }

  /** Records a backup whose description or warnings were changed through the gateway. */
  takeEdited(before: Backup | null, backup: Backup): Promise<void> {
    this.#add(this.known.edit(before, backup), false);
    return this.flush();
  }

  /** Records a backup that was started or cancelled through the gateway. */
  takeCommanded(backup: Backup): Promise<void> {
    this.#add(this.known.observe(backup), false);
    return this.flush();
  }

  /** A complete read has succeeded: later changes are not backlog. */
  endCatchUp(): void {
    this.#isCaughtUp = true;
  }

  stall(problem: Problem): void {
    this.#hasFailed = true;
    this.#setOutage(problem);
  }

  /** Stores the recorded changes, then notifies the watchers. */
  flush(signal: AbortSignal = new AbortController().signal): Promise<void> {
    if (this.#drafts.length === 0 && this.known.version === this.#keptVersion) return Promise.resolve();
    const drafts = this.#drafts;
    this.#drafts = [];
    this.#keptVersion = this.known.version;
    const notes = { [this.#note]: this.known.toKept() };
    const before = this.#written.catch(() => undefined);
    this.#written = this.provider.readTriggers
      ? before.then(async () => this.#log.append(await this.#withTriggers(drafts, signal), notes))
      : this.#log.append(drafts, notes);
    return this.#written;
  }

  /** Reads triggers that the rows do not contain: once for each backup, and again at its end if still UNKNOWN. */
  async #withTriggers(drafts: readonly ChangeDraft[], signal: AbortSignal): Promise<ChangeDraft[]> {
    const changed = drafts.flatMap((draft) => (draft.type === 'missed' ? [] : draft));
    const isOpen = (id: LocalId) => (this.#triggers.get(id) ?? 'UNKNOWN') === 'UNKNOWN';
    const open = new Map(
      changed
        .filter(
          ({ type, backup }) => isOpen(backup.localId) && (type !== 'updated' || !this.#triggers.has(backup.localId)),
        )
        .map(({ backup }) => [backup.localId, backup]),
    );
    const triggers = await readTriggers(this.provider, [...open.values()], signal);
    for (const [index, id] of [...open.keys()].entries()) this.#triggers.set(id, triggers[index] ?? 'UNKNOWN');
    const complete = drafts.map((draft): ChangeDraft => {
      if (draft.type === 'missed' || draft.backup.trigger !== 'UNKNOWN') return draft;
      const trigger = this.#triggers.get(draft.backup.localId) ?? 'UNKNOWN';
      // A trigger never changes, so the earlier state has the same one.
      const { before, backup } = draft;
      return { ...draft, before: before && { ...before, trigger }, backup: { ...backup, trigger } };
    });
    for (const id of this.#triggers.keys()) if (!this.known.isUnfinished(id)) this.#triggers.delete(id);
    return complete;
  }

  #add(drafts: readonly Omit<Extract<ChangeDraft, { backup: Backup }>, 'isBacklog'>[], isBacklog: boolean): void {
    for (const draft of drafts) this.#drafts.push({ ...draft, isBacklog });
  }

  #setOutage(problem: Problem | null): void {
    const isSame = problem?.error.code === this.outage?.problem.error.code;
    if (isSame && problem?.entityId === this.outage?.problem.entityId) return;
    this.outage = problem && { since: this.outage?.since ?? now(), problem };
    for (const listener of this.#listeners) listener();
  }
}
