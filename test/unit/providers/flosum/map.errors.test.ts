import { describe, expect, it } from 'vitest';
import {
  createExplain,
  isArrayRefusal,
  isDescriptionRefusal,
  isMissingRoute,
  plain,
} from '../../../../providers/flosum/errors.ts';

describe('a refusal', () => {
  const explain = createExplain('salesforce');
  const refusal = (status: number, message: unknown, isCommand = false) =>
    explain({ status, body: { message, error: 'x', statusCode: status }, isCommand });

  it.each([
    [
      400,
      ['limit must not be greater than 2000'],
      'BAD_USER_INPUT',
      'salesforce refuses what was asked: limit must not be greater than 2000.',
    ],
    [400, ['a', 'b.', 'a'], 'BAD_USER_INPUT', 'salesforce refuses what was asked: a; b.'],
    [404, 'no connection 999', 'NOT_FOUND', 'salesforce has no such thing: no connection 999.'],
    [409, 'A job is running.', 'CONFLICT', 'salesforce says that something is in the way: A job is running.'],
    [409, undefined, 'CONFLICT', 'salesforce says that something is in the way.'],
    [
      401,
      'Unauthorized',
      'PROVIDER_UNAUTHENTICATED',
      'salesforce refuses the configured token. It may have expired, so put a new one into the configuration.',
    ],
  ])('of %i with %j is %s', (status, message, code, sentence) => {
    expect(refusal(status, message)).toMatchObject({ code, message: sentence });
  });

  it.each([403, 422, 429, 500, 503])('of %i means what that status means everywhere', (status) => {
    expect(refusal(status, 'whatever')).toBeNull();
  });

  it('whose text is long, or holds an address or markup, is shortened and cleaned', () => {
    const text = `<b>Look</b> at https://u:p@h/x and /api/v1/secret\n{"a": 1}${'!'.repeat(600)}`;
    expect(refusal(400, [`${'x'.repeat(249)}🦀`])?.message).toBe(
      `salesforce refuses what was asked: ${'x'.repeat(249)}….`,
    );
    expect(plain('<b>Look</b> at https://u:p@h/x and\n/api/v1/secret {"a": 1}.')).toBe(
      'Look at [address] and [address] a : 1',
    );
    expect(refusal(400, [text])?.message.length).toBeLessThan(400);
    expect(refusal(400, [text])?.message).not.toMatch(/https?:|<b>|\n|\/api\//);
  });

  it('of a call that this server does not have says that the address may be wrong', () => {
    const missing = refusal(404, 'Cannot GET /api/v1/connections');
    expect(missing).toMatchObject({ code: 'PROVIDER_INVALID_RESPONSE' });
    expect(missing?.message).toContain('is its address in the configuration complete');
    expect(isMissingRoute(missing)).toBe(true);
    expect(isMissingRoute(refusal(404, 'no job 4711'))).toBe(false);
    expect(refusal(404, 'Cannot POST /api/v1/x', true)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'salesforce has no such thing.',
    });
  });

  it('tells a retry what the failure was about', () => {
    expect(isArrayRefusal(refusal(400, ['statuses must be an array']))).toBe(true);
    expect(isArrayRefusal(refusal(400, ['limit must be a number']))).toBe(false);
    expect(isDescriptionRefusal(refusal(400, ['description should not be empty']))).toBe(true);
    expect(isDescriptionRefusal(refusal(400, ['name is in the description']))).toBe(false);
    expect(isDescriptionRefusal(refusal(409, 'description should not be empty'))).toBe(false);
  });
});
