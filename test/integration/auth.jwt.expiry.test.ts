import { describe, test } from 'vitest';
import { aToken } from '../support/gateway.ts';
import {
  expired,
  lastError,
  overSocket,
  type Result,
  startJwtGateway,
  viewer,
  type Watch,
} from '../support/jwt-gateway.ts';
import { inSeconds } from '../support/key-server.ts';
import { openRaw } from '../support/raw-socket.ts';
import { deadlineMs } from '../support/timing.ts';

type JwtGateway = Awaited<ReturnType<typeof startJwtGateway>>;

async function overEventStream(gateway: JwtGateway, token: string, query: string): Promise<Watch> {
  const leaving = new AbortController();
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  const results: Result[] = [];
  const ended = (async () => {
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1];
        if (data !== undefined) results.push(JSON.parse(data) as Result);
      }
    }
  })();
  return { results, ended, stop: () => leaving.abort() };
}

// At once, since each waits for a token of its own to expire.
describe('a token that expires', () => {
  test.concurrent.for(['progress', 'log', 'changes'] as const)(
    'ends its %s over a socket, and the polling for it',
    async (what, { expect }) => {
      await using gateway = await startJwtGateway();
      const client = await gateway
        .as(await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) }))
        .connect();
      const watch = overSocket(client, gateway.watches[what]);
      await expect.poll(() => gateway.app.hub.loops).toBe(1);
      await watch.ended;
      expect(lastError(watch)).toMatchObject(expired);
      await expect.poll(() => gateway.app.hub.loops).toBe(0);
    },
  );

  test.concurrent.for(['progress', 'log', 'changes'] as const)(
    'ends its %s over an event stream, and the polling',
    async (what, { expect }) => {
      await using gateway = await startJwtGateway();
      const token = await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) });
      const watch = await overEventStream(gateway, token, gateway.watches[what]);
      await expect.poll(() => gateway.app.hub.loops).toBe(1);
      await watch.ended;
      expect(lastError(watch)).toMatchObject(expired);
      await expect.poll(() => gateway.app.hub.loops).toBe(0);
    },
  );

  test.concurrent('leaves its socket open until something is asked on it, and closes it with 4403 then', async ({
    expect,
  }) => {
    await using gateway = await startJwtGateway();
    await using raw = await openRaw(await gateway.listen(), { isMute: true });
    const authorization = `Bearer ${await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) })}`;
    raw.say({ type: 'connection_init', payload: { authorization } });
    expect(await raw.hear()).toMatchObject({ type: 'connection_ack' });
    raw.say({ type: 'subscribe', id: 'a', payload: { query: gateway.watches.log } });
    for (;;) if ((await raw.hear()).type === 'error') break;
    raw.say({ type: 'subscribe', id: 'b', payload: { query: viewer } });
    expect(await raw.closed).toMatch(/^4403 /);
    expect(raw.inbox.filter(({ id }) => id === 'b')).toEqual([]);
  });

  test.concurrent('leaves the run to others who watch the same with a longer one', async ({ expect }) => {
    await using gateway = await startJwtGateway();
    const short = await gateway
      .as(await gateway.token('anna', { exp: inSeconds(deadlineMs(1_500) / 1_000) }))
      .connect();
    const long = await gateway.as(await gateway.token('anna')).connect();
    const first = overSocket(short, gateway.watches.progress);
    await expect.poll(() => first.results.length).toBe(1);
    const second = overSocket(long, gateway.watches.progress);
    await expect.poll(() => second.results.length).toBe(1);
    await first.ended;
    expect(lastError(first)).toMatchObject(expired);
    expect(gateway.app.hub.loops).toBe(1);
    gateway.sandbox.clock.advance(60_000);
    await expect.poll(() => second.results.length).toBe(2);
    expect(second.results[1]?.errors).toBeUndefined();
    second.stop();
  });

  test.concurrent('and is one that the configuration names does the same', async ({ expect }) => {
    const soon = () => new Date(Date.now() + deadlineMs(1_500)).toISOString();
    await using gateway = await startJwtGateway({ tokens: [aToken('carl', { expires: soon() })] });
    const socket = overSocket(await gateway.as('carl').connect(), gateway.watches.log);
    const stream = await overEventStream(gateway, 'carl', gateway.watches.log);
    await Promise.all([socket.ended, stream.ended]);
    expect(lastError(socket)).toMatchObject(expired);
    expect(lastError(stream)).toMatchObject(expired);
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
    expect((await gateway.as('carl').askText(viewer)).errors).toMatchObject([expired]);
  });
});
