/**
 * Whole answers, given again to who asks the same question while what they were made of would be given again as well:
 * a wall of dashboards that asks each second costs its lists once, and no execution.
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
import { observer } from '../../core/observer.ts';
import { asksForCost } from '../../limits/cost.ts';
import type { ReadCache } from '../../lists/read-cache.ts';

interface KeptAnswer {
  readonly result: ExecutionResult;
  /** By `performance.now()`. */
  readonly until: number;
  readonly version: number;
}

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

  return {
    onExecute({ args, setResultAndStopExecution }) {
      // What an answer says of its cost is for who asked for that.
      if (!isKept(args.document) || asksForCost(args.contextValue)) return undefined;
      const { scope } = args.contextValue.catalog;
      const names = scope.providers.map(({ name }) => name);
      const until = readCache.keptUntil(names);
      if (until === 0) return undefined;
      const version = readCache.version(names);
      const key = keyOf(args);
      const known = answers.get(args.document)?.get(key);
      if (known && performance.now() < known.until && known.version === version) {
        observer()?.cacheRead('answer', true);
        setResultAndStopExecution(known.result);
        return undefined;
      }
      observer()?.cacheRead('answer', false);
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result || result.errors || version !== readCache.version(names)) return;
          put(args.document, key, { result: withText(result), until, version });
        },
      };
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
