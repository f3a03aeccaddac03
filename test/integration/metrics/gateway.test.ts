/** Each metric of the gateway's own work moves when its event happens, as a scrape over HTTP shows. */
import { describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { beginInterval } from '../../support/cache-interval.ts';
import type { Exposition } from '../../support/exposition.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { answersStatus, hangs, resetsAfter } from '../../support/faults.ts';
import { globalId, startGateway } from '../../support/gateway.ts';
import { isStart } from '../../support/ledgers.ts';
import { type MeasuredOptions, startMeasuredGateway } from '../../support/measured.ts';
import { until } from '../../support/timing.ts';

const list = '{ backups(first: 2) { nodes { id } problems { code } } }';
const start = `mutation ($entityId: ID!) {
  startBackup(input: { entityId: $entityId }) { operation { id status } userErrors { code } }
}`;
const accounting = globalId('BorgRepository', 'files', '/backups/accounting');

async function startMeasured(provider: object = {}, more: Partial<MeasuredOptions> = {}) {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
  const proxy = await startFaultProxy(sandbox.url);
  const gateway = await startMeasuredGateway({
    providers: [{ ...sandbox.config, url: proxy.url, ...provider }],
    ...more,
  });
  const origin = await gateway.listen();
  const whenScraped = (look: (scraped: Exposition) => boolean) => until(async () => look(await gateway.scrape()));
  // The first survey has read everything: from here on, only what a test asks for reaches the product.
  await whenScraped((scraped) => (scraped.value('backplane_entities_read_timestamp_seconds') ?? 0) > 0);
  return {
    sandbox,
    proxy,
    ...gateway,
    origin,
    whenScraped,
    post: (query: string, headers: Record<string, string> = {}) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

describe('metrics of the gateway', () => {
  it('time HTTP requests by method, route and status, with labels from fixed sets', async () => {
    await using measured = await startMeasured();
    const { origin, whenScraped } = measured;
    await measured.post(list);
    await fetch(`${origin}/health/ready`);
    await fetch(`${origin}/backups/SECRET-ID/log`);
    await fetch(`${origin}/made/up/by/a/client`);
    const count = 'http_server_request_duration_seconds_count';
    const route = (http_route: string, status: string) => ({ http_route, http_response_status_code: status });
    await whenScraped((scraped) => scraped.value(count, route('other', '404')) === 1);
    const scraped = await measured.scrape();
    expect(scraped.value(count, { ...route('/graphql', '200'), http_request_method: 'POST' })).toBe(1);
    expect(scraped.value(count, route('/health/ready', '200'))).toBe(1);
    expect(scraped.samples(count, { http_route: '/backups/{id}/log' })).toHaveLength(1);
    expect(JSON.stringify(scraped.allSamples)).not.toMatch(/SECRET-ID|made\/up/);
  });

  it('time operations by type and outcome, and count errors by code, on HTTP and WebSocket', async () => {
    using _interval = beginInterval(60);
    await using measured = await startMeasured({ cacheSeconds: 60 });
    const count = 'backplane_graphql_operation_duration_seconds_count';
    await measured.post(list);
    // The same again comes from the cache.
    await measured.post(list);
    await measured.post('{ backups(first: 2, after: "no cursor") { nodes { id } } }');
    await measured.askText(start, { entityId: accounting });
    const client = await measured.connect();
    for await (const _ of client.iterate({ query: '{ viewer { name } }' }));
    const scraped = await measured.scrape();
    expect(scraped.value(count, { type: 'query', outcome: 'success' })).toBe(3);
    expect(scraped.value(count, { type: 'query', outcome: 'error' })).toBe(1);
    expect(scraped.value(count, { type: 'mutation', outcome: 'success' })).toBe(1);
    expect(scraped.value('backplane_graphql_errors_total', { code: 'BAD_USER_INPUT' })).toBe(1);
    await measured.post('{ nonsense }');
    expect((await measured.scrape()).value('backplane_graphql_errors_total', { code: 'BAD_USER_INPUT' })).toBe(2);
  });

  it('time an operation that is refused before it is executed as an error', async () => {
    await using measured = await startMeasured({}, { limits: { mutationsPerMinute: 1 } });
    for (let round = 0; round < 2; round++) await measured.askText(start, { entityId: accounting });
    const scraped = await measured.scrape();
    const count = 'backplane_graphql_operation_duration_seconds_count';
    expect(scraped.value(count, { type: 'mutation', outcome: 'success' })).toBe(1);
    expect(scraped.value(count, { type: 'mutation', outcome: 'error' })).toBe(1);
    expect(scraped.value('backplane_graphql_errors_total', { code: 'RATE_LIMITED' })).toBe(1);
  });

  it('time calls of adapters and requests to products by outcome, and count retries', async () => {
    await using measured = await startMeasured({ limits: { retries: 1, retrySeconds: 0.001 } });
    const requests = 'backplane_upstream_request_duration_seconds_count';
    const before = await measured.scrape();
    const moved = async (name: string, labels: Record<string, string>) =>
      ((await measured.scrape()).value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
    await measured.post(list);
    expect(await moved(requests, { provider: 'files', outcome: 'success' })).toBeGreaterThan(0);
    expect(
      await moved('backplane_provider_call_duration_seconds_count', { kind: 'read', outcome: 'success' }),
    ).toBeGreaterThan(0);
    measured.proxy.fail(answersStatus(503));
    await measured.post(list);
    expect(await moved(requests, { provider: 'files', outcome: 'outage' })).toBeGreaterThan(1);
    expect(await moved('backplane_upstream_retries_total', { provider: 'files' })).toBeGreaterThan(0);
    expect(await moved('backplane_provider_call_duration_seconds_count', { outcome: 'error' })).toBeGreaterThan(0);
    expect((await measured.scrape()).value('backplane_provider_up', { provider: 'files' })).toBe(1);
  });

  it('show the state of the circuit breaker', async () => {
    const limits = { retries: 0, breakerCalls: 2, breakerMinimumCalls: 1, breakerFailureShare: 0.1 };
    await using measured = await startMeasured({ limits });
    const state = async (name: string) =>
      (await measured.scrape()).value('backplane_upstream_breaker_state', { provider: 'files', state: name });
    expect([await state('closed'), await state('open')]).toEqual([1, 0]);
    measured.proxy.fail(answersStatus(503));
    for (let round = 0; round < 3; round++) await measured.post(list);
    expect([await state('closed'), await state('open')]).toEqual([0, 1]);
    expect((await measured.scrape()).value('backplane_provider_up', { provider: 'files' })).toBe(0);
  });

  it('show what is in flight, what waits for a slot, and what a full queue refuses', async () => {
    const limits = { requests: 1, queue: 1 };
    await using measured = await startMeasured({ limits, timeoutSeconds: 60 });
    const queue = { provider: 'files', queue: 'reads' };
    const stall = measured.proxy.fail(hangs());
    const answers = [1, 2, 3, 4].map((size) => measured.askText(list.replace('first: 2', `first: ${size}`)));
    await measured.whenScraped((scraped) => (scraped.value('backplane_upstream_queue_refusals_total', queue) ?? 0) > 0);
    const scraped = await measured.scrape();
    expect(scraped.value('backplane_upstream_requests_in_flight', queue)).toBeGreaterThan(0);
    expect(scraped.value('backplane_upstream_queue_length', queue)).toBe(1);
    expect(scraped.value('backplane_graphql_running', { what: 'operations' })).toBeGreaterThan(0);
    stall.stop();
    await measured.proxy.close();
    await Promise.all(answers);
    await measured.whenScraped(
      (after) =>
        after.value('backplane_upstream_requests_in_flight') === 0 &&
        after.value('backplane_upstream_queue_length') === 0 &&
        after.value('backplane_graphql_running') === 0,
    );
  });

  it('count reads of both caches', async () => {
    using _interval = beginInterval(60);
    await using measured = await startMeasured({ cacheSeconds: 60 });
    const before = await measured.scrape();
    for (let round = 0; round < 2; round++) await measured.post(list);
    // Another answer of the same rows.
    await measured.post('{ backups(first: 2) { nodes { status } } }');
    const after = await measured.scrape();
    const moved = (cache: string, result: string) =>
      (after.value('backplane_cache_reads_total', { cache, result }) ?? 0) -
      (before.value('backplane_cache_reads_total', { cache, result }) ?? 0);
    expect([moved('answer', 'hit'), moved('answer', 'miss')]).toEqual([1, 2]);
    expect(moved('provider', 'hit')).toBeGreaterThan(0);
    expect(moved('provider', 'miss')).toBeGreaterThan(0);
  });

  it('count sockets and subscriptions while they are open, gaps, and the memory of replay logs', async () => {
    await using measured = await startMeasured();
    const { sandbox, whenScraped } = measured;
    const job = sandbox.startOutside('/backups/accounting');
    const id = globalId('BorgBackup', 'files', String(job));
    const client = await measured.connect();
    const query = `subscription ($id: ID!, $after: String) { backupLog(id: $id, after: $after) { __typename } }`;
    const events = client.iterate({ query, variables: { id } });
    sandbox.clock.advance(30_000);
    await events.next();
    await whenScraped(
      (scraped) =>
        scraped.value('backplane_sockets_open') === 1 &&
        scraped.value('backplane_graphql_running', { what: 'subscriptions' }) === 1 &&
        (scraped.value('backplane_replay_bytes') ?? 0) > 0,
    );
    expect(
      (await measured.scrape()).value('backplane_graphql_operation_duration_seconds_count', { type: 'subscription' }),
    ).toBe(1);
    await client.dispose();
    await whenScraped(
      (scraped) =>
        scraped.value('backplane_sockets_open') === 0 &&
        scraped.value('backplane_graphql_running', { what: 'subscriptions' }) === 0,
    );
  });

  it('count commands by their final status, above all those whose outcome is unknown', async () => {
    await using measured = await startMeasured({}, { ledger: { reconcileSeconds: 0.3 } });
    const status = async (name: string) =>
      (await measured.scrape()).value('backplane_operations_total', { provider: 'files', kind: 'START', status: name });
    // A series that begins with its first event has no increase.
    expect([await status('SUCCEEDED'), await status('OUTCOME_UNKNOWN')]).toEqual([0, 0]);
    measured.proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    await measured.askText(start, { entityId: accounting });
    await measured.whenScraped(
      (scraped) => scraped.value('backplane_operations_total', { kind: 'START', status: 'OUTCOME_UNKNOWN' }) === 1,
    );
    expect(await status('SUCCEEDED')).toBe(0);
    const calls = (await measured.scrape()).value('backplane_storage_call_duration_seconds_count', { call: 'write' });
    expect(calls).toBeGreaterThan(1);
  });

  it('show the process, the event loop and the database', async () => {
    await using measured = await startMeasured();
    await measured.whenScraped((scraped) => (scraped.value('backplane_event_loop_delay_seconds_count') ?? 0) > 0);
    const scraped = await measured.scrape();
    expect(scraped.value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(scraped.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(Math.abs(Date.now() / 1000 - (scraped.value('process_start_time_seconds') ?? 0))).toBeLessThan(86_400);
    expect(scraped.value('backplane_storage_up')).toBe(1);
    expect(scraped.value('backplane_log_lines_dropped_total')).toBe(0);
    expect(scraped.value('backplane_metrics_errors_total')).toBe(0);
    expect(scraped.samples('backplane_build_info')).toHaveLength(1);
    expect(scraped.samples('backplane_provider_info', { provider: 'files', kind: 'borg' })).toHaveLength(1);
    // Only a gateway with replicas has leases.
    expect(scraped.samples('backplane_leases_held')).toEqual([]);
  });
});

describe('a gateway without metrics', () => {
  it('has no listener and no observer', async () => {
    const { observer } = await import('../../../src/core/observer.ts');
    const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 20 });
    await using gateway = startGateway({ providers: [sandbox.config] });
    expect(gateway.app.metrics).toBeNull();
    expect(observer()).toBeNull();
    await sandbox.close();
  });
});
