/** Whole traces, as a collector gets them: which span is within which, on every transport, and what they never hold. */
import { describe, expect, it } from 'vitest';
import { startFour } from '../../support/all-four.ts';
import { startCollector } from '../../support/collector.ts';
import { aToken, globalId } from '../../support/gateway.ts';
import { captureLog } from '../../support/log-lines.ts';
import { firstEvent, start } from '../../support/planted-bugs.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { until } from '../../support/timing.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const accounting = globalId('BorgRepository', 'files', '/backups/accounting');

/** A gateway over one Borg UI that is traced. */
async function startTraced(more: Parameters<typeof start>[1] = {}, sampleRatio = 1) {
  const collector = await startCollector();
  const gateway = await start(() => ({}), { ...more, tracing: await collector.open({ sampleRatio }) });
  return {
    ...gateway,
    collector,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
    },
  };
}

describe('a query over four products', () => {
  it('is one trace: request, operation, a call of each product, and the requests to it', async () => {
    await using collector = await startCollector();
    await using four = await startFour({}, { tracing: await collector.open(), log: { level: 'debug' } });
    const log = captureLog(four.gateway.app);
    const response = await fetch(`${await four.gateway.listen()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent,
        tracestate: 'vendor=1',
        'x-request-id': 'order-17',
      },
      body: JSON.stringify({ query: 'query Morning { backups(first: 4) { nodes { name } problems { code } } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { backups: { problems: [] } } });
    const request = await collector.find(({ kind }) => kind === 'server');
    expect(request).toMatchObject({
      name: 'POST /graphql',
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      isError: false,
      attributes: { 'http.response.status_code': 200, 'backplane.request_id': 'order-17' },
    });
    expect(collector.treeOf(request)).toEqual([
      'POST /graphql',
      '  query',
      '    files listBackups',
      '      GET',
      '        POST',
      '    labii listBackups',
      '      GET',
      '      GET',
      '        POST',
      '    machines listBackups',
      '      GET',
      '      GET',
      '        POST',
      '    salesforce listBackups',
      '      GET',
    ]);
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const [operation] = collector.childrenOf(request);
    expect(operation?.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Morning',
    });
    const requests = collector.spans.filter(({ kind }) => kind === 'client');
    expect(requests[0]?.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200 });
    // Each product was told which of these spans its request is.
    const sent = [four.borg, four.flosum, four.labii, four.vprotect].flatMap((sandbox) => sandbox.requests);
    const told = sent.map(({ headers }) => String(headers['traceparent']));
    expect(told.sort()).toEqual(requests.map(({ spanId }) => `00-${traceId}-${spanId}-01`).sort());
    expect(new Set(sent.map(({ headers }) => headers['tracestate']))).toEqual(new Set(['vendor=1']));
    const line = log.lines.find(({ msg }) => msg === 'operation');
    expect(line).toMatchObject({ trace_id: traceId, requestId: 'order-17' });
  });
});

describe('a trace', () => {
  it('has the writes of the ledger of a command', async () => {
    await using traced = await startTraced();
    await traced.post(`mutation { startBackup(input: { entityId: "${accounting}" }) { userErrors { code } } }`);
    const request = await traced.collector.find(({ name }) => name === 'POST /graphql');
    const [mutation] = traced.collector.childrenOf(request);
    const names = traced.collector.childrenOf(mutation as never).map(({ name }) => name);
    expect(mutation?.name).toBe('mutation');
    expect(names.filter((name) => name === 'ledger write').length).toBeGreaterThan(1);
    expect(names).toContain('audit write');
    expect(names).toContain('files startBackup');
  });

  it('is of one operation on a WebSocket, in the trace that its extensions name', async () => {
    await using traced = await startTraced({ log: { level: 'debug' } });
    await using raw = await openRaw(traced.origin);
    const query = '{ backups(first: 1) { nodes { id } } }';
    raw.say({ id: 'a', type: 'subscribe', payload: { query, extensions: { traceparent } } });
    raw.say({ id: 'b', type: 'subscribe', payload: { query, extensions: { headers: { traceparent } } } });
    raw.say({ id: 'c', type: 'subscribe', payload: { query, extensions: { traceparent: 'nonsense' } } });
    for (const id of ['a', 'b', 'c']) await raw.hear(id);
    const operations = () => traced.collector.spans.filter(({ name }) => name === 'WebSocket /graphql');
    await until(() => operations().length === 3);
    const [one, two, other] = [...operations()].sort((a, b) =>
      String(a.attributes['backplane.request_id']).localeCompare(String(b.attributes['backplane.request_id'])),
    );
    expect([one?.traceId, two?.traceId]).toEqual([traceId, traceId]);
    expect(other?.traceId).not.toBe(traceId);
    expect(other?.parentSpanId).toBe('');
    for (const span of operations()) expect(traced.collector.treeOf(span).slice(0, 2)).toEqual([span.name, '  query']);
    const lines = traced.log.lines.filter(({ msg }) => msg === 'operation');
    expect(lines.filter((line) => line['trace_id'] === traceId)).toHaveLength(2);
  });

  it('of an event stream ends with it, and polls are traces of their own', async () => {
    await using traced = await startTraced();
    const query = `subscription { backupProgress(id: "${traced.run()}") { __typename } }`;
    const leaving = new AbortController();
    const response = await fetch(`${traced.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', traceparent },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    const poll = await Promise.all([
      traced.collector.find(({ name }) => name === 'poll files'),
      firstEvent(response, false),
    ]).then(([span]) => span);
    expect(poll).toMatchObject({ parentSpanId: '', kind: 'internal' });
    expect(poll.traceId).not.toBe(traceId);
    await until(() => traced.collector.childrenOf(poll).some(({ name }) => name === 'files getBackups'));
    const operation = await traced.collector.find(({ name }) => name === 'subscription');
    expect(operation.traceId).toBe(traceId);
    expect(traced.collector.spans.filter(({ kind }) => kind === 'server')).toEqual([]);
    leaving.abort();
    const request = await traced.collector.find(({ kind }) => kind === 'server');
    expect(traced.collector.childrenOf(request)).toEqual([operation]);
  });

  it('says what failed by its code', async () => {
    await using traced = await startTraced();
    await traced.post('query Wrong { backups(first: 2, after: "no cursor") { nodes { id } } }');
    await traced.post('{ nonsense');
    const operation = await traced.collector.find(({ name }) => name === 'query');
    expect(operation).toMatchObject({ isError: true, attributes: { 'error.type': 'BAD_USER_INPUT' } });
    await until(() => traced.collector.spans.filter(({ kind }) => kind === 'server').length === 2);
    expect(traced.collector.text).not.toContain('no cursor');
  });

  it('has no secrets, tokens, variables or texts of documents', async () => {
    await using traced = await startTraced({ auth: { tokens: [aToken('anna-secret-token')] } });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer anna-secret-token' };
    const send = (body: object) =>
      fetch(`${traced.origin}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    const query = `query ($search: String) { theAlias: backups(first: 2, filter: { search: $search }) { nodes { id } } }`;
    await send({ query, variables: { search: 'the-variable' } });
    await send({
      query: 'mutation ($input: StartBackupInput!) { startBackup(input: $input) { userErrors { code } } }',
      variables: { input: { entityId: accounting, idempotencyKey: 'the-idempotency-key' } },
    });
    await fetch(`${traced.origin}/backups/the-path/log`, { headers });
    await send({ query, extensions: { persistedQuery: 'the-extension' } });
    await until(() => traced.collector.spans.filter(({ kind }) => kind === 'server').length >= 4);
    const { text, server } = traced.collector;
    expect(server.headers[0]).toMatchObject({ authorization: 'collector-token' });
    const { password } = traced.sandbox.config as unknown as { password: string };
    for (const secret of ['anna', 'the-', 'theAlias', 'collector-token', password, accounting, 'Bearer'])
      expect(text).not.toContain(secret);
  });

  it('that its client does not sample is sent on to products, and not to the collector', async () => {
    await using traced = await startTraced();
    await traced.post('{ backups(first: 1) { nodes { id } } }', { traceparent: traceparent.replace(/01$/, '00') });
    await traced.post('{ viewer { name } }');
    await traced.collector.find(({ kind }) => kind === 'server');
    expect(traced.collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
    const told = traced.sandbox.requests.map(({ headers }) => String(headers['traceparent']));
    expect(told.length).toBeGreaterThan(0);
    for (const one of told) expect(one).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });

  it('is not made of health checks', async () => {
    await using traced = await startTraced();
    await fetch(`${traced.origin}/health/ready`);
    await fetch(`${traced.origin}/version`);
    await traced.collector.find(({ kind }) => kind === 'server');
    expect(traced.collector.spans.map(({ name }) => name)).toEqual(['GET other']);
  });
});
