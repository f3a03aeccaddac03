/** Who may reach the metrics, as the configuration decides it. */
import { expect, it } from 'vitest';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';

const provider = 'providers: [{ name: files, kind: borg, url: "http://127.0.0.1:1", username: a, password: b }]';
const metricsOf = (metrics: string) => parseConfig(`${provider}\n${metrics}`, products, {}).metrics;
const sha256 = 'A'.repeat(64);

it('leaves metrics off, unless the section is there', () => {
  expect(metricsOf('')).toBeNull();
  expect(metricsOf('metrics:')).toBeNull();
  expect(metricsOf('metrics: {}')).toEqual({
    host: '127.0.0.1',
    port: 9464,
    tokenSha256: null,
    maxEntitySeries: 5000,
  });
});

it.each(['0.0.0.0', '::', '10.0.0.1', 'metrics.example'])('needs a token on %s', (host) => {
  expect(() => metricsOf(`metrics: { host: "${host}" }`)).toThrow(
    'metrics.host: expected a loopback address, or metrics.tokenSha256',
  );
  expect(metricsOf(`metrics: { host: "${host}", tokenSha256: "${sha256}" }`)).toMatchObject({
    host,
    tokenSha256: sha256.toLowerCase(),
  });
});

it.each(['localhost', '127.0.0.2', '::1'])('needs none on %s', (host) => {
  expect(metricsOf(`metrics: { host: "${host}" }`)).toMatchObject({ host, tokenSha256: null });
});

it.each([
  ['tokenSha256: secret', 'metrics.tokenSha256: expected 64 hexadecimal digits'],
  ['maxEntitySeries: -1', 'metrics.maxEntitySeries'],
  ['path: /metrics', 'metrics.path: unknown key'],
])('refuses %s', (setting, fault) => {
  expect(() => metricsOf(`metrics: { ${setting} }`)).toThrow(fault);
});
