/** A line for each operation at level debug, on every transport: who asked for what, and how it went. */
import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { toLogFields } from '../../core/request-scope.ts';
import type { Log } from '../../observability/log.ts';

/** Neither the document nor its variables: they may be large, and hold what is nobody else's business. */
export const logOperations = (log: Log): Plugin<Context> => ({
  onExecute({ args }) {
    const line = describe(args);
    const startedAt = performance.now();
    return {
      onExecuteDone({ result }) {
        const errors = Symbol.asyncIterator in result ? 0 : (result.errors?.length ?? 0);
        log.debug({ ...line, ms: Math.round(performance.now() - startedAt), errors }, 'operation');
      },
    };
  },
  onSubscribe({ args }) {
    log.debug(describe(args), 'operation');
  },
});

function describe({ document, operationName, contextValue }: ExecutionArgs): object {
  const { authentication } = contextValue as Context;
  const { viewer, address } = authentication;
  const operation = getOperationAST(document, operationName);
  const name = operation?.name?.value.slice(0, 100) ?? null;
  const asked = { viewer: viewer.id, address, type: operation?.operation ?? null, name };
  return { ...toLogFields(authentication), ...asked };
}
