/** Reports each executed operation, on every transport, to the observer, and traces it. */
import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { observer } from '../../core/observer.ts';
import { errorTypeOf, inSpan, isTracing, type Span, startSpan } from '../../core/tracing.ts';

type Run = (args: ExecutionArgs) => unknown;

/** By their context, which is one of their own; only while they are traced. */
const spans = new WeakMap<object, Span>();

function begin({ document, operationName, contextValue }: ExecutionArgs): void {
  if (!isTracing()) return;
  const operation = getOperationAST(document, operationName);
  const type = operation?.operation ?? 'unknown';
  const name = operation?.name?.value.slice(0, 100);
  const span = startSpan({
    name: type,
    attributes: { 'graphql.operation.type': type, ...(name === undefined ? {} : { 'graphql.operation.name': name }) },
  });
  if (span) spans.set(contextValue as object, span);
}

/** `error`: null for a success. */
function report(
  { document, operationName, contextValue }: ExecutionArgs,
  error: string | null,
  startedAt: number,
): void {
  const type = getOperationAST(document, operationName)?.operation ?? 'unknown';
  observer()?.operation({ type, isSuccess: error === null }, (performance.now() - startedAt) / 1000);
  spans.get(contextValue as object)?.end(error);
}

function errorOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null) return 'unknown';
  const { errors } = result as ExecutionResult;
  return errors ? String(errors[0]?.extensions['code'] ?? errorTypeOf(errors[0])) : null;
}

/** Goes before all other plugins: it also sees answers from the response cache, for which nothing is executed. */
export const observeResults: Plugin<Context> = {
  onExecute({ args }) {
    const startedAt = performance.now();
    begin(args);
    return { onExecuteDone: ({ result }) => report(args, errorOf(result), startedAt) };
  },
  onSubscribe({ args }) {
    const startedAt = performance.now();
    begin(args);
    return { onSubscribeResult: ({ result }) => report(args, errorOf(result), startedAt) };
  },
};

/** Goes after all other plugins, since an operation that throws has no result: a refusal, or one that took too long. */
export const observeRefusals: Plugin<Context> = {
  onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(reporting(executeFn as Run) as never),
  onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(reporting(subscribeFn as Run) as never),
};

const reporting =
  (run: Run): Run =>
  async (args) => {
    const startedAt = performance.now();
    try {
      return await inSpan(spans.get(args.contextValue as object) ?? null, () => run(args));
    } catch (error) {
      report(args, errorTypeOf(error), startedAt);
      throw error;
    }
  };
