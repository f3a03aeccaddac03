/** Clients that stop reading: what they cost, what they are told, and that nobody else notices. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type BorgGateway, globalId, startBorgGateway } from '../support/gateway.ts';
import { collectGarbage } from '../support/gc.ts';
import { isNightly, leftToNightly } from '../support/nightly.ts';
import { openRaw, type RawSocket } from '../support/raw-socket.ts';

const document = `subscription ($id: ID!) {
  backupLog(id: $id) {
    __typename
    ... on LogLinesAppended { lines { number raw text } }
    ... on StreamGap { reason }
  }
}`;

/** A backup that prints some 240 kB with each step of the clock. */
function startBusyRun(gateway: BorgGateway): { id: string; step: () => void } {
  const paths = Array.from({ length: 50 }, (_, index) => `/data/${'long-name/'.repeat(60)}${index}`);
  const script = { durationSeconds: 100_000, linesPerSecond: 200, paths };
  const job = gateway.sandbox.startOutside('/backups/mail', { script });
  gateway.sandbox.clock.advance(900);
  return { id: globalId('BorgBackup', 'files', String(job)), step: () => gateway.sandbox.clock.advance(900) };
}

const follow = (id: string, as = 'log') => ({
  id: as,
  type: 'subscribe',
  payload: { query: document, variables: { id } },
});

interface Event {
  readonly __typename: string;
  readonly reason?: string;
  readonly lines?: readonly { readonly number: number | null }[];
}

const eventOf = (payload: unknown): Event => (payload as { data: { backupLog: Event } }).data.backupLog;

/** Runs the log on until `isEnough`, one poll after the other, as one that keeps up sees them; gives how many events it saw. */
async function runOn(reader: RawSocket, step: () => void, isEnough: () => boolean): Promise<number> {
  let events = 0;
  while (!isEnough()) {
    step();
    const before = Date.now();
    expect(eventOf((await reader.hear('log')).payload).__typename).not.toBe('StreamStalled');
    expect(Date.now() - before).toBeLessThan(5_000);
    events++;
  }
  return events;
}

/** An event stream of the log, of which nothing is read after the head. */
async function openEventStream(origin: string, id: string) {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const body = JSON.stringify({ query: document, variables: { id } });
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

/** Everything that it said before was taken; never settles where it is closed. */
async function answersPing(raw: RawSocket): Promise<void> {
  const answered = new Promise<void>((resolve) =>
    raw.socket.on('message', (data) => String(data).startsWith('{"type":"pong"') && resolve()),
  );
  raw.say({ type: 'ping' });
  await answered;
}

leftToNightly('what slow clients cost in memory', 'it takes hundreds of megabytes of events');

describe('a socket that stops reading', () => {
  it('is not read any more, either, when it asks and asks', async () => {
    await using gateway = await startBorgGateway(
      {},
      { slowSeconds: 0.02 },
      // Few large messages stand for many small ones.
      { clients: { bufferBytes: 50_000, slowSeconds: 0.5, messageBytes: 1_000_000 } },
    );
    await using raw = await openRaw(await gateway.listen());
    raw.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(500_000) } });
    for (let index = 0; index < 60; index++) raw.socket.send(ping);
    let unsent = raw.socket.bufferedAmount;
    const isTakenNoMore = () => {
      const before = unsent;
      unsent = raw.socket.bufferedAmount;
      return unsent === before;
    };
    await expect.poll(isTakenNoMore, { interval: 200 }).toBe(true);
    // Most of it waits at its sender.
    expect(unsent).toBeGreaterThan(12_000_000);
  });

  it('delays nobody, stands still, and goes on with a gap where the replay log has moved on', async () => {
    await using gateway = await startBorgGateway(
      {},
      { slowSeconds: 0.02, replayLines: 1_000 },
      { clients: { bufferBytes: 50_000 } },
    );
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    await using slow = await openRaw(origin);
    await using quick = await openRaw(origin);
    slow.say(follow(id));
    await slow.hear('log');
    slow.socket.pause();
    quick.say(follow(id));
    let steps = 0;
    // 14 MB: several times what the kernel takes for a client that does not read.
    await runOn(quick, step, () => ++steps > 60);
    slow.socket.resume();
    const seen: string[] = [];
    for (;;) {
      const event = eventOf((await slow.hear('log')).payload);
      seen.push(event.reason ?? event.__typename);
      if (event.reason) break;
    }
    expect([...new Set(seen)]).toEqual(['LogLinesAppended', 'EVICTED']);
    expect(eventOf((await slow.hear('log')).payload).__typename).toBe('LogLinesAppended');
  });

  it('is closed with 1013 when it goes on so, and frees what it had', async () => {
    await using gateway = await startBorgGateway(
      {},
      { slowSeconds: 0.02 },
      { clients: { bufferBytes: 50_000, slowSeconds: 0.3 } },
    );
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    await using slow = await openRaw(origin);
    slow.say(follow(id));
    await slow.hear('log');
    await using quick = await openRaw(origin);
    quick.say(follow(id));
    for (let isClosed = false; !isClosed; ) {
      slow.socket.pause();
      let steps = 0;
      await runOn(quick, step, () => ++steps > 40);
      // The closing is only heard by reading, long after.
      slow.socket.resume();
      isClosed = await Promise.race([slow.closed.then(() => true), answersPing(slow).then(() => false)]);
    }
    expect(await slow.closed).toMatch(/^1013 Too slow: .*Subscribe again/);
    quick.say({ id: 'log', type: 'complete' });
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it.runIf(isNightly)('costs little, however much it has subscribed to', async () => {
    await using gateway = await startBorgGateway({}, { slowSeconds: 0.02, replayLines: 2_000 }, {});
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    const count = 5;
    let steps = 0;
    await using quick = await openRaw(origin);
    quick.say(follow(id));
    await runOn(quick, step, () => ++steps > 10);
    await collectGarbage();
    const before = process.memoryUsage();
    const sockets: RawSocket[] = [];
    for (let index = 0; index < count; index++) {
      const raw = await openRaw(origin);
      sockets.push(raw);
      raw.socket.pause();
      for (let stream = 0; stream < 50; stream++) raw.say(follow(id, `log ${stream}`));
    }
    await runOn(quick, step, () => ++steps > 20);
    await collectGarbage();
    const after = process.memoryUsage();
    const each = (after.heapUsed + after.external - before.heapUsed - before.external) / count;
    // One event waits for each of its fifty streams, unwritten: 4 to 7 MB, by how much the kernel took before. Written out,
    // they would be 12 MB more, and 240 MB if nothing waited.
    expect(each).toBeLessThan(10_000_000);
    for (const raw of sockets) raw.socket.terminate();
  });
});

