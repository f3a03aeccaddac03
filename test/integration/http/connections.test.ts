/** HTTP connections between two requests: a balancer keeps them, and must not find them closed. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Front, startFront } from '../../support/front.ts';

const request = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function open(front: Front): Promise<Socket> {
  const socket = connect(Number(new URL(front.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket.setEncoding('latin1');
}

async function answer(socket: Socket): Promise<string> {
  socket.write(request);
  const [text] = (await once(socket, 'data')) as [string];
  return text;
}

describe('an idle HTTP connection', () => {
  test('lives 75 s, and says so, unless the configuration says otherwise', async () => {
    await using front = await startFront();
    expect((await front.send({ headers: { connection: 'keep-alive' } })).headers['keep-alive']).toBe('timeout=75');
    await using other = await startFront({ keepAliveSeconds: 620 });
    expect((await other.send({ headers: { connection: 'keep-alive' } })).headers['keep-alive']).toBe('timeout=620');
  });

  test('is used again after more time than a request may take to be sent', async () => {
    await using front = await startFront({ keepAliveSeconds: 60, clients: { requestTimeoutSeconds: 0.2 } });
    const socket = await open(front);
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 200 /);
    // One that sends half a request meanwhile is cut: by then the limit has passed, and was looked at.
    const slow = await open(front);
    slow.write('GET /health/live HTTP/1.1\r\n');
    slow.resume();
    await once(slow, 'close');
    expect(await answer(socket)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('is closed after the time that is configured, without a word', async () => {
    await using front = await startFront({ keepAliveSeconds: 0.1 });
    const socket = await open(front);
    await answer(socket);
    const [isBroken] = (await once(socket, 'close')) as [boolean];
    expect(isBroken).toBe(false);
  });
});
