/** Reports each HTTP request to the observer, with labels from fixed sets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { observer } from '../../core/observer.ts';
import { pathOf } from './request-guard.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']);

const routes: readonly (readonly [RegExp, string])[] = [
  [/^\/graphql$/, '/graphql'],
  [/^\/backups\/[^/]+\/log$/, '/backups/{id}/log'],
  [/^\/health\/live$/, '/health/live'],
  [/^\/health\/ready$/, '/health/ready'],
];

export function observeRequest(request: IncomingMessage, response: ServerResponse): void {
  if (observer() === null) return;
  const startedAt = performance.now();
  response.once('close', () => {
    if (String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')) return;
    const { method = '' } = request;
    const path = pathOf(request);
    const route = routes.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
    // 499, as nginx says it: the client left before the head of its answer was written.
    const status = response.headersSent ? response.statusCode : 499;
    const known = methods.has(method) ? method : '_OTHER';
    observer()?.httpRequest({ method: known, route, status }, (performance.now() - startedAt) / 1000);
  });
}
