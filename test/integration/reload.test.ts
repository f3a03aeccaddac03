/**
 * A configuration that is changed while the gateway runs: what stays the same goes on.
 * One file, since all its tests reload one gateway in the same way.
 */
import { getActiveResourcesInfo } from 'node:process';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { resetsAfter } from '../support/faults.ts';
import { aToken, globalId, startGateway } from '../support/gateway.ts';
import { lastError, overSocket, type Watch } from '../support/jwt-gateway.ts';
import { isStart, startsOf } from '../support/ledgers.ts';
import { isNightly } from '../support/nightly.ts';
import { until } from '../support/timing.ts';

const names = '{ providers { name } }';
const running = { script: { durationSeconds: 600 } };

const startSandbox = () => startBorgSandbox({ speed: 0, demo: false, history: 5 });

/** `cacheSeconds: 0` as in all tests. */
const as = (sandbox: BorgSandbox, name: string, more: object = {}) => ({ ...sandbox.config, name, ...more });

const typesOf = ({ results }: Watch) => results.map((result) => JSON.stringify(result.data ?? result.errors));

describe('a stream of a provider that stays the same', () => {
  it('goes on through many reloads on the same socket, with each line once, and nothing is left behind', async () => {
    await using first = await startSandbox();
    await using second = await startSandbox();
    const tokens = [aToken('dashboard')];
    await using gateway = startGateway({ providers: [as(first, 'files')], auth: { tokens } });
    const client = await gateway.as('dashboard').connect();
    let connections = 0;
    client.on('connected', () => connections++);
    const job = first.startOutside('/backups/mail', running);
    const id = globalId('BorgBackup', 'files', String(job));
    const log = overSocket(
      client,
      `subscription { backupLog(id: "${id}") { __typename ... on LogLinesAppended { lines { number } } } }`,
    );
    first.clock.advance(5_000);
    await until(() => log.results.length > 0);
    const timers = () => getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const sockets = () => getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    let before: number[] = [];
    for (let round = 0; round < (isNightly ? 100 : 15); round++) {
      const others = round % 3 === 0 ? [] : [as(second, 'other', { timeoutSeconds: 5 + (round % 2) })];
      gateway.reload({
        providers: [as(first, 'files', { expectEvery: round % 2 ? '1d' : '2d' }), ...others],
        auth: { tokens: [...tokens, aToken(`extra-${round}`)] },
        limits: { depth: 10 + (round % 5) },
      });
      if (others.length > 0) {
        const { data } = await gateway.as(`extra-${round}`).askText('{ backups(first: 1) { nodes { id } } }');
        expect(data).toBeDefined();
      }
      if (round === 5) before = [timers(), sockets()];
      first.clock.advance(1_000);
    }
    gateway.reload({ providers: [as(first, 'files')], auth: { tokens } });
    await until(() => timers() <= (before[0] ?? 0) + 3 && sockets() <= (before[1] ?? 0) + 3);
    first.clock.advance(700_000);
    await log.ended;
    expect(lastError(log)).toBeUndefined();
    const numbers = typesOf(log).flatMap((text) =>
      [...text.matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number)),
    );
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect(numbers.length).toBeGreaterThan(3);
    expect(connections).toBe(1);
  });

  it('goes on where its credentials change, and the next request has the new ones', async () => {
    await using sandbox = await startSandbox();
    await using former = await startFaultProxy(sandbox.url);
    await using next = await startFaultProxy(sandbox.url);
    const at = (url: string) => [{ ...as(sandbox, 'files'), url }];
    await using gateway = startGateway({ providers: at(former.url) });
    const job = sandbox.startOutside('/backups/mail', running);
    const id = globalId('BorgBackup', 'files', String(job));
    const watch = overSocket(await gateway.connect(), `subscription { backupProgress(id: "${id}") { __typename } }`);
    await until(() => watch.results.length > 0);
    expect(gateway.reload({ providers: at(next.url) }).providers).toEqual({
      added: [],
      removed: [],
      changed: ['files'],
    });
    await until(() => next.requests.length > 0);
    // The former connections are closed when their last request has ended.
    await until(() => former.connections === 0);
    const asked = former.requests.length;
    sandbox.clock.advance(700_000);
    await watch.ended;
    expect(typesOf(watch).at(-1)).toContain('BackupFinished');
    expect(former.requests).toHaveLength(asked);
  });
});

