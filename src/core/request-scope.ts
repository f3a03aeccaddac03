/** The id of the request that is being worked on, wherever the work is: for the log, for errors, and for products. */
import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/** Everything that `work` begins, now or later, is for this request. */
export const inRequest = <T>(requestId: string, work: () => T): T => requestIds.run(requestId, work);

/** What `work` begins is for nobody's request in particular, such as a poll for all who watch. */
export const outsideRequests = <T>(work: () => T): T => requestIds.exit(work);

export const currentRequestId = (): string | null => requestIds.getStore() ?? null;
