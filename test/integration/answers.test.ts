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
  readonly result?: ExecutionResult;
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
  return (text: string, { variables = {}, operationName, viewer = anna, origin = 'http://a', result }: Asked = {}) => {
    const document = documents.get(text) ?? parse(text);
    documents.set(text, document);
    const scope = { viewer, providers: [{ name: 'files' }] };
    const args = { document, operationName, variableValues: variables, contextValue: { catalog: { scope }, origin } };
    let answer: ExecutionResult | null = null;
    const hooks = plugin.onExecute?.({
      args: args as unknown as ExecutionArgs,
      setResultAndStopExecution: (known: ExecutionResult) => (answer = known),
    } as never) as { onExecuteDone?: (done: { result: ExecutionResult }) => void } | undefined;
    if (answer) return { answer: answer as ExecutionResult, isExecuted: false };
    executions++;
    const made = result ?? { data: { executions } };
    hooks?.onExecuteDone?.({ result: made });
    return { answer: made, isExecuted: true };
  };
}

const list = 'query Q($first: Int) { backups(first: $first) { nodes { id } } }';

test('the same question is answered once, and its text is made once', () => {
  const ask = aServer();
  const first = ask(list);
  const again = ask(list);
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
])('another %s is another question', (_, other) => {
  const ask = aServer();
  ask(list);
  expect(ask(list, other).isExecuted).toBe(true);
  expect(ask(list, other).isExecuted).toBe(false);
  expect(ask(list).isExecuted).toBe(false);
});

test.each([
  ['a mutation', 'mutation { startBackup(input: { entityId: "1" }) { backup { id } } }'],
  ['an operation of ours, which changes without any provider', '{ operation(id: "1") { status } }'],
  ['a node, which may be one', '{ node(id: "1") { id } }'],
  ['a fragment, in which anything may be', '{ ...F } fragment F on Query { operation(id: "1") { status } }'],
  ['one of these beside a list', '{ backups { nodes { id } } operation(id: "1") { status } }'],
])('%s is executed each time', (_, text) => {
  const ask = aServer();
  ask(text);
  expect(ask(text).isExecuted).toBe(true);
});

test('an answer with errors is not given again', () => {
  const ask = aServer();
  ask(list, { result: { data: null, errors: [new Error('down') as never] } });
  expect(ask(list).isExecuted).toBe(true);
});

test('nothing is given again where a provider keeps nothing, or after the time', () => {
  const never = aServer({ until: () => 0 });
  never(list);
  expect(never(list).isExecuted).toBe(true);
  const brief = aServer({ until: () => performance.now() });
  brief(list);
  expect(brief(list).isExecuted).toBe(true);
});

test('nothing is given again across a command, also one that began while the answer was made', () => {
  let version = 1;
  const ask = aServer({ version: () => version });
  ask(list);
  version++;
  expect(ask(list).isExecuted).toBe(true);
  const during = aServer({ version: () => version++ });
  during(list);
  expect(during(list).isExecuted).toBe(true);
});

test('500 answers at most are kept', () => {
  const ask = aServer();
  for (let first = 0; first <= 500; first++) ask(list, { variables: { first } });
  expect(ask(list, { variables: { first: 499 } }).isExecuted).toBe(false);
  expect(ask(list, { variables: { first: 500 } }).isExecuted).toBe(true);
});
