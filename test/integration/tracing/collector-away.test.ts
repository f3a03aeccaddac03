/** A collector that is away, or a fault in the traces: clients notice nothing, and operators hear of it once. */
import { describe, expect, it } from 'vitest';
import { setTracer } from '../../../src/core/tracing.ts';
import { startCollector } from '../../support/collector.ts';
import { startGateway } from '../../support/gateway.ts';
import { sendJson } from '../../support/http-server.ts';
import { captureLog } from '../../support/log-lines.ts';
import { start } from '../../support/planted-bugs.ts';
import { until } from '../../support/timing.ts';

const list = '{ backups(first: 3) { nodes { id name status } problems { code } } }';
const away = 'the trace collector takes no spans: they are lost until it does';
const back = 'the trace collector takes spans again';

describe('a collector that is away', () => {
  it('changes no answer, and has a line in the log when it goes and when it comes back', async () => {
    let isAway = true;
    await using collector = await startCollector((response) => sendJson(response, {}, isAway ? 400 : 200));
    await using untraced = await start();
    const expected = await untraced.askText(list);
    await using gateway = await start(() => ({}), { tracing: await collector.open() });
    const lines = () => gateway.log.lines.filter(({ msg }) => /collector/.test(msg));
    for (let round = 1; round <= 3; round++) {
      const answer = (await (await gateway.post(list)).json()) as typeof expected;
      expect(answer).toEqual(expected);
      await until(() => collector.server.requests.length >= round && lines().length > 0);
    }
    expect(lines()).toMatchObject([{ level: 'warn', msg: away, reason: 'it answers with status 400' }]);
    expect(lines()[0]).not.toHaveProperty('requestId');
    expect(lines()[0]).not.toHaveProperty('trace_id');
    isAway = false;
    await gateway.post(list);
    await until(() => lines().length > 1);
    expect(lines().slice(1)).toMatchObject([{ level: 'info', msg: back, lostSpans: expect.any(Number) }]);
    expect(Number(lines()[1]?.['lostSpans'])).toBeGreaterThan(3);
    isAway = true;
    await gateway.post(list);
    await until(() => lines().length > 2);
    expect(lines()[2]).toMatchObject({ msg: away });
  });

  it('that never answers does not hold up the end of the gateway, and what it is sent is bounded', async () => {
    await using collector = await startCollector(() => undefined);
    const gateway = startGateway({
      providers: [{ name: 'files', kind: 'borg', url: 'http://127.0.0.1:9', username: 'a', password: 'b' }],
      tracing: await collector.open(),
      limits: { requestsPerMinute: 100_000 },
    });
    const origin = await gateway.listen();
    const ask = () => fetch(`${origin}/version`).then((response) => response.text());
    // Each is one span; a batch has 512, and 2,048 wait.
    for (let round = 0; round < 60; round++) await Promise.all(Array.from({ length: 50 }, ask));
    expect(collector.server.requests.length).toBeLessThanOrEqual(4);
    await gateway[Symbol.asyncDispose]();
    expect(await import('../../../src/core/tracing.ts').then(({ isTracing }) => isTracing())).toBe(false);
  });

  it('gets what waits when the gateway ends', async () => {
    const { openTracing } = await import('../../../src/observability/tracing/tracing.ts');
    await using collector = await startCollector();
    const settings = { url: collector.url, headers: {}, sampleRatio: 1, serviceName: 'a name' };
    const gateway = startGateway({
      providers: [{ name: 'files', kind: 'borg', url: 'http://127.0.0.1:9', username: 'a', password: 'b' }],
      tracing: await openTracing(settings, '1', 3_600_000),
    });
    await fetch(`${await gateway.listen()}/version`);
    expect(collector.spans).toEqual([]);
    await gateway[Symbol.asyncDispose]();
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET other']);
    expect(collector.text).toContain('"a name"');
  });
});

describe('a fault in the traces', () => {
  it('changes nothing', async () => {
    await using untraced = await start();
    const expected = await untraced.askText(list);
    const bugs: unknown[] = [];
    const fail = () => {
      throw new Error('planted');
    };
    const remove = setTracer({ start: fail }, (error) => bugs.push(error));
    try {
      await using gateway = await start();
      expect(await (await gateway.post(list)).json()).toEqual(expected);
    } finally {
      remove();
    }
    expect(bugs.length).toBeGreaterThan(3);
  });
});

describe('a gateway without traces', () => {
  it('sends no traceparent, and logs none', async () => {
    await using gateway = await start(() => ({}), { log: { level: 'debug' } });
    const log = captureLog(gateway.app);
    await gateway.post(list, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(gateway.sandbox.requests.length).toBeGreaterThan(0);
    for (const { headers } of gateway.sandbox.requests) expect(headers).not.toHaveProperty('traceparent');
    expect(log.text()).not.toContain('trace_id');
  });
});
