/** Configuration files with anything in them: taken, or refused with every fault in words, and no value shown. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/file.ts';
import { allMs, runs } from './answers.ts';
import { breakText, draws, strangeTexts } from './documents.ts';

const example = readFileSync('backplane.example.yaml', 'utf8');
const environment = Object.fromEntries(
  [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, `canary-${name}-value`]),
);

/** Throws what is no fault of the file, and a fault that tells what stands in it. */
function check(text: string): void {
  try {
    parseConfig(text, products, environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.faults.length).toBeGreaterThan(0);
    for (const fault of error.faults) {
      expect(fault).not.toMatch(/canary-|\bat .*\.[tj]s:\d+|undefined is not|TypeError/);
      expect(fault.length).toBeLessThan(3_000);
    }
  }
}

it('the example is taken as it is', () => check(example));

it(
  'a file that is broken anywhere is taken or refused in words',
  () => {
    fc.assert(
      fc.property(draws, (draw) => check(breakText(example, draw))),
      { numRuns: runs(150) },
    );
  },
  allMs,
);

it(
  'a value of any kind in any place is taken or refused in words',
  () => {
    const value = fc.oneof(fc.constantFrom(...strangeTexts), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(draws, value, (draw, strange) => {
        const raw = parseDocument(example).toJS() as object;
        const parent = somewhere(raw, draw);
        const keys = Object.keys(parent);
        const key = draw() < 0.1 ? 'nobodyKnowsThis' : (keys[Math.floor(draw() * keys.length)] ?? 'first');
        (parent as Record<string, unknown>)[key] = strange;
        check(stringify(raw));
      }),
      { numRuns: runs(300) },
    );
  },
  allMs,
);

/** An object or a list in it. */
function somewhere(value: object, draw: () => number): object {
  const inner = Object.values(value).filter((item): item is object => typeof item === 'object' && item !== null);
  const next = inner[Math.floor(draw() * inner.length)];
  return next === undefined || draw() < 0.3 ? value : somewhere(next, draw);
}
