/** `ca` of every provider: a server with a certificate of a private authority is trusted by it, and not without. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { products } from '../../../providers/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/file.ts';
import { createCertificate } from '../../support/certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'backplane-ca-'));
const certificate = createCertificate();
const ca = join(folder, 'ca.pem');
writeFileSync(ca, certificate.cert);
writeFileSync(join(folder, 'no.pem'), 'hello');
let asked = 0;
const server = createServer(certificate, (_request, response) => {
  asked++;
  response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const ways: Record<string, object> = {
  borg: { token: 'x' },
  flosum: { token: 'x' },
  labii: { apiKey: 'x', organizations: [{ sid: 'a', name: 'A' }] },
  vprotect: { username: 'x', password: 'x' },
};

describe.each(products.map((product) => [product.kind, product] as const))('%s', (kind, product) => {
  const create = (more: object) =>
    product.create(
      product.config.parse({
        name: 'own',
        kind,
        url: `https://127.0.0.1:${port}/api`,
        ...ways[kind],
        ...more,
      }) as never,
    );

  test('reaches its server with `ca`, and only with it', async () => {
    // Of Labii only a backup is asked for: its organisations are configured.
    const page = (provider: ReturnType<typeof create>) => {
      const signal = AbortSignal.timeout(10_000);
      return Promise.allSettled([provider.listEntities(signal), provider.getBackups(['a.1'], signal)]);
    };
    const doubting = create({});
    const before = asked;
    await page(doubting);
    expect(asked).toBe(before);
    const trusting = create({ ca });
    await page(trusting);
    expect(asked).toBeGreaterThan(before);
    await Promise.all([doubting.close(), trusting.close()]);
  });

  test('names the setting and the path where its file is no good', () => {
    for (const [file, fault] of [
      ['none.pem', 'expected a file that can be read (ENOENT)'],
      ['no.pem', 'expected a file with a certificate in PEM form'],
      ['.', 'expected a file that can be read (EISDIR)'],
    ] as const) {
      const path = join(folder, file);
      expect(() => create({ ca: path })).toThrow(new ConfigError([`providers (own): ca: ${fault}: ${path}`]));
    }
  });

  test('is a fault of the configuration beside a url with http', () => {
    const parse = (url: string) =>
      parseConfig(JSON.stringify({ providers: [{ name: 'own', kind, url, ca, ...ways[kind] }] }), products, {});
    for (const url of ['http://127.0.0.1:1/api', 'HTTP://127.0.0.1:1/api']) {
      expect(() => parse(url)).toThrow(
        new ConfigError([
          'providers[0].ca: expected an https url beside it: over http there is no certificate to verify',
        ]),
      );
    }
    expect(parse('https://127.0.0.1:1/api').providers).toHaveLength(1);
  });
});
