/** Frames that no client would send: the socket is closed with a reason or answered, and everybody else goes on. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type BorgGateway, startBorgGateway } from '../support/gateway.ts';
import { openRaw } from '../support/raw-socket.ts';
import { allMs, expectPublicErrors, runs, within } from './answers.ts';
import { breakText, drawOperation, draws, strangeTexts } from './documents.ts';

let gateway: BorgGateway;
let origin: string;

beforeAll(async () => {
  gateway = await startBorgGateway({ history: 10 }, {}, { clients: { initSeconds: 600, socketsPerAddress: 100_000 } });
  origin = await gateway.listen();
});

afterAll(() => gateway[Symbol.asyncDispose]());

const text = fc.oneof(fc.constantFrom(...strangeTexts), fc.string());
const id = fc.oneof(fc.constantFrom('1', '2', '', '__proto__', 'x'.repeat(3_000)), fc.anything());
const type = fc.oneof(
  fc.constantFrom('connection_init', 'subscribe', 'complete', 'ping', 'pong', 'next', 'error', 'connection_ack'),
  text,
);
const query = draws.map((draw) => {
  const options = { known: strangeTexts, roots: ['query', 'subscription', 'mutation'] } as const;
  const operation = drawOperation(gateway.app.schema, draw, options);
  return { ...operation, query: breakText(operation.query, draw, 0.5) };
});
const payload = fc.oneof(query, fc.anything(), fc.record({ query: text, variables: fc.anything() }));
const message = fc.record({ id, type, payload }, { requiredKeys: [] });
const frame = fc.oneof(
  { weight: 6, arbitrary: message.map(toText) },
  { weight: 1, arbitrary: fc.tuple(message.map(toText), draws).map(([whole, draw]) => breakText(whole, draw)) },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }) },
);

function toText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? '';
}

/** What says that somebody else was at fault: none of these is ever ours. */
const ourFaults = new Set([1006, 1011, 4500]);

/** Sends all, and waits for the answer to a ping or for the end; what came meanwhile is checked. */
async function send(frames: readonly (string | Uint8Array)[], introduced: boolean): Promise<number | null> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const wrong: unknown[] = [];
  try {
    return await new Promise<number | null>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', (code) => resolve(code));
      socket.on('message', (data) => {
        const heard = JSON.parse(String(data)) as { type: string; payload?: { errors?: unknown; last?: boolean } };
        if (heard.type === 'pong' && heard.payload?.last) resolve(null);
        wrong.push(heard.type === 'error' ? heard.payload : heard.type === 'next' ? heard.payload?.errors : undefined);
      });
      socket.once('open', () => {
        if (introduced) socket.send('{"type":"connection_init"}');
        for (const one of frames) socket.send(one);
        socket.send('{"type":"ping","payload":{"last":true}}');
      });
    });
  } finally {
    socket.terminate();
    for (const errors of wrong) expectPublicErrors(errors);
  }
}

it(
  'frames of any kind are answered, or end in a reason that is theirs',
  async () => {
    const frames = fc.array(frame, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(frames, fc.boolean(), async (sent, introduced) => {
        const code = await within(JSON.stringify(sent), send(sent, introduced));
        if (code !== null) expect(ourFaults).not.toContain(code);
      }),
      { numRuns: runs(300) },
    );
    await using other = await openRaw(origin);
    other.say({ id: 'a', type: 'subscribe', payload: { query: '{ viewer { name } }' } } as never);
    expect(await other.hear('a')).toMatchObject({ type: 'next', payload: { data: { viewer: { name: 'anonymous' } } } });
    // A client that has gone leaves nothing running.
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  },
  allMs,
);
