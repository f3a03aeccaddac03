/**
 * What is refused for its size before it is validated, as validation itself takes time that grows with the square of
 * some documents. It depends on nothing but the document, so the verdict is kept with it.
 */
import { type DocumentNode, GraphQLError, type ParseOptions, type Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import type { Limits } from '../config/limits.ts';
import { type Measures, measure } from './measure.ts';
import { skippedRoots } from './subscription-root.ts';
import { checkVariables } from './variables.ts';

type StaticLimits = Pick<Limits, keyof Measures>;

const words: Readonly<Record<keyof Measures, (limit: number) => string>> = {
  depth: (limit) => `nests fields more than ${limit} deep: ask for what lies deeper in a request of its own, by its id`,
  introspectionDepth: (limit) =>
    `nests fields of the schema more than ${limit} deep: ask for single types with "__type"`,
  aliases: (limit) => `has more than ${limit} aliases: ask for some of it in another request`,
  directives: (limit) => `has more than ${limit} directives: leave out fields instead of skipping them`,
  rootFields: (limit) => `has more than ${limit} fields at its root: ask for some of them in another request`,
  selections: (limit) =>
    `has more than ${limit} selections once its fragments are put in their place: ask for less, or in several requests`,
  repeats: (limit) =>
    `selects the same fields, or fragments, again and again in the same place (more than ${limit} pairs): once is enough`,
};

/** What is wrong with it, in the order of the limits; empty where nothing is. */
export function oversize(document: DocumentNode, limits: StaticLimits): GraphQLError[] {
  const { selections } = limits;
  const found = measure(document, { depth: Math.max(limits.depth, limits.introspectionDepth), selections });
  return (Object.keys(words) as (keyof Measures)[])
    .filter((key) => found[key] > limits[key])
    .map((key) => new GraphQLError(`This document ${words[key](limits[key])}.`));
}

export const limitDocuments = (limits: Limits): Plugin<Context> => ({
  onParse({ context, params: { source }, parseFn, setParseFn }) {
    checkVariables(variablesOf(context), limits);
    setParseFn((text: string | Source, options?: ParseOptions) =>
      parseUpTo(limits.tokens, () => parseFn(text ?? source, { ...options, maxTokens: limits.tokens })),
    );
  },
  onValidate({ validateFn, setValidationFn }) {
    setValidationFn((schema, document, ...rest) => {
      const oversized = oversize(document, limits);
      const errors = oversized.length > 0 ? oversized : skippedRoots(document);
      return errors.length > 0 ? errors : validateFn(schema, document, ...rest);
    });
  },
});

function parseUpTo<T>(tokens: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // The parser calls itself for each level, and the stack may end before the tokens do.
    if (error instanceof RangeError) {
      throw new GraphQLError(
        'This document nests lists, types or selections too deep: no field of this schema needs that.',
      );
    }
    // The library has no other sign than its words, and its words do not say what to do.
    if (!(error instanceof Error) || !/contains more that \d+ tokens/.test(error.message)) throw error;
    throw new GraphQLError(`This document has more than ${tokens} tokens: ask for less, or in several requests.`);
  }
}

/** Both transports put what was asked into the context before anything is done with it. */
const variablesOf = (context: unknown): unknown => (context as { params?: { variables?: unknown } }).params?.variables;
