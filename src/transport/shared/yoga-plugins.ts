import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { handleStreamOrSingleExecutionResult, type Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { type AuthenticateRequest, refusalStatus } from '../../auth/authentication.ts';
import { GatewayError } from '../../core/errors.ts';
import { currentRequest, inRequest, requestOf } from '../../core/request-scope.ts';
import type { ToPublicError } from '../../limits/refusal.ts';
import type { OperationContext } from './operation-context.ts';

interface Result {
  readonly result: ExecutionResult;
  readonly setResult: (result: ExecutionResult) => void;
}

/** Authenticates a request before its body is read. `ws/operations.ts` does the same for an operation on a socket. */
export const authenticateRequests = (authenticateRequest: AuthenticateRequest): Plugin<OperationContext> => ({
  async onRequestParse({ request, serverContext }) {
    const context = serverContext as OperationContext;
    try {
      if (context.caller)
        context.authentication = await authenticateRequest(request.headers.get('authorization'), context.caller);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GraphQLError(error.message, { originalError: error, extensions: { http: refusalStatus(error) } });
    }
  },
});

/** Gives validation errors our codes, on every transport. */
export const publicValidation = (toPublicError: ToPublicError): Plugin => ({
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (!valid) setResult(result.map((error) => toPublicError(error)));
    },
});

/**
 * Errors of an operation, with the id of its request. Yoga masks errors after this, without their request: what fails
 * before an operation begins has an id of its own.
 */
export const publicErrors = (toPublicError: ToPublicError): Plugin<Context> => {
  const mask =
    ({ contextValue }: ExecutionArgs) =>
    ({ result, setResult }: Result): void => {
      if (!result.errors) return;
      const request = requestOf((contextValue as Context).signal);
      setResult({ ...result, errors: result.errors.map((error) => toPublicError(error, request)) });
    };
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: (done) => handleStreamOrSingleExecutionResult(done, mask(args)),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: (done) => handleStreamOrSingleExecutionResult(done, mask(args)),
    }),
  };
};

/** What commands log, and send to a product, has the request that they are part of. */
export const commandsInRequest: Plugin<Context> = {
  onExecute({ args, executeFn, setExecuteFn }) {
    const { document, operationName } = args;
    if (getOperationAST(document, operationName)?.operation !== 'mutation' || currentRequest() !== null) return;
    const { authentication } = args.contextValue as Context;
    const execute = executeFn as (args: ExecutionArgs) => unknown;
    setExecuteFn(((given: ExecutionArgs) => inRequest(authentication, () => execute(given))) as never);
  },
};

/** Yoga says of event streams that they may be kept, if only looked after. */
export const keepNothing: Plugin = {
  onResponse: ({ response }) => response.headers.set('cache-control', 'no-store'),
};
