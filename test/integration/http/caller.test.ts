/** Whose address counts, and what a request is called. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createCallerOf } from '../../../src/transport/shared/caller.ts';
import { startFront } from '../../support/front.ts';
import { openRaw } from '../../support/raw-socket.ts';

const from = (remoteAddress: string, forwarded?: string, trusted: string[] = []): string =>
  createCallerOf(
    trusted,
    'X-Forwarded-For',
  )({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage).address;

/** What a proxy at 10.0.0.1 says, in RFC 7239's own header. */
const fromForwarded = (forwarded: string): string =>
  createCallerOf(
    ['10.0.0.0/8'],
    'Forwarded',
  )({
    socket: { remoteAddress: '10.0.0.1' },
    headers: { forwarded, 'x-forwarded-for': '198.51.100.1' },
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
    expect(from('10.0.0.1', '203.0.113.5, :443', ['10.0.0.0/8'])).toBe('10.0.0.1');
    expect(from('10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'])).toBe('10.0.0.3');
  });

  test('of IPv4 is the same when it comes over IPv6', () => {
    expect(from('::ffff:203.0.113.5')).toBe('203.0.113.5');
    expect(from('::ffff:10.0.0.1', '::ffff:203.0.113.5', ['10.0.0.1'])).toBe('203.0.113.5');
  });
});

describe('an address in X-Forwarded-For', () => {
  test.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7:', '203.0.113.7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8:0:0:0:0:0:7:443', '2001:db8::7'],
    ['"[2001:db8::7]:443"', '2001:db8::7'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['fe80::7%eth0', 'fe80::7'],
    ['[fe80::7%25eth0]:443', 'fe80::7'],
    ['  203.0.113.7\t', '203.0.113.7'],
    ['203.0.113.7, ', '203.0.113.7'],
    ['203.0.113.7 ,, 10.0.0.2:443 , 10.0.0.3', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7:51234, [::ffff:10.0.0.2]:443', '203.0.113.7'],
  ])('%j is the client %s', (forwarded, client) => {
    expect(from('10.0.0.1', forwarded, ['10.0.0.0/8'])).toBe(client);
  });

  test.each([
    ['unknown'],
    ['_hidden'],
    [':443'],
    ['[]:443'],
    ['[203.0.113.7'],
    ['[203.0.113.7]:443'],
    ['203.0.113.7:port'],
    ['203.0.113.7:443:443'],
    ['203.0.113.7:1234567'],
    ['010.0.0.1'],
    ['203.0.113'],
    ['3405803783'],
    ['localhost'],
    ['203.0.113.7/32'],
    ['203.0.113.7 198.51.100.1'],
    ['<script>'],
    ['1'.repeat(10_000)],
    [':'.repeat(10_000)],
  ])('%j is none: the proxy that said it is the last that is known', (forwarded) => {
    expect(from('10.0.0.1', `203.0.113.7, ${forwarded}, 10.0.0.2`, ['10.0.0.0/8'])).toBe('10.0.0.2');
    expect(from('10.0.0.1', forwarded, ['10.0.0.0/8'])).toBe('10.0.0.1');
  });

  test('is believed of a proxy in whatever form the configuration and the connection name it', () => {
    for (const trusted of ['::ffff:10.0.0.1', '::ffff:10.0.0.0/104', '10.0.0.1/32', '0.0.0.0/0', '::ffff:0:0/96']) {
      expect(from('::ffff:10.0.0.1', '203.0.113.7:1', [trusted]), trusted).toBe('203.0.113.7');
    }
    expect(from('fe80::1%eth0', '[2001:db8::7]:443', ['fe80::/10'])).toBe('2001:db8::7');
    expect(from('2001:DB8::1', '203.0.113.7', ['2001:db8:0::1'])).toBe('203.0.113.7');
    expect(from('2001:db8::2', '203.0.113.7', ['2001:db8::1'])).toBe('2001:db8::2');
  });
});

describe('an address in Forwarded', () => {
  test.each([
    ['for=203.0.113.7', '203.0.113.7'],
    ['For="203.0.113.7:51234";proto=https;by=10.0.0.1', '203.0.113.7'],
    ['for="[2001:db8::7]:443"', '2001:db8::7'],
    ['for="[2001:db8::7]:_port"', '2001:db8::7'],
    ['for=198.51.100.9, for=203.0.113.7;host="a,b;c", for=10.0.0.2', '203.0.113.7'],
    ['for="203.0.113.\\7"', '203.0.113.7'],
    // Nobody names the client: the proxy that said so is what is known.
    ['for=unknown', '10.0.0.1'],
    ['for=_SEVKISEK', '10.0.0.1'],
    ['for=203.0.113.7, for=_hidden, for=10.0.0.2', '10.0.0.2'],
    ['proto=https', '10.0.0.1'],
    ['for=203.0.113.7, proto=https', '10.0.0.1'],
    ['for="203.0.113.7', '10.0.0.1'],
    ['203.0.113.7', '10.0.0.1'],
    ['', '10.0.0.1'],
  ])('%j is the client %s', (forwarded, client) => {
    expect(fromForwarded(forwarded)).toBe(client);
  });

  test('is not believed unless the configuration says that the proxies write it: a client can send it, too', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7:1', forwarded: 'for=198.51.100.1' };
    const request = { socket: { remoteAddress: '10.0.0.1' }, headers } as unknown as IncomingMessage;
    expect(createCallerOf(['10.0.0.1'], 'X-Forwarded-For')(request).address).toBe('203.0.113.7');
    expect(createCallerOf(['10.0.0.1'], 'Forwarded')(request).address).toBe('198.51.100.1');
    const server = { trustedProxies: ['127.0.0.0/8'], forwardedHeader: 'Forwarded', clients: { socketsPerAddress: 1 } };
    await using front = await startFront(server);
    await using first = await openRaw(front.origin, { headers: { forwarded: 'for="203.0.113.5:1"' } });
    await using other = await openRaw(front.origin, { headers: { forwarded: 'for="203.0.113.6:1"' } });
    await using second = await openRaw(front.origin, { isMute: true, headers: { forwarded: 'for="203.0.113.5:2"' } });
    expect(await second.closed).toMatch(/^1013 /);
    expect([first.socket.readyState, other.socket.readyState]).toEqual([1, 1]);
  });
});

test('sockets are counted by that address', async () => {
  const server = { trustedProxies: ['127.0.0.0/8'], clients: { socketsPerAddress: 1 } };
  await using front = await startFront(server);
  await using first = await openRaw(front.origin, { headers: { 'x-forwarded-for': '203.0.113.5:51234' } });
  await using other = await openRaw(front.origin, { headers: { 'x-forwarded-for': '203.0.113.6:51234' } });
  await using second = await openRaw(front.origin, {
    isMute: true,
    // As two headers, which is the same as one with a comma.
    headers: { 'x-forwarded-for': ['1.2.3.4', '203.0.113.5:51235'] } as never,
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
