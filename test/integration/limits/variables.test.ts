import { expect, test } from 'vitest';
import { ask, code, message, startLimited, transports } from './transports.ts';

const query =
  'query ($ids: [ID!]!, $filter: BackupFilter) { nodes(ids: $ids) { id } backups(filter: $filter) { __typename } }';

test.each(transports)('over %s, variables hold so many values, and no more', async (transport) => {
  await using gateway = await startLimited({ variableValues: 5 });
  // The list itself is one.
  const ask_ = (ids: unknown) => ask(transport, gateway.origin, { query, variables: { ids } });
  expect((await ask_(['a', 'b', 'c', 'd'])).data).toMatchObject({ nodes: [null, null, null, null] });
  // Also what no input knows, and before anything is said of that.
  for (const ids of [['a', 'b', 'c', 'd', 'e'], { a: 1, b: { c: 2 }, d: [3] }]) {
    const refused = await ask_(ids);
    expect([code(refused), message(refused)]).toEqual([
      'BAD_USER_INPUT',
      'The variables hold more than 5 values: send fewer, or in several requests.',
    ]);
  }
});

test.each(transports)('over %s, variables are nested so deep, and no deeper', async (transport) => {
  await using gateway = await startLimited({ variableDepth: 3 });
  const ask_ = (filter: unknown) => ask(transport, gateway.origin, { query, variables: { ids: [], filter } });
  expect(message(await ask_({ statuses: ['FAILED'] }))).toBe('');
  expect(message(await ask_({ statuses: [['FAILED']] }))).toContain('got invalid value');
  for (const statuses of [[[['FAILED']]], [[[]]]]) {
    expect(message(await ask_({ statuses }))).toBe(
      'The variables are nested more than 3 deep: no input of this schema needs that.',
    );
  }
});

test.each(transports)(
  'over %s, variables that are nested without end are refused like any others',
  async (transport) => {
    await using gateway = await startLimited({});
    let nested: unknown = [];
    for (let depth = 0; depth < 3_000; depth++) nested = [nested];
    const refused = await ask(transport, gateway.origin, { query, variables: { ids: nested } });
    expect([code(refused), message(refused)]).toEqual(['BAD_USER_INPUT', expect.stringMatching(/more than 10 deep/)]);
  },
);
