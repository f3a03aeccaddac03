/** Key servers with TLS: trusted certificates and the reasons of failures. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createJwt } from '../../../src/auth/jwt.ts';
import { createKeyServer } from '../../../src/auth/jwt-key-server.ts';
import { type Certificate, createCertificate } from '../../support/certificate.ts';
import { collectLog, type Logged, one, settings, unreachable } from '../../support/key-reader.ts';
import { signToken, startKeyServer } from '../../support/key-server.ts';

describe('a key server with TLS', () => {
  async function readOver(certificate: Certificate, authority: string | null): Promise<Logged[]> {
    const server = await startKeyServer([one], certificate);
    const ca = authority === null ? null : join(tmpdir(), `${randomUUID()}.pem`);
    if (ca !== null) await writeFile(ca, authority ?? '');
    const lines: Logged[] = [];
    const jwt = createJwt(settings(server.url, { ca }), collectLog(lines));
    const token = await signToken(one);
    const outcome = await Promise.resolve(jwt.verify(token)).then(
      () => 'in',
      (error: Error) => error.message,
    );
    expect(outcome).toBe(lines.length === 0 ? 'in' : unreachable);
    await jwt.close();
    await server[Symbol.asyncDispose]();
    return lines;
  }

  it('is believed with a certificate of the authority that the configuration names', async () => {
    const certificate = createCertificate();
    expect(await readOver(certificate, certificate.cert)).toEqual([]);
  });

  it('is not believed with a certificate that nobody has signed, whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const [line] = await readOver(createCertificate(), null);
      expect(line?.err?.message).toContain('self-signed certificate');
      expect(line?.reason).toMatch(/^its certificate is not trusted\. Set auth\.jwt\.ca to the certificate/);
      expect(await readOver(createCertificate(), createCertificate().cert)).toHaveLength(1);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('has a reason of its own for each fault of its certificate, its port and its name', async () => {
    const reasonOf = async (url: string, ca: string | null) => {
      const lines: Logged[] = [];
      const keys = createKeyServer({
        url,
        connection: { ca: ca ?? undefined },
        algorithms: ['ES256'],
        keysMs: 1_000_000,
        log: collectLog(lines),
      });
      await expect(Promise.resolve(keys.find({ alg: 'ES256', kid: 'one' }))).rejects.toThrow(unreachable);
      await keys.close();
      return lines.map(({ reason }) => reason);
    };
    const over = async (certificate: Certificate) => {
      await using server = await startKeyServer([one], certificate);
      return await reasonOf(server.url, certificate.cert);
    };
    await using plain = await startKeyServer([one]);
    await using secure = await startKeyServer([one], createCertificate());
    expect(await over(createCertificate('127.0.0.1', { untilMs: -1_000 }))).toEqual(['its certificate has expired']);
    expect(await over(createCertificate('127.0.0.9'))).toEqual([
      'its certificate is for another host name than the one in auth.jwt.jwksUrl',
    ]);
    expect(await reasonOf(plain.url.replace('http:', 'https:'), null)).toEqual([
      'it does not speak TLS as expected: check whether auth.jwt.jwksUrl is http or https, and its port',
    ]);
    expect(await reasonOf(secure.url.replace('https:', 'http:'), null)).toEqual([
      expect.stringMatching(/^the connection was closed .* check whether auth\.jwt\.jwksUrl is http or https/),
    ]);
    expect(await reasonOf('http://no-such-host.invalid/keys', null)).toEqual([
      expect.stringMatching(/its host name was (not found: check auth\.jwt\.jwksUrl|looked up)/),
    ]);
  });

  it('whose authority is no certificate is a fault of the configuration', async () => {
    const ca = join(tmpdir(), `${randomUUID()}.pem`);
    await writeFile(ca, 'canary');
    const log = pino({ level: 'silent' });
    const create = (file: string) => createJwt(settings('https://127.0.0.1:9/keys', { ca: file }), log);
    expect(() => create(ca)).toThrow(`auth.jwt.ca: expected a file with a certificate in PEM form: ${ca}`);
    const none = `${ca}.none`;
    expect(() => create(none)).toThrow(`auth.jwt.ca: expected a file that can be read (ENOENT): ${none}`);
  });
});
