/** A log that cannot be written changes nothing: the built program with full disks and readers that stop or go. */
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPipe } from '../../support/full-pipe.ts';
import { ask, writeConfig } from '../../support/main.ts';
import { type Running, start } from '../../support/process.ts';
import { openRaw } from '../../support/raw-socket.ts';

const originOf = async (running: Running): Promise<string> =>
  (await running.untilPrinted(/listening on (http:\/\/\S+)\/graphql/))[1] ?? '';

async function endsWell(running: Running): Promise<void> {
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
}

const isAlive = async (origin: string): Promise<void> => {
  expect(await ask(origin, '{ viewer { name } }')).toMatchObject({ data: { viewer: { name: expect.any(String) } } });
};

/** Either side may reset the connection: unlike `once`, this does not reject then. */
const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** Sends bytes as they are and resets the connection without reading. */
async function sendAndReset(origin: string, bytes: string | Buffer): Promise<void> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  socket.resetAndDestroy();
  await closeOf(socket);
}

/** Sends bytes as they are and waits for the end of the connection. */
async function sendAndRead(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await closeOf(socket);
  return text;
}

/** One frame as a client sends it, masked with zeros. */
function frame(first: number, payload: Buffer, { isMasked = true, length = payload.length } = {}): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const size =
    length < 126
      ? Buffer.from([mask | length])
      : Buffer.from([mask | 127, 0, 0, 0, 0, ...new Uint8Array(new Uint32Array([length]).buffer).reverse()]);
  return Buffer.concat([Buffer.from([first]), size, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

const closing = (code: number, reason = ''): Buffer => {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
};

const malformed: readonly (readonly [string, Buffer])[] = [
  ['an unknown opcode', frame(0x83, Buffer.from('x'))],
  ['a reserved bit', frame(0xc1, Buffer.from('x'))],
  ['no mask', frame(0x81, Buffer.from('{}'), { isMasked: false })],
  ['a length beyond the limit', frame(0x81, Buffer.alloc(0), { length: 0x7fffffff })],
  ['text that is not UTF-8', frame(0x81, Buffer.from([0xc3, 0x28]))],
  ['a continuation of nothing', frame(0x80, Buffer.from('x'))],
  ['a long ping', frame(0x89, Buffer.alloc(126))],
  ['a ping in parts', frame(0x09, Buffer.from('x'))],
  ['a close code of nobody', frame(0x88, closing(1005))],
  ['a close code below all', frame(0x88, closing(7))],
  ['half a close code', frame(0x88, Buffer.from([3]))],
  ['a reason that is not UTF-8', frame(0x88, Buffer.concat([closing(1000), Buffer.from([0xff])]))],
  ['text that is no JSON', frame(0x81, Buffer.from('hello'))],
  ['a message in bytes', frame(0x82, Buffer.from('{"type":"ping"}'))],
];

describe('a log on a full disk', () => {
  let running: Running;
  let origin: string;

  beforeAll(async () => {
    const disk = openSync('/dev/full', 'w');
    running = start(['--port', '0'], {}, { stderr: disk });
    closeSync(disk);
    origin = await originOf(running);
  });

  afterAll(async () => {
    await endsWell(running);
  });

  it('changes nothing of a command: it is answered, sent once, and audited as it was', async () => {
    const { data: known } = (await ask(
      origin,
      '{ protectedEntities(first: 1, filter: { kinds: [BORG] }) { nodes { id } } }',
    )) as { data: { protectedEntities: { nodes: { id: string }[] } } };
    const input = `{ entityId: "${known.protectedEntities.nodes[0]?.id}", idempotencyKey: "one" }`;
    expect(
      await ask(origin, `mutation { startBackup(input: ${input}) { backup { id } userErrors { code } } }`),
    ).toMatchObject({ data: { startBackup: { userErrors: [], backup: { id: expect.any(String) } } } });
    expect(await ask(origin, '{ auditLog(first: 1) { nodes { command outcome code } } }')).toMatchObject({
      data: {
        auditLog: {
          nodes: [{ command: 'startBackup', outcome: expect.stringMatching(/^(ACCEPTED|DONE)$/), code: null }],
        },
      },
    });
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('does not let a malformed frame end the process, %s the client said who it is', async (_, isMute) => {
    for (const [, bytes] of malformed) {
      const raw = await openRaw(origin, { isMute });
      (raw.socket as unknown as { _socket: Socket })._socket.write(bytes);
      await raw.closed;
    }
    await isAlive(origin);
  });

  it('does not let a client that resets its connection, or speaks no HTTP, end the process', async () => {
    const upgrade = (path: string, key = 'dGhlIHNhbXBsZSBub25jZQ==') =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
    for (let time = 0; time < 10; time++) {
      await sendAndReset(origin, upgrade('/nowhere'));
      await sendAndReset(origin, upgrade('/graphql', 'short'));
      await sendAndReset(origin, upgrade('/graphql'));
      await sendAndReset(origin, 'GET /graphql?query={viewer{name}} HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await sendAndReset(origin, 'GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
      await sendAndReset(origin, 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
    }
    expect(await sendAndRead(origin, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await sendAndRead(origin, `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`);
    await sendAndRead(origin, 'CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await isAlive(origin);
  });
});

/** Each operation is a line of its log. */
async function startTalkative(stderr: number): Promise<{ running: Running; origin: string }> {
  const file = await writeConfig(
    'talkative.yaml',
    'log: { level: debug }\nproviders: [{ name: files, kind: borg, url: "http://127.0.0.1:9", token: abcdefgh }]',
  );
  const running = start(['--config', file, '--port', '0'], {}, { stderr });
  return { running, origin: await originOf(running) };
}

describe('a log whose reader', () => {
  it('stops reading keeps nobody waiting; reads on, and has every line; goes, and ends nothing', async () => {
    using pipe = openPipe();
    const { running, origin } = await startTalkative(pipe.writer);
    await using _running = running;
    const stuffing = pipe.fill();
    const operations = 40;
    for (let time = 0; time < operations; time++) await isAlive(origin);
    let text = pipe.read();
    // The program may have logged a line before the pipe was full.
    const dots = '.'.repeat(stuffing);
    expect(text.includes(dots)).toBe(true);
    text = text.replace(dots, '');
    const linesOf = () => text.split('\n').filter((line) => line.includes('"msg":"operation"'));
    await expect
      .poll(() => {
        text += pipe.read();
        return linesOf().length;
      })
      .toBe(operations);
    expect(linesOf().map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(
      Array.from({ length: operations }, () => 'query'),
    );
    pipe.closeReader();
    for (let time = 0; time < 5; time++) await isAlive(origin);
    await endsWell(running);
  });

  it('has stopped does not keep the process from ending', async () => {
    using pipe = openPipe();
    const { running, origin } = await startTalkative(pipe.writer);
    await using _running = running;
    pipe.fill();
    await isAlive(origin);
    await endsWell(running);
  });
});

describe('standard output', () => {
  it('of a command on a full disk is a sentence and exit code 1', async () => {
    const disk = openSync('/dev/full', 'w');
    await using running = start(['token'], {}, { stdout: disk });
    closeSync(disk);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toBe('Cannot write to standard output: ENOSPC.\n');
  });

  it('whose reader closes it ends a command quietly', async () => {
    using pipe = openPipe();
    pipe.fill();
    await using running = start(['schema'], {}, { stdout: pipe.writer });
    pipe.closeReader();
    expect(await running.ended).toBe(0);
    expect(running.stderr()).toBe('');
  });

  it('that cannot be written does not keep the gateway from serving', async () => {
    using pipe = openPipe();
    pipe.closeReader();
    // It cannot say where it listens.
    const port = await freePort();
    await using running = start(['--port', String(port)], {}, { stdout: pipe.writer });
    const origin = `http://127.0.0.1:${port}`;
    await expect
      .poll(() =>
        isAlive(origin).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await endsWell(running);
    expect(running.stderr()).toBe('');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
