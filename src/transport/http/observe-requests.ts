/** Reports each HTTP request to the observer, with labels from fixed sets, and traces it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../auth/authentication.ts';
import { observer } from '../../core/observer.ts';
import { type Span, startSpan } from '../../core/tracing.ts';
import { pathOf } from './request-guard.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']);

const routes: readonly (readonly [RegExp, string])[] = [
  [/^\/graphql$/, '/graphql'],
  [/^\/backups\/[^/]+\/log$/, '/backups/{id}/log'],
  [/^\/reports\/[^/]+$/, '/reports/{name}'],
  [/^\/downloads\/[^/]+$/, '/downloads/{link}'],
  [/^\/health\/live$/, '/health/live'],
  [/^\/health\/ready$/, '/health/ready'],
];

/** Returns the span of the request; null unless requests are traced. Event streams end with their requests. */
export function observeRequest(request: IncomingMessage, response: ServerResponse, caller: Caller): Span | null {
  const { method: given = '' } = request;
  const method = methods.has(given) ? given : '_OTHER';
  const path = pathOf(request);
  const route = routes.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
  // Probes would be most of the traces.
  const span = route.startsWith('/health/')
    ? null
    : startSpan({
        name: `${method} ${route}`,
        kind: 'server',
        attributes: { 'http.request.method': method, 'http.route': route, 'backplane.request_id': caller.requestId },
        remote: request.headers,
      });
  if (observer() === null && span === null) return null;
  const startedAt = performance.now();
  response.once('close', () => {
    // 499, as nginx says it: the client left before the head of its answer was written.
    const status = response.headersSent ? response.statusCode : 499;
    span?.end(status >= 500 ? String(status) : null, { 'http.response.status_code': status });
    if (String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')) return;
    observer()?.httpRequest({ method, route, status }, (performance.now() - startedAt) / 1000);
  });
  return span;
}
