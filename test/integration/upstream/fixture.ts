/** A product made of one function, and the way to it. */
import type { RequestListener, ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../../src/core/errors.ts';
import type { Upstream, UpstreamOptions } from '../../../src/upstream/contract.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { sendJson, serve, type TestServer } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';

export const schema = z.object({ ok: z.boolean() });
export const fine: RequestListener = (_, response) => sendJson(response, { ok: true });

export interface Fixture extends AsyncDisposable {
  readonly server: TestServer;
  readonly upstream: Upstream;
}

export async function start(
  answer: RequestListener,
  { path = '', ...options }: Partial<UpstreamOptions> & { path?: string } = {},
  serverOptions: { keepAliveTimeout?: number } = {},
): Promise<Fixture> {
  const server = await serve(answer, serverOptions);
  const upstream = createUpstream({
    provider: 'one',
    url: server.url + path,
    timeoutMs: 2_000,
    session: null,
    ...options,
  });
  return {
    server,
    upstream,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const read = ({ upstream }: Fixture, signal = never, path = '/thing') => upstream.read(path, { schema }, signal);
export const command = ({ upstream }: Fixture, signal = never) =>
  upstream.command('/thing', { schema, json: { a: 1 } }, signal);

export const refusal = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};

export const startFlood = (response: ServerResponse, megabytes: number) => {
  const part = Buffer.alloc(1_000_000, ' ');
  let left = megabytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left--;
      if (!response.write(part)) return;
    }
    response.end();
  };
  response.on('drain', more);
  more();
};
