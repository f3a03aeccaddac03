/**
 * Keeps the history of one provider up to date. Each step does the most urgent piece of work and says when the next one
 * is due, so that tests decide about time. One factory, since all steps share the state of one provider.
 */
import { GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import type { Instant } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { toSortAt } from './rows.ts';
import { atStart, newState, type ReaderState } from './state.ts';
import type { HistoryStore } from './store.ts';
import { maxMissing, missesTooMuch, newestOf, oldestOf, readPage, type Sweep, type WalkPage } from './walk.ts';

export interface ReaderOptions {
  /** Null: it was removed from the configuration. */
  readonly provider: () => Provider | null;
  readonly store: HistoryStore;
  readonly keepDays: number;
  /** Older rows than these are deleted. */
  readonly keepRows: number;
  readonly everySeconds: number;
  readonly now: () => Instant;
  /** The clock for deletions, which does not trust a jump forward. */
  readonly retentionNow: () => Instant;
  /** Rows of one page; tests set a small one. */
  readonly pageRows?: number;
}

export interface Reader {
  /**
   * Does the most urgent piece of work. Resolves with the milliseconds until the next is due: 0 if there is more to do.
   * Throws GatewayError if the product or the database fails; the same work is then still due.
   */
  step(signal: AbortSignal): Promise<number>;
  /** The newest backups are read with the next step. */
  wake(): void;
  /** Another process has read meanwhile: what is known is read again from the database. */
  reset(): void;
  /** Notes for people why the reader cannot go on. */
  fail(error: GatewayError): Promise<void>;
}

const hourUs = 3_600_000_000;
const dayUs = 24 * hourUs;
/** Backups may appear a little below the newest one. */
const overlapUs = hourUs;
const recentUs = 3 * dayUs;
/** A sweep of few rows could tell nothing about a fifth of them. */
const recentRows = 100;
/** Backups that run for longer are seen by the sweeps. */
const longestRunUs = 7 * dayUs;
/** A page with a problem is read again as often before the walk goes on without its rows. */
const patience = 3;
const confirmedAtOnce = 50;

export function createReader(options: ReaderOptions): Reader {
  const { store, keepDays, keepRows, everySeconds, now, retentionNow, pageRows = 200 } = options;
  let state: ReaderState | null = null;
  let isWoken = false;
  let full: Sweep | null = null;
  let sweptOldAt: Instant | null = null;
  /** Pages in a row with a problem, at the same place. */
  let refusals = 0;

  const keepFrom = (): Instant => {
    const oldest = retentionNow() - keepDays * dayUs;
    return Math.max(oldest, state?.cut?.at ?? oldest);
  };

  async function load(provider: Provider): Promise<ReaderState> {
    if (state) return state;
    const known = await store.readState(provider.name);
    const isSame = known?.kind === provider.kind;
    // Another product has the name now.
    if (known && !isSame) await store.forget(provider.name);
    state = known && isSame ? known : newState(provider.kind);
    // More rows may be stored now: a sweep reads them.
    if (state.cut && state.cut.rows < keepRows) state = { ...state, cut: null, hasGaps: true, fullSweptAt: null };
    return state;
  }

  /** Reads one page and stores it with what `toState` makes of the state. */
  async function take(
    provider: Provider,
    position: Sweep['position'],
    limit: number,
    toState: (page: WalkPage, before: ReaderState) => ReaderState,
    signal: AbortSignal,
  ): Promise<WalkPage & { readonly expected: number; readonly missing: readonly LocalId[] }> {
    // Before the read: what changes while it lasts is not known yet.
    const at = now();
    const page = await readPage(provider, position, limit, signal);
    const before = state as ReaderState;
    const isPassed = page.problem === null || page.isBound || ++refusals >= patience;
    if (page.problem === null || isPassed) refusals = 0;
    const oldest = keepFrom();
    const rows = page.rows.filter(({ sortedAt }) => sortedAt === null || sortedAt <= 0 || sortedAt >= oldest);
    const gapped: ReaderState = page.problem
      ? {
          ...before,
          ...(page.isBound ? { isBounded: true, boundAt: page.next.after?.sortedAt ?? null } : { hasGaps: true }),
          problem: page.problem.message,
        }
      : before;
    const next = isPassed ? toState(page, gapped) : before;
    const { after, through } = page;
    const listed = { rows, ids: page.rows.map(({ localId }) => localId), after, through };
    const saved = await store.savePage(provider.name, listed, at, next);
    state = next;
    if (page.problem && !isPassed) throw page.problem;
    const isCertain = page.problem === null && !page.hasUnreadable;
    return { ...page, rows, expected: saved.expected, missing: isCertain ? saved.missing : [] };
  }

  /** From the newest backup down to what is known. */
  async function readHead(provider: Provider, signal: AbortSignal): Promise<void> {
    const before = state as ReaderState;
    const startedAt = now();
    const headAt = before.headAt ?? startedAt;
    const running = await store.oldestUnfinished(provider.name, headAt - longestRunUs);
    const known = Math.min(headAt - overlapUs, running ?? headAt);
    // Above the place of the backfill everything is known, and below it nothing needs to be.
    const reached = before.backfill.isDone ? known : Math.max(known, toSortAt(before.backfill.after?.sortedAt ?? null));
    let newest: Instant | null = null;
    let { backfill } = before;
    for (let position = atStart; ; ) {
      const page = await take(provider, position, pageRows, (_, same) => same, signal);
      newest ??= newestOf(page.rows);
      position = page.next;
      const last = page.next.after;
      const isKnown = last !== null && last.sortedAt !== null && last.sortedAt < reached;
      // So many new ones that others have left the list unseen: older rows are no longer all stored.
      if (page.isBound && (last?.sortedAt ?? 0) > headAt && last) backfill = { ...backfill, from: last.sortedAt };
      if (page.isEnd || isKnown || page.isBound) break;
    }
    isWoken = false;
    await save(provider, { backfill, headAt: Math.min(newest ?? headAt, now()), asOf: startedAt, failure: null });
  }

  /** Whether there are more rows than may be stored: those beyond are too old from now on. */
  async function cutRows(provider: Provider): Promise<void> {
    const at = await store.oldestOfNewest(provider.name, keepRows);
    if (at !== null && at > keepFrom()) await save(provider, { cut: { at, rows: keepRows } });
  }

  async function readBackfill(provider: Provider, signal: AbortSignal): Promise<void> {
    const before = state as ReaderState;
    const isFirst = before.backfill.after === null;
    const startedAt = now();
    if (isFirst && before.counted === null) {
      const counted = await provider.countBackups(noFilter, signal).catch(ignoreFailure);
      state = { ...before, counted };
    }
    const oldest = keepFrom();
    await take(
      provider,
      before.backfill,
      pageRows,
      (page, { backfill, ...others }) => {
        const last = page.next.after?.sortedAt ?? null;
        const isPast = last !== null && last > 0 && last < oldest;
        const found = oldestOf(page.rows);
        const from = found === null ? backfill.from : Math.max(Math.min(backfill.from ?? found, found), oldest);
        const isDone = page.isEnd || isPast || page.isBound;
        return {
          ...others,
          backfill: { ...page.next, isDone, from },
          // It is the first sweep as well.
          ...(isDone ? { fullSweptAt: startedAt } : {}),
          ...(isFirst ? { headAt: Math.min(newestOf(page.rows) ?? startedAt, startedAt), asOf: startedAt } : {}),
        };
      },
      signal,
    );
    await cutRows(provider);
  }

  async function sweepRecent(provider: Provider, signal: AbortSignal): Promise<void> {
    const startedAt = now();
    const until = startedAt - recentUs;
    let sweep: Sweep = { position: atStart, expected: 0, missing: [], isWhole: true };
    for (let seen = 0; ; ) {
      const page = await take(provider, sweep.position, pageRows, (_, same) => same, signal);
      sweep = joined(sweep, page);
      seen += page.rows.length;
      const last = page.next.after?.sortedAt ?? null;
      if (page.isEnd || page.isBound || (seen >= recentRows && last !== null && last < until)) break;
    }
    await save(provider, { recentSweptAt: startedAt, ...(await judge(provider, sweep, signal)) });
  }

  /** One page of the sweep through everything. */
  async function sweepOn(provider: Provider, signal: AbortSignal): Promise<void> {
    full ??= { position: atStart, expected: 0, missing: [], isWhole: true };
    const page = await take(provider, full.position, pageRows, (_, same) => same, signal);
    full = joined(full, page);
    const last = page.next.after?.sortedAt ?? null;
    const isPast = last !== null && last > 0 && last < keepFrom();
    if (!page.isEnd && !page.isBound && !isPast) return;
    const sweep = full;
    full = null;
    if (sweep.isWhole) state = { ...(state as ReaderState), hasGaps: false, isBounded: page.isBound };
    const verdict = await judge(provider, sweep, signal);
    await save(provider, { fullSweptAt: now(), ...verdict });
  }

  async function readEntities(provider: Provider, signal: AbortSignal): Promise<void> {
    const startedAt = now();
    const entities = await provider.listEntities(signal);
    const next = { ...(state as ReaderState), entitiesAt: startedAt };
    await store.saveEntities(provider.name, entities, next);
    state = next;
  }

  const joined = (sweep: Sweep, page: Awaited<ReturnType<typeof take>>): Sweep => ({
    position: page.next,
    expected: sweep.expected + page.expected,
    missing: [...sweep.missing, ...page.missing],
    isWhole: sweep.isWhole && (page.problem === null || page.isBound),
  });

  /** Marks what the product does not list any more, after it was asked for each; says why if nothing is marked. */
  async function judge(
    provider: Provider,
    sweep: Sweep,
    signal: AbortSignal,
  ): Promise<Pick<ReaderState, 'problem' | 'isDoubted'>> {
    const trusted = () => ({ isDoubted: false, problem: state?.hasGaps || state?.isBounded ? state.problem : null });
    if (sweep.missing.length === 0) return trusted();
    if (missesTooMuch(sweep)) {
      const problem = `${provider.name} does not list ${sweep.missing.length} of ${sweep.expected} known backups any more. None is marked as removed, since lost permissions look the same.`;
      return { isDoubted: true, problem };
    }
    const missing = sweep.missing.slice(0, maxMissing);
    for (let start = 0; start < missing.length; start += confirmedAtOnce) {
      const ids = missing.slice(start, start + confirmedAtOnce);
      const at = now();
      const rows = await provider.getBackups(ids, signal);
      const found = rows.filter((row) => row !== null);
      await store.settle(
        provider.name,
        found,
        ids.filter((id, index) => !rows[index] && !found.some((row) => row.localId === id)),
        at,
      );
    }
    return trusted();
  }

  async function save(provider: Provider, changes: Partial<ReaderState>): Promise<void> {
    const next = { ...(state as ReaderState), ...changes };
    await store.saveState(provider.name, next);
    state = next;
  }

  /** Milliseconds until `everyUs` after `last`. A clock that was set back must not delay it. */
  function untilDue(last: Instant | null, everyUs: number): number {
    if (last === null) return 0;
    const waitUs = last + everyUs - now();
    return waitUs > everyUs ? 0 : Math.max(0, waitUs / 1000);
  }

  return {
    async step(signal) {
      const provider = options.provider();
      if (!provider) return Number.POSITIVE_INFINITY;
      const { name } = provider;
      const { backfill, asOf, recentSweptAt, fullSweptAt, entitiesAt } = await load(provider);
      const headMs = isWoken ? 0 : untilDue(asOf, everySeconds * 1_000_000);
      if (backfill.after !== null && headMs === 0) {
        await readHead(provider, signal);
        return 0;
      }
      if (!backfill.isDone) {
        await readBackfill(provider, signal);
        return 0;
      }
      if (headMs === 0) {
        await readHead(provider, signal);
        return 0;
      }
      const recentMs = untilDue(recentSweptAt ?? fullSweptAt, hourUs);
      if (recentMs === 0) {
        await sweepRecent(provider, signal);
        return 0;
      }
      const fullMs = full ? 0 : untilDue(fullSweptAt, dayUs);
      if (fullMs === 0) {
        await sweepOn(provider, signal);
        return 0;
      }
      const oldMs = untilDue(sweptOldAt, hourUs);
      if (oldMs === 0) {
        await cutRows(provider);
        const isMore = (await store.deleteOlder(name, keepFrom())) > 0 || (await store.vacuum());
        if (!isMore) sweptOldAt = now();
        return 0;
      }
      const entitiesMs = untilDue(entitiesAt, hourUs);
      if (entitiesMs === 0) {
        await readEntities(provider, signal);
        return 0;
      }
      return Math.min(headMs, recentMs, fullMs, oldMs, entitiesMs);
    },
    wake() {
      isWoken = true;
    },
    reset() {
      state = null;
      full = null;
    },
    async fail(error) {
      const provider = options.provider();
      if (provider && state && state.failure !== error.message) await save(provider, { failure: error.message });
    },
  };
}

/** Counting is for the progress only. */
function ignoreFailure(error: unknown): null {
  if (error instanceof GatewayError) return null;
  throw error;
}
