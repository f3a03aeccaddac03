import type { RequestListener, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { GatewayError } from '../../../src/core/errors.ts';
import type { UpstreamLimits } from '../../../src/upstream/limits.ts';
import { givePriority } from '../../../src/upstream/priority.ts';
import { sendJson } from '../../support/http-server.ts';
import { codeOf, never } from '../../support/model.ts';
import { command, read, refusal, start } from './fixture.ts';

/** Reads are answered when they are told to, everything else at once. */
async function startHolding(limits: Partial<UpstreamLimits> = {}) {
  const held: ServerResponse[] = [];
  const answer: RequestListener = (request, response) =>
    request.method === 'GET' ? void held.push(response) : sendJson(response, { ok: true });
  const it = await start(answer, { limits, timeoutMs: 60_000 });
  const answerOne = () => sendJson(held.shift() as ServerResponse, { ok: true });
  let next = 0;
  const reads = (count: number, signal = never) => Array.from({ length: count }, () => read(it, signal, `/${next++}`));
  return { ...it, held, answerOne, reads, [Symbol.asyncDispose]: () => it[Symbol.asyncDispose]() };
}

test('sixteen reads are on their way at once, and the others follow in order', async () => {
  await using it = await startHolding();
  const all = Promise.all(it.reads(20));
  await expect.poll(() => it.held.length).toBe(16);
  await command(it);
  expect(it.held, 'no more by the time of another answer').toHaveLength(16);
  for (let waiting = 16; waiting < 20; waiting++) {
    it.answerOne();
    await expect.poll(() => it.server.requests.at(-1)).toBe(`GET /${waiting}`);
    expect(it.held).toHaveLength(16);
  }
  while (it.held.length > 0) it.answerOne();
  expect(await all).toHaveLength(20);
});

test('so many may wait, and one more is turned away at once, which says nothing of the product', async () => {
  await using it = await startHolding({ requests: 2, queue: 3 });
  const reads = it.reads(5);
  await expect.poll(() => it.held.length).toBe(2);
  const [sixth] = it.reads(1);
  const error = await refusal(sixth as Promise<unknown>);
  expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1, isRetryable: true });
  expect(error.message).toBe('one has 2 reads to answer, and 3 more wait for their turn: ask again in a moment.');
  expect(it.upstream.health.current().status).toBe('UNKNOWN');
  for (let left = 5; left > 0; left--) {
    await expect.poll(() => it.held.length).toBeGreaterThan(0);
    it.answerOne();
  }
  expect(await Promise.all(reads)).toHaveLength(5);
});

test('two hundred may wait unless the configuration says otherwise', async () => {
  await using it = await startHolding();
  const caller = new AbortController();
  const codes = Promise.all(it.reads(16 + 200 + 1, caller.signal).map((reading) => codeOf(reading)));
  await expect.poll(() => it.held.length).toBe(16);
  caller.abort();
  expect((await codes).filter((code) => code === 'RATE_LIMITED')).toHaveLength(1);
});

test('a call that is aborted leaves the queue, and nothing is sent for it', async () => {
  await using it = await startHolding({ requests: 1, queue: 1 });
  const [first] = it.reads(1);
  await expect.poll(() => it.held.length).toBe(1);
  const caller = new AbortController();
  const [impatient] = it.reads(1, caller.signal);
  caller.abort();
  expect((await refusal(impatient as Promise<unknown>)).code).toBe('PROVIDER_TIMEOUT');
  const [patient] = it.reads(1);
  it.answerOne();
  await expect.poll(() => it.held.length).toBe(1);
  it.answerOne();
  await Promise.all([first, patient]);
  expect(it.server.requests).toEqual(['GET /0', 'GET /2']);
});

test('a failure gives its turn back', async () => {
  await using it = await start((request) => void request.socket.resetAndDestroy(), {
    limits: { requests: 1, queue: 0, retries: 0, breakerMinimumCalls: 20 },
  });
  for (let number = 0; number < 5; number++) expect((await refusal(read(it))).code).toBe('PROVIDER_UNAVAILABLE');
});

