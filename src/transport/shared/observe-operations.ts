/** Reports each executed operation, on every transport, to the observer. */
import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { observer } from '../../core/observer.ts';

type Run = (args: ExecutionArgs) => unknown;

const report = ({ document, operationName }: ExecutionArgs, isSuccess: boolean, startedAt: number): void => {
  const type = getOperationAST(document, operationName)?.operation ?? 'unknown';
  observer()?.operation({ type, isSuccess }, (performance.now() - startedAt) / 1000);
};

const isSuccessful = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && !(result as ExecutionResult).errors;

/** Goes before all other plugins: it also sees answers from the response cache, for which nothing is executed. */
export const observeResults: Plugin<Context> = {
  onExecute({ args }) {
    const startedAt = performance.now();
    return { onExecuteDone: ({ result }) => report(args, isSuccessful(result), startedAt) };
  },
  onSubscribe({ args }) {
    const startedAt = performance.now();
    return { onSubscribeResult: ({ result }) => report(args, isSuccessful(result), startedAt) };
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
      return await run(args);
    } catch (error) {
      report(args, false, startedAt);
      throw error;
    }
  };
