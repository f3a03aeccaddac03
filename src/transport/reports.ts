/**
 * Reports as files: `GET /reports/backups.csv` and the like. A row is written when the client can take it. What is wrong
 * is said before the first byte if it is known then; later the connection is cut, so that no client takes a part for the
 * whole.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type AuthenticateRequest, type Authentication, type Caller, refusalStatus } from '../auth/authentication.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ReportRequest } from '../catalog/reports.ts';
import { createDeadline, untilAborted } from '../core/deadline.ts';
import { findGatewayError, GatewayError } from '../core/errors.ts';
import { formatInstant } from '../core/instant.ts';
import { giveRequest, toLogFields } from '../core/request-scope.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Slots } from '../limits/slots.ts';
import type { Log } from '../observability/log.ts';
import { answerText } from './http/short-answers.ts';
import { backupColumns, csvWriter, jsonWriter, protectionColumns, type RowIds, type Writer } from './report-rows.ts';
import { untilExpiry } from './shared/token-expiry.ts';

export interface ReportsOptions {
  readonly authenticateRequest: AuthenticateRequest;
  readonly catalogFor: (viewer: Viewer) => Catalog;
  /** Null: there is no report of this name. Throws BAD_USER_INPUT. */
  readonly readReport: (name: string, parameters: URLSearchParams) => ReportRequest | null;
  readonly rowIds: RowIds;
  /** Of operations: a report takes one of its viewer. */
  readonly operations: Pick<Slots, 'take'>;
  /** Longest time until the first row. */
  readonly limits: { readonly requestSeconds: number };
  readonly log: Pick<Log, 'warn'>;
}

/** As GraphQL and HTTP name them. */
const types = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl' };
const refusals = ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'];
/** Characters that are written at once. */
const chunkSize = 16_384;

/** The answer to a client of HTTP/1.0, to which the end of a connection is the end of a file. */
const tooOld =
  'Reports need HTTP/1.1: with HTTP/1.0 nobody sees whether a report is whole. For nginx, set "proxy_http_version 1.1".';

export function createReports(options: ReportsOptions) {
  const { authenticateRequest, catalogFor, readReport, rowIds, operations, limits, log } = options;
  const ofBackups = backupColumns(rowIds);
  const writers = {
    'backups.csv': csvWriter(ofBackups),
    'backups.jsonl': jsonWriter(ofBackups),
    'protection.csv': csvWriter(protectionColumns(rowIds)),
  };

  /** Resolves when the first rows are read. */
  async function openText(report: ReportRequest, authentication: Authentication, signal: AbortSignal) {
    const { reports } = catalogFor(authentication.viewer);
    if (report.name === 'protection.csv') {
      const { asOf, rows } = await reports.protection(report.filter, signal);
      return { asOf, text: toText(untilExpiry(rows, authentication), writers[report.name]) };
    }
    const { asOf, rows } = await reports.backups(report, signal);
    return { asOf, text: toText(untilExpiry(rows, authentication), writers[report.name]) };
  }

  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    open: () => Promise<{ readonly authentication: Authentication; readonly report: ReportRequest | null }>,
  ): Promise<void> {
    if (request.httpVersion === '1.0') return answerText(response, 505, tooOld);
    const clientLeft = new AbortController();
    giveRequest(clientLeft.signal, caller);
    response.once('close', () => clientLeft.abort());
    let release = (): void => undefined;
    try {
      const { authentication, report } = await open();
      if (!report) return answerText(response, 404, 'There is no such report.');
      release = operations.take(authentication.countedAs);
      const { asOf, text } = await inTime(openText(report, authentication, clientLeft.signal), clientLeft.signal);
      const format = report.name.endsWith('.csv') ? 'csv' : 'jsonl';
      response.writeHead(200, {
        'content-type': types[format],
        'content-disposition': `attachment; filename="${report.name}"`,
        'backplane-as-of': formatInstant(asOf),
      });
      if (request.method === 'HEAD') response.end();
      else await pipeline(text, response);
    } catch (thrown) {
      if (clientLeft.signal.aborted) return void response.destroy();
      const error = findGatewayError(thrown);
      if (!response.headersSent && error && error.code !== 'INTERNAL') return refuse(response, error);
      if (!response.headersSent) throw thrown;
      log.warn({ ...toLogFields(caller), reason: error?.message, err: error ? undefined : thrown }, 'a report was cut');
      response.destroy();
    } finally {
      release();
      clientLeft.abort();
    }
  }

  async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    using deadline = createDeadline(signal, limits.requestSeconds * 1000);
    try {
      return await untilAborted(work, deadline.signal);
    } catch (error) {
      if (!deadline.isExpired()) throw error;
      const message = `The first rows took longer than ${limits.requestSeconds} s: give a narrower filter.`;
      throw new GatewayError('INCOMPLETE', message);
    }
  }

  return {
    /** For a link, which names its viewer. */
    ofLink: (
      request: IncomingMessage,
      response: ServerResponse,
      caller: Caller,
      opened: { readonly authentication: Authentication; readonly report: ReportRequest },
    ): Promise<void> => send(request, response, caller, () => Promise.resolve(opened)),
    async byName(name: string, request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
      if (request.method !== 'GET') return answerText(response, 405, 'Only GET.');
      return send(request, response, caller, async () => {
        const authentication = await authenticateRequest(request.headers.authorization ?? null, caller);
        const [, query = ''] = (request.url ?? '').split(/\?(.*)/s);
        return { authentication, report: readReport(name, new URLSearchParams(query)) };
      });
    },
  };
}

async function* toText<Row>(rows: AsyncIterable<Row>, { head, line }: Writer<Row>): AsyncGenerator<string> {
  let text = head;
  for await (const row of rows) {
    text += line(row);
    if (text.length < chunkSize) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Before the first byte. */
function refuse(response: ServerResponse, error: GatewayError): void {
  const isOfRequest = refusals.includes(error.code);
  const { status, headers } = isOfRequest ? refusalStatus(error) : { status: statusOf(error), headers: {} };
  response.setHeaders(new Map(Object.entries(headers)));
  answerText(response, status, error.message);
}

const statusOf = ({ code, traits }: GatewayError): number =>
  code === 'BAD_USER_INPUT' ? 400 : traits.isOutage || traits.isRetryable ? 503 : 422;
