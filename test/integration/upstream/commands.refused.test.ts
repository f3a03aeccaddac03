import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/errors.ts';
import { command, refusal, start } from './fixture.ts';

const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);

/** What a client is told of a command that was answered so, with a body that no contract has. */
const outcomeOf = (status: number): 'lost' | 'refused' =>
  status < 300 || status >= 500 || status === 408 ? 'lost' : 'refused';

describe('a command that is refused did nothing, and says so', () => {
  test('for every status: only a lost answer, a 5xx, a 408 and an unreadable 2xx leave its outcome unknown', async () => {
    let status = 0;
    await using it = await start((_, response) => void response.writeHead(status).end('<html>'), {
      limits: { breakerCalls: 10_000, breakerMinimumCalls: 10_000 },
    });
    for (status of statuses) {
      const { code, message } = await refusal(command(it));
      expect([status, code === 'OUTCOME_UNKNOWN' ? 'lost' : 'refused']).toEqual([status, outcomeOf(status)]);
      if (code === 'PROVIDER_INVALID_RESPONSE') expect(message).toMatch(/Nothing was done/);
      if (outcomeOf(status) === 'lost') expect(message).toMatch(/before asking again/);
    }
    expect(it.server.requests).toHaveLength(statuses.length);
  });

  test.each(statuses.filter((status) => status % 7 === 0 && status >= 300))(
    'with %i, whatever its adapter makes of the words of a product that may have acted, or of a redirect',
    async (status) => {
      const explain = () => new GatewayError('CONFLICT', 'Explained.');
      await using it = await start((_, response) => void response.writeHead(status).end('{}'), { explain });
      const explained = status >= 400 && status < 500 ? 'CONFLICT' : expect.not.stringMatching('CONFLICT');
      expect((await refusal(command(it))).code).toEqual(explained);
    },
  );

  test.each([400, 402, 404, 409, 415, 423, 451])(
    'with %i, also where the body of the refusal is cut',
    async (status) => {
      await using it = await start(
        (request, response) =>
          void response.writeHead(status, { 'content-length': 9 }).write('{', () => request.socket.destroy()),
      );
      expect((await refusal(command(it))).code).not.toBe('OUTCOME_UNKNOWN');
    },
  );

  test('also where its body is too large, never ends, or is given up', async () => {
    await using it = await start(
      (request, response) => {
        if (request.url === '/large') response.writeHead(413).end('x'.repeat(200_000));
        else response.writeHead(413, { 'content-length': 9 }).write('{');
      },
      { timeoutMs: 100, limits: { maxResponseBytes: 100_000 } },
    );
    expect((await refusal(command(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
  });

  test('also where another body than the last one never ends', async () => {
    await using it = await start((_, response) => void response.writeHead(415).flushHeaders(), { timeoutMs: 100 });
    expect((await refusal(command(it))).code).toBe('PROVIDER_INVALID_RESPONSE');
  });

  test.each([
    [402, 'PROVIDER_FORBIDDEN'],
    [423, 'CONFLICT'],
    [451, 'PROVIDER_FORBIDDEN'],
    [405, 'PROVIDER_INVALID_RESPONSE'],
    [408, 'OUTCOME_UNKNOWN'],
  ])('with %i is %s', async (status, code) => {
    await using it = await start((_, response) => void response.writeHead(status).end());
    expect((await refusal(command(it))).code).toBe(code);
  });
});
