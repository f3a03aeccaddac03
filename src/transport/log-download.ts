/** The log of a backup as plain text: `GET /backups/ID/log` with a token, and `/downloads/LINK` without, also for reports. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type AuthenticateRequest, type Authentication, type Caller, refusalStatus } from '../auth/authentication.ts';
import type { Links, LinkTarget } from '../auth/links.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ReportRequest } from '../catalog/reports.ts';
import { type ErrorCode, findGatewayError } from '../core/errors.ts';
import type { Ref } from '../core/model.ts';
import { giveRequest } from '../core/request-scope.ts';
import type { Viewer } from '../core/viewer.ts';
import { answerText } from './http/short-answers.ts';
import type { createReports } from './reports.ts';

export interface LogDownloadOptions {
  readonly authenticateRequest: AuthenticateRequest;
  readonly links: Pick<Links, 'open'>;
  /** The backup of a global id; null where the text is no such id. */
  readonly findRef: (id: string) => Ref | null;
  readonly catalogFor: (viewer: Viewer) => Catalog;
  readonly reports: Pick<ReturnType<typeof createReports>, 'ofLink'>;
}

/** Codes about the whole request, which has the status of a refused request. */
const refusals: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'];
const unknownBackup: readonly ErrorCode[] = ['NOT_FOUND', 'UNSUPPORTED'];

interface Asked {
  readonly authentication: Authentication;
  readonly target: LinkTarget;
}

export function createLogDownload({ authenticateRequest, links, findRef, catalogFor, reports }: LogDownloadOptions) {
  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    open: () => Promise<Asked>,
    isLink: boolean,
  ): Promise<void> {
    const clientLeft = new AbortController();
    giveRequest(clientLeft.signal, caller);
    response.once('close', () => clientLeft.abort());
    try {
      const { authentication, target } = await open();
      if ('report' in target) {
        const report = target.report as ReportRequest;
        return await reports.ofLink(request, response, caller, { authentication, report });
      }
      const ref = findRef(target.log);
      const text = ref && (await catalogFor(authentication.viewer).watches.readLogText(ref, clientLeft.signal));
      if (!text) return answerText(response, 404, 'There is no log of such a backup.');
      response.writeHead(200, {
        'content-type': 'text/plain; charset=utf-8',
        ...(isLink ? { 'content-disposition': 'attachment; filename="backup.log"' } : {}),
      });
      if (request.method === 'HEAD') {
        response.end();
        return clientLeft.abort();
      }
      await pipeline(text, response);
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (clientLeft.signal.aborted) return void response.destroy();
      if (!error || error.code === 'INTERNAL') throw thrown;
      // The text has begun: a cut connection tells the client that it is not whole.
      if (response.headersSent) return void response.destroy();
      if (isLink && error.code === 'UNAUTHENTICATED') return answerText(response, 410, error.message);
      if (refusals.includes(error.code)) {
        const { status, headers } = refusalStatus(error);
        response.setHeaders(new Map(Object.entries(headers)));
        return answerText(response, status, error.message);
      }
      answerText(response, unknownBackup.includes(error.code) ? 404 : 502, error.message);
    }
  }

  return {
    async byId(id: string, request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
      if (request.method !== 'GET') return answerText(response, 405, 'Only GET.');
      const open = async () => {
        const authentication = await authenticateRequest(request.headers.authorization ?? null, caller);
        return { authentication, target: { log: id } };
      };
      return send(request, response, caller, open, false);
    },
    /** Whatever header the request has: the link alone says who it is. */
    async byLink(token: string, request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return answerText(response, 405, 'Only GET and HEAD.');
      }
      const open = async () => {
        let target: LinkTarget = { log: '' };
        const authentication = await authenticateRequest(null, caller, async () => {
          const opened = await links.open(token);
          target = opened.target;
          return opened.identity;
        });
        return { authentication, target };
      };
      return send(request, response, caller, open, true);
    },
  };
}
