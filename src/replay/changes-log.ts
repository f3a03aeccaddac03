/**
 * The replay log of changes: one for all providers of the gateway, numbered without a gap. A change is
 * written down before anybody is told, so that the end of this process neither loses nor repeats it.
 */
import { z } from 'zod';
import type { Filterable } from '../core/filter.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { newSealKey, seal, unseal } from './cursor-seal.ts';
import { Epochs, wireEpochs } from './epochs.ts';
import type { GapReason } from './log-parts.ts';
import type { ReplayStore } from './replay-file.ts';

/** Something that became of a backup, or that is not known of a provider's backups. */
export type ChangeDraft = {
  readonly provider: string;
  /** It may have happened before anybody watched: it was found by the first look after a pause. */
  readonly isBacklog: boolean;
} & (
  | {
      readonly type: 'started' | 'updated' | 'finished';
      /** As it was before; null where it is new, or nobody knows. */
      readonly before: Filterable | null;
      readonly backup: Backup;
    }
  | { readonly type: 'missed'; readonly reason: GapReason }
);

export type Change = ChangeDraft & { readonly seq: number; readonly at: Instant };

export interface ChangeLogLimits {
  readonly maxChanges: number;
  /** Of their JSON. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Its name among the logs that are kept; no backup's log is called so. */
export const changesLog = 'changes';

const wireHead = z.object({
  epochs: wireEpochs,
  sealKey: z.string().length(22).optional().catch(undefined),
  /** The newest number that was evicted, and the same for each provider. */
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
  readonly #epochs: Epochs;
  /** It lives as long as the positions that it seals. */
  readonly #sealKey: string;
  readonly #listeners = new Set<() => void>();
  #entries: Entry[] = [];
  /** The newest number that was evicted; of each provider; and of providers that nobody remembers. */
  #evicted = 0;
  readonly #evictedOf = new Map<string, number>();
  #evictedOfAny = 0;
  #bytes = 0;
  /** The newest number that was given; the newest that is told follows when it is written. */
  #given = 0;

  constructor(limits: ChangeLogLimits, store: ReplayStore) {
    this.#limits = limits;
    this.#store = store;
    const kept = store.load(changesLog);
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
    this.#given = kept.lastSeq;
    this.#evicted = kept.lastSeq - this.#entries.length;
    for (const [provider, seq] of evicted?.byProvider ?? []) this.#evictedOf.set(provider, seq);
    if ((evicted?.seq ?? 0) < this.#evicted) this.#evictedOfAny = this.#evicted;
    for (const { bytes } of this.#entries) this.#bytes += bytes;
    this.#evict();
  }

  /** The number of the newest change that is told; 0 before the first. */
  get lastSeq(): number {
    return this.#evicted + this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when they are written and told. `notes` are kept with them, or not at all. */
  async append(drafts: readonly ChangeDraft[], notes: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const at = now();
    const changes = drafts.map((draft): Change => ({ ...draft, at, seq: ++this.#given }));
    const texts = changes.map((change) => JSON.stringify(change));
    await this.#store.append({
      log: changesLog,
      head: {
        epochs: this.#epochs.toKept(),
        sealKey: this.#sealKey,
        evicted: { seq: this.#evicted, byProvider: [...this.#evictedOf] },
      },
      entries: texts,
      lastSeq: changes.at(-1)?.seq ?? this.#given,
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
   * What follows a number: the change, or that some were evicted, which is the newest of those, and whether any was of
   * these providers; null where nothing does yet.
   */
  after(seq: number, providers: Iterable<string>): Change | Evicted | null {
    if (seq >= this.lastSeq) return null;
    if (seq < this.#evicted) {
      const ofThese = [...providers].map((name) => this.#evictedOf.get(name) ?? 0);
      return { type: 'evicted', seq: this.#evicted, isOfThese: Math.max(this.#evictedOfAny, ...ofThese) > seq };
    }
    return this.#entries[seq - this.#evicted]?.change ?? null;
  }

  /** A position as clients may hold it. */
  positionAt(seq: number): string {
    return seal(this.#sealKey, { epoch: this.#epochs.current, seq });
  }

  /** The position's number here; null where it is of another log, or of what this one never kept. */
  locate(sealed: string): number | null {
    const position = unseal(this.#sealKey, sealed);
    return position && this.#epochs.has(position.epoch, position.seq, this.lastSeq) ? position.seq : null;
  }

  onAppend(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }
}
