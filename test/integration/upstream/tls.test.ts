import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GatewayError } from '../../../src/core/errors.ts';
import type { UpstreamOptions } from '../../../src/upstream/contract.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { type Certificate, createCertificate } from '../../support/certificate.ts';
import { sendJson, serve } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';

const schema = z.object({ ok: z.boolean() });

interface SecureServer extends AsyncDisposable {
  readonly port: number;
  readonly requests: string[];
}

async function serveSecurely({ cert, key }: Certificate): Promise<SecureServer> {
  const requests: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    sendJson(response, { ok: true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function ask(
  { port }: SecureServer,
  how: Partial<UpstreamOptions> & { host?: string; command?: boolean },
): Promise<unknown> {
  const { host = '127.0.0.1', command = false, ...options } = how;
  const url = `https://${host}:${port}`;
  const upstream = createUpstream({ provider: 'one', url, timeoutMs: 2_000, session: null, ...options });
  try {
    const work = command ? upstream.command('/thing', { schema }, never) : upstream.read('/thing', { schema }, never);
    return await work.catch((error: unknown) => (error instanceof GatewayError ? error.code : error));
  } finally {
    await upstream.close();
  }
}

describe('a product with an authority of its own', () => {
  it('is believed for reads and commands where its certificate is pinned', async () => {
    const certificate = createCertificate();
    await using server = await serveSecurely(certificate);
    expect(await ask(server, { ca: certificate.cert })).toEqual({ ok: true });
    expect(await ask(server, { ca: certificate.cert, command: true })).toEqual({ ok: true });
  });

  it('is not believed without, and is not even asked', async () => {
    await using server = await serveSecurely(createCertificate());
    expect(await ask(server, {})).toBe('PROVIDER_UNAVAILABLE');
    expect(await ask(server, { command: true })).toBe('PROVIDER_UNAVAILABLE');
    expect(server.requests).toEqual([]);
  });

  it('is not believed with the certificate of another', async () => {
    await using server = await serveSecurely(createCertificate());
    expect(await ask(server, { ca: createCertificate().cert })).toBe('PROVIDER_UNAVAILABLE');
    expect(server.requests).toEqual([]);
  });

  it('is not believed where the environment switches verification off', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await using server = await serveSecurely(createCertificate());
      expect(await ask(server, {})).toBe('PROVIDER_UNAVAILABLE');
      expect(server.requests).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('is not believed under a name that its certificate does not have', async () => {
    const certificate = createCertificate('127.0.0.2');
    await using server = await serveSecurely(certificate);
    expect(await ask(server, { ca: certificate.cert })).toBe('PROVIDER_UNAVAILABLE');
    expect(server.requests).toEqual([]);
  });
});

describe('the headers of an answer', () => {
  it('come with its body, each cookie of its own', async () => {
    await using server = await serve((_, response) => {
      response.setHeader('set-cookie', ['a=1; Path=/', 'b=2']).setHeader('X-Total-Count', '7');
      sendJson(response, { ok: true });
    });
    const upstream = createUpstream({ provider: 'one', url: server.url, timeoutMs: 2_000, session: null });
    const { body, headers } = await upstream.readWithHeaders('/thing', { schema, query: { page: 0 } }, never);
    await upstream.close();
    expect(body).toEqual({ ok: true });
    expect(headers).toMatchObject({ 'x-total-count': '7', 'set-cookie': ['a=1; Path=/', 'b=2'] });
    expect(server.requests).toEqual(['GET /thing?page=0']);
  });
});
