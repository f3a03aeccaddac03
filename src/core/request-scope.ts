/** The current request: its id for errors and for requests to products, and with its client for the log. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** The program that sent a request, by its own words. These are fields of log lines. */
export interface ClientSoftware {
  readonly clientName?: string;
  readonly clientVersion?: string;
}

export interface RequestScope {
  readonly requestId: string;
  /** Absent where the client does not say. */
  readonly client?: ClientSoftware;
}

const requests = new AsyncLocalStorage<RequestScope>();

/** Runs `work`, and everything that it starts, as part of this request. */
export const inRequest = <T>(request: RequestScope, work: () => T): T => requests.run(request, work);

/** Runs `work` outside of any request, such as a poll for several watchers. */
export const outsideRequests = <T>(work: () => T): T => requests.exit(work);

export const currentRequest = (): RequestScope | null => requests.getStore() ?? null;

export const currentRequestId = (): string | null => requests.getStore()?.requestId ?? null;
