/** A request that offers another protocol than WebSocket is answered as the plain request that it is. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { startFront } from '../../support/front.ts';

const front = await startFront();
afterAll(() => front[Symbol.asyncDispose]());

const viewer = '{ viewer { name } }';
const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA' };
const offerLines =
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(front.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** One request as bytes: the head, then the body. */
function post(id: string, { body = JSON.stringify({ query: viewer }), lines = offerLines, isLast = false } = {}) {
  const given = isLast ? lines.replace('Connection: ', 'Connection: close, ') : lines;
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Request-Id: ${id}\r\n${given}`;
  return [`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`, body] as const;
}

const plainLines = 'Connection: keep-alive\r\n';
const idsIn = (said: string): string[] => [...said.matchAll(/^x-request-id: (\S+)\r$/gim)].map(([, id = '']) => id);
const answersIn = (said: string): number => said.split('{"data":{"viewer":{"name":"anonymous"}}}').length - 1;

describe('an offer of another protocol', () => {
  test.each(['h2c', 'H2C', 'HTTP/2.0', 'TLS/1.0, HTTP/1.1', 'foo/1', 'h2c, websocket', 'websocket/2'])(
    '(%s) is ignored: queries by GET and POST, health and what is not there',
    async (upgrade) => {
      const headers = { ...offer, upgrade };
      const replies = [
        await front.get(viewer, headers),
        await front.post(viewer, headers),
        await front.send({ path: '/health/live', headers }),
        await front.send({ path: '/nothing', headers }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
      expect(replies.slice(0, 2).map(({ text }) => answersIn(text))).toEqual([1, 1]);
    },
  );

  test('does not lead around the token, the origin or the limit of a body', async () => {
    await using guarded = await startFront({}, { tokens: [{ name: 'anna', sha256: 'a'.repeat(64) }] });
    expect((await guarded.post(viewer, offer)).status).toBe(401);
    expect((await front.post(viewer, { ...offer, origin: 'https://evil.example.com' })).status).toBe(403);
    expect((await front.post(viewer.padEnd(300_000), offer)).status).toBe(413);
    expect((await front.post(viewer.padEnd(200_000), offer)).status).toBe(200);
  });

  test('has its body whole, wherever it is cut into packets', async () => {
    const [head, body] = post('one', { isLast: true });
    for (const place of [head.length - 2, head.length, head.length + 5, head.length + body.length]) {
      const socket = await open();
      const said = text(socket);
      const bytes = head + body;
      socket.setNoDelay(true);
      await new Promise((resolve) => socket.write(bytes.slice(0, place), resolve));
      // Another exchange with the same gateway: by then it has read the first packet.
      await front.send({ path: '/health/live' });
      socket.write(bytes.slice(place));
      expect(answersIn(await said), `cut at ${place}`).toBe(1);
    }
  });

  test('may have a body in chunks, or ask before it sends one', async () => {
    const [head, body] = post('one', { isLast: true });
    const chunked = head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
    const socket = await open();
    socket.write(`${chunked}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    expect(answersIn(await text(socket))).toBe(1);

    const asking = await open();
    asking.write(head.replace('Content-Length', 'Expect: 100-continue\r\nContent-Length'));
    const [first] = (await once(asking, 'data')) as [Buffer];
    expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    asking.write(body);
    expect(answersIn(await text(asking))).toBe(1);
  });

  test('comes with every request of a connection, which stays open', async () => {
    const socket = await open();
    let said = '';
    socket.setEncoding('latin1').on('data', (more: string) => (said += more));
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    for (let count = 1; count <= 20; count++) {
      socket.write(post(`request-${count}`).join(''));
      while (answersIn(said) < count) await once(socket, 'data');
    }
    expect(idsIn(said)).toHaveLength(20);
    socket.destroy();
    process.off('warning', warn);
    // Of listeners that pile up on a connection Node warns.
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });

  test('may be pipelined before and behind others: all are answered, in their order', async () => {
    const socket = await open();
    const plain = { lines: plainLines };
    const requests = [post('a', plain), post('b', plain), post('c'), post('d'), post('e', plain), post('f')];
    socket.write([...requests, post('g', { isLast: true })].flat().join(''));
    const said = await text(socket);
    expect(idsIn(said)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(answersIn(said)).toBe(7);
  });

  test('may open an event stream', async () => {
    const query = encodeURIComponent('subscription { backupChanges { __typename } }');
    const headers = { ...offer, accept: 'text/event-stream' };
    const { status, headers: given } = await front.send({ path: `/graphql?query=${query}`, headers });
    expect([status, given['content-type']]).toEqual([200, 'text/event-stream']);
  });
});

test('a client that resets its connection when its upgrade was refused, or ignored, does no harm', async () => {
  const lines = ['GET /nowhere HTTP/1.1', 'Host: localhost', 'Connection: Upgrade'];
  for (const upgrade of ['websocket', 'h2c']) {
    for (let count = 0; count < 5; count++) {
      const socket = await open();
      socket.write(`${[...lines, `Upgrade: ${upgrade}`].join('\r\n')}\r\n\r\n`, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
  }
  expect((await front.post(viewer)).status).toBe(200);
});
