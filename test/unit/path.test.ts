import fc from 'fast-check';
import { expect, test } from 'vitest';
import { path } from '../../src/upstream/path.ts';
import { thrownBy } from '../support/model.ts';
import { runsOf } from '../support/nightly.ts';

test('an id becomes one segment', () => {
  expect(path`/api/jobs/${12}/logs/${'a b'}`).toBe('/api/jobs/12/logs/a%20b');
});

test.each(['', '.', '..', '%2e', '%2E%2e', '.%2e', '%2E.', '\ud800', 'x\udfff'])('%j is no id', (id) => {
  expect(thrownBy(() => path`/api/jobs/${id}`).code).toBe('NOT_FOUND');
});

test.each([
  '../admin',
  '..\\admin',
  '/admin',
  '//evil.example',
  '?all=1',
  '#x',
  '%2e%2e%2fadmin',
  'a/../b',
  '\t..',
  '..\n',
  ' ..',
  '\0',
])('%j stays within its segment', (id) => expectOneSegment(id));

test('no text at all leaves its segment', () => {
  const part = fc.oneof(fc.constantFrom('.', '..', '/', '\\', '%2e', '%', '?', '#', '@', ':', '\t', '\n'), fc.string());
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join('')),
      expectOneSegment,
    ),
    { numRuns: runsOf(1000) },
  );
});

function expectOneSegment(id: string): void {
  let made: string;
  try {
    made = path`/api/jobs/${id}/logs`;
  } catch {
    return;
  }
  const url = new URL(`http://host.example${made}`);
  expect(url.host).toBe('host.example');
  expect(url.search + url.hash).toBe('');
  const [, api, jobs, segment, logs, ...rest] = url.pathname.split('/');
  expect([api, jobs, logs, rest]).toEqual(['api', 'jobs', 'logs', []]);
  expect(decodeURIComponent(segment as string)).toBe(id);
}
