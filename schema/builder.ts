/** The Pothos builder; a new one is made for each schema. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import type { Instant } from '../src/core/instant.ts';
import type { Context } from './context.ts';
import { counted } from './weights.ts';

export interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Instant; Output: Instant };
    ByteCount: { Input: number; Output: number };
    _Any: { Input: unknown; Output: unknown };
  };
}

export type Builder = ReturnType<typeof createBuilder>;
export function createBuilder() {
  return new SchemaBuilder<SchemaTypes>({
    plugins: [RelayPlugin, ComplexityPlugin],
    // It only marks the fields: the limit is checked before anything is resolved.
    complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
    defaultFieldNullability: false,
    relay: {
      cursorType: 'String',
      pageInfoFieldOptions: { description: 'Position of this page in its list.' },
      pageInfoTypeOptions: { description: 'Position of a page in its list.' },
      hasNextPageFieldOptions: {
        description:
          'Whether more items follow, or may follow once a failed provider answers again. False on a page that is empty because providers failed: `problems` tells why, and `endCursor` is where to continue once they answer. When paging backward, true exactly if `before` was given.',
      },
      hasPreviousPageFieldOptions: {
        description:
          'Whether items precede this page, by the same rules as `hasNextPage`. When paging forward, true exactly if `after` was given.',
      },
      startCursorFieldOptions: {
        description:
          'Cursor of the first item, for `before`. On an empty page it is null; when paging backward, the cursor to continue from: the given `before`.',
      },
      endCursorFieldOptions: {
        description:
          'Cursor of the last item, for `after`. On an empty page, the cursor to continue from: the given `after`, null at the start of the list, or a position after rows that cannot be read.',
      },
      cursorFieldOptions: {
        description: 'Position of this item in the list, for `after` and `before`.',
      },
      edgesFieldOptions: {
        nullable: { list: false, items: false },
        description: 'The items with their cursors, in the order of the list.',
        complexity: counted,
      },
      nodeFieldOptions: { nullable: false, description: 'The item.' },
      nodesOnConnection: {
        description: 'The items without their cursors, in the order of the list.',
        complexity: counted,
      },
      firstArgOptions: { description: 'How many items, walking forward; 0 to 200, 25 unless given.' },
      afterArgOptions: {
        description: 'Start right after this cursor: `endCursor` of the page before, with the same filter and order.',
      },
      lastArgOptions: { description: 'How many items, walking backward from `before` or from the end; 0 to 200.' },
      beforeArgOptions: { description: 'End right before this cursor: `startCursor` of the page after.' },
    },
  });
}

/** The values of an enum, each with its description. */
export function describe<Word extends string>(words: readonly Word[], descriptions: Record<Word, string>) {
  return Object.fromEntries(words.map((word) => [word, { description: descriptions[word] }])) as {
    [W in Word]: { description: string };
  };
}
