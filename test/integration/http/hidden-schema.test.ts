/** Who may read the schema, and who may not even guess it: over HTTP, event streams and sockets alike. */
import type { FormattedExecutionResult } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Front, startFront } from '../../support/front.ts';
import { aToken } from '../../support/gateway.ts';

const auth = { tokens: [aToken('anna')] };
const schema = '{ __schema { queryType { name } } }';
const hint = 'Did you mean';

type Ask = (front: Front, query: string, variables?: Record<string, unknown>) => Promise<string>;

const overHttp =
  (accept: string): Ask =>
  async (front, query, variables) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer anna', accept };
    const body = JSON.stringify({ query, variables });
    return (await front.send({ method: 'POST', headers, body })).text;
  };

const transports: [string, Ask][] = [
  ['HTTP', overHttp('application/json')],
  ['HTTP by its newer type', overHttp('application/graphql-response+json')],
  [
    'HTTP GET',
    async (front, query, variables = {}) => {
      const path = `/graphql?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(JSON.stringify(variables))}`;
      return (await front.send({ path, headers: { authorization: 'Bearer anna' } })).text;
    },
  ],
  [
    'an event stream',
    async (front, query, variables) => {
      const response = await fetch(`${front.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer anna', accept: 'text/event-stream' },
        body: JSON.stringify({ query, variables }),
      });
      return response.text();
    },
  ],
  [
    'a socket',
    async (front, query, variables) => {
      const client = await front.as('anna').connect();
      const results: unknown[] = [];
      try {
        for await (const result of client.iterate({ query, variables })) results.push(result);
      } catch (error) {
        results.push({ errors: error as FormattedExecutionResult['errors'] });
      }
      return JSON.stringify(results);
    },
  ],
];

/** What a misspelt name is answered with, wherever it stands. */
const guesses: [string, string, Record<string, unknown>?][] = [
  ['a field', '{ backup { id } }'],
  ['a misspelt field', '{ backupz { nodes { id } } }'],
  ['a field without its fields', '{ backups }'],
  ['a field of one of several types', '{ node(id: "x") { percentt ... on Backup { statuz } } }'],
  ['an argument', '{ backups(furst: 1) { nodes { id } } }'],
  ['a directive’s argument', '{ viewer @skip(iff: true) { name } }'],
  ['a directive', '{ viewer @skipp(if: true) { name } }'],
  ['a type', '{ ... on Querry { __typename } }'],
  ['a type of a variable', 'query ($a: BackupFilterr) { viewer { name } }'],
  ['a fragment', 'fragment abc on Query { __typename } { ...abcd }'],
  ['a field of an input', '{ backups(filter: { statuzes: [FAILED] }) { nodes { id } } }'],
  ['a value of an enum', '{ backups(filter: { statuses: [FAILLED] }) { nodes { id } } }'],
  ['a value of an enum in quotes', '{ backups(filter: { statuses: ["FAILED"] }) { nodes { id } } }'],
  ['a variable’s field', 'query ($f: BackupFilter) { backups(filter: $f) { nodes { id } } }', { f: { statuzes: [] } }],
  [
    'a variable’s value of an enum',
    'query ($f: BackupFilter) { backups(filter: $f) { nodes { id } } }',
    { f: { statuses: ['FAILLED'] } },
  ],
];

describe.each(transports)('over %s', (_what, ask) => {
  test('the schema is hidden where somebody is asked who they are, and no error helps to guess it', async () => {
    await using front = await startFront({}, auth);
    for (const query of [
      schema,
      '{ __type(name: "Query") { name } }',
      '{ viewer { name } ...S } fragment S on Query { __schema { types { name } } }',
    ]) {
      const text = await ask(front, query);
      expect(text).toContain('introspection has been disabled');
      expect(text).not.toContain('"queryType"');
    }
    for (const query of [
      '{ _service { sdl } }',
      '{ a: _service { __typename } }',
      'query { ...S } fragment S on Query { _service { sdl } }',
    ]) {
      const text = await ask(front, query);
      expect(text).toContain('\\"_service\\" is off, as introspection is');
      expect(text).toContain('BAD_USER_INPUT');
      expect(text).not.toContain('@key');
    }
    for (const [what, query, variables] of guesses) {
      const text = await ask(front, query, variables);
      expect(text, what).toContain('BAD_USER_INPUT');
      expect(text, what).not.toContain(hint);
    }
    expect(await ask(front, '{ __typename viewer { name } }')).toContain('anna');
  });

  test('the schema is shown to authenticated clients where that is configured, and errors help', async () => {
    await using front = await startFront({ introspection: true }, auth);
    expect(await ask(front, schema)).toContain('"queryType"');
    expect(await ask(front, '{ _service { sdl } }')).toContain('@key');
    expect(await ask(front, '{ backupz { nodes { id } } }')).toContain(hint);
  });
});

test('these are guesses that GraphQL would answer', async () => {
  await using front = await startFront();
  const helped = await Promise.all(
    guesses.map(async ([what, query, variables]) => {
      const { errors } = await front.askText(query, variables);
      return errors?.some(({ message }) => message.includes(hint)) ? [what] : [];
    }),
  );
  expect(helped.flat().length).toBeGreaterThanOrEqual(10);
});

test('without authentication the schema is shown, unless that is switched off', async () => {
  await using open = await startFront();
  expect((await open.post(schema)).text).toContain('"queryType"');
  await using closed = await startFront({ introspection: false });
  expect((await closed.post(schema)).text).toContain('introspection has been disabled');
  expect((await closed.post('{ backupz { nodes { id } } }')).text).not.toContain(hint);
});
