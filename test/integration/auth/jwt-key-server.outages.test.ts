import { describe, expect, it } from 'vitest';
import { one, startReader, two, unknownKey, unreachable } from '../../support/key-reader.ts';
import { type KeyServerMode, signToken } from '../../support/key-server.ts';

describe('a key server that', () => {
  it.each<KeyServerMode>([
    'compresses with gzip',
    'compresses with deflate',
    'compresses with br',
    'sends a byte order mark',
  ])('%s is understood', async (mode) => {
    await using reader = await startReader({}, mode);
    expect(await reader.outcome(one)).toBe('in');
  });

  it.each<[KeyServerMode | 'down', RegExp]>([
    ['down', /^the connection was refused. Check that it runs, and the port in auth\.jwt\.jwksUrl$/],
    ['fails', /HTTP 503/],
    ['hangs', /^it did not answer in time$/],
    ['hangs in the middle', /^it did not answer in time$/],
    ['drips', /^it did not answer in time$|too slowly/],
    ['redirects', /HTTP 302, a redirect to 127\.0\.0\.1:\d+\/elsewhere over http, and redirects are not followed/],
    ['is too large', /more than 0.256 MB/],
    ['is endless', /more than 0.256 MB/],
    ['becomes too large', /more than 0.256 MB/],
    ['is not JSON', /not a set of keys/],
    ['is no set', /not a set of keys/],
  ])('%s lets nobody in, says so once in the log, and does so until it is back', async (mode, reason) => {
    await using reader = await startReader({ timeoutMs: /hangs|drips/.test(mode) ? 200 : 10_000 }, mode);
    const { port } = new URL(reader.server.url);
    // Requests that wait for the first read and requests during the pause are told alike.
    for (const _time of [1, 2]) {
      const refused = Promise.resolve(reader.verify(await signToken(one)));
      await expect(refused).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: unreachable,
        retryAfterSeconds: 10,
      });
    }
    expect(unreachable).not.toContain(port);
    expect(reader.lines).toHaveLength(1);
    const [line] = reader.lines;
    expect(line).toMatchObject({ msg: 'the key server could not be read', keyServer: reader.server.url });
    expect(line?.reason).toMatch(reason);
    // Nothing was fetched from where a redirect leads.
    expect(reader.server.requests).toEqual(mode === 'down' ? [] : ['/keys']);

    reader.server.mode = 'answers';
    if (mode === 'down') await reader.server.start();
    expect(await reader.outcome(one)).toBe(unreachable);
    reader.clock.now += 10_000;
    expect(await reader.outcome(one)).toBe('in');
    expect(reader.lines.map(({ msg }) => msg)).toEqual([
      'the key server could not be read',
      'the key server answers again',
    ]);
  });

  it.each<KeyServerMode | 'down'>(['down', 'fails', 'redirects', 'is too large', 'is not JSON', 'is no set'])(
    '%s later leaves its keys as they were, until it gives others',
    async (mode) => {
      await using reader = await startReader();
      await reader.settled();
      reader.server.keys = [two.jwk];
      if (mode === 'down') await reader.server.stop();
      else reader.server.mode = mode;
      expect(await reader.outcome(two)).toBe(unreachable);
      expect(await reader.outcome(one)).toBe('in');
      reader.server.mode = 'answers';
      if (mode === 'down') await reader.server.start();
      reader.clock.now += 10_000;
      expect(await reader.outcome(two)).toBe('in');
      expect(await reader.outcome(one)).toBe(unknownKey);
    },
  );

  it('fails is asked again by itself, less and less often', async () => {
    await using reader = await startReader({ pauseMs: 20 }, 'fails');
    for (let asked = 0; asked < 4; asked++) await reader.server.asked();
    reader.server.mode = 'answers';
    await expect.poll(() => reader.keys.ring?.size).toBe(1);
    expect(await reader.outcome(one)).toBe('in');
  });

  it('is down says so once for each cause, and once when it answers again, however often it is asked', async () => {
    await using reader = await startReader({ pauseMs: 2 }, 'fails');
    const asked = async () => {
      for (let time = 0; time < 3; time++) await reader.server.asked();
    };
    await asked();
    reader.server.mode = 'is no set';
    await asked();
    reader.server.mode = 'fails';
    await asked();
    reader.server.mode = 'answers';
    await expect.poll(() => reader.lines.at(-1)?.msg).toBe('the key server answers again');
    // The same cause is another change of state once it has answered.
    reader.server.mode = 'fails';
    reader.clock.now += 10;
    expect(await reader.outcome(two)).toBe(unreachable);
    expect(reader.lines.map(({ msg, reason }) => reason ?? msg)).toEqual([
      'it answered HTTP 503',
      'the answer is not a set of keys: {"keys": [...]}, 100 at most',
      'it answered HTTP 503',
      'the key server answers again',
      'it answered HTTP 503',
    ]);
  });

  it('hangs does not keep the process from ending', async () => {
    const reader = await startReader({ timeoutMs: 1_000_000 }, 'hangs');
    await reader.server.asked();
    await reader[Symbol.asyncDispose]();
    expect(reader.lines).toEqual([]);
  });
});
