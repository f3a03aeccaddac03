/** The Pothos builder; a new one is made for each schema. */
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import type { Context } from '../src/context.ts';
import type { Instant } from '../src/core/instant.ts';
import { counted } from './cost.ts';

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
      pageInfoFieldOptions: { description: 'Where this page lies in its list.' },
      pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
      hasNextPageFieldOptions: {
        description:
          'More follows after this page, or may follow once a provider that failed answers again. False on a page that shows nothing because providers failed: another one would be the same, `problems` says why, and `endCursor` is where the walk goes on once they answer. Walking backward it is true exactly when `before` was given.',
      },
      hasPreviousPageFieldOptions: {
        description:
          'Something lies before this page; walking backward, as `hasNextPage` says it of the other direction. Walking forward it is true exactly when `after` was given.',
      },
      startCursorFieldOptions: {
        description:
          'Cursor of the first item, for `before`. On an empty page it is null, and walking backward where the walk goes on: the `before` that was given.',
      },
      endCursorFieldOptions: {
        description:
          'Cursor of the last item, for `after`. On an empty page it is where the walk goes on: the `after` that was given, null at the start of the list, or a place behind rows that cannot be read.',
      },
      cursorFieldOptions: {
        description: 'Where this item stands; a page can start right after or end right before it.',
      },
      edgesFieldOptions: {
        nullable: { list: false, items: false },
        description: 'The items with their cursors, in order.',
        complexity: counted,
      },
      nodeFieldOptions: { nullable: false, description: 'The item.' },
      nodesOnConnection: { description: 'The items without their cursors, in order.', complexity: counted },
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
