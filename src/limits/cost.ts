/**
 * What an operation would cost, from the weights of the schema: lists multiply what is asked of their items. It depends
 * on the variables and on the providers that the viewer may see, so it is kept for each of them.
 */
import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import type { Limits } from '../config/limits.ts';
import { createBoundedCache } from '../core/bounded-cache.ts';
import { GatewayError } from '../core/errors.ts';
import type { Provider } from '../core/provider.ts';
import { type Asked, costOfReads } from './reads.ts';
import type { ToPublicError } from './refusal.ts';
import { refusal } from './refusal.ts';

/** Only these arguments change what a field costs. */
const sizing = new Set(['first', 'last', 'ids', 'representations', 'filter', 'orderBy', 'input']);

/** Of a document whose variables do not matter, the number; of others, the document of that one operation. */
type Known = number | { readonly document: DocumentNode };

const known = new WeakMap<OperationDefinitionNode, Known>();

export interface Cost {
  /** In all. */
  readonly requested: number;
  /** The part that is for rows that are looked at and not shown. */
  readonly reads: number;
}

/** Costs by the variables as text, of an operation and of the list of providers for which it was asked. */
type Costs = ReturnType<typeof createBoundedCache<string, Cost>>;
const costs = new WeakMap<OperationDefinitionNode, WeakMap<readonly Provider[], Costs>>();
const mostKept = 100;
/** Longer ones seldom come twice. */
const longestKept = 1_000;

function costsFor(operation: OperationDefinitionNode, providers: readonly Provider[]): Costs {
  const byProviders = costs.get(operation) ?? new WeakMap<readonly Provider[], Costs>();
  costs.set(operation, byProviders);
  const byVariables = byProviders.get(providers) ?? createBoundedCache<string, Cost>(mostKept);
  byProviders.set(providers, byVariables);
  return byVariables;
}

/** `providers`: those that the viewer may see. Null if it cannot be executed: the executor says why. */
export function costOf(
  schema: GraphQLSchema,
  { document, operationName, variableValues }: Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues'>,
  providers: readonly Provider[],
): Cost | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const variables = variableValues ?? {};
  const key = JSON.stringify(variables);
  const kept = costsFor(operation, providers);
  const before = kept.get(key);
  if (before) return before;
  const cost = reckon(schema, { document, operation, variables }, providers);
  if (cost && key.length <= longestKept) kept.set(key, cost);
  return cost;
}

function reckon(schema: GraphQLSchema, { document, operation, variables }: Asked, providers: readonly Provider[]) {
  const values = costOfValues(schema, { document, operation, variables });
  if (values === null) return null;
  const reads = costOfReads(schema, { document, operation, variables }, providers);
  return { requested: values + reads, reads };
}

function costOfValues(schema: GraphQLSchema, { document, operation, variables }: Asked): number | null {
  const kept = known.get(operation);
  if (typeof kept === 'number') return kept;
  if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return null;
  const own = kept?.document ?? withoutOthers(document, operation);
  const { complexity } = complexityFromQuery(own, { schema, variables });
  if (!kept) known.set(operation, isSizedByVariables(own) ? { document: own } : complexity);
  return complexity;
}

/** The library takes the first operation of a document. */
const withoutOthers = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.filter((one) => one === operation || one.kind === Kind.FRAGMENT_DEFINITION),
});

function isSizedByVariables(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Argument: ({ name, value }) => {
      if (!sizing.has(name.value)) return;
      visit(value, {
        Variable: () => {
          found = true;
        },
      });
    },
  });
  return found;
}

/** The request has `extensions: { cost: true }`. */
export const asksForCost = (context: unknown): boolean =>
  (context as { params?: { extensions?: { cost?: unknown } | null } }).params?.extensions?.cost === true;

export function limitCost(limits: Pick<Limits, 'cost'>, toPublicError: ToPublicError): Plugin<Context> {
  const refuse = ({ requested, reads }: Cost) => {
    const ofReads = `Of it ${reads} is for rows that would be looked through: name fewer providers in the filter, or use fewer different filters (what several fields share counts once).`;
    const message = `This would cost ${requested}, and ${limits.cost} is the limit: ask for smaller pages ("first"), for fewer lists within lists, or in several requests. ${reads > 0 ? `${ofReads} ` : ''}With extensions { "cost": true } an answer says what it cost.`;
    return toPublicError(refusal(new GatewayError('BAD_USER_INPUT', message)));
  };
  /** What must be answered instead; null where it may go on. */
  function check(args: ExecutionArgs): { requested: number; instead: ExecutionResult | null } {
    const { catalog } = args.contextValue as Context;
    const cost = costOf(args.schema, args, catalog.scope.providers) ?? { requested: 0, reads: 0 };
    const { requested } = cost;
    const limit = limits.cost;
    if (requested <= limit) return { requested, instead: null };
    const extensions = asksForCost(args.contextValue) ? { extensions: { cost: { requested, limit } } } : {};
    return { requested, instead: { errors: [refuse(cost)], ...extensions } };
  }
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { requested, instead } = check(args);
      if (instead) setResultAndStopExecution(instead);
      if (instead || !asksForCost(args.contextValue)) return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          setResult({ ...result, extensions: { ...result.extensions, cost: { requested, limit: limits.cost } } });
        },
      };
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { instead } = check(args);
      if (instead) setResultAndStopExecution(instead);
    },
  };
}
