/**
 * Cross-origin requests of pages whose origin is listed. Not yoga's own plugin: to an origin that is not listed it
 * answers `Access-Control-Allow-Origin: null`, and that is what a page in a sandboxed frame calls itself, so it would
 * let in everybody's. Here, who is not listed gets no such header. Cookies mean nothing here, and are never allowed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CorsSettings } from '../../config/browsers.ts';
import type { Origins } from './origins.ts';

const methods = 'GET, POST';

/** Ours, and what clients of GraphQL and of tracing send by themselves. */
const requestHeaders = [
  'accept',
  'authorization',
  'content-type',
  'cache-control',
  'x-request-id',
  'last-event-id',
  'idempotency-key',
  'apollographql-client-name',
  'apollographql-client-version',
  'apollo-require-preflight',
  'graphql-client-name',
  'graphql-client-version',
  'graphql-require-preflight',
  'x-apollo-operation-id',
  'x-apollo-operation-name',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
  'b3',
];

const responseHeaders = ['retry-after', 'x-request-id', 'backplane-as-of'];

/** CORS headers of every answer. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  origins: Origins,
  { exposedHeaders }: CorsSettings,
): void {
  if (origins.isEmpty) return;
  response.appendHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.isListed(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', listOf(responseHeaders, exposedHeaders));
}

/** What a browser asks before it sends what a form could not. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

export function allowRequest(response: ServerResponse, settings: CorsSettings): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': listOf(requestHeaders, settings.requestHeaders),
      'access-control-max-age': String(settings.maxAgeSeconds),
    })
    .end();
}

const listOf = (ours: readonly string[], more: readonly string[]): string =>
  [...new Set([...ours, ...more])].join(', ');
