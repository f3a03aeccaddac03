/** Every limit of operations, as plugins that run on every transport. */
import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import type { Limits } from '../config/limits.ts';
import { refuseBatches } from './body.ts';
import { limitCost } from './cost.ts';
import { createDocumentCache } from './document-cache.ts';
import { limitDocuments } from './documents.ts';
import { limitOperations } from './operations.ts';
import type { ToPublicError } from './refusal.ts';
import type { Slots } from './slots.ts';

export interface OperationGuards {
  /** Before anything is executed, and before answers that are kept are given. */
  readonly before: readonly Plugin<Context>[];
  /** Around what is executed. */
  readonly around: Plugin<Context>;
  /** Subscriptions that are open at once. */
  readonly streams: Slots;
  readonly yoga: Pick<YogaServerOptions<object, object>, 'maxRequestBodySize' | 'parserAndValidationCache'>;
}

export function createGuards(limits: Limits, toPublicError: ToPublicError): OperationGuards {
  const { plugin, streams } = limitOperations(limits);
  return {
    before: [refuseBatches, limitDocuments(limits), limitCost(limits.cost, toPublicError)],
    around: plugin,
    streams,
    yoga: {
      maxRequestBodySize: limits.bodyBytes,
      parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache() },
    },
  };
}
