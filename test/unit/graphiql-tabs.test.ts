/** The examples that GraphiQL opens with. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { toGraphiqlTabs } from '../../src/transport/http/graphiql-tabs.ts';

const tabs = toGraphiqlTabs(
  { entityId: 'RW50aXR5', logId: 'QmFja3Vw', logCursor: 'Y3Vyc29y', endCursor: 'ZW5k' },
  '2026-11-28T00:00:00.000Z',
);

test('are documents, and fit the width of the editor beside the answer', () => {
  for (const { query } of tabs) {
    expect(() => parse(query)).not.toThrow();
    expect(Math.max(...query.split('\n').map((line) => line.length))).toBeLessThanOrEqual(64);
  }
});
