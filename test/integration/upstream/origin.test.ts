/** Nothing but the configured origin is ever contacted, whatever a product answers and whatever the environment says. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GatewayError } from '../../../src/core/errors.ts';
import type { Upstream } from '../../../src/upstream/contract.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { sendJson, serve, type TestServer } from '../../support/http-server.ts';
import { never } from '../../support/model.ts';

const schema = z.object({ ok: z.boolean() });

const open = (url: string): Upstream => createUpstream({ provider: 'one', url, timeoutMs: 2_000, session: null });

const failure = (work: Promise<unknown>): Promise<GatewayError> =>
  work.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as GatewayError,
  );

/** Host and path of where a redirect leads, as an error names it. */
function named(location: string, server: TestServer): string {
  const { host, pathname } = new URL(location, `${server.url}/thing`);
  return host + pathname.replace(/[^\w./~%-]/g, '_');
}

/** Every way to ask. */
const ways: Readonly<Record<string, (upstream: Upstream) => Promise<unknown>>> = {
  'a read': (upstream) => upstream.read('/thing', { schema }, never),
  'a login': (upstream) => upstream.read('/thing', { schema, post: { form: { password: 'x' } } }, never),
  'a command': (upstream) => upstream.command('/thing', { schema, json: {} }, never),
  'a download': (upstream) => upstream.download('/thing', never),
};

describe.each(Object.entries(ways))('%s', (what, ask) => {
  test.each([300, 301, 302, 303, 305, 307, 308])('that is sent elsewhere with %i goes nowhere', async (status) => {
    await using elsewhere = await serve((_, response) => sendJson(response, { ok: true }));
    for (const location of [
      `${elsewhere.url}/x`,
      `//127.0.0.1:${elsewhere.port}/x`,
      '/other',
      '?page=9',
      'not a url',
    ]) {
      await using server = await serve((_, response) => {
        response.writeHead(status, { location, refresh: `0; url=${elsewhere.url}`, 'content-location': elsewhere.url });
        response.end(JSON.stringify({ next: elsewhere.url }));
      });
      const upstream = open(server.url);
      const { code, message } = await failure(ask(upstream));
      expect(code).toBe('PROVIDER_INVALID_RESPONSE');
      expect(message.includes('Nothing was done')).toBe(what === 'a command');
      expect(message).toContain(`redirects to ${named(location, server)} over http `);
      expect(message).not.toMatch(/https?:\/\/|page=9|not a url/);
      expect(server.requests).toHaveLength(1);
      await upstream.close();
    }
    expect(elsewhere.requests).toEqual([]);
  });
});

test('links in headers and bodies are not followed, nor fetched ahead', async () => {
  await using elsewhere = await serve((_, response) => sendJson(response, { ok: true }));
  await using server = await serve((_, response) => {
    const links = [`<${elsewhere.url}/p>; rel=preload; as=script`, `<${elsewhere.url}/n>; rel=next`];
    response.writeEarlyHints({ link: links.slice(0, 1) });
    response.setHeader('link', links);
    response.setHeader('alt-svc', `http/1.1="127.0.0.1:${elsewhere.port}"; ma=60`);
    sendJson(response, { ok: true, next: `${elsewhere.url}/next` });
  });
  const upstream = open(server.url);
  for (let round = 0; round < 3; round++) await upstream.read('/thing', { schema }, never);
  await upstream.close();
  expect(server.requests).toHaveLength(3);
  expect(elsewhere.requests).toEqual([]);
});

test('a cookie that a product sets goes nowhere: not back, and not to another', async () => {
  await using setter = await serve((_, response) => {
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Domain=127.0.0.1']);
    sendJson(response, { ok: true });
  });
  await using other = await serve((_, response) => sendJson(response, { ok: true }));
  const upstreams = [open(setter.url), open(other.url)];
  for (let round = 0; round < 2; round++) for (const upstream of upstreams) await ways['a read']?.(upstream);
  await ways['a command']?.(upstreams[0] as Upstream);
  for (const upstream of upstreams) await upstream.close();
  const sent = [...setter.headers, ...other.headers];
  expect(sent).toHaveLength(5);
  for (const headers of sent) expect(headers.cookie).toBeUndefined();
});

test('a proxy of the environment is not asked', async () => {
  await using proxy = await serve((_, response) => sendJson(response, { ok: true }));
  await using server = await serve((_, response) => sendJson(response, { ok: true }));
  const names = [
    'http_proxy',
    'HTTP_PROXY',
    'https_proxy',
    'HTTPS_PROXY',
    'all_proxy',
    'ALL_PROXY',
    'NODE_USE_ENV_PROXY',
  ];
  const before = names.map((name) => process.env[name]);
  try {
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.url;
    const upstream = open(server.url);
    for (const ask of Object.values(ways)) await ask(upstream);
    await upstream.close();
  } finally {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  }
  expect(server.requests).toHaveLength(4);
  expect(proxy.requests).toEqual([]);
});

describe('ids reach URLs only through `path`', () => {
  /** Texts that look like paths, and are put together in another way. */
  function strayPaths(source: string): string[] {
    const templates = [...source.matchAll(/(\w*)`(\/[^`]*\$\{[^`]*)`/g)].filter(([, tag]) => tag !== 'path');
    const sums = [...source.matchAll(/'\/[^'\n]*'\s*\+|\+\s*'[^'\n]*\/[^'\n]*'|\.(?:concat|join)\('\/'\)/g)];
    return [...templates, ...sums].map(([text]) => text);
  }

  /** First arguments of calls that are no constant, no `path` and no name or function that is made of those in this file. */
  function strayCalls(source: string): string[] {
    const calls = source.matchAll(
      /upstream\s*\.\s*(?:read|readWithHeaders|command|download)(?:<[^>]*>)?\(\s*([^,]+),/g,
    );
    return [...calls].flatMap(([, argument = '']) =>
      /^(?:path`[^`]*`|'[^']*'|[a-z]\w*|[a-z]\w*Path\([^)]*\)?)$/i.test(argument.trim()) ? [] : [argument],
    );
  }

  test('in every adapter', async () => {
    const files = (await readdir('providers', { recursive: true })).filter(
      (file) => /^\w+\/[\w-]+\.ts$/.test(file) && !/\/sandbox/.test(file),
    );
    let calls = 0;
    for (const file of files) {
      const source = await readFile(join('providers', file), 'utf8');
      expect([file, strayPaths(source), strayCalls(source)]).toEqual([file, [], []]);
      calls += source.match(/upstream\s*\.\s*(?:read|readWithHeaders|command|download)\(/g)?.length ?? 0;
      const asksItself =
        /\bfrom '(undici|node:(https?|http2|net|tls|dgram|dns)(\/\w+)?)'|\bfetch\(['"`]|new WebSocket\(/;
      expect([file, asksItself.exec(source)]).toEqual([file, null]);
    }
    expect(calls).toBeGreaterThan(15);
  });

  test('and this sees where they do not', () => {
    expect(strayPaths('const a = `/api/jobs/${id}`;')).toHaveLength(1);
    expect(strayPaths("const a = '/api/jobs/' + id;")).toHaveLength(1);
    expect(strayPaths("const a = base + '/jobs';")).toHaveLength(1);
    expect(strayPaths('const a = path`/api/jobs/${id}`;')).toEqual([]);
    expect(strayCalls('upstream.read(`/x/${id}`, options, signal)')).toHaveLength(1);
    expect(strayCalls("upstream.read('/x/'.concat(id), options, signal)")).toHaveLength(1);
    expect(strayCalls('upstream.read(path`/x/${id}`, options, signal)')).toEqual([]);
  });
});
