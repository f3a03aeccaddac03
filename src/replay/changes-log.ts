/**
 * The replay log of changes: one for all providers, numbered without gaps. A change is stored before it is published,
 * so that a restart neither loses nor repeats it. One file, since all of it shares the newest number.
 */
import { z } from 'zod';
import type { Filterable } from '../core/filter.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { Lease } from '../storage/leases.ts';
import { newSealKey, seal, unseal } from './cursor-seal.ts';
import { Epochs, wireEpochs } from './epochs.ts';
import type { GapReason } from './log-parts.ts';
import type { ReplayStore } from './replay-file.ts';
import type { SharedChanges, SharedPart } from './shared-changes.ts';

/** A change of a backup, or a gap in the changes of a provider. */
export type ChangeDraft = {
  readonly provider: string;
  /** Found by the first read after a pause: it may have happened before the first watcher joined. */
  readonly isBacklog: boolean;
} & (
  | {
      readonly type: 'started' | 'updated' | 'finished';
      /** The state before the change; null if the backup is new, or its earlier state is not known. */
      readonly before: Filterable | null;
      readonly backup: Backup;
    }
  | { readonly type: 'missed'; readonly reason: GapReason }
);

export type Change = ChangeDraft & { readonly seq: number; readonly at: Instant };

export interface ChangeLogLimits {
  readonly maxChanges: number;
  /** Total size of the changes as JSON, in UTF-16 code units. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Name of this log in the replay store. No backup's log has this name. */
export const changesLog = 'changes';

const wireHead = z.object({
  epochs: wireEpochs,
  sealKey: z.string().length(22).optional().catch(undefined),
  /** The newest evicted number, of all changes and of each provider. */
  evicted: z
    .object({ seq: z.int(), byProvider: z.array(z.tuple([z.string(), z.int()])) })
    .optional()
    .catch(undefined),
});
const wireChange = z.looseObject({ seq: z.int(), at: z.number(), type: z.string(), provider: z.string() });

interface Entry {
  readonly change: Change;
  readonly bytes: number;
}

interface Evicted {
  readonly type: 'evicted';
  readonly seq: number;
  readonly isOfThese: boolean;
}

export class ChangeLog {
  readonly #limits: ChangeLogLimits;
  readonly #store: ReplayStore;
  readonly #shared: SharedChanges | null;
  #epochs: Epochs;
  /** Stored with the log, so that sealed positions stay valid after a restart. */
  #sealKey: string;
  readonly #listeners = new Set<() => void>();
  #entries: Entry[] = [];
  /** The newest evicted number: of all changes, of each provider, and of providers without a number of their own. */
  #evicted = 0;
  readonly #evictedOf = new Map<string, number>();
  #evictedOfAny = 0;
  #bytes = 0;
  /** The newest assigned number. `lastSeq` reaches it when the change is stored. */
  #assigned = 0;

  /** Of a log that several gateways write: its head is read. */
  #isReady = false;
  /** It may have another epoch by now. */
  #isHeadOld = false;
  /** The last read of what others have appended has failed. */
  #isBehind = false;
  #reading: Promise<void> = Promise.resolve();
  #stopReading: () => void = () => undefined;

