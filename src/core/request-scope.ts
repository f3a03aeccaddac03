/** The id of the current request, for the log, for errors and for requests to products. */
import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/** Runs `work`, and everything that it starts, as part of this request. */
export const inRequest = <T>(requestId: string, work: () => T): T => requestIds.run(requestId, work);

/** Runs `work` outside of any request, such as a poll for several watchers. */
export const outsideRequests = <T>(work: () => T): T => requestIds.exit(work);

export const currentRequestId = (): string | null => requestIds.getStore() ?? null;
