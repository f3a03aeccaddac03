/** Section `limits`: what one operation may cost, and how many operations each viewer may run. */
import { z } from 'zod';
import type { Immutable } from './immutable.ts';

const count = (fallback: number, max = 1_000_000) => z.int().min(1).max(max).default(fallback);

export const limits = z.strictObject({
  depth: count(15, 200).describe('Nesting of fields in an operation.'),
  introspectionDepth: count(20, 200).describe(
    'Nesting of fields below `__schema` and `__type`, which the introspection query of GraphiQL nests deeply.',
  ),
  aliases: count(30, 10_000).describe('Aliases in an operation; a fragment counts wherever it is used.'),
  directives: count(30, 10_000).describe('Directives in an operation; a fragment counts wherever it is used.'),
  rootFields: count(20, 1_000).describe('Root fields in an operation; a fragment counts wherever it is used.'),
  selections: count(5_000, 100_000).describe(
    'Fields and fragments in a document, counted wherever fragments are used. It bounds the time of validation.',
  ),
  repeats: count(5_000).describe(
    'Pairs of fields with the same name, or of fragments, in the same selection set. Validation compares each pair, so this bounds its time.',
  ),
  // The parser is recursive: more brackets than that could overflow its stack.
  tokens: count(2_000, 5_000).describe(
    'Lexical tokens of a document: names, numbers, strings and punctuation. Parsing stops there.',
  ),
  cost: count(50_000, 1_000_000_000).describe(
    'Estimated number of values in a response. A list multiplies the cost of its items by the largest number of items that it may have.',
  ),
  bodyBytes: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(256_000)
    .describe('Largest body of an HTTP request, in bytes. For a WebSocket, see `server.clients.messageBytes`.'),
  variableValues: count(2_000, 100_000).describe(
    'Values in the variables of a request: each string, number, list and object counts.',
  ),
  variableDepth: count(10, 100).describe('Nesting of lists and objects in the variables of a request.'),
  // Fractions of a second are for tests.
  requestSeconds: z
    .number()
    .positive()
    .max(3_600)
    .default(30)
    .describe(
      'Seconds that a query or a mutation may take. After that its upstream requests are aborted; a backup that was started continues. Subscriptions have no such limit.',
    ),
  requestsPerMinute: count(6_000, 1_000_000_000).describe(
    'Operations in a minute for each viewer; all of them may come at once.',
  ),
  mutationsPerMinute: count(120, 1_000_000_000).describe(
    'Mutation fields in a minute for each viewer: two fields in one request count as two, and `startBackups` counts each entity.',
  ),
  failedLoginsPerMinute: count(600, 1_000_000_000).describe(
    'Requests with invalid credentials in a minute for each client address. Beyond that every request of the address is refused, also with a valid token, until part of the minute has passed.',
  ),
  operations: count(100).describe('Queries and mutations that each viewer may run at the same time.'),
  streams: count(5_000).describe('Subscriptions that each viewer may have open at the same time.'),
});

export type Limits = Immutable<z.output<typeof limits>>;
