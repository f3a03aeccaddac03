/** A subscription whose only field is skipped: a clean error on every transport, and nothing is opened. */
import { afterAll, describe, expect, test } from 'vitest';
import { startFront } from '../../support/front.ts';
import { openRaw } from '../../support/raw-socket.ts';

const front = await startFront();
afterAll(() => front[Symbol.asyncDispose]());

const rest = '{ __typename }';
const removed = 'Nothing is left of this subscription: remove @skip and @include from its root field.';
const depends =
  'A variable cannot decide about the root field of a subscription: remove @skip and @include from it, and subscribe or do not.';

const refused: [string, string, Record<string, unknown>?][] = [
  [removed, `subscription { backupChanges @skip(if: true) ${rest} }`],
  [removed, `subscription { backupChanges @include(if: false) ${rest} }`],
  [removed, `subscription { backupChanges @include(if: true) @skip(if: true) ${rest} }`],
  [removed, `subscription { ... @skip(if: true) { backupChanges ${rest} } }`],
  [removed, `subscription { ... on Subscription @include(if: false) { backupChanges ${rest} } }`],
  [removed, `subscription { ...F @skip(if: true) } fragment F on Subscription { backupChanges ${rest} }`],
  [removed, `subscription { ...F } fragment F on Subscription { backupChanges @skip(if: true) ${rest} }`],
  [
    removed,
    `subscription { ...F } fragment F on Subscription { ...G @include(if: false) } fragment G on Subscription { backupChanges ${rest} }`,
  ],
  [depends, `subscription ($no: Boolean!) { backupChanges @skip(if: $no) ${rest} }`, { no: true }],
  [depends, `subscription ($no: Boolean!) { backupChanges @skip(if: $no) ${rest} }`, { no: false }],
  [depends, `subscription ($yes: Boolean = false) { ... @include(if: $yes) { backupChanges ${rest} } }`],
  [
    depends,
    `subscription ($yes: Boolean!) { ...F @include(if: $yes) } fragment F on Subscription { backupChanges ${rest} }`,
    { yes: false },
  ],
];

describe.each(refused)('"%s"', (message, query, variables = {}) => {
  const error = { message, extensions: { code: 'BAD_USER_INPUT', retryable: false } };

  test(`is said of ${query} ${JSON.stringify(variables)}`, async () => {
    const body = JSON.stringify({ query, variables });
    for (const accept of ['text/event-stream', 'application/json', 'application/graphql-response+json']) {
      const headers = { 'content-type': 'application/json', accept };
      const response = await fetch(`${front.origin}/graphql`, { method: 'POST', headers, body });
      const text = await response.text();
      expect(text, accept).toContain(JSON.stringify(message));
      expect(text, accept).toContain('"code":"BAD_USER_INPUT"');
      if (accept === 'text/event-stream') expect(text).toMatch(/event: complete\ndata:\n\n$/);
    }
    await using raw = await openRaw(front.origin);
    raw.say({ type: 'subscribe', id: '1', payload: { query, variables } });
    expect(await raw.hear('1')).toMatchObject({ type: 'error', payload: [error] });
    expect(front.sandbox.requests).toEqual([]);
  });
});

test.each([
  `subscription { backupProgress(id: "x") @skip(if: false) ${rest} }`,
  `subscription { backupProgress(id: "x") @include(if: true) ${rest} }`,
  `subscription { ... @include(if: true) { backupProgress(id: "x") ${rest} } }`,
  `subscription { ...F } fragment F on Subscription { backupProgress(id: "x") ${rest} }`,
  // Within the field a variable may decide.
  `subscription ($no: Boolean = true) { backupProgress(id: "x") { __typename ... on BackupUpdated @skip(if: $no) { cursor } } }`,
])('what is kept is subscribed to: %s', async (query) => {
  await using raw = await openRaw(front.origin);
  raw.say({ type: 'subscribe', id: '1', payload: { query } });
  expect(JSON.stringify(await raw.hear('1'))).toContain('NOT_FOUND');
});

test('other fields of a query may still be skipped by a variable', async () => {
  const query = 'query ($no: Boolean!) { viewer @skip(if: $no) { name } }';
  expect(await front.askText(query, { no: true })).toEqual({ data: {} });
});
