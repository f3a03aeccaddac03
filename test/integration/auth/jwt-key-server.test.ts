import { setTimeout as pass } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createKeyServer } from '../../../src/auth/jwt-key-server.ts';
import { currentRequest, inRequest } from '../../../src/core/request-scope.ts';
import { one, startReader, two, unknownKey } from '../../support/key-reader.ts';
import { signToken, startKeyServer } from '../../support/key-server.ts';

describe('keys at a URL', () => {
  it('are read once at the start, and requests that come meanwhile wait for them', async () => {
    await using reader = await startReader();
    const outcomes = await Promise.all([one, one, one].map((key) => reader.outcome(key)));
    expect(outcomes).toEqual(['in', 'in', 'in']);
    expect(reader.server.requests).toEqual(['/keys']);
    expect(reader.lines).toEqual([]);
  });

  it('are asked for at once by a token with a key that is new', async () => {
    await using reader = await startReader();
    await reader.settled();
    reader.server.keys = [one.jwk, two.jwk];
    expect(await reader.outcome(two)).toBe('in');
    expect(reader.server.requests).toHaveLength(2);
  });

  it('are asked for once, however many come with keys that nobody knows, and once more after a pause', async () => {
    await using reader = await startReader();
    await reader.settled();
    const flood = async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => reader.outcome(two)));
      expect(new Set(outcomes)).toEqual(new Set([unknownKey]));
      return reader.server.requests.length;
    };
    expect(await flood()).toBe(2);
    expect(await flood()).toBe(2);
    reader.clock.now += 9_999;
    expect(await flood()).toBe(2);
    reader.clock.now += 1;
    expect(await flood()).toBe(3);
    expect(await reader.outcome(one)).toBe('in');
  });

  it('are asked for again where the answer that was awaited is older than the key', async () => {
    const token = await signToken(two);
    await using reader = await startReader({}, 'waits');
    await reader.server.asked();
    const outcomes = [token, token].map((one) => reader.verify(one));
    reader.server.keys = [one.jwk, two.jwk];
    reader.server.mode = 'answers';
    reader.server.release();
    expect(await Promise.all(outcomes)).toMatchObject([{ viewer: { name: 'anna' } }, { viewer: { name: 'anna' } }]);
    expect(reader.server.requests).toHaveLength(2);
  });

  it('are read again every so often with nobody waiting, and those that were removed let nobody in', async () => {
    await using reader = await startReader({ keysMs: 30 });
    expect(await reader.outcome(one)).toBe('in');
    const token = await signToken(one);
    await reader.verify(token);
    const { ring } = reader.keys;
    // The same keys stay the same.
    await reader.server.asked();
    await reader.server.asked();
    expect(reader.keys.ring).toBe(ring);
    reader.server.keys = [two.jwk];
    await expect.poll(() => reader.keys.ring !== ring).toBe(true);
    await expect(async () => reader.verify(token)).rejects.toThrow(unknownKey);
    expect(await reader.outcome(two)).toBe('in');
    reader.server.keys = [];
    await expect.poll(() => reader.keys.ring?.size).toBe(0);
    expect(await reader.outcome(two)).toBe(unknownKey);
    expect(reader.lines.map(({ msg }) => msg)).toEqual(['the key server publishes no key that can be used']);
  });

  it('are asked for by one request at a time', async () => {
    await using reader = await startReader({ keysMs: 100 });
    await reader.settled();
    reader.server.mode = 'waits';
    const outcome = reader.outcome(two);
    await reader.server.asked();
    const { length } = reader.server.requests;
    // The time for the next reading comes while this one is on its way.
    await pass(300);
    expect(reader.server.requests).toHaveLength(length);
    reader.server.mode = 'answers';
    reader.server.release();
    expect(await outcome).toBe(unknownKey);
  });

  it('are not waited for where a key is known, however long the server takes', async () => {
    await using reader = await startReader({ keysMs: 30 });
    await reader.settled();
    reader.server.mode = 'hangs';
    await reader.server.asked();
    expect(await reader.outcome(one)).toBe('in');
  });

  it('are read for everybody: what that does belongs to nobody’s request', async () => {
    const server = await startKeyServer([one]);
    const seen: unknown[] = [];
    const write = () => void seen.push(currentRequest()?.requestId ?? null);
    server.mode = 'fails';
    const log = pino({ base: null }, { write });
    const options = { url: server.url, connection: {}, algorithms: ['ES256'] as const, keysMs: 1_000_000, log };
    const keys = inRequest({ requestId: 'the first' }, () => createKeyServer(options));
    await expect.poll(() => seen).toEqual([null]);
    await keys.close();
    await server[Symbol.asyncDispose]();
  });
});
