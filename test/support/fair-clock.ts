/**
 * The clock of every test process. It runs like the real one, but stands still while the process waits for a processor.
 *
 * Gateway, sandbox, proxy and client of a test share one process. On a busy machine that process may rest for longer than
 * the deadlines that a test sets, and a deadline then expires before the request left. This clock advances by
 * `longestStepMs` at most for each turn of the event loop, so that a deadline always leaves the same number of turns for
 * the work it limits, whatever else the machine does. It replaces timers, `performance.now`, `Date` and
 * `AbortSignal.timeout`. Vitest keeps the real ones, and so do programs that tests start.
 */
import { AsyncResource } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';

/** The longest that the clock waits before it looks at its timers. */
const tickMs = 3;
const longestStepMs = 6;
const longestDelayMs = 2 ** 31 - 1;

const native = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  performanceNow: performance.now.bind(performance),
  Date: globalThis.Date,
};

/** What dates are ahead of `performance.now`. */
let epochMs = 0;
const pending = new Set<FairTimer>();
let clockMs = native.performanceNow();
let tickedAtMs = clockMs;
/** No timer is due before; it may be later. */
let earliestMs = Number.POSITIVE_INFINITY;
let lastId = 0;

const stepMs = (): number => Math.min(native.performanceNow() - tickedAtMs, longestStepMs);
const nowMs = (): number => clockMs + stepMs();

/** What `setTimeout` and `setInterval` return, like Node's own. */
class FairTimer extends AsyncResource {
  readonly id = ++lastId;
  dueMs = 0;
  #isRef = true;
  readonly #run: () => void;
  readonly #delayMs: number;
  readonly #repeats: boolean;

  constructor(run: () => void, delay: number | undefined, repeats: boolean) {
    super('Timeout');
    this.#run = run;
    // As Node takes delays that are none.
    this.#delayMs = delay !== undefined && delay >= 1 && delay <= longestDelayMs ? Math.trunc(delay) : 1;
    this.#repeats = repeats;
    this.refresh();
  }

  fire(): void {
    // It may have been cleared, or put off, since it was found to be due.
    if (!pending.has(this) || this.dueMs > clockMs) return;
    if (this.#repeats) this.refresh();
    else pending.delete(this);
    this.runInAsyncScope(this.#run);
  }

  refresh(): this {
    this.dueMs = nowMs() + this.#delayMs;
    earliestMs = Math.min(earliestMs, this.dueMs);
    pending.add(this);
    return this;
  }

  close(): this {
    pending.delete(this);
    return this;
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function tick(): void {
  clockMs += stepMs();
  tickedAtMs = native.performanceNow();
  if (clockMs >= earliestMs) {
    const due = [...pending].filter(({ dueMs }) => dueMs <= clockMs).sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
    earliestMs = Number.POSITIVE_INFINITY;
    for (const timer of pending) if (timer.dueMs > clockMs) earliestMs = Math.min(earliestMs, timer.dueMs);
    // One by one, so that promises settle between them as they do between Node's own.
    for (const timer of due) native.setImmediate(() => timer.fire());
  }
  const waitMs = Math.min(tickMs, Math.max(1, earliestMs - clockMs));
  native.setTimeout(tick, waitMs).unref();
}

type Callback = (...args: unknown[]) => void;

const set =
  (repeats: boolean) =>
  (run: Callback, delay?: number, ...args: unknown[]): FairTimer =>
    new FairTimer(() => run(...args), delay, repeats);

function clear(timer: unknown): void {
  if (timer instanceof FairTimer) timer.close();
  else if (typeof timer === 'number' || typeof timer === 'string') {
    for (const one of pending) if (one.id === Number(timer)) one.close();
  } else native.clearTimeout(timer as NodeJS.Timeout);
}

function pass<T>(ms?: number, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.close();
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const timer = new FairTimer(
      () => {
        signal?.removeEventListener('abort', stop);
        resolve(value);
      },
      ms,
      false,
    );
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  new FairTimer(expire, ms, false).unref();
  return controller.signal;
}

const dateNow = (): number => Math.floor(epochMs + nowMs());

export interface FairClock {
  /** Sets dates to the real time, from which they may have fallen behind: programs that tests start have real dates. */
  setDates(): void;
  /** Timers that have neither fired nor been cleared. */
  countTimers(): number;
}

function setDates(): void {
  epochMs = native.Date.now() - nowMs();
}

/** Once for each process. */
export function installFairClock(): FairClock {
  const setTimer = Object.assign(set(false), { [promisify.custom]: pass });
  const FairDate = new Proxy(native.Date, {
    apply: () => new native.Date(dateNow()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [dateNow()], newTarget),
    get: (target, name, receiver) => (name === 'now' ? dateNow : Reflect.get(target, name, receiver)),
  });
  native.Date.prototype.constructor = FairDate;
  Object.assign(globalThis, {
    setTimeout: setTimer,
    setInterval: set(true),
    clearTimeout: clear,
    clearInterval: clear,
    Date: FairDate,
  });
  performance.now = nowMs;
  AbortSignal.timeout = timeoutSignal;
  timersPromises.setTimeout = pass as typeof timersPromises.setTimeout;
  syncBuiltinESMExports();
  tick();
  return { setDates, countTimers: () => pending.size };
}
