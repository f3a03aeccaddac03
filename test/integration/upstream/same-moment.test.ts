import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { sendJson } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';
import { command, read, schema, start } from './fixture.ts';

describe('what is asked at the same moment', () => {
  /** Answers when it is told to. */
  function aGate() {
    const waiting: ServerResponse[] = [];
    const answer: RequestListener = (request, response) => {
      if (request.url?.startsWith('/command')) sendJson(response, { ok: true });
      else waiting.push(response);
    };
    const open = () => {
      for (const response of waiting.splice(0)) sendJson(response, { ok: true });
    };
    return { waiting, answer, open };
  }

  test('is one request where it is the same GET, and none is kept', async () => {
    const gate = aGate();
    await using it = await start(gate.answer);
    const both = Promise.all([read(it), read(it)]);
    await expect.poll(() => gate.waiting.length).toBe(1);
    gate.open();
    expect(await both).toEqual([{ ok: true }, { ok: true }]);
    const later = read(it);
    await expect.poll(() => gate.waiting.length).toBe(1);
    gate.open();
    await later;
    expect(it.server.requests).toEqual(['GET /thing', 'GET /thing']);
  });

  test('is another request where the path, the query or the size of the answer differs, and each question by POST', async () => {
    const gate = aGate();
    await using it = await start(gate.answer);
    const ask = (path: string, options: object) => it.upstream.read(path, { schema, ...options }, never);
    const all = Promise.all([
      ask('/a', {}),
      ask('/b', {}),
      ask('/a', { query: { limit: 1 } }),
      ask('/a', { query: { limit: 2 } }),
      ask('/a', { size: 'list' }),
      ask('/a', { post: { json: 1 } }),
      ask('/a', { post: { json: 1 } }),
    ]);
    await expect.poll(() => gate.waiting.length).toBe(7);
    gate.open();
    await all;
  });

  test('is not what was asked before a command, nor while it was on its way', async () => {
    const gate = aGate();
    const held: ServerResponse[] = [];
    await using it = await start((request, response) =>
      request.method === 'GET' ? gate.answer(request, response) : void held.push(response),
    );
    const reads = [read(it)];
    await expect.poll(() => gate.waiting.length).toBe(1);
    const commanding = command(it);
    await expect.poll(() => held.length).toBe(1);
    reads.push(read(it));
    await expect.poll(() => gate.waiting.length, { message: 'nothing from before it' }).toBe(2);
    sendJson(held[0] as ServerResponse, { ok: true });
    await commanding;
    reads.push(read(it));
    await expect.poll(() => gate.waiting.length, { message: 'nor from before its answer' }).toBe(3);
    gate.open();
    await Promise.all(reads);
  });
});
