/**
 * The current request: its id for errors and for requests to products, with its client and its trace for the log.
 *
 * A read carries its request on its signal. Only commands, and everything while it is traced, are within an
 * AsyncLocalStorage: while one is in use, Node 20 makes every promise of the process slower, which is a third of what a
 * list costs.
 */
import { AmbientValue } from './ambient-value.ts';

/** The program that sent a request, by its own words. These are fields of log lines. */
export interface ClientSoftware {
  readonly clientName?: string;
  readonly clientVersion?: string;
}

/** A piece of work in a trace; `tracing.ts` starts it. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Headers that pass the trace on: `traceparent`, and `tracestate` if there is one. */
  headers(): Readonly<Record<string, string>>;
  /** `error`: a code or the name of a class; null if the work succeeded. Only the first call counts. */
  end(error: string | null, attributes?: Readonly<Record<string, string | number | boolean>>): void;
}

export interface RequestScope {
  /** Null of work that belongs to no request, such as a poll in a trace. */
  readonly requestId: string | null;
  /** Absent where the client does not say. */
  readonly client?: ClientSoftware;
  /** The innermost; absent without traces. */
  readonly span?: Span;
}

const requests = new AmbientValue<RequestScope>();
const bySignal = new WeakMap<AbortSignal, RequestScope>();

/** Runs `work`, and everything that it starts until it is done, as part of this request. */
export const inRequest = <T>(request: RequestScope, work: () => T): T => requests.run(request, work);

/** Runs work that may go on after the current request has been answered, as part of it. */
export function inSameRequest<T>(work: () => T): T {
  const request = currentRequest();
  return request ? inRequest(request, work) : work();
}

/** Runs `work` outside of any request, such as a poll for several watchers. */
export const outsideRequests = <T>(work: () => T): T => requests.exit(work);

export const currentRequest = (): RequestScope | null => requests.current();

/** Makes reads with this very signal part of the request. Null: of none. */
export function giveRequest(signal: AbortSignal, request: RequestScope | null): AbortSignal {
  if (request) bySignal.set(signal, request);
  return signal;
}

/** The request of a read with this signal, else the current one. */
export const requestOf = (signal: AbortSignal): RequestScope | null => bySignal.get(signal) ?? currentRequest();

/** What log lines of a request contain of it. */
export function toLogFields(request: RequestScope | null): Readonly<Record<string, string>> {
  const { requestId = null, client, span } = request ?? {};
  return { ...(requestId === null ? {} : { requestId }), ...client, ...(span ? { trace_id: span.traceId } : {}) };
}
