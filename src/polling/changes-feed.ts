/**
 * The changes of the backups of one provider: read while there are watchers, and caught up with after a pause. One
 * factory, since all its functions work on the same known state.
 */
import { z } from 'zod';
import { errorCodes, GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import { type Instant, now } from '../core/instant.ts';
import { type Backup, type BackupTrigger, isSettled, type LocalId } from '../core/model.ts';
import { type SortKey, toSortKey } from '../core/order.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { readTriggers } from '../lists/presence.ts';
import type { ChangeDraft, ChangeLog } from '../replay/changes-log.ts';
import { type Lease, LeaseLostError, type PollRights } from '../replay/poll-rights.ts';
import type { ReplayStore } from '../replay/replay-file.ts';
import { FeedTerm } from './feed-term.ts';
import { KnownBackups } from './known-changes.ts';

/** Where nobody has read for longer, what is found first may have happened before the first watcher joined. */
const longestHandoverMs = 60_000;

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

/** How the gateways of one database share their polls; null in a gateway that is alone. */
export interface FeedOptions {
  readonly log: ChangeLog;
  readonly store: ReplayStore;
  readonly rights: PollRights | null;
  readonly onBug: (error: unknown) => void;
  /** This gateway reads from now on. */
  readonly onBegin: () => void;
}

export class Feed {
  readonly provider: Provider;
  known: KnownBackups;
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

  /** Of several gateways, one reads at a time; null in a gateway that is alone. */
  readonly #term: FeedTerm | null;
  readonly #rights: PollRights | null;
  readonly #onBug: (error: unknown) => void;

  constructor(provider: Provider, { log, store, rights, onBug, onBegin }: FeedOptions) {
    this.provider = provider;
    this.#log = log;
    this.#rights = rights;
    this.#onBug = onBug;
    this.known = new KnownBackups(rights ? undefined : store.note(this.#note));
    this.#keptVersion = this.known.version;
    this.#term =
      rights &&
      new FeedTerm({
        provider: provider.name,
        rights,
        onBegin: async (_lease, idleMs) => {
          await this.#begin(idleMs);
          onBegin();
        },
        onOther: (note) => this.#setOutage(toOutage(note, provider.name)),
        onFailure: (error) => this.#setOutage({ provider: provider.name, entityId: null, error }),
        onBug,
      });
  }

  /** Whether this gateway reads: another one may, of several. */
  get isReader(): boolean {
    return this.#term === null || this.#term.lease !== null;
  }

  /** What other gateways have read is known before this one goes on. */
  async #begin(idleMs: number): Promise<void> {
    this.known = new KnownBackups(await this.#log.readNote(this.#note));
    this.#keptVersion = this.known.version;
    this.#drafts = [];
    this.#isCaughtUp = this.known.isBased && idleMs < longestHandoverMs;
    this.#setOutage(null);
  }

  get #note(): string {
    return `backups of ${this.provider.name}`;
  }

  open(): void {
    if (this.watchers++ > 0) return;
    this.#term?.open();
    this.#isCaughtUp = false;
    this.#hasFailed = false;
    this.#beganAt = now();
    this.outage = null;
  }

  /** Another gateway may read from now on. */
  close(): void {
    this.#term?.close();
  }

  leave(): void {
    if (--this.watchers === 0) this.#term?.close();
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
    if (!this.isReader) {
      this.#rights?.wake(this.provider.name);
      // Polls do not detect edits of a backup that has ended, so that nobody else appends this one.
      const edits = isSettled(backup) ? new KnownBackups().edit(before, backup) : [];
      return this.#log.append(edits.map((edit) => ({ ...edit, isBacklog: false }))).catch(this.#unlessAway);
    }
    this.#add(this.known.edit(before, backup), false);
    return this.flush();
  }

  /** Records a backup that was started or cancelled through the gateway. */
  takeCommanded(backup: Backup): Promise<void> {
    if (!this.isReader) {
      // The gateway that reads will find it.
      this.#rights?.wake(this.provider.name);
      return Promise.resolve();
    }
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
    const lease = this.#term?.lease ?? null;
    const append = (complete: readonly ChangeDraft[]) =>
      this.#term ? this.#appendShared(complete, notes, lease) : this.#log.append(complete, notes);
    this.#written = this.provider.readTriggers
      ? before.then(async () => append(await this.#withTriggers(drafts, signal)))
      : append(drafts);
    return this.#written;
  }

  /** What cannot be appended is found again by the next reader, which begins with what is stored. */
  async #appendShared(
    drafts: readonly ChangeDraft[],
    notes: Record<string, unknown>,
    lease: Lease | null,
  ): Promise<void> {
    try {
      if (lease) await this.#log.append(drafts, notes, lease);
    } catch (error) {
      this.#term?.interrupt();
      if (error instanceof LeaseLostError) return;
      this.#unlessAway(error);
      if (error instanceof GatewayError) this.#setOutage({ provider: this.provider.name, entityId: null, error });
    }
  }

  readonly #unlessAway = (error: unknown): void => {
    if (!(error instanceof GatewayError)) this.#onBug(error);
  };

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
    const lease = this.#term?.lease;
    if (lease) this.#rights?.note(lease, problem && toNote(problem)).catch(this.#unlessAway);
    for (const listener of this.#listeners) listener();
  }
}

/** What other gateways are told of an outage that this one has found. */
const toNote = ({ entityId, error: { code, message } }: Problem): string => JSON.stringify({ entityId, code, message });

const wireNote = z.object({ entityId: z.string().nullable(), code: z.enum(errorCodes), message: z.string() });

function toOutage(note: string | null, provider: string): Problem | null {
  if (note === null) return null;
  const { entityId, code, message } = wireNote.parse(JSON.parse(note));
  return { provider, entityId, error: new GatewayError(code, message) };
}
