/** How much may go on at once, and that every way of ending gives a place back. */
import { describe, expect, it, test } from 'vitest';
import { Slots } from '../../../src/limits/slots.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { aToken, globalId } from '../../support/gateway.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { ask, code, message, post, startLimited, transports } from './transports.ts';

const list = '{ backups { nodes { id } } }';
const isList = (_method: string, path: string): boolean => path.endsWith('/backup/jobs');

describe.each(transports)('over %s', (transport) => {
  it('so many operations go on at once, of each; one more is refused', async () => {
    const auth = { tokens: [aToken('anna'), aToken('bert')] };
    await using gateway = await startLimited({ operations: 2 }, { auth });
    const ask_ = (token: string) => ask(transport, gateway.origin, { query: list }, token);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const fault: Fault = {
      name: 'waits',
      apply: async ({ response }) => {
        await released;
        response.socket?.destroy();
      },
    };
    await ask_('bert');
    const held = gateway.proxy.fail(fault, { match: isList });
    // The second shares the reading of the first; it is the third that is answered.
    const running = [ask_('anna'), ask_('anna')];
    await held.untilHit();
    const refused = await Promise.race([ask_('anna'), ask_('anna')]);
    expect([code(refused), message(refused)]).toEqual([
      'RATE_LIMITED',
      '2 operations of yours go on already, and no more may at once: wait until some of them have ended.',
    ]);
    expect(refused.errors?.[0]?.extensions['retryAfterSeconds']).toBe(1);
    if (transport === 'HTTP') expect([refused.status, refused.headers?.get('retry-after')]).toEqual([429, '1']);
    const viewer = await ask(transport, gateway.origin, { query: '{ viewer { name } }' }, 'bert');
    expect(viewer.data).toEqual({ viewer: { name: 'bert' } });
    release();
    await Promise.all(running);
    held.stop();
    // Also of those that failed.
    for (let one = 0; one < 5; one++) expect((await ask_('anna')).data).toBeTruthy();
  });
});

const streams = {
  // Shared by those who ask for the same.
  backupProgress: (id: string) => `subscription { backupProgress(id: "${id}") { __typename } }`,
  backupChanges: () => 'subscription { backupChanges { __typename } }',
  backupLog: (id: string) => `subscription { backupLog(id: "${id}") { __typename } }`,
};

async function startWatched(limits: object) {
  const gateway = await startLimited(limits);
  const job = gateway.sandbox.startOutside('/backups/mail', { script: { durationSeconds: 600 } });
  return { gateway, id: globalId('BorgBackup', 'files', String(job)) };
}

describe.each(Object.entries(streams))('%s', (_name, write) => {
  it('is open so many times at once, over all transports together', async () => {
    const { gateway, id } = await startWatched({ streams: 2 });
    await using _ = gateway;
    const query = write(id);
    await using raw = await openRaw(gateway.origin);
    const client = new AbortController();
    const sse = await post(gateway.origin, { query }, undefined, 'text/event-stream', client.signal);
    expect(sse.status).toBe(200);
    raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    const subscribe = async (transport: (typeof transports)[number]) => {
      const refused = await ask(transport, gateway.origin, { query });
      return [code(refused), message(refused)];
    };
    const refused = [
      'RATE_LIMITED',
      '2 subscriptions of yours go on already, and no more may at once: wait until some of them have ended.',
    ];
    // It is prepared after it was said.
    raw.say({ id: 'b', type: 'subscribe', payload: { query } });
    const answers = [await raw.hear('b')].map((said) => (said.payload as { errors: object[] }).errors);
    expect(answers).toMatchObject([[{ message: refused[1], extensions: { code: 'RATE_LIMITED' } }]]);
    expect(await subscribe('SSE')).toEqual(refused);
    // Queries are counted by themselves.
    expect((await ask('HTTP', gateway.origin, { query: '{ viewer { name } }' })).data).toBeTruthy();

    // Each disconnect and each completion releases a slot.
    client.abort();
    for (let round = 0; round < 4; round++) {
      const own = new AbortController();
      await expect
        .poll(async () => {
          const response = await post(gateway.origin, { query }, undefined, 'text/event-stream', own.signal);
          return response.status;
        })
        .toBe(200);
      own.abort();
    }
    for (let round = 0; round < 4; round++) {
      raw.say({ id: 'a', type: 'complete' });
      raw.say({ id: 'a', type: 'subscribe', payload: { query } });
    }
    const last = await openRaw(gateway.origin);
    last.say({ id: 'c', type: 'subscribe', payload: { query } });
    last.socket.terminate();
    await raw[Symbol.asyncDispose]();
    await expect.poll(() => gateway.app.hub.loops).toBe(0);
  });

  it('that cannot be opened gives its place back', async () => {
    const { gateway } = await startWatched({ streams: 1 });
    await using _ = gateway;
    const nobody = globalId('BorgBackup', 'files', '987654');
    if (write(nobody) === write('')) return;
    for (const transport of ['WebSocket', 'SSE', 'WebSocket', 'SSE'] as const) {
      expect(code(await ask(transport, gateway.origin, { query: write(nobody) }))).toBe('NOT_FOUND');
    }
  });
});

test('a stream that ends by itself gives its place back', async () => {
  await using gateway = await startLimited({ streams: 1 });
  const client = await gateway.connect();
  const id = globalId('BorgBackup', 'files', '5');
  for (let round = 0; round < 4; round++) {
    for (const query of [streams.backupProgress(id), streams.backupLog(id)]) {
      const told = [];
      for await (const { data, errors } of client.iterate({ query })) told.push(data ?? errors);
      expect(JSON.stringify(told)).toContain('BackupFinished');
    }
  }
});

test('a slot is released once, however often that is asked for', async () => {
  const slots = new Slots(1, 'things');
  const release = slots.take('a');
  expect(() => slots.take('a')).toThrow('1 things of yours');
  release();
  const again = slots.take('a');
  release();
  expect(() => slots.take('a')).toThrow('1 things');
  again();
  expect(slots.keys).toBe(0);
  const failing = { next: () => Promise.reject(new Error('broken')), [Symbol.asyncIterator]: () => failing };
  const stream = (await slots.during('a', () => failing as never)) as AsyncIterable<unknown>;
  expect(slots.keys).toBe(1);
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow('broken');
  expect(slots.keys).toBe(0);
  const left = (await slots.during('a', () => failing as never)) as AsyncIterable<unknown>;
  await left[Symbol.asyncIterator]().return?.();
  expect(slots.keys).toBe(0);
});
