/** The log of a backup as plain text: `GET /backups/ID/log`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type AuthenticateRequest, type Caller, refusalStatus } from '../auth/authentication.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type ErrorCode, findGatewayError } from '../core/errors.ts';
import type { Ref } from '../core/model.ts';
import type { Viewer } from '../core/viewer.ts';
import { answerText } from './http/short-answers.ts';

export interface LogDownloadOptions {
  readonly authenticateRequest: AuthenticateRequest;
  /** The backup of a global id; null where the text is no such id. */
  readonly findRef: (id: string) => Ref | null;
  readonly catalogFor: (viewer: Viewer) => Catalog;
}

/** Codes about the whole request, which has the status of a refused request. */
const refusals: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'];
const unknownBackup: readonly ErrorCode[] = ['NOT_FOUND', 'UNSUPPORTED'];

export function createLogDownload({ authenticateRequest, findRef, catalogFor }: LogDownloadOptions) {
  return async (id: string, request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> => {
    if (request.method !== 'GET') return answerText(response, 405, 'Only GET.');
    const clientLeft = new AbortController();
    response.once('close', () => clientLeft.abort());
    try {
      const { viewer } = await authenticateRequest(request.headers.authorization ?? null, caller);
      const ref = findRef(id);
      const text = ref && (await catalogFor(viewer).watches.readLogText(ref, clientLeft.signal));
      if (!text) return answerText(response, 404, 'There is no log of such a backup.');
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      await pipeline(text, response);
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (clientLeft.signal.aborted) return void response.destroy();
      if (!error || error.code === 'INTERNAL') throw thrown;
      // The text has begun: a cut connection tells the client that it is not whole.
      if (response.headersSent) return void response.destroy();
      if (refusals.includes(error.code)) {
        const { status, headers } = refusalStatus(error);
        response.setHeaders(new Map(Object.entries(headers)));
        return answerText(response, status, error.message);
      }
      answerText(response, unknownBackup.includes(error.code) ? 404 : 502, error.message);
    }
  };
}
