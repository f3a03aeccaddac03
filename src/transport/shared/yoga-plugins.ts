import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type AuthenticateRequest, refusalStatus } from '../../auth/authentication.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ToPublicError } from '../../limits/refusal.ts';
import type { OperationContext } from './operation-context.ts';

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
      if (!valid) setResult(result.map(toPublicError));
    },
});

/** Yoga says of event streams that they may be kept, if only looked after. */
export const keepNothing: Plugin = {
  onResponse: ({ response }) => response.headers.set('cache-control', 'no-store'),
};
