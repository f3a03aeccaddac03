import { describe, expect, it } from 'vitest';
import { createExplain, plain, toSentence } from '../../../../providers/vprotect/errors.ts';

describe('a refusal', () => {
  const explain = (status: number, body: unknown) => {
    const error = createExplain('machines')({ status, body, isCommand: false });
    return error && [error.code, error.message];
  };

  it('has the product’s reason, wherever it stands', () => {
    expect(explain(409, { error: { message: 'Task is running.' } })).toEqual([
      'CONFLICT',
      'machines says that something is in the way: Task is running.',
    ]);
    expect(explain(400, { message: 'size must be positive' })).toEqual([
      'BAD_USER_INPUT',
      'machines refuses what was asked: size must be positive.',
    ]);
    expect(explain(403, { error: { message: 'no' }, message: 'yes' })?.[1]).toContain(': no.');
  });

  it('without one, or with a wish to wait, is left to its status', () => {
    expect(explain(404, '<html><h1>404</h1></html>')).toBeNull();
    expect(explain(404, {})).toBeNull();
    expect(explain(400, { message: ' <b></b> ' })).toBeNull();
    expect(explain(429, { message: 'slow down' })).toBeNull();
    expect(explain(503, { message: 'starting' })).toBeNull();
    expect(explain(500, { message: 'boom' })).toBeNull();
  });

  it('gives away no addresses, markup, classes or stacks', () => {
    const text =
      'javax.ws.rs.BadRequestException: <b>Cannot</b> read https://vault:9/x?y or /api/tasks/5\n\tat eu.storware.Main.run(Main.java:12)\n\tat x.y(Z.java:1)';
    expect(plain(text, 500)).toBe('Cannot read [address] or [address]');
    expect(plain('x'.repeat(900), 500)).toHaveLength(501);
    expect(toSentence('{"a": "b"}')).toBe('A : b.');
    expect(toSentence('')).toBeNull();
  });
});
