/** The command that is being carried out, wherever the work is: what it becomes in the ledger is told to its audit entry. */
import { AmbientValue } from '../core/ambient-value.ts';

type TellOperation = (operationId: string) => void;

const commands = new AmbientValue<TellOperation>();

export const inCommand = <T>(tellOperation: TellOperation, work: () => T): T => commands.run(tellOperation, work);

/** Also calls `told` when the command has become an operation. */
export function onOperation<T>(told: () => void, work: () => T): T {
  const outer = commands.current();
  const tell: TellOperation = (operationId) => {
    outer?.(operationId);
    told();
  };
  return commands.run(tell, work);
}

/** Before anything of it is sent. */
export const tellOperation: TellOperation = (operationId) => commands.current()?.(operationId);
