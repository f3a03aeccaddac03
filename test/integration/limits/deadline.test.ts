/** Queries and mutations end in time, whatever a resolver or a product does; what was sent is not forgotten. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../support/fault-proxy.ts';
import { aToken, globalId } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { replaceResolver } from '../../support/replace-resolver.ts';
import { deadlineMs } from '../../support/timing.ts';
import { ask, code, message, post, startLimited, transports } from './transports.ts';

const list = '{ backups { nodes { id } } }';
const entityId = globalId('BorgRepository', 'files', '/backups/accounting');
const start = (more = '') =>
  `mutation { startBackup(input: { entityId: "${entityId}", idempotencyKey: "one" }) { operation { id status } } ${more} }`;

/** A request that no product answers; `ended` resolves when the gateway gives it up. */
function silence() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const fault: Fault = { name: 'is silent', apply: ({ response }) => void response.once('close', end) };
  return { fault, ended };
}

const isList = (method: string, path: string): boolean => method === 'GET' && path.endsWith('/backup/jobs');
const isStart = (method: string, path: string): boolean => method === 'POST' && path.endsWith('/backup/start');

describe.each(transports)('over %s', (transport) => {
  it('a query that takes too long is answered, and given up upstream', async () => {
    await using gateway = await startLimited({ requestSeconds: 0.3 });
    // It logs in first, which may take a while.
    await expect.poll(async () => (await ask(transport, gateway.origin, { query: list })).data).toBeTruthy();
    const { fault, ended } = silence();
    gateway.proxy.fail(fault, { match: isList });
    const late = await ask(transport, gateway.origin, { query: list });
    expect([code(late), message(late)]).toEqual([
      'INCOMPLETE',
      'This took longer than 0.3 s and was given up: ask for smaller pages, a narrower filter or fewer things at once.',
    ]);
    await ended;
  });

  it('a resolver that never ends does not keep its caller', async () => {
    await using gateway = await startLimited({ requestSeconds: 0.3 });
    replaceResolver(gateway.app.schema, 'viewer', () => new Promise(() => undefined));
    expect(code(await ask(transport, gateway.origin, { query: '{ viewer { name } }' }))).toBe('INCOMPLETE');
  });

  it('a start whose caller’s time is over is still known, and is not sent twice', async () => {
    await using gateway = await startLimited({ requestSeconds: 0.5 }, { ledger: { answerWithinSeconds: 60 } });
    const { fault } = silence();
    const sent = gateway.proxy.fail(
      {
        name: 'is done, and answers late',
        apply: async ({ request, response, forward }) => {
          await forward();
          await fault.apply({ request, response, forward });
        },
      },
      { match: isStart },
    );
    const late = await ask(transport, gateway.origin, { query: start() });
    expect([code(late), message(late)]).toEqual([
      'OUTCOME_UNKNOWN',
      expect.stringContaining('What was sent goes on and is not sent again: give the same idempotencyKey again'),
    ]);
    expect(sent.hits).toBe(1);
    expect(gateway.sandbox.requests.filter(({ path }) => path.endsWith('/backup/start'))).toHaveLength(1);
    // The same key is the same command, which the ledger looks for by itself.
    expect(code(await ask(transport, gateway.origin, { query: start() }))).toBe('OUTCOME_UNKNOWN');
    expect(sent.hits).toBe(1);
    const jobs = gateway.sandbox.jobs.filter(({ status }) => status === 'running' || status === 'pending');
    expect(jobs).toHaveLength(1);
  });

  it('what a mutation has not begun when its time is over is not begun', async () => {
    await using gateway = await startLimited({ requestSeconds: 0.5 }, { ledger: { answerWithinSeconds: 60 } });
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const held = gateway.proxy.fail(
      {
        name: 'is slow',
        apply: async ({ response, forward }) => {
          const upstream = await forward();
          await answered;
          response.writeHead(upstream.statusCode ?? 500, { 'content-type': 'application/json' });
          upstream.pipe(response);
        },
      },
      { match: isStart, times: 1 },
    );
    const other = globalId('BorgRepository', 'files', '/backups/mail');
    const second = `b: startBackup(input: { entityId: "${other}" }) { operation { id } }`;
    expect(code(await ask(transport, gateway.origin, { query: start(second) }))).toBe('OUTCOME_UNKNOWN');
    expect(held.hits).toBe(1);
    answer();
    await expect
      .poll(async () => (await ask(transport, gateway.origin, { query: start() })).data?.['startBackup'])
      .toMatchObject({ operation: { status: 'SUCCEEDED' } });
    // Whatever followed it would have been sent before this one.
    await ask(transport, gateway.origin, { query: `mutation { ${second} }` });
    expect(gateway.proxy.requests.filter(({ path }) => path.endsWith('/backup/start'))).toHaveLength(2);
  });

  it('a subscription has no such end', async () => {
    await using gateway = await startLimited({ requestSeconds: 0.05 });
    const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
    const client = await gateway.connect();
    const id = globalId('BorgBackup', 'files', String(job));
    let seen = 0;
    for await (const { errors } of client.iterate({
      query: `subscription { backupProgress(id: "${id}") { ... on BackupUpdated { backup { id progress { percent } } } } }`,
    })) {
      expect(errors).toBeUndefined();
      if (++seen === 12) break;
      gateway.sandbox.clock.advance(5_000);
      await ask('HTTP', gateway.origin, { query: '{ viewer { name } }' });
    }
  });
});

// At once, since each waits for a token of its own to expire.
it.concurrent.for(transports)(
  'over %s a token that expires meanwhile ends the operation with it',
  async (transport, { expect }) => {
    // Within the deadlines of requests, 30 s, however busy the machine is.
    const expires = new Date(Date.now() + Math.min(deadlineMs(2_500), 20_000)).toISOString();
    const auth = { tokens: [aToken('brief', { expires })] };
    await using gateway = await startLimited({}, { auth });
    const { fault, ended } = silence();
    gateway.proxy.fail(fault, { match: isList });
    const late = await ask(transport, gateway.origin, { query: list }, 'brief');
    expect([code(late), message(late)]).toEqual([
      'UNAUTHENTICATED',
      'This token has expired: ask again with a new one.',
    ]);
    await ended;
  },
);

it('over WebSocket what is asked upstream is given up while the socket stays open', async () => {
  await using gateway = await startLimited({ requestSeconds: 0.3 });
  await expect.poll(async () => (await ask('HTTP', gateway.origin, { query: list })).data).toBeTruthy();
  const { fault, ended } = silence();
  gateway.proxy.fail(fault, { match: isList });
  await using raw = await openRaw(gateway.origin);
  raw.say({ id: 'a', type: 'subscribe', payload: { query: list } });
  expect(await raw.hear('a')).toMatchObject({ payload: { errors: [{ extensions: { code: 'INCOMPLETE' } }] } });
  await ended;
});

it('over HTTP its status is 504 for those who look at it, and 200 for those who expect that', async () => {
  await using gateway = await startLimited({ requestSeconds: 0.3 });
  gateway.proxy.fail(silence().fault, { match: isList });
  const accept = 'application/graphql-response+json';
  expect((await post(gateway.origin, { query: list }, undefined, accept)).status).toBe(504);
  expect((await post(gateway.origin, { query: list })).status).toBe(200);
});
