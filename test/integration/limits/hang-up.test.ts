/** A client that goes away leaves nothing behind: what was asked for it is given up, and its place is free. */
import { expect, test } from 'vitest';
import type { Fault } from '../../support/fault-proxy.ts';
import { openRaw } from '../../support/raw-socket.ts';
import { post, startLimited, transports } from './transports.ts';

const list = '{ backups { nodes { id } } }';

test.each(transports)('over %s, a client that hangs up cancels what is asked upstream for it', async (transport) => {
  await using gateway = await startLimited({ operations: 1 });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const fault: Fault = { name: 'is silent', apply: ({ response }) => void response.once('close', end) };
  const held = gateway.proxy.fail(fault, { match: (_method, path) => path.endsWith('/backup/jobs') });
  if (transport === 'WebSocket') {
    const raw = await openRaw(gateway.origin);
    raw.say({ id: 'a', type: 'subscribe', payload: { query: list } });
    await held.untilHit();
    raw.socket.terminate();
  } else {
    const client = new AbortController();
    const accept = transport === 'SSE' ? 'text/event-stream' : 'application/json';
    const answer = post(gateway.origin, { query: list }, undefined, accept, client.signal);
    await held.untilHit();
    client.abort();
    await expect(answer.then((response) => response.text())).rejects.toThrow();
  }
  await ended;
  held.stop();
  // There is one place, and it is free again.
  await expect.poll(async () => (await post(gateway.origin, { query: list })).status).toBe(200);
});
