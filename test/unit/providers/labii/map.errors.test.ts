import { describe, expect, it } from 'vitest';
import { createExplain, createLoginExplain, isMissing, isPastTheEnd } from '../../../../providers/labii/errors.ts';

describe('a refusal', () => {
  const explain = (status: number, body: unknown, isCommand = false, hasToken = false) =>
    createExplain('eln', hasToken)({ status, body, isCommand });
  const wrongId = 'Wrong id - the provided sid is not correct';

  it.each([
    ['an object', { detail: wrongId }],
    ['a list', [wrongId]],
    ['a text', wrongId],
    ['an object of lists', { sid: [wrongId] }],
  ])('of a sid that is not there is NOT_FOUND, as %s', (_, body) => {
    const error = explain(406, body);
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'eln has no organisation or backup of that sid.' });
    expect(isMissing(error)).toBe(true);
  });

  it('of anything else is BAD_USER_INPUT in the product’s words, and no backup either', () => {
    const error = explain(406, ['Wrong level: user. Acceptable levels is organization.']);
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'eln refuses what was asked: "Wrong level: user. Acceptable levels is organization".',
    });
    expect(isMissing(error)).toBe(true);
    expect(isMissing(explain(400, wrongId))).toBe(false);
    expect(explain(400, { name: ['Not a valid string.'] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'eln refuses what was asked.',
    });
  });

  it('is quoted without addresses, markup and line breaks, and cut off', () => {
    const text = `<b>Wrong\n level</b> at https://user:secret@host/x?y "now" <script ${'x'.repeat(400)}`;
    expect(explain(406, text)?.message).toBe('eln refuses what was asked: "Wrong level at [address] now".');
    expect(explain(406, 'y'.repeat(5000))?.message).toHaveLength(200 + 'eln refuses what was asked: "".'.length);
    for (const nothing of [null, {}, [], { detail: 7 }, [[[]]], 17, '<p></p>']) {
      expect(explain(406, nothing)?.message).toBe('eln refuses what was asked.');
    }
  });

  it('of the account says what it lacks', () => {
    expect(explain(403, { detail: 'You do not have permission to perform this action.' })).toMatchObject({
      code: 'PROVIDER_FORBIDDEN',
      message:
        'eln shows and makes backups only for administrators of the organisation, and the configured account is none.',
    });
    expect(explain(401, 'x')).toBeNull();
    expect(explain(401, 'x', false, true)?.message).toContain('A login token ends after 30 idle minutes');
    expect(explain(405, { detail: 'Method "PATCH" not allowed.' }, true)).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('of a page past the end is told from other things that are not there', () => {
    const [end, other, page] = [{ detail: 'Invalid page.' }, { detail: 'Not found.' }, '<html>Not Found</html>'].map(
      (body) => explain(404, body),
    );
    expect([end, other, page].map(isPastTheEnd)).toEqual([true, false, false]);
    expect([end, other, page].map((error) => error?.code)).toEqual([
      'NOT_FOUND',
      'NOT_FOUND',
      'PROVIDER_INVALID_RESPONSE',
    ]);
    expect(page?.message).toContain('is its address in the configuration complete');
    expect(isPastTheEnd(explain(406, ['Invalid page.']))).toBe(false);
  });

  it('of the server itself leaves open what became of a command', () => {
    expect(explain(500, wrongId, true)).toBeNull();
    expect(explain(502, wrongId)).toBeNull();
    expect(explain(429, wrongId)).toBeNull();
  });

  it('of a login is about the credentials, whatever its status', () => {
    const login = (status: number, body: unknown) => createLoginExplain('eln')({ status, body, isCommand: false });
    for (const status of [400, 403, 406]) {
      expect(login(status, ['Unable to log in with provided credentials.'])?.code).toBe('PROVIDER_UNAUTHENTICATED');
    }
    expect(login(404, '<html>')?.code).toBe('PROVIDER_INVALID_RESPONSE');
    expect(login(500, '<html>')).toBeNull();
  });
});
