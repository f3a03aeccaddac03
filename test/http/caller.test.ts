/** Whose address counts, and what a request is called. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createCallerOf } from '../../src/http/caller.ts';
import { startFront } from '../support/front.ts';
import { openRaw } from '../support/raw-socket.ts';

const from = (remoteAddress: string, forwarded?: string, trusted: string[] = []): string =>
  createCallerOf(trusted)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage).address;

describe('the address of a client', () => {
  test('is the one that it connects from, whatever it says', () => {
    expect(from('203.0.113.5')).toBe('203.0.113.5');
    expect(from('203.0.113.5', '10.0.0.1')).toBe('203.0.113.5');
    expect(from('203.0.113.5', '10.0.0.1', ['198.51.100.7'])).toBe('203.0.113.5');
  });

  test('is what a trusted proxy says, alone or in a network', () => {
    expect(from('10.1.2.3', '203.0.113.5', ['10.1.2.3'])).toBe('203.0.113.5');
    expect(from('10.1.2.3', '203.0.113.5', ['10.0.0.0/8'])).toBe('203.0.113.5');
    expect(from('11.1.2.3', '203.0.113.5', ['10.0.0.0/8'])).toBe('11.1.2.3');
    expect(from('fd00::7', '2001:db8::1', ['fd00::/8'])).toBe('2001:db8::1');
  });

  test('is the last that no trusted proxy has: what stands before it, the client may have made up', () => {
    expect(from('10.0.0.1', '1.2.3.4, 203.0.113.5', ['10.0.0.0/8'])).toBe('203.0.113.5');
    expect(from('10.0.0.1', '1.2.3.4, 203.0.113.5, 10.0.0.2', ['10.0.0.0/8'])).toBe('203.0.113.5');
    expect(from('10.0.0.1', '127.0.0.1,203.0.113.5,10.0.0.3,10.0.0.2', ['10.0.0.0/8'])).toBe('203.0.113.5');
  });

  test('is the proxy’s own where it says nothing, or what is no address', () => {
    expect(from('10.0.0.1', undefined, ['10.0.0.0/8'])).toBe('10.0.0.1');
    expect(from('10.0.0.1', '', ['10.0.0.0/8'])).toBe('10.0.0.1');
    expect(from('10.0.0.1', '203.0.113.5, unknown', ['10.0.0.0/8'])).toBe('10.0.0.1');
    expect(from('10.0.0.1', '203.0.113.5, 10.0.0.2:443', ['10.0.0.0/8'])).toBe('10.0.0.1');
    expect(from('10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'])).toBe('10.0.0.3');
  });

  test('of IPv4 is the same when it comes over IPv6', () => {
    expect(from('::ffff:203.0.113.5')).toBe('203.0.113.5');
    expect(from('::ffff:10.0.0.1', '::ffff:203.0.113.5', ['10.0.0.1'])).toBe('203.0.113.5');
  });
});

test('sockets are counted by that address', async () => {
  const server = { trustedProxies: ['127.0.0.0/8'], clients: { socketsPerAddress: 1 } };
  await using front = await startFront(server);
  await using first = await openRaw(front.origin, { headers: { 'x-forwarded-for': '203.0.113.5' } });
  await using other = await openRaw(front.origin, { headers: { 'x-forwarded-for': '203.0.113.6' } });
  await using second = await openRaw(front.origin, {
    isMute: true,
    headers: { 'x-forwarded-for': '1.2.3.4, 203.0.113.5' },
  });
  expect(await second.closed).toMatch(/^1013 /);
  expect([first.socket.readyState, other.socket.readyState]).toEqual([1, 1]);
});

describe('the id of a request', () => {
  const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

  test('is the client’s own, and given back', async () => {
    await using front = await startFront();
    const headers = { 'x-request-id': 'a.B-1:2@3+/=_' };
    for (const path of ['/graphql', '/nothing', '/backups/abc/log']) {
      expect((await front.send({ path, headers })).headers['x-request-id']).toBe(headers['x-request-id']);
    }
  });

  test.each(['', 'two words', 'a"b', 'ü', 'x'.repeat(101), '{"level":60}'])(
    'is a new one instead of %j',
    async (given) => {
      await using front = await startFront();
      const headers = { 'x-request-id': Buffer.from(given).toString('latin1') };
      expect((await front.send({ headers })).headers['x-request-id']).toMatch(uuid);
    },
  );

  test('is a new one for each request that has none, or two', async () => {
    await using front = await startFront();
    const ids = [
      (await front.send({})).headers['x-request-id'],
      (await front.send({})).headers['x-request-id'],
      (await front.send({ headers: { 'x-request-id': ['a', 'b'] } })).headers['x-request-id'],
    ];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(uuid);
  });
});
