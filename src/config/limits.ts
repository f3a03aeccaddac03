/** What an operation may cost, and how many of them one viewer may ask for. Every number is a default. */
import { z } from 'zod';

export interface Limits {
  /** Fields within fields. */
  readonly depth: number;
  /** The same below `__schema` and `__type`, which GraphiQL asks deeply. */
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  /** Fields and fragments of a document once its fragments are put in their place, wherever they are used. */
  readonly selections: number;
  /** Pairs of fields of one name, or of fragments, in one place: validation compares each with each. */
  readonly repeats: number;
  /** Names, numbers, texts and signs of a document: reading stops there. */
  readonly tokens: number;
  /** About so many fields of an answer; a list counts as often as it may have items. */
  readonly cost: number;
  readonly bodyBytes: number;
  /** Values of the variables in all: each text, number, list and object counts. */
  readonly variableValues: number;
  /** Lists and objects of the variables within each other. */
  readonly variableDepth: number;
  /** How long a query or a mutation may take; subscriptions have no end. */
  readonly requestSeconds: number;
  readonly requestsPerMinute: number;
  /** Fields of mutations: two in one request are two. */
  readonly mutationsPerMinute: number;
  /** Credentials that are not good, for each address. */
  readonly failedLoginsPerMinute: number;
  /** Queries and mutations that run at once. */
  readonly operations: number;
  /** Subscriptions that are open at once. */
  readonly streams: number;
}

const count = (fallback: number, max = 1_000_000) => z.int().min(1).max(max).default(fallback);

export const limits = z.strictObject({
  depth: count(15, 200),
  introspectionDepth: count(20, 200),
  aliases: count(30, 10_000),
  directives: count(30, 10_000),
  rootFields: count(20, 1_000),
  selections: count(5_000, 100_000),
  repeats: count(5_000),
  // The parser calls itself for each bracket, and has a stack that ends.
  tokens: count(2_000, 5_000),
  cost: count(50_000, 1_000_000_000),
  bodyBytes: z.int().min(1_000).max(100_000_000).default(256_000),
  variableValues: count(2_000, 100_000),
  variableDepth: count(10, 100),
  /** A fraction of a second is for tests. */
  requestSeconds: z.number().positive().max(3_600).default(30),
  requestsPerMinute: count(6_000, 1_000_000_000),
  mutationsPerMinute: count(120, 1_000_000_000),
  failedLoginsPerMinute: count(600, 1_000_000_000),
  operations: count(100),
  streams: count(5_000),
}) satisfies z.ZodType<Limits>;