  /** `shared`: the log of several gateways, which is stored nowhere else. */
  constructor(limits: ChangeLogLimits, store: ReplayStore, shared: SharedChanges | null = null) {
    this.#limits = limits;
    this.#store = store;
    this.#shared = shared;
    if (shared) {
      this.#stopReading = shared.onAppend((isNewServer) => {
        this.#isHeadOld ||= isNewServer;
        void this.refresh().catch(() => undefined);
      });
    }
    const kept = shared ? null : store.load(changesLog);
    const head = wireHead.safeParse(kept?.head);
    if (!kept || !head.success) {
      this.#epochs = new Epochs();
      this.#sealKey = newSealKey();
      return;
    }
    const { epochs, sealKey, evicted } = head.data;
    this.#epochs = new Epochs(epochs, kept.lastSeq);
    this.#sealKey = sealKey ?? newSealKey();
    this.#entries = kept.entries.map((entry) => ({
      change: wireChange.parse(entry) as unknown as Change,
      bytes: JSON.stringify(entry).length,
    }));
    this.#assigned = kept.lastSeq;
    this.#evicted = kept.lastSeq - this.#entries.length;
    for (const [provider, seq] of evicted?.byProvider ?? []) this.#evictedOf.set(provider, seq);
    if ((evicted?.seq ?? 0) < this.#evicted) this.#evictedOfAny = this.#evicted;
    for (const { bytes } of this.#entries) this.#bytes += bytes;
    this.#evict();
  }

  /** Several gateways append: what they did is here after `refresh`. */
  get isShared(): boolean {
    return this.#shared !== null;
  }

  close(): void {
    this.#stopReading();
  }

  /** The number of the newest published change; 0 before the first. */
  get lastSeq(): number {
    return this.#evicted + this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Resolves when the changes are stored and published. `notes` are stored in the same transaction. Of a shared log: rejects
   * with LeaseLostError if the lease is another gateway's, and with STORAGE_UNAVAILABLE.
   */
  async append(
    drafts: readonly ChangeDraft[],
    notes: Readonly<Record<string, unknown>> = {},
    lease: Lease | null = null,
  ): Promise<void> {
    const at = now();
    if (this.#shared) {
      await this.#shared.append({
        toTexts: (lastSeq) => drafts.map((draft, index) => JSON.stringify({ ...draft, at, seq: lastSeq + 1 + index })),
        evicted: this.#evicted,
        evictedOf: this.#toEvicted(),
        notes,
        lease,
      });
      return this.refresh();
    }
    const changes = drafts.map((draft): Change => ({ ...draft, at, seq: ++this.#assigned }));
    const texts = changes.map((change) => JSON.stringify(change));
    await this.#store.append({
      log: changesLog,
      head: {
        epochs: this.#epochs.toKept(),
        sealKey: this.#sealKey,
        evicted: this.#toEvicted(),
      },
      entries: texts,
      lastSeq: changes.at(-1)?.seq ?? this.#assigned,
      evicted: this.#evicted,
      notes,
    });
    // Writes resolve in the order of their appends, so numbers stay dense.
    for (const [index, change] of changes.entries()) {
      const bytes = texts[index]?.length ?? 0;
      this.#entries.push({ change, bytes });
      this.#bytes += bytes;
    }
    this.#evict();
    if (changes.length > 0) for (const listener of this.#listeners) listener();
  }

  #toEvicted() {
    return { seq: this.#evicted, byProvider: [...this.#evictedOf] };
  }

  /** Resolves when what was appended before the call is here. Rejects with STORAGE_UNAVAILABLE, and is then tried again. */
  refresh(): Promise<void> {
    if (!this.#shared) return Promise.resolve();
    const shared = this.#shared;
    // One after another, so that none adds what an earlier one has added.
    const reading = this.#reading.then(() => this.#readNew(shared));
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  /** A note that was stored with the changes. */
  async readNote(name: string): Promise<unknown> {
    return this.#shared ? this.#shared.note(name) : this.#store.note(name);
  }

  async #readNew(shared: SharedChanges): Promise<void> {
    const before = this.lastSeq;
    try {
      if (!this.#isReady || this.#isHeadOld) await this.#readHead(shared);
      for (const part of await shared.after(this.lastSeq)) this.#addPart(part);
    } catch (error) {
      this.#isBehind = true;
      throw error;
    }
    this.#evict();
    if (this.lastSeq === before && !this.#isBehind) return;
    this.#isBehind = false;
    for (const listener of this.#listeners) listener();
  }

  async #readHead(shared: SharedChanges): Promise<void> {
    this.#isHeadOld = false;
    try {
      const { head, lastSeq } = await shared.head();
      const { epochs, sealKey, evicted } = wireHead.parse(head);
      if (this.#isReady && epochs.current === this.#epochs.current) return;
      // Of another epoch, everything is read again, and is here at once.
      const evictedSeq = evicted?.seq ?? 0;
      const parts = this.#isReady ? await shared.after(evictedSeq) : [];
      this.#epochs = new Epochs(epochs, lastSeq, { isSameRun: true });
      this.#sealKey = sealKey ?? this.#sealKey;
      this.#evictedOf.clear();
      for (const [provider, seq] of evicted?.byProvider ?? []) this.#evictedOf.set(provider, seq);
      this.#evicted = evictedSeq;
      this.#entries = [];
      this.#bytes = 0;
      for (const part of parts) this.#addPart(part);
      this.#isBehind = this.#isReady;
      this.#isReady = true;
    } catch (error) {
      this.#isHeadOld = true;
      throw error;
    }
  }

  #addPart({ firstSeq, entries }: SharedPart): void {
    if (firstSeq > this.lastSeq + 1) {
      // Others have evicted what comes between, of providers that are not known here.
      this.#entries = [];
      this.#bytes = 0;
      this.#evicted = firstSeq - 1;
      this.#evictedOfAny = firstSeq - 1;
    }
    // A part whose beginning was evicted by then.
    for (const entry of entries.slice(this.lastSeq + 1 - firstSeq)) {
      const change = wireChange.parse(entry) as unknown as Change;
      const bytes = JSON.stringify(entry).length;
      this.#entries.push({ change, bytes });
      this.#bytes += bytes;
    }
  }

  #evict(): void {
    const oldest = now() - this.#limits.maxAgeMs * 1000;
    let count = 0;
    for (const { change, bytes } of this.#entries) {
      const isTooMuch = this.#entries.length - count > this.#limits.maxChanges || this.#bytes > this.#limits.maxBytes;
      if (!isTooMuch && change.at >= oldest) break;
      this.#bytes -= bytes;
      this.#evictedOf.set(change.provider, change.seq);
      count++;
    }
    if (count === 0) return;
    this.#entries = this.#entries.slice(count);
    this.#evicted += count;
  }

  /**
   * Returns the change after a number; null if there is none yet. If that change was evicted, returns the newest
   * evicted number and whether any evicted change after `seq` may be of these providers.
   */
  after(seq: number, providers: Iterable<string>): Change | Evicted | null {
    if (seq >= this.lastSeq) return null;
    if (seq < this.#evicted) {
      const ofThese = [...providers].map((name) => this.#evictedOf.get(name) ?? 0);
      return { type: 'evicted', seq: this.#evicted, isOfThese: Math.max(this.#evictedOfAny, ...ofThese) > seq };
    }
    return this.#entries[seq - this.#evicted]?.change ?? null;
  }

  /** Changes where numbers may be used again for other changes, such as after a failover of the database. */
  get epoch(): string {
    return this.#epochs.current;
  }

  /** Returns the sealed position for a cursor. */
  positionAt(seq: number): string {
    return seal(this.#sealKey, { epoch: this.#epochs.current, seq });
  }

  /** Returns the number of a sealed position; null if it is of another log, or of changes that were never stored. */
  locate(sealed: string): number | null {
    const position = unseal(this.#sealKey, sealed);
    return position && this.#epochs.has(position.epoch, position.seq, this.lastSeq) ? position.seq : null;
  }

  onAppend(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }
}
