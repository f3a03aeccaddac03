/** Whole answers that are given again: to whom, of what, and for how long. */
import { type ExecutionArgs, type ExecutionResult, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Viewer } from '../../src/core/viewer.ts';
import type { ReadCache } from '../../src/lists/read-cache.ts';
import { responseCache } from '../../src/transport/http/answers.ts';

const anna: Viewer = { id: 'token:anna', name: 'anna', role: 'READER', providers: ['files'] };

interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly viewer?: Viewer;
  readonly origin?: string;
  readonly result?: ExecutionResult | Promise<ExecutionResult>;
  readonly signal?: AbortSignal;
}

/** What the plugin does around an execution; gives the answer, and whether it was executed for it. */
function aServer(manner: { until?: () => number; version?: () => number } = {}) {
  const { until = () => performance.now() + 60_000, version = () => 1 } = manner;
  const readCache: ReadCache = {
    keep: (provider) => provider,
    forget: () => undefined,
    drop: () => undefined,
    keptUntil: until,
    version,
  };
  const plugin = responseCache(readCache);
  const documents = new Map<string, ReturnType<typeof parse>>();
  let executions = 0;
  return async (text: string, asked: Asked = {}) => {
    const { variables = {}, operationName, viewer = anna, origin = 'http://a', result } = asked;
    const { signal = new AbortController().signal } = asked;
    const document = documents.get(text) ?? parse(text);
    documents.set(text, document);
    const scope = { viewer, providers: [{ name: 'files' }] };
    const contextValue = { catalog: { scope }, origin, signal };
    const args = { document, operationName, variableValues: variables, contextValue } as unknown as ExecutionArgs;
    let known: ExecutionResult | null = null;
    let isExecuted = false;
    let execute = (_: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> => {
      isExecuted = true;
      executions++;
      return result ?? { data: { executions } };
    };
    plugin.onExecute?.({
      args,
      executeFn: execute,
      setExecuteFn: (other: typeof execute) => (execute = other),
      setResultAndStopExecution: (kept: ExecutionResult) => (known = kept),
    } as never);
    const answer: ExecutionResult = known ?? (await execute(args));
    return { answer, isExecuted };
  };
}

const list = 'query Q($first: Int) { backups(first: $first) { nodes { id } } }';

test('the same question is answered once, and its text is made once', async () => {
  const ask = aServer();
  const first = await ask(list);
  const again = await ask(list);
  expect(again).toMatchObject({ isExecuted: false, answer: { data: { executions: 1 } } });
  expect(first.isExecuted).toBe(true);
  const { stringify } = again.answer as ExecutionResult & { stringify: () => string };
  expect(stringify()).toBe(JSON.stringify(first.answer));
  expect(stringify()).toBe(stringify());
});

test.each<[string, Asked]>([
  ['variables', { variables: { first: 2 } }],
  ['operation', { operationName: 'Q' }],
  ['viewer', { viewer: { ...anna, name: 'bert' } }],
  ['role', { viewer: { ...anna, role: 'OPERATOR' } }],
  ['providers of a viewer', { viewer: { ...anna, providers: ['files', 'machines'] } }],
  ['origin, which is in links', { origin: 'http://b' }],
])('another %s is another question', async (_, other) => {
  const ask = aServer();
  await ask(list);
  expect((await ask(list, other)).isExecuted).toBe(true);
  expect((await ask(list, other)).isExecuted).toBe(false);
  expect((await ask(list)).isExecuted).toBe(false);
});

test.each([
  ['a mutation', 'mutation { startBackup(input: { entityId: "1" }) { backup { id } } }'],
  ['an operation of ours, which changes without any provider', '{ operation(id: "1") { status } }'],
  ['a node, which may be one', '{ node(id: "1") { id } }'],
  ['a fragment, in which anything may be', '{ ...F } fragment F on Query { operation(id: "1") { status } }'],
  ['one of these beside a list', '{ backups { nodes { id } } operation(id: "1") { status } }'],
])('%s is executed each time', async (_, text) => {
  const ask = aServer();
  await ask(text);
  expect((await ask(text)).isExecuted).toBe(true);
});

test('an answer with errors is not given again', async () => {
  const ask = aServer();
  await ask(list, { result: { data: null, errors: [new Error('down') as never] } });
  expect((await ask(list)).isExecuted).toBe(true);
});

test('nothing is given again where a provider keeps nothing, or after the time', async () => {
  const never = aServer({ until: () => 0 });
  await never(list);
  expect((await never(list)).isExecuted).toBe(true);
  const brief = aServer({ until: () => performance.now() });
  await brief(list);
  expect((await brief(list)).isExecuted).toBe(true);
});

test('nothing is given again across a command, also one that began while the answer was made', async () => {
  let version = 1;
  const ask = aServer({ version: () => version });
  await ask(list);
  version++;
  expect((await ask(list)).isExecuted).toBe(true);
  const during = aServer({ version: () => version++ });
  await during(list);
  expect((await during(list)).isExecuted).toBe(true);
});

test('500 answers at most are kept', async () => {
  const ask = aServer();
  for (let first = 0; first <= 500; first++) await ask(list, { variables: { first } });
  expect((await ask(list, { variables: { first: 499 } })).isExecuted).toBe(false);
  expect((await ask(list, { variables: { first: 500 } })).isExecuted).toBe(true);
});

/** An execution that ends when it is told to. */
function held() {
  let end: (result: ExecutionResult) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const result = new Promise<ExecutionResult>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { result, end: (data: object) => end({ data: { ...data } }), endWith: end, fail };
}

test('all who ask the same while it is executed get its result', async () => {
  const ask = aServer();
  const first = held();
  const asked = [ask(list, { result: first.result }), ask(list), ask(list)];
  first.end({ of: 'the first' });
  const [made, ...joined] = await Promise.all(asked);
  expect(made).toMatchObject({ isExecuted: true, answer: { data: { of: 'the first' } } });
  for (const one of joined) expect(one).toMatchObject({ isExecuted: false, answer: { data: { of: 'the first' } } });
});

test.each<[string, Asked]>([
  ['viewer', { viewer: { ...anna, name: 'bert' } }],
  ['variables', { variables: { first: 2 } }],
  ['origin', { origin: 'http://b' }],
])('nobody with another %s waits for it', async (_, other) => {
  const ask = aServer();
  const first = held();
  const asked = ask(list, { result: first.result });
  expect(await ask(list, other)).toMatchObject({ isExecuted: true });
  first.end({});
  await asked;
});

test('who waited for an execution that failed, or that is for nobody else, executes it', async () => {
  const ask = aServer();
  const first = held();
  const failing = ask(list, { result: first.result });
  const next = ask(list);
  first.fail(new Error('the client has gone'));
  await expect(failing).rejects.toThrow('the client has gone');
  expect((await next).isExecuted).toBe(true);

  const refused = held();
  const other = { variables: { first: 3 } };
  const asked = [ask(list, { ...other, result: refused.result }), ask(list, other)];
  refused.endWith({ data: null, errors: [new Error('down') as never] });
  const [with_, without] = await Promise.all(asked);
  expect(with_?.answer.errors).toHaveLength(1);
  expect(without).toMatchObject({ isExecuted: true });
  expect(without?.answer.errors).toBeUndefined();
});

test('who leaves does not wait, and does not end it for the others', async () => {
  const ask = aServer();
  const first = held();
  const leaving = new AbortController();
  const asked = [ask(list, { result: first.result }), ask(list)];
  const left = ask(list, { signal: leaving.signal });
  leaving.abort();
  expect((await left).isExecuted).toBe(true);
  first.end({ of: 'the first' });
  for (const { answer } of await Promise.all(asked)) expect(answer.data).toEqual({ of: 'the first' });
});

test('who asks after a command, or after the time, does not get what began before', async () => {
  let version = 1;
  let until = performance.now() + 60_000;
  const ask = aServer({ version: () => version, until: () => until });
  const before = held();
  const asked = ask(list, { result: before.result });
  version++;
  expect(await ask(list)).toMatchObject({ isExecuted: true });
  before.end({ of: 'before' });
  await asked;
  expect((await ask(list)).answer.data).not.toEqual({ of: 'before' });

  until = performance.now();
  const late = held();
  const expired = ask(list, { variables: { first: 2 }, result: late.result });
  until = performance.now() + 60_000;
  expect(await ask(list, { variables: { first: 2 } })).toMatchObject({ isExecuted: true });
  late.end({});
  await expired;
});
