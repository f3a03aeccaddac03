/**
 * The README of each adapter lists the calls that its code has, and no other. That every request of the tests is in the
 * list, with its method, is checked where each fixture of `test/support` is closed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  type Adapter,
  adapters,
  documentedCalls,
  expectDocumented,
  withoutNames,
} from '../../support/documented-calls.ts';

async function pathsInCode(adapter: Adapter): Promise<string[]> {
  const folder = `providers/${adapter}`;
  // The configuration reads addresses and sends no request.
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && name !== 'config.ts');
  const files = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
  const literals = files.flatMap((text) => [
    ...text.matchAll(/^(?!\s*(?:\*|\/[/*])).*?(?:path`|')(\/[a-z][^'`\s]*)['`]/gm),
  ]);
  return [...new Set(literals.map(([, path = '']) => withoutNames(path)))].toSorted();
}

const pathOf = (call: string): string => call.slice(call.indexOf(' ') + 1);

describe.each(adapters)('the README of %s', (adapter) => {
  it('lists every call of the adapter, and no other', async () => {
    const inCode = await pathsInCode(adapter);
    expect(inCode.length).toBeGreaterThan(2);
    const documented = documentedCalls(adapter);
    expect(new Set(documented).size).toBe(documented.length);
    expect([...new Set(documented.map((call) => withoutNames(pathOf(call))))].toSorted()).toEqual(inCode);
  });

  it('is held against every request of the tests', () => {
    const request = {
      method: 'GET',
      path: '/backups/detailed',
      query: new URLSearchParams(),
      headers: {},
      status: 200,
    };
    expect(() => expectDocumented(adapter, [{ ...request, isStray: false }])).toThrow('/backups/detailed');
  });
});