describe('a removed provider', () => {
  it('is no longer listed, and its streams end with NOT_FOUND; added again, it is there again', async () => {
    await using sandbox = await startSandbox();
    await using gateway = startGateway({ providers: [as(sandbox, 'a'), as(sandbox, 'b')] });
    const job = sandbox.startOutside('/backups/mail', running);
    const client = await gateway.connect();
    const progress = (provider: string) =>
      overSocket(
        client,
        `subscription { backupProgress(id: "${globalId('BorgBackup', provider, String(job))}") { __typename } }`,
      );
    const [kept, lost] = [progress('a'), progress('b')];
    await until(() => kept.results.length > 0 && lost.results.length > 0);
    expect(gateway.reload({ providers: [as(sandbox, 'a')] }).providers.removed).toEqual(['b']);
    await lost.ended;
    expect(lastError(lost)).toMatchObject({
      message: 'The provider "b" was removed from the configuration of this gateway.',
      extensions: { code: 'NOT_FOUND' },
    });
    expect(await gateway.askText(names)).toEqual({ data: { providers: [{ name: 'a' }] } });
    const again = progress('b');
    await again.ended;
    expect(lastError(again)?.extensions['code']).toBe('NOT_FOUND');
    gateway.reload({ providers: [as(sandbox, 'a'), as(sandbox, 'b')] });
    expect(await gateway.askText(names)).toEqual({ data: { providers: [{ name: 'a' }, { name: 'b' }] } });
    const back = progress('b');
    await until(() => back.results.length > 0);
    expect(lastError(kept)).toBeUndefined();
    sandbox.clock.advance(700_000);
    await Promise.all([kept.ended, back.ended]);
    expect([typesOf(kept).at(-1), typesOf(back).at(-1)].every((text) => text?.includes('BackupFinished'))).toBe(true);
  });

  it('is asked what became of a command whose answer was lost, before it is left', async () => {
    await using sandbox = await startSandbox();
    await using proxy = await startFaultProxy(sandbox.url);
    const gone = { ...as(sandbox, 'gone'), url: proxy.url };
    await using gateway = startGateway({ providers: [gone, as(sandbox, 'kept')], ledger: { reconcileSeconds: 0.3 } });
    proxy.fail(resetsAfter(), { match: isStart, times: 1 });
    const entityId = globalId('BorgRepository', 'gone', '/backups/accounting');
    const start = `mutation { startBackup(input: { entityId: "${entityId}" }) { operation { id status } } }`;
    const { data: started } = (await gateway.askText(start)) as {
      data?: Record<string, { operation: { id: string; status: string } }>;
    };
    const { id, status } = started?.['startBackup']?.operation ?? { id: '', status: '' };
    expect(status).toBe('PENDING');
    const outcome = overSocket(await gateway.connect(), `subscription { operationChanges(id: "${id}") { status } }`);
    await until(() => outcome.results.length > 0);
    gateway.reload({ providers: [as(sandbox, 'kept')] });
    gateway.reload({ providers: [as(sandbox, 'kept'), gone] });
    gateway.reload({ providers: [as(sandbox, 'kept')] });
    await outcome.ended;
    expect(typesOf(outcome).at(-1)).toContain('"status":"OUTCOME_UNKNOWN"');
    expect(startsOf(sandbox)).toBe(1);
    // Then it is left.
    await until(() => proxy.connections === 0);
  });
});

it('a stream of changes goes on, without a removed provider and with an added one', async () => {
  await using one = await startSandbox();
  await using two = await startSandbox();
  await using three = await startSandbox();
  await using gateway = startGateway({ providers: [as(one, 'one'), as(two, 'two')] });
  const changes = overSocket(
    await gateway.connect(),
    'subscription { backupChanges { ... on BackupStarted { backup { provider { name } } } } }',
  );
  const started = (name: string) => typesOf(changes).filter((text) => text.includes(`"name":"${name}"`)).length;
  // A backup that runs already when the stream begins is no change.
  await until(() => one.requests.length > 2 && two.requests.length > 2);
  one.startOutside('/backups/mail', running);
  await until(() => started('one') === 1);
  gateway.reload({ providers: [as(one, 'one'), as(three, 'three')] });
  await until(() => gateway.app.hub.loops === 2);
  two.startOutside('/backups/mail', running);
  await until(() => three.requests.length > 2);
  three.startOutside('/backups/mail', running);
  one.startOutside('/backups/research', running);
  await until(() => started('three') === 1 && started('one') === 2);
  expect(started('two')).toBe(0);
  expect(lastError(changes)).toBeUndefined();
});

