/** Documents and variables that nobody would write: always an answer, never a bug, and nothing that stays behind. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { collectGarbage } from '../support/gc.ts';
import { allMs, expectPublicErrors, runs, within } from './answers.ts';
import { breakText, drawOperation, draws, type FuzzedOperation } from './documents.ts';

let gateway: TestGateway;
let known: string[];
const close: (() => PromiseLike<void>)[] = [];

beforeAll(async () => {
  const sandboxes = [
    await startBorgSandbox({ history: 30 }),
    await startFlosumSandbox(),
    await startLabiiSandbox(),
    await startVProtectSandbox(),
  ];
  gateway = startGateway({
    providers: sandboxes.map(({ config }) => ({ ...config, cacheSeconds: 1 })),
    ledger: { answerWithinSeconds: 0.5 },
    limits: { requestsPerMinute: 1_000_000, mutationsPerMinute: 1_000_000 },
  });
  close.push(() => gateway[Symbol.asyncDispose](), ...sandboxes.map((sandbox) => () => sandbox.close()));
  known = await knownIds(gateway);
});

afterAll(async () => {
  for (const end of close) await end();
});

/** Ids and cursors of things that are there. */
async function knownIds({ askText }: TestGateway): Promise<string[]> {
  const { data } = await askText(`{
    backups(first: 20) { edges { cursor node { id } } }
    protectedEntities(first: 20) { edges { cursor node { id } } }
    providers { id name }
  }`);
  const texts: string[] = [];
  JSON.stringify(data, (key, value) => {
    if (typeof value === 'string' && ['id', 'cursor', 'name'].includes(key)) texts.push(value);
    return value;
  });
  expect(texts.length).toBeGreaterThan(40);
  return texts;
}

async function post(body: string): Promise<{ status: number; errors?: unknown; data?: unknown }> {
  const response = await gateway.app.fetch(
    new Request('http://gateway.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
    }),
  );
  const text = await response.text();
  return { status: response.status, ...(JSON.parse(text) as object) };
}

const check = async (operation: FuzzedOperation): Promise<void> => {
  const body = JSON.stringify(operation);
  const { status, errors, data } = await within(body, post(body));
  expect(status, body).toBeLessThan(500);
  expectPublicErrors(errors);
  expect(data !== undefined || errors !== undefined).toBe(true);
};

const all = { roots: ['query', 'query', 'query', 'mutation'] } as const;

it(
  'a document that the schema allows, with values that nobody would give, has an answer',
  async () => {
    await fc.assert(
      fc.asyncProperty(draws, (draw) => check(drawOperation(gateway.app.schema, draw, { known, ...all }))),
      { numRuns: runs(400) },
    );
  },
  allMs,
);

it(
  'a document that is broken has an answer that says so',
  async () => {
    await fc.assert(
      fc.asyncProperty(draws, (draw) => {
        const { query, variables } = drawOperation(gateway.app.schema, draw, { known, ...all });
        const strange = draw() < 0.2 ? (draw() < 0.5 ? [] : 'x') : variables;
        return check({ query: breakText(query, draw), variables: strange as Record<string, unknown> });
      }),
      { numRuns: runs(600) },
    );
  },
  allMs,
);

it(
  'a body that is no operation has an answer, too',
  async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('', '[]', '{}', 'null', '{"query":1}', '{"query":"{a}","variables":[]}', '{"query":'),
      fc.record({ query: fc.anything(), variables: fc.anything(), extensions: fc.anything() }).map((value) => {
        return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? '';
      }),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const { status, errors } = await within(text, post(text));
        expect(status, text).toBeGreaterThanOrEqual(200);
        expect(status, text).toBeLessThan(500);
        expectPublicErrors(errors);
      }),
      { numRuns: runs(300) },
    );
  },
  allMs,
);

it(
  'memory does not grow with what was refused',
  async () => {
    const operations = fc.sample(draws, { numRuns: runs(400), seed: 7 }).map((draw) => {
      const { query, variables } = drawOperation(gateway.app.schema, draw, { known, roots: ['query'] });
      return { query: breakText(query, draw), variables };
    });
    const round = async () => {
      for (const operation of operations) await check(operation);
      await collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await round();
    const before = await round();
    const after = await round();
    expect(after - before).toBeLessThan(30_000_000);
  },
  allMs,
);
