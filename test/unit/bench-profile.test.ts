/** The profile of a bundle: its one file is told apart again by the source map. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlaces } from '../../bench/profile/places.ts';
import { summarise } from '../../bench/profile/summary.ts';

let root: string;
let url: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bench-profile-'));
  await mkdir(join(root, 'dist'));
  url = pathToFileURL(join(root, 'dist', 'main.js')).href;
  const sources = ['../src/lists/merge.ts', '../node_modules/zod/v4/core/parse.js'];
  // From column 0 on it is line 1 of the first source, from column 10 on line 5 of the second, and from column 20 on it has no source.
  const map = { version: 3, sources, names: [], mappings: 'AAAA,UCIA,U,oBAAA' };
  await writeFile(join(root, 'dist', 'main.js.map'), JSON.stringify(map));
});

afterAll(() => rm(root, { recursive: true, force: true }));

const frame = (functionName: string, columnNumber: number, of = url) => ({
  functionName,
  url: of,
  lineNumber: 0,
  columnNumber,
});

it('names the source, the package and the part of Node of a frame', () => {
  const placeOf = createPlaces(root);
  expect(placeOf(frame('merge', 3))).toEqual({ part: 'src/lists', file: 'src/lists/merge.ts', line: 1 });
  expect(placeOf(frame('parse', 12))).toEqual({ part: 'zod', file: 'zod', line: 5 });
  expect(placeOf(frame('write', 0, 'node:net'))).toEqual({ part: 'node:net', file: 'node:net', line: 0 });
  expect(placeOf(frame('(garbage collector)', 0, ''))).toMatchObject({ part: '(garbage collector)' });
  expect(placeOf(frame('__export', 25))).toEqual({ part: 'dist', file: 'dist/main.js', line: 1 });
  // Without a map, a file is its own source.
  const other = pathToFileURL(join(root, 'dist', 'src', 'app.js')).href;
  expect(placeOf(frame('start', 0, other))).toEqual({ part: 'dist/src', file: 'dist/src/app.js', line: 1 });
});

it('adds what Node and V8 do to their caller, and leaves out what is before, after and idle', () => {
  const profile = {
    startTime: 1_000_000,
    nodes: [
      { id: 1, callFrame: frame('(root)', 0, ''), children: [2, 5] },
      { id: 2, callFrame: frame('merge', 0), children: [3, 4] },
      { id: 3, callFrame: frame('parse', 10) },
      { id: 4, callFrame: frame('sort', 0, '') },
      { id: 5, callFrame: frame('(idle)', 0, '') },
    ],
    samples: [3, 2, 5, 4, 3, 3],
    timeDeltas: [5000, 3000, 9000, 6000, 1000, 2000],
  };
  const text = summarise(profile, { placeOf: createPlaces(root), from: 1_006_000, to: 1_025_000, operations: 10 });
  expect(text).toContain('10 operations, busy for 1.00 ms each');
  expect(text).toContain('  90.0  src/lists\n   10.0  zod\n');
  expect(text).toContain('  90.0  src/lists/merge.ts\n');
  expect(text).toContain('  60.0  sort\n');
  expect(text).toContain(' 100.0  merge [src/lists/merge.ts:1]\n');
});
