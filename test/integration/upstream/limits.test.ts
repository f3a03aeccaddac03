import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../../src/config/config.ts';
import { providerFields } from '../../../src/config/provider.ts';
import { defaultLimits } from '../../../src/upstream/limits.ts';

const fake = {
  kind: 'fake',
  config: z.strictObject({ ...providerFields, kind: z.literal('fake'), url: z.string() }),
};
const limitsOf = (limits: object) => {
  const text = JSON.stringify({ providers: [{ name: 'one', kind: 'fake', url: 'http://127.0.0.1', limits }] });
  return parseConfig(text, [fake], {}).providers[0]?.limits;
};

test('a provider of which nothing is said has the limits of the example', async () => {
  const example = parse(await readFile('backplane.example.yaml', 'utf8')) as { providers: { limits?: unknown }[] };
  expect(limitsOf({})).toEqual(defaultLimits);
  expect(example.providers[0]?.limits).toEqual(defaultLimits);
});

test('one that is given leaves the others as they are', () => {
  expect(limitsOf({ retries: 0 })).toEqual({ ...defaultLimits, retries: 0 });
});

test.each([
  [{ retrys: 1 }, 'providers[0].limits.retrys: unknown key, did you mean "retries"; see backplane.example.yaml'],
  [{ requests: 0 }, 'providers[0].limits.requests: expected number to be >=1'],
  [{ bodySeconds: 0 }, 'providers[0].limits.bodySeconds: expected number to be >0'],
  [{ breakerCalls: 5 }, 'providers[0].limits.breakerMinimumCalls: expected at most breakerCalls'],
  [{ breakerFailureShare: 1 }, 'providers[0].limits.breakerFailureShare: expected number to be <=0.99'],
])('%j is a fault that says what to do', (limits, fault) => {
  expect(() => limitsOf(limits)).toThrow(fault);
});
