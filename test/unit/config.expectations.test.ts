/** What a configuration may say of how often a backup is expected to succeed, and how late it may be. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/config.ts';
import { expectationOf } from '../../src/config/expectations.ts';
import { ConfigError } from '../../src/config/file.ts';
import { type ProviderConfig, providerFields } from '../../src/config/provider.ts';

const fake = { kind: 'fake', config: z.strictObject({ ...providerFields, kind: z.literal('fake') }) };

const parse = (more: string) =>
  parseConfig<ProviderConfig>(`providers:\n  - name: one\n    kind: fake${more}`, [fake], {});

function expected(more: string, id = 'any') {
  const [one] = parse(more).providers;
  return one ? expectationOf(one, id) : null;
}

function faultsOf(more: string): readonly string[] {
  try {
    parse(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const unclear =
  'expected a time such as 30m, 24h, 7d or 2w (ten years at most), a cron expression with a time zone such as "0 1 * * * Europe/Berlin", or none';

describe('what is expected', () => {
  test.each([
    ['30m', 1_800],
    ['24h', 86_400],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['3650d', 315_360_000],
  ])('every %s is %j seconds', (text, everySeconds) => {
    expect(expected(`\n    expectEvery: ${text}`)).toEqual({
      everySeconds,
      schedule: null,
      graceSeconds: null,
      isGraceBounded: false,
    });
  });

  test('is nothing unless it is said, and one entity’s own wins over its provider’s', () => {
    expect(expected('')).toBeNull();
    expect(expected('\n    expectEvery: none')).toBeNull();
    const more = '\n    expectEvery: 24h\n    entities: { 7: { expectEvery: 2h }, /a/b: { expectEvery: none } }';
    const ids = ['7', '/a/b', 'other', 'constructor', '__proto__'];
    expect(ids.map((id) => expected(more, id)?.everySeconds ?? null)).toEqual([7_200, null, 86_400, 86_400, 86_400]);
  });

  test('of an entity is said by its id, whatever that is', () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const more = `\n    expectEvery: 24h\n    entities: { "${id}": { expectEvery: 2h } }`;
      expect(expected(more, id)?.everySeconds).toBe(7_200);
      expect(expected(more, 'other')?.everySeconds).toBe(86_400);
      expect(faultsOf(`\n    entities: { "${id}": { expectEvery: often } }`)).toEqual([
        `providers[0].entities.${id}.expectEvery: ${unclear}`,
      ]);
    }
  });

  test.each(['24', '"24"', '0h', '1.5h', '24 h', '-1d', '1y', '24H', '3651d', 'never', '99999999w', '[24h]', '""'])(
    'every %s is refused',
    (text) => {
      expect(faultsOf(`\n    expectEvery: ${text}`)).toEqual([`providers[0].expectEvery: ${unclear}`]);
      expect(faultsOf(`\n    entities: { x: { expectEvery: ${text} } }`)).toEqual([
        `providers[0].entities.x.expectEvery: ${unclear}`,
      ]);
    },
  );

  test('has no other words, and entities are named', () => {
    const faults = (entities: string) => faultsOf(`\n    entities: ${entities}`);
    expect(faults('{ x: { expectEvery: 1d, every: 1d } }')).toHaveLength(1);
    expect(faults('{ x: { expectEvery: 1d, every: 1d } }')[0]).toMatch(
      /^providers\[0\]\.entities\.x\.every: unknown key/,
    );
    for (const none of ['[x]', 'x', '7', '{ "": { expectEvery: 1d } }']) {
      expect(faults(none)).toEqual(['providers[0].entities: expected external ids, each with its expectEvery']);
    }
    expect(faults('{ x: {} }')).toEqual(['providers[0].entities.x: expected expectEvery, grace or both']);
    expect(faults('{ x: { expectEvery: null } }')).toEqual([`providers[0].entities.x.expectEvery: ${unclear}`]);
  });
});

describe('a schedule', () => {
  const berlin = '0 1 * * * Europe/Berlin';

  test.each([
    `${berlin}`,
    `"${berlin}"`,
    '{ cron: "0 1 * * *", timeZone: Europe/Berlin }',
    '\n      cron: 0 1 * * *\n      timeZone: Europe/Berlin',
    '"0  1 * *   *  Europe/Berlin "',
  ])('is said as %j', (text) => {
    expect(expected(`\n    expectEvery: ${text}`)).toMatchObject({ everySeconds: null, schedule: { text: berlin } });
  });

  test('of an entity wins over its provider’s interval, and the other way round', () => {
    const one = `\n    expectEvery: 24h\n    entities: { x: { expectEvery: ${berlin} } }`;
    expect(expected(one, 'x')).toMatchObject({ everySeconds: null, schedule: { text: berlin } });
    const other = `\n    expectEvery: ${berlin}\n    entities: { x: { expectEvery: 24h } }`;
    expect(expected(other, 'x')).toMatchObject({ everySeconds: 86_400, schedule: null });
  });

  test.each([
    ['0 1 * * *', /: expected a time zone after the five fields of the cron expression, such as /],
    ['"@daily"', /: expected a time such as 30m/],
    ['0 0 1 * * * Europe/Berlin', /: expected a cron expression of five fields/],
    ['0 1 * * * Nowhere/Land', /: expected an IANA time zone such as /],
    ['0 25 * * * UTC', /: expected a cron expression such as /],
    ['0 1 30 2 * UTC', /: expected a cron expression of days that exist/],
    ['{ cron: "0 1 * * *" }', /\.timeZone: expected an IANA time zone/],
    ['{ timeZone: UTC }', /\.cron: expected a cron expression/],
    ['{ cron: [1], timeZone: UTC }', /\.cron: expected a cron expression/],
    ['{ cron: 0 1 * * *, timezone: UTC, timeZone: UTC }', /\.timezone: unknown key/],
  ])('%s is refused in one sentence', (text, sentence) => {
    for (const more of [`\n    expectEvery: ${text}`, `\n    entities: { x: { expectEvery: ${text} } }`]) {
      const faults = faultsOf(more);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(sentence);
    }
  });
});

describe('grace', () => {
  const graceOf = (more: string, id = 'any') => {
    const { graceSeconds, isGraceBounded } = expected(more, id) ?? {};
    return { graceSeconds, isGraceBounded };
  };

  test('is for a provider, or for one entity', () => {
    const more =
      '\n    expectEvery: 24h\n    grace: 2h\n    entities: { x: { grace: 30m }, y: { grace: none }, z: { expectEvery: 7d, grace: 1d } }';
    expect(graceOf(more)).toEqual({ graceSeconds: 7_200, isGraceBounded: false });
    expect(graceOf(more, 'x')).toEqual({ graceSeconds: 1_800, isGraceBounded: false });
    expect(graceOf(more, 'y')).toEqual({ graceSeconds: 0, isGraceBounded: false });
    expect(graceOf(more, 'z')).toEqual({ graceSeconds: 86_400, isGraceBounded: false });
    expect(expected(more, 'x')?.everySeconds).toBe(86_400);
    expect(expected(more, 'z')?.everySeconds).toBe(604_800);
  });

  test('of a provider is at most half of an interval that an entity has of its own', () => {
    const more = '\n    expectEvery: 24h\n    grace: 12h\n    entities: { x: { expectEvery: 1h } }';
    expect(graceOf(more, 'x')).toEqual({ graceSeconds: 43_200, isGraceBounded: true });
  });

  test.each(['2', '0', '0m', '1.5h', 'never', '{}', '[1h]', '-1h'])('%s is refused', (text) => {
    const fault = 'expected a time such as 30m, 2h or 1d, or none';
    expect(faultsOf(`\n    grace: ${text}`)).toEqual([`providers[0].grace: ${fault}`]);
    expect(faultsOf(`\n    entities: { x: { grace: ${text} } }`)).toEqual([`providers[0].entities.x.grace: ${fault}`]);
  });

  test.each([
    ['expectEvery: 24h\n    grace: 721m', 'providers[0].grace: expected at most 720m, half of expectEvery'],
    [
      'expectEvery: 24h\n    entities: { x: { grace: 13h } }',
      'providers[0].entities.x.grace: expected at most 720m, half of expectEvery',
    ],
    [
      'entities: { x: { expectEvery: 1h, grace: 1h } }',
      'providers[0].entities.x.grace: expected at most 30m, half of expectEvery',
    ],
    [
      'expectEvery: 0 1,5 * * * UTC\n    grace: 241m',
      'providers[0].grace: expected at most 240m, the shortest time between two slots of the schedule',
    ],
  ])('that is longer than it can mean is refused: %j', (more, fault) => {
    expect(faultsOf(`\n    ${more}`)).toEqual([fault]);
  });

  test('may be as long as that', () => {
    expect(faultsOf('\n    expectEvery: 24h\n    grace: 12h')).toEqual([]);
    expect(faultsOf('\n    expectEvery: 0 1,5 * * * UTC\n    grace: 4h')).toEqual([]);
    expect(faultsOf('\n    grace: 4w')).toEqual([]);
  });
});
