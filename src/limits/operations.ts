/** The frame in which each operation is executed: how many at once, how many commands a minute, and for how long. */
import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { expiredMessage, unauthenticated } from '../auth/identity.ts';
import type { Limits } from '../config/limits.ts';
import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import { createRate } from '../core/rate.ts';
import { type CountedCommand, countCommands } from './mutations.ts';
import { refusal } from './refusal.ts';
import { Slots } from './slots.ts';

export interface OperationLimits {
  readonly plugin: Plugin<Context>;
  /** Operations that run, for what is an operation and no GraphQL. */
  readonly operations: Slots;
  /** Subscriptions that are open, for those that are opened for many and counted for each. */
  readonly streams: Slots;
}

type Execute = (args: ExecutionArgs) => unknown;

/** Resolves to 0, or to the seconds to wait. */
export interface MutationRate {
  take(key: string, count: number): number | Promise<number>;
}

export function limitOperations(limits: Limits, shared: MutationRate | null = null): OperationLimits {
  const operations = new Slots(() => limits.operations, 'operations');
  const streams = new Slots(() => limits.streams, 'subscriptions');
  const mutations = shared ?? createRate(() => limits.mutationsPerMinute);
  const frame: Frame = { limits, operations, mutations };
  return {
    operations,
    streams,
    plugin: {
      // Answers that are kept are given without any of this: they cost nothing.
      onExecute({ executeFn, setExecuteFn }) {
        setExecuteFn(((args: ExecutionArgs) => execute(frame, args, executeFn as Execute)) as never);
      },
      onSubscribe({ args, subscribeFn, setSubscribeFn }) {
        const { authentication, operation } = args.contextValue as Context & { operation?: { isShared?: boolean } };
        if (operation?.isShared) return;
        setSubscribeFn(((given: ExecutionArgs) =>
          refusing(() =>
            streams.during(authentication.countedAs, () => (subscribeFn as Execute)(given) as never),
          )) as never);
      },
    },
  };
}

interface Frame {
  readonly limits: Limits;
  readonly operations: Slots;
  readonly mutations: MutationRate;
}

async function execute({ limits, operations, mutations }: Frame, args: ExecutionArgs, run: Execute) {
  const context = args.contextValue as Context;
  const { countedAs, expiresAt } = context.authentication;
  const operation = getOperationAST(args.document, args.operationName);
  const isMutation = operation?.operation === 'mutation';
  return refusing(async () => {
    const release = operations.take(countedAs);
    try {
      if (isMutation)
        await countMutations(mutations, limits.mutationsPerMinute, context, countCommands(args, operation));
      const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Math.max(expiresAt - Date.now(), 0);
      const limitMs = limits.requestSeconds * 1000;
      using deadline = context.deadline;
      const { signal } = deadline;
      deadline.expireAfter(Math.min(limitMs, leftMs));
      const given = { ...args, ...(isMutation ? { signal } : {}) };
      try {
        // The caller is answered even if a resolver goes on.
        return await untilAborted(Promise.resolve(run(given)) as Promise<ExecutionResult>, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        if (!deadline.isExpired()) throw gone();
        throw leftMs <= limitMs ? unauthenticated(expiredMessage) : tooLong(limits.requestSeconds, isMutation);
      }
    } finally {
      release();
    }
  });
}

async function countMutations(
  rate: MutationRate,
  limit: number,
  { authentication, catalog }: Context,
  commands: readonly CountedCommand[],
): Promise<void> {
  const { countedAs, requestId, address } = authentication;
  const count = commands.reduce((sum, one) => sum + one.count, 0);
  const retryAfterSeconds = await rate.take(countedAs, count);
  if (retryAfterSeconds === 0) return;
  const message =
    count > limit
      ? `This has ${count} mutations in it, and ${limit} a minute is the limit: send fewer at once. Nothing of it was done.`
      : `More than ${limit} mutations came within a minute: try again in ${retryAfterSeconds} s. Nothing of this one was done.`;
  const error = new GatewayError('RATE_LIMITED', message, { retryAfterSeconds });
  for (const { command } of commands) await catalog.audit.refuse({ command, requestId, address, targets: [] }, error);
  throw error;
}

/**
 * Of a query, part was read and is not shown: INCOMPLETE, and asking for the same again is no help. Of a command nobody
 * can say here what becomes of it, which is what OUTCOME_UNKNOWN is for: the ledger finds out.
 */
const tooLong = (seconds: number, isMutation: boolean): GatewayError =>
  isMutation
    ? new GatewayError(
        'OUTCOME_UNKNOWN',
        `This took longer than ${seconds} s. What was sent goes on and is not sent again: give the same idempotencyKey again, or look at the backups, to see what became of it.`,
      )
    : new GatewayError(
        'INCOMPLETE',
        `This took longer than ${seconds} s and was given up: ask for smaller pages, a narrower filter or fewer things at once.`,
      );

/** Nobody hears of it; anything else would be taken for a fault of ours, and logged. */
const gone = (): GatewayError => new GatewayError('INCOMPLETE', 'The client went away.');

/** As errors of the whole operation. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof GatewayError ? refusal(error) : error;
  }
}
