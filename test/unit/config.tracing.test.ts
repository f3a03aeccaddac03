/** Where traces are sent, as the configuration decides it. */
import { expect, it } from 'vitest';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { effectiveConfig } from '../../src/config/effective.ts';

const provider = 'providers: [{ name: files, kind: borg, url: "http://127.0.0.1:1", username: a, password: b }]';
const tracingOf = (tracing: string) => parseConfig(`${provider}\n${tracing}`, products, {}).tracing;

it('leaves traces off, unless the section is there', () => {
  expect(tracingOf('')).toBeNull();
  expect(tracingOf('tracing:')).toBeNull();
  expect(tracingOf('tracing: { url: "http://127.0.0.1:4318" }')).toEqual({
    url: 'http://127.0.0.1:4318/v1/traces',
    headers: {},
    sampleRatio: 1,
    serviceName: 'backplane',
  });
});

it('keeps the path of a collector behind a proxy', () => {
  expect(tracingOf('tracing: { url: "https://otel.example/otlp/v1/traces" }')?.url).toBe(
    'https://otel.example/otlp/v1/traces',
  );
});

it('takes headers as secrets', () => {
  const yaml = `${provider}\ntracing: { url: "http://c.example", headers: { x-api-key: "\${KEY}" } }`;
  const environment = { KEY: 'do-not-print' };
  const { tracing } = parseConfig(yaml, products, environment);
  expect(tracing?.headers['x-api-key']?.reveal()).toBe('do-not-print');
  expect(JSON.stringify(tracing)).not.toContain('do-not-print');
  expect(JSON.stringify(effectiveConfig(yaml, products, environment, {}))).not.toContain('do-not-print');
});

it.each([
  ['{}', 'tracing.url'],
  ['{ url: "collector:4317" }', 'tracing.url: expected an http or https URL'],
  ['{ url: "http://user:x@c.example" }', 'tracing.url: expected a URL without a user name, password'],
  ['{ url: "http://c.example", sampleRatio: 2 }', 'tracing.sampleRatio'],
  ['{ url: "http://c.example", headers: { "a b": x } }', 'tracing.headers'],
  ['{ url: "http://c.example", sampleRate: 1 }', 'tracing.sampleRate: unknown key'],
])('refuses %s', (tracing, fault) => {
  expect(() => tracingOf(`tracing: ${tracing}`)).toThrow(fault);
});
