import { expect, test } from 'vitest';
import { defaultPageSize, maxPageSize, type PageArguments, toPageInfo, toWalk } from '../../src/lists/page.ts';
import { thrownBy } from '../support/model.ts';

test.each<[PageArguments, object]>([
  [{}, { isForward: true, size: defaultPageSize, cursor: null }],
  [
    { first: null, after: null, last: null, before: null },
    { isForward: true, size: defaultPageSize, cursor: null },
  ],
  [{ first: 5 }, { isForward: true, size: 5, cursor: null, cursorArgument: 'after' }],
  [{ first: 0 }, { isForward: true, size: 0 }],
  [
    { first: maxPageSize, after: 'x' },
    { isForward: true, size: maxPageSize, cursor: 'x' },
  ],
  [{ after: 'x' }, { isForward: true, size: defaultPageSize, cursor: 'x' }],
  [{ last: 5 }, { isForward: false, size: 5, cursor: null, cursorArgument: 'before' }],
  [
    { last: 5, before: 'x' },
    { isForward: false, size: 5, cursor: 'x' },
  ],
  [{ before: 'x' }, { isForward: false, size: defaultPageSize, cursor: 'x' }],
  [
    { first: null, last: 2 },
    { isForward: false, size: 2 },
  ],
])('%j is a walk', (given, walk) => {
  expect(toWalk(given)).toMatchObject(walk);
});

test.each<[PageArguments, string]>([
  [{ first: 1, last: 1 }, 'last'],
  [{ first: 1, before: 'x' }, 'before'],
  [{ last: 1, after: 'x' }, 'after'],
  [{ after: 'x', before: 'y' }, 'after'],
  [{ first: -1 }, 'first'],
  [{ last: -1 }, 'last'],
  [{ first: maxPageSize + 1 }, 'first'],
  [{ last: maxPageSize + 1 }, 'last'],
])('%j is refused, and the argument is named', (given, argument) => {
  expect(thrownBy(() => toWalk(given))).toMatchObject({ code: 'BAD_USER_INPUT', field: [argument] });
});

test('a page says what lies in the direction of its walk, and behind it whether it came from somewhere', () => {
  expect(toPageInfo(toWalk({ first: 1 }), true)).toEqual({ hasNextPage: true, hasPreviousPage: false });
  expect(toPageInfo(toWalk({ first: 1, after: 'x' }), false)).toEqual({ hasNextPage: false, hasPreviousPage: true });
  expect(toPageInfo(toWalk({ last: 1 }), true)).toEqual({ hasNextPage: false, hasPreviousPage: true });
  expect(toPageInfo(toWalk({ last: 1, before: 'x' }), false)).toEqual({ hasNextPage: true, hasPreviousPage: false });
});
