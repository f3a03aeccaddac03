/**
 * Whole answers, given again to who asks the same question while what they were made of would be given again as well,
 * and to all who ask it while the answer is being made: a wall of dashboards that asks each second costs its lists and
 * one execution once.
 */
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { untilAborted } from '../../core/deadline.ts';
import { observer } from '../../core/observer.ts';
import { inSharedTurn } from '../../core/turns.ts';
import { asksForCost } from '../../limits/cost.ts';
import type { ReadCache } from '../../lists/read-cache.ts';

interface KeptAnswer {
  readonly result: ExecutionResult;
  /** By `performance.now()`. */
  readonly until: number;
  readonly version: number;
}

/** An execution that is under way; null where its result is for nobody else. */
interface Running extends Omit<KeptAnswer, 'result'> {
  readonly answer: Promise<ExecutionResult | null>;
}

interface Question extends Omit<KeptAnswer, 'result'> {
  readonly document: DocumentNode;
  readonly key: string;
  readonly readVersion: () => number;
}

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Answers that are kept at once; more are made anew each time. */
const maxKept = 500;
const sweepMs = 1000;

/** What comes from providers by reads that are kept. An operation of ours may change without any of them. */
const keptFields = new Set([
  'backups',
  'backupStatistics',
  'backupTimeline',
  'protectedEntities',
  'protectedEntity',
  'provider',
  'providers',
  'viewer',
  '__typename',
]);

export function responseCache(readCache: ReadCache): Plugin<Context> {
  const answers = new Map<DocumentNode, Map<string, KeptAnswer>>();
  const running = new Map<DocumentNode, Map<string, Running>>();
  let count = 0;
  let isSweeping = false;

  /** An answer may be large: none is held for longer than it may be given. */
  function dropOld(): void {
    isSweeping = false;
    const now = performance.now();
    for (const [document, ofDocument] of answers) {
      for (const [key, { until }] of ofDocument) if (until <= now && ofDocument.delete(key)) count--;
      if (ofDocument.size === 0) answers.delete(document);
    }
    if (count > 0) sweepLater();
  }

  function sweepLater(): void {
    if (isSweeping) return;
    isSweeping = true;
    setTimeout(dropOld, sweepMs).unref();
  }

  function put(document: DocumentNode, key: string, answer: KeptAnswer): void {
    const ofDocument = answers.get(document) ?? new Map<string, KeptAnswer>();
    if (!ofDocument.has(key)) {
      if (count === maxKept) return;
      count++;
    }
    answers.set(document, ofDocument.set(key, answer));
    sweepLater();
  }

  /** A result that others may have as well; null if it is only for who asked. */
  function share({ document, key, until, version, readVersion }: Question, result: ExecutionResult) {
    if (Symbol.asyncIterator in result || result.errors || version !== readVersion()) return null;
    const shared = withText(result);
    put(document, key, { result: shared, until, version });
    return shared;
  }

  /** Its result is also for those who ask the same until it is there. */
  async function execute(question: Question, args: ExecutionArgs, run: Execute): Promise<ExecutionResult> {
    const { document, key, until, version } = question;
    const executed = Promise.resolve(run(args)).then((result) => ({ result, shared: share(question, result) }));
    const answer = executed.then(
      ({ shared }) => shared,
      () => null,
    );
    const own: Running = { until, version, answer };
    const ofDocument = running.get(document) ?? new Map<string, Running>();
    running.set(document, ofDocument.set(key, own));
    try {
      const { result, shared } = await executed;
      return shared ?? result;
    } finally {
      if (ofDocument.get(key) === own) ofDocument.delete(key);
      if (ofDocument.size === 0 && running.get(document) === ofDocument) running.delete(document);
    }
  }

  async function join({ answer }: Running, args: ExecutionArgs, run: Execute): Promise<ExecutionResult> {
    const { signal } = args.contextValue as Context;
    // Who does not wait any longer is told so by the execution.
    const shared = await inSharedTurn(untilAborted(answer, signal).catch(() => null));
    observer()?.cacheRead('answer', shared !== null);
    return shared ?? run(args);
  }

  return {
    onExecute({ args, setResultAndStopExecution, executeFn, setExecuteFn }) {
      // What an answer says of its cost is for who asked for that.
      if (!isKept(args.document) || asksForCost(args.contextValue)) return;
      const { document } = args;
      const { scope } = args.contextValue.catalog;
      const names = scope.providers.map(({ name }) => name);
      const until = readCache.keptUntil(names);
      if (until === 0) return;
      const readVersion = () => readCache.version(names);
      const version = readVersion();
      const key = keyOf(args);
      const isValid = (known: { until: number; version: number } | undefined) =>
        known !== undefined && performance.now() < known.until && known.version === version;

      const known = answers.get(document)?.get(key);
      if (known && isValid(known)) {
        observer()?.cacheRead('answer', true);
        setResultAndStopExecution(known.result);
        return;
      }
      const run = executeFn as Execute;
      const underWay = running.get(document)?.get(key);
      if (underWay && isValid(underWay)) {
        setExecuteFn(((given: ExecutionArgs) => join(underWay, given, run)) as never);
        return;
      }
      observer()?.cacheRead('answer', false);
      const question = { document, key, until, version, readVersion };
      setExecuteFn(((given: ExecutionArgs) => execute(question, given, run)) as never);
    },
  };
}

/** Everything that an answer depends on besides its document. The same id may come again with another scope. */
function keyOf({ operationName, variableValues, contextValue }: ExecutionArgs): string {
  const { catalog, origin } = contextValue as Context;
  return JSON.stringify([operationName ?? null, variableValues ?? {}, catalog.scope.viewer, origin]);
}

/** Yoga writes a result by its own `stringify` where it has one: the text is made once. */
function withText(result: ExecutionResult): ExecutionResult & { stringify: () => string } {
  let text: string | null = null;
  return { ...result, stringify: () => (text ??= JSON.stringify(result)) };
}

const verdicts = new WeakMap<DocumentNode, boolean>();

function isKept(document: DocumentNode): boolean {
  const known = verdicts.get(document);
  if (known !== undefined) return known;
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const verdict = operations.every(
    ({ operation, selectionSet }) =>
      operation === 'query' &&
      selectionSet.selections.every((field) => field.kind === Kind.FIELD && keptFields.has(field.name.value)),
  );
  verdicts.set(document, verdict);
  return verdict;
}