test('a read that waits to be repeated keeps no turn from the others', async () => {
  await using it = await start(
    (request, response) => sendJson(response, { ok: true }, request.url === '/busy' ? 503 : 200),
    { timeoutMs: 60_000, limits: { requests: 1, queue: 0, retrySeconds: 30 } },
  );
  const caller = new AbortController();
  const busy = refusal(read(it, caller.signal, '/busy'));
  await expect.poll(() => it.upstream.health.current().status).toBe('DOWN');
  expect(await read(it)).toEqual({ ok: true });
  caller.abort();
  await busy;
});

test('a flood of reads keeps no command from going out, nor what a command reads on its way', async () => {
  await using it = await startHolding({ requests: 2, queue: 2 });
  const flooding = new AbortController();
  const flood = it.reads(10, flooding.signal).map((reading) => codeOf(reading));
  await expect.poll(() => it.held.length).toBe(2);
  const ofCommand = new AbortController().signal;
  givePriority(ofCommand);
  const reading = read(it, ofCommand, '/0');
  await expect.poll(() => it.held.length, { message: 'the same as a read that waits' }).toBe(3);
  expect(await command(it)).toEqual({ ok: true });
  sendJson(it.held[2] as ServerResponse, { ok: true });
  expect(await reading).toEqual({ ok: true });
  flooding.abort();
  expect((await Promise.all(flood)).filter((code) => code === 'RATE_LIMITED')).toHaveLength(6);
});

test('commands wait for each other in a line of their own, and one too many was not sent', async () => {
  const held: ServerResponse[] = [];
  await using it = await start((_, response) => void held.push(response), { limits: { commands: 1, queue: 1 } });
  const commands = [command(it), command(it)];
  await expect.poll(() => held.length).toBe(1);
  expect((await refusal(command(it))).code).toBe('RATE_LIMITED');
  sendJson(held[0] as ServerResponse, { ok: true });
  await expect.poll(() => held.length).toBe(2);
  sendJson(held[1] as ServerResponse, { ok: true });
  expect(await Promise.all(commands)).toHaveLength(2);
  expect(it.server.requests).toEqual(['POST /thing', 'POST /thing']);
});

test('so many downloads may wait for their connection, and one more is turned away', async () => {
  await using it = await startHolding({ requests: 1, queue: 1 });
  const caller = new AbortController();
  const downloads = Array.from({ length: 3 }, () => codeOf(it.upstream.download('/log', caller.signal)));
  expect(await downloads[2]).toBe('RATE_LIMITED');
  caller.abort();
  await Promise.all(downloads);
});

test('a read whose time runs out before its turn is RATE_LIMITED, which says nothing of the product', async () => {
  await using it = await start(() => undefined, {
    timeoutMs: 1_000,
    limits: { requests: 1, breakerMinimumCalls: 2, breakerCalls: 2 },
  });
  const [first, ...late] = [1, 2, 3, 4, 5].map((number) => refusal(read(it, never, `/${number}`)));
  expect((await (first as Promise<GatewayError>)).code).toBe('PROVIDER_TIMEOUT');
  for (const error of await Promise.all(late)) {
    expect(error).toMatchObject({ code: 'RATE_LIMITED', isRetryable: true, retryAfterSeconds: 1 });
  }
  // One failure of two opens the breaker: only the first is one.
  expect(it.upstream.health.current().error?.code).toBe('PROVIDER_TIMEOUT');
});

test('a caller whose own time runs out before its turn is RATE_LIMITED too', async () => {
  await using it = await startHolding({ requests: 1 });
  const [first] = it.reads(1);
  await expect.poll(() => it.held.length).toBe(1);
  const [late] = it.reads(1, AbortSignal.timeout(50));
  expect((await refusal(late as Promise<unknown>)).code).toBe('RATE_LIMITED');
  it.answerOne();
  await first;
  expect(it.upstream.health.current().status).toBe('UP');
});

test('polls for streams wait for no read of a client', async () => {
  await using it = await startHolding({ requests: 1, queue: 1 });
  const flooding = new AbortController();
  const flood = it.reads(5, flooding.signal).map((reading) => codeOf(reading));
  await expect.poll(() => it.held.length).toBe(1);
  const poll = read(it, givePriority(new AbortController().signal, 'polls'), '/poll');
  await expect.poll(() => it.held.length).toBe(2);
  sendJson(it.held[1] as ServerResponse, { ok: true });
  expect(await poll).toEqual({ ok: true });
  flooding.abort();
  await Promise.all(flood);
});
