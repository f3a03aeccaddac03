/** Requests that are too large as such, over HTTP; a socket has the same limit for a message. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startBorgGateway } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { DeadlineTooShort, withDeadline } from '../../support/timing.ts';
import { post, startLimited, type Told } from './transports.ts';

const query = '{ viewer { name } }';
const tooLarge = {
  message: 'The body is larger than 1000 bytes: send a shorter document, or fewer values in its variables.',
  extensions: { code: 'BAD_USER_INPUT', retryable: false },
};

/** Of exactly so many bytes. */
const bodyOf = (bytes: number): object => ({ query: query.padEnd(bytes - JSON.stringify({ query: '' }).length) });

test('a body may be so large, and no larger', async () => {
  await using gateway = await startLimited({ bodyBytes: 1_000 });
  expect((await post(gateway.origin, bodyOf(1_000))).status).toBe(200);
  const refused = await post(gateway.origin, bodyOf(1_001));
  expect([refused.status, await refused.json()]).toEqual([413, { errors: [tooLarge] }]);
});

test('by default it is 256 kB, for a message of a socket, too', async () => {
  await using gateway = await startLimited({});
  expect((await post(gateway.origin, bodyOf(256_000))).status).toBe(200);
  expect((await post(gateway.origin, bodyOf(256_001))).status).toBe(413);
  await using raw = await openRaw(gateway.origin);
  raw.say('x'.repeat(256_001));
  expect(await raw.closed).toMatch(/^1009 /);
});

/** A client that sends a body for as long as it is taken; gives what it heard until the connection closed. */
async function sendForEver(origin: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const chunk = `${'a'.repeat(1_000)}`;
  let heard = '';
  socket.on('data', (data) => {
    heard += String(data);
  });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  // As much as is taken, until nothing is.
  const send = (): void => {
    while (!socket.destroyed && socket.write(`3e8\r\n${chunk}\r\n`));
  };
  socket.on('drain', send);
  send();
  await closed;
  return heard;
}

test('a body that never ends, and says nothing of its length, is refused on the way and cut', () =>
  // The server cuts by a clock of its own, and may do so before it has read 1,000 bytes.
  withDeadline(1_000, async (ms) => {
    const clients = { requestTimeoutSeconds: ms / 1_000 };
    await using gateway = await startLimited({ bodyBytes: 1_000 }, { server: { clients } });
    const heard = await sendForEver(gateway.origin);
    if (heard.startsWith('HTTP/1.1 408 ')) throw new DeadlineTooShort('The body was cut before it was refused.');
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(heard).toContain('The body is larger than 1000 bytes');
  }));

test.each([
  ['a head', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\n'],
  [
    'a body',
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{',
  ],
])('%s that does not go on is cut off after a while', async (_what, beginning) => {
  await using sandbox = await startBorgGateway({ history: 1 }, {}, { clients: { requestTimeoutSeconds: 0.3 } });
  const socket = connect(Number(new URL(await sandbox.listen()).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    socket.once('close', () => resolve(heard));
  });
  socket.write(beginning);
  expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
});

test('a list of operations is refused, and says what to do instead', async () => {
  await using gateway = await startLimited({});
  for (const list of [[{ query }, { query }], [{ query }], []]) {
    const response = await post(gateway.origin, list);
    const { errors } = (await response.json()) as Told;
    expect([response.status, errors]).toEqual([
      400,
      [
        {
          message: expect.stringContaining('send one operation a request'),
          extensions: { code: 'BAD_USER_INPUT', retryable: false },
        },
      ],
    ]);
  }
});

test('a list is not taken from a socket either', async () => {
  await using gateway = await startLimited({});
  await using raw = await openRaw(gateway.origin);
  raw.say(JSON.stringify([{ id: 'a', type: 'subscribe', payload: { query } }]));
  expect(await raw.closed).toMatch(/^4400 /);
});

test('a question in a URL is as long as a URL may be', async () => {
  await using gateway = await startLimited({});
  const ask = (length: number) =>
    fetch(`${gateway.origin}/graphql?query=${encodeURIComponent(query)}${'+'.repeat(length)}`);
  expect((await ask(10_000)).status).toBe(200);
  expect((await ask(17_000)).status).toBe(431);
});
