/** The current request: its id for errors and for requests to products, with its client and its trace for the log. */
import { AsyncLocalStorage } from 'node:async_hooks';

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

const requests = new AsyncLocalStorage<RequestScope>();

/** Runs `work`, and everything that it starts, as part of this request. */
export const inRequest = <T>(request: RequestScope, work: () => T): T => requests.run(request, work);

/** Runs `work` outside of any request, such as a poll for several watchers. */
export const outsideRequests = <T>(work: () => T): T => requests.exit(work);

export const currentRequest = (): RequestScope | null => requests.getStore() ?? null;

export const currentRequestId = (): string | null => requests.getStore()?.requestId ?? null;
