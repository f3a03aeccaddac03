/** The command that is being carried out, wherever the work is: what it becomes in the ledger is told to its audit entry. */
import { AsyncLocalStorage } from 'node:async_hooks';

type TellOperation = (operationId: string) => void;

const commands = new AsyncLocalStorage<TellOperation>();

export const inCommand = <T>(tellOperation: TellOperation, work: () => T): T => commands.run(tellOperation, work);

/** Before anything of it is sent. */
export const tellOperation: TellOperation = (operationId) => commands.getStore()?.(operationId);
