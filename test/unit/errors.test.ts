import { expect, test } from 'vitest';
import { badInput, errorCodes, findGatewayError, GatewayError } from '../../src/core/errors.ts';

test('every code says whether asking again may help', () => {
  for (const code of errorCodes) expect(new GatewayError(code, 'x').isRetryable).toBeTypeOf('boolean');
  expect(new GatewayError('PROVIDER_UNAVAILABLE', 'x').isRetryable).toBe(true);
  expect(new GatewayError('OUTCOME_UNKNOWN', 'x').isRetryable).toBe(false);
});

test('ours is found below what others wrapped around it', () => {
  const ours = badInput('no', ['input', 'id']);
  expect(findGatewayError(ours)).toBe(ours);
  expect(findGatewayError(new Error('outer', { cause: new Error('middle', { cause: ours }) }))).toBe(ours);
  expect(findGatewayError(Object.assign(new Error('outer'), { originalError: ours }))).toBe(ours);
});

test('a bug has none of ours below it, also where causes go round', () => {
  const round = new Error('round');
  round.cause = round;
  for (const bug of [round, new TypeError('x'), 'text', null, undefined, { code: 'NOT_FOUND' }]) {
    expect(findGatewayError(bug)).toBeNull();
  }
});

test('what is not said is null', () => {
  expect(new GatewayError('CONFLICT', 'x')).toMatchObject({
    retryAfterSeconds: null,
    field: null,
    name: 'GatewayError',
  });
  expect('cause' in new GatewayError('CONFLICT', 'x')).toBe(false);
});

test('nobody is told to come back later than in a day: a timer for longer would fire at once', () => {
  expect(new GatewayError('CONFLICT', 'x', { retryAfterSeconds: 1e12 }).retryAfterSeconds).toBe(86_400);
  expect(new GatewayError('CONFLICT', 'x', { retryAfterSeconds: 0 }).retryAfterSeconds).toBe(0);
});
