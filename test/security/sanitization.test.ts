/** A product, or a server before it, that answers with everything that must not reach people. */
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../providers/_kit/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** In the form of each product's own errors, and as no product writes them. */
type ToBody = (text: string) => unknown;

interface Case {
  readonly start: () => Promise<Sandbox>;
  readonly bodies: readonly ToBody[];
  readonly login: RegExp | null;
}

const quiet = { speed: 0 } as const;
const cases: Readonly<Record<string, Case>> = {
  borg: {
    start: () => startBorgSandbox({ ...quiet, demo: false, history: 5 }),
    bodies: [
      (detail) => ({ detail }),
      (text) => ({
        detail: { key: 'backend.errors.jobs.repositoryOperationActive', params: { active_job_type: text } },
      }),
      (text) => ({ detail: [{ loc: ['body', text], msg: text, input: text }] }),
    ],
    login: /\/auth\/login$/,
  },
  flosum: {
    start: () => startFlosumSandbox(quiet),
    bodies: [(text) => ({ message: [text], error: text, statusCode: 400 }), (message) => ({ message })],
    login: null,
  },
  labii: {
    start: () => startLabiiSandbox(quiet),
    bodies: [(detail) => ({ detail }), (text) => [text], (text) => ({ name: [text] })],
    login: /\/accounts\/auth\/$/,
  },
  vprotect: {
    start: () => startVProtectSandbox(quiet),
    bodies: [(message) => ({ error: { message } }), (message) => ({ message })],
    login: /\/session\/login$/,
  },
};

const statuses = [400, 401, 403, 404, 406, 409, 422, 429, 500, 503];

/** What it was sent, and what it should never say. */
const poisonous = (status: number, toBody: ToBody): Fault => ({
  name: `answers ${status} with poison`,
  async apply({ request, response }) {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += String(chunk);
    const { authorization = '', cookie = '', token = '' } = request.headers;
    const text = [
      'It failed <script>alert(1)</script><img src=x onerror=steal()>',
      'postgres://admin:pw-in-url@db.internal:5432/x //evil.example/y',
      `Authorization: ${authorization} [${authorization}] cookie ${cookie} token ${String(token)} sent ${body}`,
      Buffer.from(`${authorization}${body}`).toString('base64'),
      'password=pw-in-text api_key: key-in-text eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl',
      '\u0000\u0007\u001b[31m\u202E\u200B',
      'x'.repeat(10_000),
    ].join('\n');
    response.writeHead(status, {
      'content-type': 'application/json',
      location: 'http://evil.example/',
      'set-cookie': 'canary-cookie=1',
    });
    response.end(JSON.stringify(toBody(text)));
  },
});

interface Poisoned extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly secrets: readonly string[];
}

async function startPoisoned(name: string): Promise<Poisoned> {
  const { start } = cases[name] as Case;
  const sandbox = await start();
  const { url, password, token } = sandbox.config;
  const proxy = await startFaultProxy(String(url));
  const gateway = startGateway({ providers: [{ ...sandbox.config, url: proxy.url }] });
  return {
    gateway,
    proxy,
    secrets: [password, token].filter((one) => one !== undefined).map(String),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await proxy.close();
      await sandbox.close();
    },
  };
}

const forbidden =
  /script|alert|onerror|steal|pw-in|key-in|evil\.example|db\.internal|eyJ|canary-cookie|:\\?\/\\?\/|\[31m/;

function expectClean(answer: unknown, secrets: readonly string[]): void {
  const text = JSON.stringify(answer);
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, -3));
  }
  const messages = messagesIn(answer);
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) {
    expect(message).not.toMatch(forbidden);
    expect(message).not.toMatch(/[<>\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThanOrEqual(500);
  }
}

function messagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'message' && typeof item === 'string' ? [item] : messagesIn(item),
  );
}

const read =
  '{ backups(first: 3) { nodes { name } problems { code message } } providers { health { problem { message } } } }';
const command = (id: string, key: string) =>
  `mutation { startBackup(input: { entityId: "${id}", idempotencyKey: "${key}" }) { userErrors { message } operation { message error { message } } } }`;

describe.each(Object.keys(cases))('%s that answers with poison', (name) => {
  const { bodies, login } = cases[name] as Case;
  const each = statuses.flatMap((status) => bodies.map((toBody) => [status, toBody] as const));

  it('to a read says nothing of it', async () => {
    await using it = await startPoisoned(name);
    for (const [status, toBody] of each) {
      using _fault = it.proxy.fail(poisonous(status, toBody), { match: (_, path) => !login?.test(path) });
      expectClean(await it.gateway.askText(read), it.secrets);
    }
  });

  it('to a command says nothing of it', async () => {
    await using it = await startPoisoned(name);
    const { data } = await it.gateway.askText('{ protectedEntities(first: 1) { nodes { id } } }');
    const [first] = (data as { protectedEntities: { nodes: { id: string }[] } }).protectedEntities.nodes;
    for (const [index, [status, toBody]] of each.entries()) {
      using _fault = it.proxy.fail(poisonous(status, toBody), {
        match: (method, path) => method === 'POST' && !login?.test(path),
      });
      expectClean(await it.gateway.askText(command(first?.id ?? '', `key-${index}`)), it.secrets);
    }
  });

  it.runIf(login)('to a login says nothing of it', async () => {
    for (const [status, toBody] of each.slice(0, statuses.length)) {
      await using it = await startPoisoned(name);
      using fault = it.proxy.fail(poisonous(status, toBody));
      expectClean(await it.gateway.askText(read), it.secrets);
      expect(fault.hits).toBeGreaterThan(0);
    }
  });
});
