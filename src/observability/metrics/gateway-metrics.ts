/** Metrics of the gateway's own work, fed by the events of `core/observer.ts`. */
import type { Observer } from '../../core/observer.ts';
import type { Instruments } from './instruments.ts';

/** Every provider has a series of each of these from the start, so that `rate` and `increase` see the first event. */
const commandKinds = ['CREATE', 'START', 'CANCEL'];
const finalStatuses = ['SUCCEEDED', 'FAILED', 'OUTCOME_UNKNOWN'];
const queues = ['reads', 'polls', 'reads for history', 'commands', 'reads for commands', 'downloads', 'logs'];
const breakerStates = ['closed', 'open', 'half_open'] as const;

export function createGatewayMetrics(make: Instruments, providers: readonly string[]): Observer {
  const http = make.histogram(
    'http_server_request_duration_seconds',
    'Time from the head of an HTTP request to the end of its answer. Event streams are not included.',
    ['http_request_method', 'http_route', 'http_response_status_code'],
  );
  const operations = make.histogram(
    'backplane_graphql_operation_duration_seconds',
    'Execution time of operations on every transport. Subscriptions: until the stream is open.',
    ['type', 'outcome'],
  );
  const running = make.gauge('backplane_graphql_running', 'Operations and subscriptions that run now.', ['what']);
  const clientErrors = make.counter('backplane_graphql_errors_total', 'Errors that clients received, by code.', [
    'code',
  ]);
  const sockets = make.gauge('backplane_sockets_open', 'Open WebSockets.');
  const calls = make.histogram(
    'backplane_provider_call_duration_seconds',
    'Time of a call of an adapter, with all its requests, retries and waiting.',
    ['provider', 'kind', 'outcome'],
  );
  const requests = make.histogram(
    'backplane_upstream_request_duration_seconds',
    'Time of one request to a product, to the end of the body of its answer.',
    ['provider', 'outcome'],
  );
  const retries = make.counter('backplane_upstream_retries_total', 'Repeated requests to a product.', ['provider']);
  const inFlight = make.gauge(
    'backplane_upstream_requests_in_flight',
    'Requests to a product that hold a slot of their queue.',
    ['provider', 'queue'],
  );
  const waiting = make.gauge('backplane_upstream_queue_length', 'Requests to a product that wait for a slot.', [
    'provider',
    'queue',
  ]);
  const refused = make.counter(
    'backplane_upstream_queue_refusals_total',
    'Requests that were not sent, because the queue was full or their time ran out in it.',
    ['provider', 'queue'],
  );
  const breaker = make.gauge(
    'backplane_upstream_breaker_state',
    '1 for the current state of the circuit breaker, 0 for the others.',
    ['provider', 'state'],
  );
  const cache = make.counter(
    'backplane_cache_reads_total',
    'Reads that a cache could answer (hit), and those that it could not (miss). A read that joined an equal one is a hit.',
    ['cache', 'result'],
  );
  const gaps = make.counter('backplane_stream_gaps_total', 'StreamGap events, by reason.', ['reason']);
  const commands = make.counter('backplane_operations_total', 'Commands with a final status.', [
    'provider',
    'kind',
    'status',
  ]);
  const storage = make.histogram('backplane_storage_call_duration_seconds', 'Time of a call of the database.', [
    'call',
  ]);
  const leases = make.gauge('backplane_leases_held', 'Leases that this replica holds.');

  const setBreaker = (provider: string, current: string) => {
    for (const state of breakerStates) breaker.set({ provider, state }, state === current ? 1 : 0);
  };

  // Only a gateway with replicas has leases.
  leases.reset();
  for (const what of ['operations', 'subscriptions']) running.set({ what }, 0);
  for (const call of ['read', 'write']) storage.zero({ call });
  for (const name of ['provider', 'answer'])
    for (const result of ['hit', 'miss']) cache.inc({ cache: name, result }, 0);
  for (const provider of providers) {
    setBreaker(provider, 'closed');
    retries.inc({ provider }, 0);
    for (const queue of queues) {
      inFlight.set({ provider, queue }, 0);
      waiting.set({ provider, queue }, 0);
      refused.inc({ provider, queue }, 0);
    }
    for (const kind of commandKinds) for (const status of finalStatuses) commands.inc({ provider, kind, status }, 0);
  }

  return {
    httpRequest: ({ method, route, status }, seconds) =>
      http.observe({ http_request_method: method, http_route: route, http_response_status_code: status }, seconds),
    operation: ({ type, isSuccess }, seconds) => operations.observe({ type, outcome: outcomeOf(isSuccess) }, seconds),
    clientError: (code) => clientErrors.inc({ code }),
    running: (what, change) => running.inc({ what }, change),
    socketsChanged: (change) => sockets.inc({}, change),
    providerCall: ({ provider, kind, isSuccess }, seconds) =>
      calls.observe({ provider, kind, outcome: outcomeOf(isSuccess) }, seconds),
    upstreamRequest: (request, seconds) => requests.observe(request, seconds),
    upstreamRetry: (provider) => retries.inc({ provider }),
    queueChanged(queue, held, queued) {
      inFlight.set(queue, held);
      waiting.set(queue, queued);
    },
    queueRefused: (queue) => refused.inc(queue),
    breakerChanged: setBreaker,
    cacheRead: (name, isHit) => cache.inc({ cache: name, result: isHit ? 'hit' : 'miss' }),
    streamGap: (reason) => gaps.inc({ reason }),
    commandResolved: ({ provider, kind, status }) => commands.inc({ provider, kind, status }),
    storageCall: (call, seconds) => storage.observe({ call }, seconds),
    leasesChanged: (held) => leases.set({}, held),
  };
}

const outcomeOf = (isSuccess: boolean): string => (isSuccess ? 'success' : 'error');
