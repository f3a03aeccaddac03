/** Providers behind a proxy that opens tunnels, and products that ask for a client certificate. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBorgSandbox } from '../../../providers/borg/sandbox/index.ts';
import { proxyOf } from '../../../src/config/outbound.ts';
import { createCertificate } from '../../support/certificate.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { startGateway } from '../../support/gateway.ts';

const query = '{ backups(first: 2) { nodes { id } problems { code message } } }';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backplane-proxy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};

/** The sandbox behind TLS; asks for a certificate of `clientCa`. */
async function startTls(target: string, clientCa: string) {
  const own = createCertificate();
  const server = createTlsServer(
    { ...own, ca: clientCa, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
        const method = request.method ?? 'GET';
        fetch(target + request.url, {
          method,
          headers: { authorization, 'content-type': type },
          ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
        })
          .then(async (answer) => {
            response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
          })
          .catch(() => response.destroy());
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: own.cert,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a provider with proxy', () => {
  it('is reached through its tunnels alone, also over TLS with its own authority and a client certificate', async () => {
    const client = createCertificate();
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 3 });
    await using proxy = await startConnectProxy(`Basic ${Buffer.from('anna:s3cret pw').toString('base64')}`);
    await using product = await startTls(sandbox.url, client.cert);
    await using gateway = startGateway({
      providers: [
        { ...sandbox.config, name: 'plain', proxy: `http://anna:s3cret%20pw@${proxy.host}` },
        {
          ...sandbox.config,
          name: 'secure',
          url: product.url,
          ca: write('ca.crt', product.ca),
          cert: write('client.crt', client.cert),
          key: write('client.key', client.key),
          proxy: `http://anna:s3cret%20pw@${proxy.host}`,
        },
        {
          ...sandbox.config,
          name: 'without',
          url: product.url,
          ca: write('ca.crt', product.ca),
          timeoutSeconds: 3,
          limits: { retries: 0 },
        },
      ],
    });
    const { data } = await gateway.askText(query);
    const { problems } = (data as { backups: { problems: { code: string }[] } }).backups;
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toMatch(/^PROVIDER_/);
    const hosts = new Set(proxy.tunnels);
    expect(hosts).toEqual(new Set([new URL(sandbox.url).host, new URL(product.url).host]));
  });

  it('is unavailable where the proxy refuses, and no message has its password', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 3 });
    await using proxy = await startConnectProxy('Basic other');
    await using gateway = startGateway({
      providers: [{ ...sandbox.config, proxy: `http://anna:canary-pw@${proxy.host}`, limits: { retries: 0 } }],
    });
    const text = JSON.stringify(await gateway.askText(query));
    expect(text).toContain('PROVIDER_UNAVAILABLE');
    expect(text).toContain('its proxy refused to open a tunnel (HTTP 407): check \\"proxy\\", or HTTPS_PROXY');
    expect(text).not.toContain('canary-pw');
    expect(proxy.tunnels).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });

  it('is unavailable where the proxy is down, and says that it is the proxy', async () => {
    await using sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 3 });
    const { host, ...proxy } = await startConnectProxy(undefined);
    await proxy[Symbol.asyncDispose]();
    await using gateway = startGateway({
      providers: [{ ...sandbox.config, proxy: `http://${host}`, limits: { retries: 0 } }],
    });
    expect(JSON.stringify(await gateway.askText(query))).toContain('its proxy cannot be reached (ECONNREFUSED)');
    expect(sandbox.requests).toEqual([]);
  });
});

describe('a proxy of the environment', () => {
  const environment = {
    HTTPS_PROXY: 'http://secure:1',
    http_proxy: 'http://plain:2',
    NO_PROXY: 'a.example, .b.example:8443,*.c.example',
  };

  it.each([
    ['https://x.example', 'http://secure:1'],
    ['http://x.example', 'http://plain:2'],
    ['https://a.example', undefined],
    ['https://sub.a.example', undefined],
    ['https://nota.example', 'http://secure:1'],
    ['https://x.b.example:8443', undefined],
    ['https://x.b.example', 'http://secure:1'],
    ['https://x.c.example', undefined],
    ['https://127.0.0.1:8080', undefined],
    ['http://localhost', undefined],
  ])('of %s is %s', (url, expected) => {
    expect(proxyOf(url, environment)).toBe(expected);
  });

  it('is none with NO_PROXY=* and without any', () => {
    expect(proxyOf('https://x', { ...environment, NO_PROXY: '*' })).toBeUndefined();
    expect(proxyOf('https://x', {})).toBeUndefined();
  });
});
