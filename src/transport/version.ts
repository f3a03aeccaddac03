/** Name, version and commit of the gateway as JSON: `GET /version`. It says which faults a gateway has, so it asks for credentials. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthenticateRequest, type Caller, refusalStatus } from '../auth/authentication.ts';
import { findGatewayError } from '../core/errors.ts';
import { answerJson, answerText } from './http/short-answers.ts';

export interface Version {
  readonly name: string;
  readonly version: string;
  /** The commit that was built; null where it is not known. */
  readonly commit: string | null;
}

export function createVersionAnswer(authenticateRequest: AuthenticateRequest, version: Version) {
  return async (request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerText(response, 405, 'Only GET.');
    try {
      await authenticateRequest(request.headers.authorization ?? null, caller);
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (!error || error.code === 'INTERNAL') throw thrown;
      const { status, headers } = refusalStatus(error);
      response.setHeaders(new Map(Object.entries(headers)));
      return answerText(response, status, error.message);
    }
    answerJson(response, 200, version);
  };
}
