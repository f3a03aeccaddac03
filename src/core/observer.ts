/**
 * Events of the gateway's own work, for metrics. Observers belong to the process, as its log does: a process runs one
 * gateway. Without an observer, an event costs one comparison. An observer that throws changes nothing for its caller.
 */

/** `refused`: a healthy product refused the request. `outage`: it does not do its work. `none`: the caller left first. */
export type UpstreamOutcome = 'success' | 'refused' | 'outage' | 'none';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Durations are in seconds. Every text comes from a fixed set or from the configuration, never from a client. */
export interface Observer {
  /** An answer over HTTP was written in full, or its client left. Event streams are counted as subscriptions instead. */
  httpRequest(request: { method: string; route: string; status: number }, seconds: number): void;
  /** An operation was executed; a subscription: its stream was opened. */
  operation(operation: { type: string; isSuccess: boolean }, seconds: number): void;
  /** A client received an error with this code. */
  clientError(code: string): void;
  /** Operations or subscriptions that run: one more (1) or one less (-1). */
  running(what: string, change: 1 | -1): void;
  socketsChanged(change: 1 | -1): void;
  /** A method of an adapter has returned or failed. */
  providerCall(call: { provider: string; kind: string; isSuccess: boolean }, seconds: number): void;
  /** One attempt of a request to a product, from its start to the end of the answer's body. */
  upstreamRequest(request: { provider: string; outcome: UpstreamOutcome }, seconds: number): void;
  upstreamRetry(provider: string): void;
  /** `running`: calls that hold a slot. `waiting`: calls in the queue. */
  queueChanged(queue: { provider: string; queue: string }, running: number, waiting: number): void;
  /** A call was refused since the queue was full, or its time ran out in the queue. */
  queueRefused(queue: { provider: string; queue: string }): void;
  breakerChanged(provider: string, state: BreakerState): void;
  /** `cache`: `provider` for reads of a provider, `answer` for whole answers. */
  cacheRead(cache: string, isHit: boolean): void;
  streamGap(reason: string): void;
  /** A command has its final status. */
  commandResolved(command: { provider: string; kind: string; status: string }): void;
  /** `what`: `read` or `write`. */
  storageCall(what: string, seconds: number): void;
  /** Number of leases that this replica holds; not called by a gateway without replicas. */
  leasesChanged(held: number): void;
}

let current: Observer | null = null;
let all: readonly Observer[] = [];

/** The observer to report to; null if there is none. */
export const observer = (): Observer | null => current;

/** Returns a function that removes the observer. `onBug` receives what it throws. */
export function addObserver(added: Observer, onBug: (error: unknown) => void): () => void {
  const guarded = guard(added, onBug);
  use([...all, guarded]);
  return () => use(all.filter((one) => one !== guarded));
}

function use(observers: readonly Observer[]): void {
  all = observers;
  const [first, ...others] = observers;
  current = !first ? null : others.length === 0 ? first : eachOf(observers);
}

type Method = (...args: readonly unknown[]) => void;

/** Compilation fails for an event without a row. */
const events: Readonly<Record<keyof Observer, true>> = {
  httpRequest: true,
  operation: true,
  clientError: true,
  running: true,
  socketsChanged: true,
  providerCall: true,
  upstreamRequest: true,
  upstreamRetry: true,
  queueChanged: true,
  queueRefused: true,
  breakerChanged: true,
  cacheRead: true,
  streamGap: true,
  commandResolved: true,
  storageCall: true,
  leasesChanged: true,
};

const observerOf = (toMethod: (name: keyof Observer) => Method): Observer =>
  Object.fromEntries(
    (Object.keys(events) as (keyof Observer)[]).map((name) => [name, toMethod(name)]),
  ) as unknown as Observer;

const guard = (observed: Observer, onBug: (error: unknown) => void): Observer =>
  observerOf((name) => {
    const method = observed[name].bind(observed) as Method;
    return (...args) => {
      try {
        method(...args);
      } catch (error) {
        onBug(error);
      }
    };
  });

const eachOf = (observers: readonly Observer[]): Observer =>
  observerOf((name) => (...args) => {
    for (const one of observers) (one[name] as Method)(...args);
  });
