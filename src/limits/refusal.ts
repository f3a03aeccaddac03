import { GraphQLError } from 'graphql';
import { refusalStatus } from '../auth/authentication.ts';
import type { GatewayError } from '../core/errors.ts';
import type { RequestScope } from '../core/request-scope.ts';

/** The error of a whole operation, with how HTTP says it; WebSocket takes that off again. */
export const refusal = (error: GatewayError): GraphQLError =>
  new GraphQLError(error.message, { originalError: error, extensions: { http: httpOf(error) } });

function httpOf(error: GatewayError): object {
  if (error.code === 'BAD_USER_INPUT') return { status: 400, spec: true };
  // As the specification of GraphQL over HTTP has it: clients that take plain JSON get 200, and look into it.
  if (error.code === 'INCOMPLETE' || error.code === 'OUTCOME_UNKNOWN') return { status: 504, spec: true };
  return refusalStatus(error);
}

/** `request`: whose id a fault of the gateway gets, in the log too; without it, an id of its own. */
export type ToPublicError = (error: unknown, request?: RequestScope | null) => GraphQLError;
