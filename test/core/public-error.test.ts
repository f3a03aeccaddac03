import { GraphQLError, locatedError, parse } from 'graphql';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { errorCodes, GatewayError } from '../../src/core/errors.ts';
import { createPublicError } from '../../src/public-error.ts';

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

test.each(errorCodes)('%s of ours keeps its code and message', (code) => {
  const { toPublic, lines } = start();
  const known = new GatewayError(code, 'What to do.', { cause: new Error('secret cause') });
  const shown = toPublic(locatedError(known, [], ['backups', 0]));
  expect(shown.toJSON()).toEqual({
    message: 'What to do.',
    path: ['backups', 0],
    extensions: { code, retryable: known.retryable },
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

test('a value that an enum refused is BAD_USER_INPUT, with the name of its variable', () => {
  const { toPublic, lines } = start();
  const original = new GraphQLError('Value "NOPE" does not exist in "BackupStatus" enum.');
  const shown = toPublic(new GraphQLError('Variable "$status" got invalid value "NOPE"', { originalError: original }));
  expect([shown.message, shown.extensions['code']]).toEqual([
    'Variable "$status" got invalid value "NOPE"',
    'BAD_USER_INPUT',
  ]);
  expect(lines).toEqual([]);
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
    const { code, retryable, errorId } = shown.extensions;
    expect({ code, retryable }).toEqual({ code: 'INTERNAL', retryable: false });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(String(errorId));
    if (thrown !== undefined) expect(lines[0]).toContain('secret 1234');
  });
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