describe('an event stream that is not read', () => {
  it('delays nobody, and is cut after a while', async () => {
    await using gateway = await startBorgGateway({}, { slowSeconds: 0.02 }, { clients: { slowSeconds: 0.5 } });
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    const stream = await openEventStream(origin, id);
    const timer = setInterval(step, 30);
    await expect.poll(() => gateway.app.hub.loops).toBe(1);
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
    clearInterval(timer);
    stream.destroy();
  });

  it.runIf(isNightly)('costs little meanwhile, and has a gap when it goes on', async () => {
    await using gateway = await startBorgGateway({}, { slowSeconds: 0.02, replayLines: 1_000 }, {});
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    await using quick = await openRaw(origin);
    quick.say(follow(id));
    await quick.hear('log');
    await collectGarbage();
    const before = process.memoryUsage();
    const streams = await Promise.all(Array.from({ length: 10 }, () => openEventStream(origin, id)));
    let steps = 0;
    await runOn(quick, step, () => ++steps > 50);
    await collectGarbage();
    const after = process.memoryUsage();
    const each = (after.heapUsed + after.external - before.heapUsed - before.external) / streams.length;
    expect(each).toBeLessThan(1_000_000);
    const [stream] = streams;
    let text = '';
    for await (const chunk of stream ?? []) {
      text += String(chunk);
      if (text.includes('"EVICTED"')) break;
      text = text.slice(-1_000);
    }
    expect(text.includes('"EVICTED"')).toBe(true);
    for (const one of streams) one.destroy();
    quick.say({ id: 'log', type: 'complete' });
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it('frees what it had when its client leaves, read or not', async () => {
    await using gateway = await startBorgGateway();
    const origin = await gateway.listen();
    const { id, step } = startBusyRun(gateway);
    await using quick = await openRaw(origin);
    quick.say(follow(id));
    await quick.hear('log');
    const stream = await openEventStream(origin, id);
    let steps = 0;
    // By then the kernel takes no more for it.
    await runOn(quick, step, () => ++steps > 40);
    quick.say({ id: 'log', type: 'complete' });
    await answersPing(quick);
    // The stream still watches, and nobody else does.
    expect(gateway.app.hub.loops).toBe(1);
    stream.destroy();
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });
});
