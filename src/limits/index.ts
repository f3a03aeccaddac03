/** Every limit of operations, as plugins that run on every transport. */
import type { DocumentNode } from 'graphql';
import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import type { Limits } from '../config/limits.ts';
import { refuseBatches } from './body.ts';
import { limitCost } from './cost.ts';
import { createDocumentCache } from './document-cache.ts';
import { limitDocuments } from './documents.ts';
import { limitOperations, type MutationRate } from './operations.ts';
import type { ToPublicError } from './refusal.ts';
import type { Slots } from './slots.ts';

export interface OperationGuards {
  /** Before anything is executed, and before answers that are kept are given. */
  readonly before: readonly Plugin<Context>[];
  /** Around what is executed. */
  readonly around: Plugin<Context>;
  /** Operations that run at once. */
  readonly operations: Slots;
  /** Subscriptions that are open at once. */
  readonly streams: Slots;
  /** Forgets which documents were found within the limits, after the limits have changed. */
  readonly forget: () => void;
  readonly yoga: Pick<YogaServerOptions<object, object>, 'maxRequestBodySize' | 'parserAndValidationCache'>;
}

/** `mutations`: counts them for several gateways; otherwise they are counted here. `limits` are read with each operation, so that they may change; except `bodyBytes`. */
export function createGuards(
  limits: Limits,
  toPublicError: ToPublicError,
  mutations?: MutationRate | null,
): OperationGuards {
  const caches = { documentCache: createDocumentCache<DocumentNode>(), errorCache: createDocumentCache<Error>() };
  const { plugin, operations, streams } = limitOperations(limits, mutations);
  return {
    before: [refuseBatches, limitDocuments(limits), limitCost(limits, toPublicError)],
    around: plugin,
    operations,
    streams,
    // A verdict is kept with its parsed document.
    forget: () => {
      caches.documentCache.clear();
      caches.errorCache.clear();
    },
    yoga: {
      // Bodies are read, and counted, by our own parser: yoga would pipe each through a stream.
      maxRequestBodySize: false,
      parserAndValidationCache: caches,
    },
  };
}
