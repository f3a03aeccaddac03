import { buildSchema, executeSync, GraphQLError, locatedError, parse } from 'graphql';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { errorCodes, GatewayError } from '../../src/core/errors.ts';
import { inRequest } from '../../src/core/request-scope.ts';
import { createPublicError } from '../../src/transport/shared/public-error.ts';

function start() {
  const lines: string[] = [];
  const toPublic = createPublicError(pino({ base: null }, { write: (line: string) => void lines.push(line) }));
  return { toPublic, lines };
}

const syntaxError = (): GraphQLError => {
  try {
    parse('{ broken');
  } catch (error) {
    return error as GraphQLError;
  }
  throw new Error('it parsed');
};

test.each(errorCodes.filter((code) => code !== 'INTERNAL'))('%s of ours keeps its code and message', (code) => {
  const { toPublic, lines } = start();
  const known = new GatewayError(code, 'What to do.', { cause: new Error('secret cause') });
  const shown = toPublic(locatedError(known, [], ['backups', 0]));
  expect(shown.toJSON()).toEqual({
    message: 'What to do.',
    path: ['backups', 0],
    extensions: { code, retryable: known.isRetryable },
  });
  expect(lines).toEqual([]);
});

test('says which argument, and when to come back, where that is known', () => {
  const { toPublic } = start();
  const shown = toPublic(new GatewayError('RATE_LIMITED', 'x', { retryAfterSeconds: 0, field: ['input', 'id'] }));
  expect(shown.extensions).toEqual({
    code: 'RATE_LIMITED',
    retryable: true,
    retryAfterSeconds: 0,
    field: ['input', 'id'],
  });
});

test('what GraphQL refuses is BAD_USER_INPUT, with its place', () => {
  const { toPublic } = start();
  const shown = toPublic(syntaxError());
  expect(shown.message).toContain('Syntax Error');
  expect(shown.extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
  expect(shown.locations).toHaveLength(1);
});

test('a variable that GraphQL refuses says what was wrong with it', () => {
  const schema = buildSchema(
    'enum Word { A } input Given { words: [Word!], count: Int } type Query { q(given: Given): ID }',
  );
  const document = parse('query ($given: Given) { q(given: $given) }');
  for (const given of [{ words: ['B'] }, { words: [1] }, { count: 'x' }, { count: 2 ** 31 }, { other: 1 }, 'x', [1]]) {
    const { errors } = executeSync({ schema, document, variableValues: { given } });
    const error = start().toPublic(errors?.[0]);
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
    expect(error.message).toContain('$given');
  }
});

test('a large value that was refused is not repeated whole', () => {
  const schema = buildSchema('type Query { q(given: Int): ID }');
  const variableValues = { given: 'x'.repeat(100_000) };
  const { errors } = executeSync({
    schema,
    document: parse('query ($given: Int) { q(given: $given) }'),
    variableValues,
  });
  expect(start().toPublic(errors?.[0]).message).toHaveLength(1_000);
});

test('an answer that cannot be written is our fault', () => {
  const schema = buildSchema('type Query { q: Int }');
  const { errors } = executeSync({ schema, document: parse('{ q }'), rootValue: { q: 'many' } });
  expect(start().toPublic(errors?.[0]).extensions['code']).toBe('INTERNAL');
});

test('a value that a scalar refused keeps the name of its variable', () => {
  const { toPublic } = start();
  const original = new GatewayError('BAD_USER_INPUT', 'is no time');
  const shown = toPublic(new GraphQLError('Variable "$at" got invalid value: is no time', { originalError: original }));
  expect(shown.message).toContain('$at');
  expect(shown.extensions['code']).toBe('BAD_USER_INPUT');
});

describe('a fault of ours', () => {
  test.each<[string, unknown]>([
    ['thrown by a field', locatedError(new TypeError('secret 1234'), [], ['backups'])],
    ['thrown bare', new TypeError('secret 1234')],
    ['that is no Error', 'secret 1234'],
    ['that is nothing', undefined],
    [
      'that pretends',
      Object.assign(new Error('secret 1234'), {
        code: 'NOT_FOUND',
        extensions: { code: 'NOT_FOUND', retryable: false },
      }),
    ],
  ])('%s is masked, and found in the log by its id', (_, thrown) => {
    const { toPublic, lines } = start();
    const shown = toPublic(thrown);
    expect(JSON.stringify(shown)).not.toContain('secret');
    const { code, retryable, requestId } = shown.extensions;
    expect({ code, retryable }).toEqual({ code: 'INTERNAL', retryable: false });
    expect(lines).toHaveLength(1);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId });
    if (thrown !== undefined) expect(lines[0]).toContain('secret 1234');
  });
});

test('a fault of ours has the id of its request', () => {
  const { toPublic, lines } = start();
  const shown = inRequest({ requestId: 'request-7' }, () => toPublic(new TypeError('x')));
  expect(shown.extensions['requestId']).toBe('request-7');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'request-7', err: { type: 'TypeError' } });
});

test('a fault of ours that was told before keeps its words, and its cause is logged', () => {
  const { toPublic, lines } = start();
  const known = new GatewayError('INTERNAL', 'It was not sent.', { cause: new TypeError('secret cause') });
  const shown = toPublic(locatedError(known, [], ['startBackup']));
  const { requestId } = shown.extensions;
  expect(shown).toMatchObject({ message: 'It was not sent.', extensions: { code: 'INTERNAL', retryable: false } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('secret cause');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId });
});

test('an error that was made public already stays as it is, and is not logged twice', () => {
  const { toPublic, lines } = start();
  const shown = toPublic(locatedError(new TypeError('x'), []));
  expect(toPublic(shown)).toBe(shown);
  expect(lines).toHaveLength(1);
});

test('a status that the server set for HTTP is kept', () => {
  const { toPublic } = start();
  const shown = toPublic(new GraphQLError('x', { extensions: { http: { status: 413 } } }));
  expect(shown.extensions['http']).toEqual({ status: 413 });
});

test('a variable whose value GraphQL refuses is BAD_USER_INPUT, and no fault of ours', () => {
  const { toPublic, lines } = start();
  const inner = new GraphQLError('Field "a" is not defined by type "B".');
  const shown = toPublic(
    new GraphQLError(`Variable "$b" got invalid value {}; ${inner.message}`, { originalError: inner }),
  );
  expect(shown.message).toContain('$b');
  expect(shown.extensions).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
  const ours = new GraphQLError('x', { originalError: new TypeError('secret') });
  expect(toPublic(new GraphQLError('secret', { originalError: ours })).extensions['code']).toBe('INTERNAL');
  expect(lines).toHaveLength(1);
});

test('what GraphQL guesses is left out where nobody may guess, and only that', () => {
  const toPublic = createPublicError(pino({ enabled: false }), false);
  const said = (message: string, originalError?: Error) =>
    toPublic(new GraphQLError(message, { originalError })).message;
  expect(said('Cannot query field "a" on type "B". Did you mean "c", "d", or "e"?')).toBe(
    'Cannot query field "a" on type "B".',
  );
  const refused = new GatewayError('BAD_USER_INPUT', 'x');
  expect(said('Variable "$a" got invalid value; Did you mean "c"?', refused)).toBe('Variable "$a" got invalid value;');
  expect(said('Syntax Error: Unexpected Name "mean".')).toBe('Syntax Error: Unexpected Name "mean".');
});