describe('tokens', () => {
  it('that are removed or changed lose their sockets and event streams; the others keep theirs', async () => {
    await using sandbox = await startSandbox();
    await using gateway = startGateway({
      providers: [as(sandbox, 'a')],
      auth: { tokens: [aToken('kept'), aToken('removed'), aToken('changed')] },
    });
    const origin = await gateway.listen();
    const job = sandbox.startOutside('/backups/mail', running);
    const query = `subscription { backupProgress(id: "${globalId('BorgBackup', 'a', String(job))}") { __typename } }`;
    const open = async (token: string) => {
      const closed: unknown[] = [];
      const client = createClient({
        url: `${origin.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token}` },
        on: { closed: (event) => void closed.push((event as { code: number }).code) },
      });
      const watch = overSocket(client, query);
      watch.ended.catch(() => undefined);
      await until(() => watch.results.length > 0);
      return { client, closed, watch };
    };
    const [kept, removed, changed] = await Promise.all(['kept', 'removed', 'changed'].map(open));
    const events = async (token: string) => {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
      let text = (await reader.read()).value ?? '';
      const rest = async (): Promise<string> => {
        for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
        return text;
      };
      return rest;
    };
    const [keptEvents, removedEvents] = await Promise.all([events('kept'), events('removed')]);
    const sections = gateway.reload({
      auth: { tokens: [aToken('kept'), aToken('changed', { role: 'READER' }), aToken('added')] },
    }).sections;
    expect(sections).toEqual(['auth.tokens']);
    await until(() => removed?.closed.length === 1 && changed?.closed.length === 1);
    expect([removed?.closed, changed?.closed, kept?.closed]).toEqual([[4403], [4403], []]);
    expect(await removedEvents()).toContain('This token was removed, or its rights were changed: connect again.');
    const role = '{ viewer { name role } }';
    expect((await gateway.as('removed').askText(role)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect((await gateway.as('changed').askText(role)).data).toEqual({ viewer: { name: 'changed', role: 'READER' } });
    expect((await gateway.as('added').askText(role)).data).toEqual({ viewer: { name: 'added', role: 'OPERATOR' } });
    sandbox.clock.advance(700_000);
    await kept?.watch.ended;
    expect(await keptEvents()).toContain('BackupFinished');
    for (const one of [kept, removed, changed]) await one?.client.dispose();
  });

  it('cannot be switched on or off without a restart', async () => {
    await using sandbox = await startSandbox();
    await using gateway = startGateway({ providers: [as(sandbox, 'a')] });
    expect(gateway.reload({ auth: { tokens: [aToken('x')] } }).restart).toEqual(['auth']);
    expect(await gateway.askText(names)).toEqual({ data: { providers: [{ name: 'a' }] } });
  });
});

it('limits and expectations change at once, also for documents that were sent before', async () => {
  await using sandbox = await startSandbox();
  await using gateway = startGateway({ providers: [as(sandbox, 'a')] });
  const deep = '{ providers { health { status } } }';
  const isRefused = async () => (await gateway.askText(deep)).errors !== undefined;
  expect(await isRefused()).toBe(false);
  gateway.reload({ limits: { depth: 2 } });
  expect(await isRefused()).toBe(true);
  gateway.reload({ limits: { depth: 15, cost: 1 } });
  expect(await isRefused()).toBe(true);
  gateway.reload({ limits: { cost: 50_000 } });
  expect(await isRefused()).toBe(false);
  const protection = async () => {
    const { data } = await gateway.askText(
      '{ protectedEntities(first: 1) { nodes { name protection { expectedEverySeconds } } } }',
    );
    return JSON.stringify(data);
  };
  expect(await protection()).toContain('"expectedEverySeconds":259200');
  gateway.reload({ providers: [as(sandbox, 'a', { expectEvery: '2d' })] });
  expect(await protection()).toContain('"expectedEverySeconds":172800');
});

it('what needs a restart is named, and stays as it is', async () => {
  await using sandbox = await startSandbox();
  await using gateway = startGateway({ providers: [as(sandbox, 'a')] });
  const { restart, sections } = gateway.reload({
    server: { keepAliveSeconds: 5, clients: { initSeconds: 3 } },
    ledger: { reconcileSeconds: 3 },
    limits: { bodyBytes: 5_000, depth: 9 },
    log: { level: 'error' },
  });
  expect([...restart].sort()).toEqual([
    'ledger.reconcileSeconds',
    'limits.bodyBytes',
    'server.clients',
    'server.keepAliveSeconds',
  ]);
  expect(sections).toEqual(['limits.depth', 'log.level']);
  expect(gateway.app.log.level).toBe('error');
  expect(gateway.reload({ server: {}, ledger: {}, limits: {} }).restart).toEqual([]);
});
