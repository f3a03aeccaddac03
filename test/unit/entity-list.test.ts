import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, GatewayError } from '../../src/core/errors.ts';
import type { ProtectedEntity } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import type { Problem, Provider } from '../../src/core/provider.ts';
import { type EntityFilter, type EntityList, listEntities } from '../../src/lists/entity-list.ts';
import type { PageArguments } from '../../src/lists/page.ts';
import type { Protection, ProtectionStatus } from '../../src/lists/protection.ts';
import { anEntity, aProvider, codeOf, never, unavailable } from '../support/model.ts';

const noFilter: EntityFilter = {
  providers: null,
  kinds: null,
  search: null,
  protection: null,
  lastSuccessBefore: null,
};
const idsOf = (rows: readonly ProtectedEntity[]) => rows.map(({ provider, externalId }) => `${provider}/${externalId}`);

const withEntities = (name: string, ids: readonly string[]): Provider =>
  aProvider({ name, listEntities: () => Promise.resolve(ids.map((id) => anEntity(id, name))) });
const down = (name: string): Provider => aProvider({ name, listEntities: () => Promise.reject(unavailable(name)) });

const list = (providers: readonly Provider[], page: PageArguments = {}, filter = noFilter): Promise<EntityList> =>
  listEntities(
    providers,
    () => 50,
    { page, filter },
    () => Promise.reject(new Error('nobody asked')),
    never,
  );

const twenty = Array.from({ length: 20 }, (_, index) => `${index}`);

test('goes by provider name, then by id, where numbers compare as numbers', async () => {
  const { rows, totalCount } = await list([withEntities('b', ['10', '9', 'x']), withEntities('a', ['2'])]);
  expect(idsOf(rows)).toEqual(['a/2', 'b/9', 'b/10', 'b/x']);
  expect(totalCount).toBe(4);
});

test('every page is the list cut there, and tells the truth of what is around it', async () => {
  const ids = fc.uniqueArray(fc.oneof(fc.nat(500).map(String), fc.string({ minLength: 1, maxLength: 5 })), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(ids, fc.nat(45), fc.nat(40), fc.boolean(), async (all, size, at, isForward) => {
      const providers = [withEntities('one', all)];
      const sorted = [...all].sort(compareIds);
      const whole = await list(providers, { first: 200 });
      const place = sorted.length > 0 ? at % sorted.length : null;
      const cursor = place === null ? null : whole.cursorAt(place);
      const page = await list(providers, isForward ? { first: size, after: cursor } : { last: size, before: cursor });
      const start = isForward ? (place ?? -1) + 1 : Math.max(0, (place ?? sorted.length) - size);
      const end = isForward ? Math.min(sorted.length, start + size) : (place ?? sorted.length);
      expect(page.rows.map(({ externalId }) => externalId)).toEqual(sorted.slice(start, end));
      expect(page.pageInfo).toMatchObject({
        hasNextPage: isForward ? end < sorted.length : cursor !== null,
        hasPreviousPage: isForward ? cursor !== null : start > 0,
      });
    }),
  );
});

test('searches names and ids, whatever the case, and counts what it finds', async () => {
  const { rows, totalCount } = await list([withEntities('a', ['Vm-1', 'db-1'])], {}, { ...noFilter, search: 'VM' });
  expect(idsOf(rows)).toEqual(['a/Vm-1']);
  expect(totalCount).toBe(1);
});

describe('while a provider does not answer', () => {
  const up = withEntities('a', twenty);

  test('the others come, nobody can count, and there may be more', async () => {
    const page = await list([up, down('b')], { first: 50 });
    expect(page.rows).toHaveLength(20);
    expect(page.totalCount).toBeNull();
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(page.problems).toMatchObject([{ provider: 'b', entityId: null, error: { code: 'PROVIDER_UNAVAILABLE' } }]);
  });

  test('problems come in the order of the providers, whichever fails first', async () => {
    const late = aProvider({
      name: 'a',
      listEntities: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(unavailable('a')))),
    });
    const page = await list([late, down('b')]);
    expect(page.problems.map(({ provider }) => provider)).toEqual(['a', 'b']);
  });

  test('an empty page stays where it was, so that the walk goes on from there and not from the start', async () => {
    const { endCursor } = (await list([up], { first: 5 })).pageInfo;
    const forward = await list([down('a')], { first: 5, after: endCursor });
    expect(forward.pageInfo).toMatchObject({ hasNextPage: false, endCursor });
    const backward = await list([down('a')], { last: 5, before: endCursor });
    expect(backward.pageInfo).toMatchObject({ hasPreviousPage: false, startCursor: endCursor });
  });
});

test('a very long list is no trouble', async () => {
  const ids = Array.from({ length: 200_000 }, (_, index) => String(index));
  expect((await list([withEntities('a', ids)], { first: 1 })).totalCount).toBe(200_000);
});

test('a fault of ours is not shown as a fault of a provider', async () => {
  await expect(list([aProvider({ listEntities: () => Promise.reject(new TypeError('of ours')) })])).rejects.toThrow(
    'of ours',
  );
});

test('an unknown provider and a foreign cursor are refused', async () => {
  const providers = [withEntities('a', twenty)];
  await expect(list(providers, {}, { ...noFilter, providers: ['nobody'] })).rejects.toMatchObject({
    field: ['filter', 'providers'],
  });
  const { endCursor } = (await list(providers, { first: 1 })).pageInfo;
  expect(await codeOf(list(providers, { after: endCursor }, { ...noFilter, search: 'x' }))).toBe('BAD_USER_INPUT');
  expect(await codeOf(list(providers, { after: 'hello' }))).toBe('BAD_USER_INPUT');
});

test('an id of 300 characters has a cursor that leads on', async () => {
  const providers = [withEntities('n'.repeat(40), ['a'.repeat(300), 'b'])];
  const { endCursor } = (await list(providers, { first: 1 })).pageInfo;
  expect((await list(providers, { after: endCursor })).rows).toHaveLength(1);
});

describe('a filter by protection', () => {
  const three = withEntities('a', ['1', '2', '3']);
  const problem = (code: ErrorCode) => ({ provider: 'a', entityId: null, error: new GatewayError(code, 'why') });
  const judged = (status: ProtectionStatus, why: Problem | null = null): Protection => ({
    status,
    lastSuccessAt: null,
    expectedEverySeconds: null,
    expectedSchedule: null,
    dueAt: null,
    failuresSinceLastSuccess: null,
    dataPresence: null,
    incomplete: why,
    problem: why,
  });
  const filtered = (protection: readonly ProtectionStatus[], protections: readonly Protection[]) =>
    listEntities(
      [three],
      () => 50,
      { page: {}, filter: { ...noFilter, protection } },
      (entities) =>
        Promise.resolve(entities.map(({ externalId }) => protections[Number(externalId) - 1] as Protection)),
      never,
    );

  test('shows those that are asked for, and counts them', async () => {
    const page = await filtered(['OVERDUE', 'UNKNOWN'], [judged('OVERDUE'), judged('PROTECTED'), judged('OVERDUE')]);
    expect(idsOf(page.rows)).toEqual(['a/1', 'a/3']);
    expect(page).toMatchObject({ totalCount: 2, problems: [], pageInfo: { hasNextPage: false } });
  });

  test.each([
    ['PROVIDER_UNAVAILABLE', true],
    ['INCOMPLETE', false],
  ] as const)('%s of what is left out is told once; that more may come: %j', async (code, hasNextPage) => {
    const why = problem(code);
    const unknown = [judged('OVERDUE'), judged('UNKNOWN', why), judged('UNKNOWN', why)];
    const hidden = await filtered(['OVERDUE'], unknown);
    expect(idsOf(hidden.rows)).toEqual(['a/1']);
    expect(hidden).toMatchObject({ totalCount: null, problems: [why], pageInfo: { hasNextPage } });
    const shown = await filtered(['OVERDUE', 'UNKNOWN'], unknown);
    expect(idsOf(shown.rows)).toEqual(['a/1', 'a/2', 'a/3']);
    expect(shown).toMatchObject({ totalCount: null, problems: [why], pageInfo: { hasNextPage: false } });
  });

  test('by nothing asks nobody', async () => {
    const filter = { ...noFilter, protection: [] };
    expect(await list([three], {}, filter)).toMatchObject({ rows: [], totalCount: 0, problems: [] });
  });
});

describe('the order by the last success', () => {
  const of = (lastSuccessAt: number | null, more: Partial<Protection> = {}): Protection => ({
    status: 'NO_EXPECTATION',
    lastSuccessAt,
    expectedEverySeconds: null,
    expectedSchedule: null,
    dueAt: null,
    failuresSinceLastSuccess: 0,
    dataPresence: lastSuccessAt === null ? null : 'UNKNOWN',
    incomplete: null,
    problem: null,
    ...more,
  });
  const problem: Problem = { provider: 'one', entityId: 'lost', error: new GatewayError('INCOMPLETE', 'not read') };
  const protections: Record<string, Protection> = {
    old: of(5),
    young: of(9),
    same: of(5),
    never: of(null),
    undated: of(null, { dataPresence: 'PRESENT' }),
    lost: of(null, { status: 'UNKNOWN', incomplete: problem, problem }),
    partly: of(7, { incomplete: { ...problem, entityId: 'partly' } }),
  };
  const ordered = (isDescending: boolean, page: PageArguments) =>
    listEntities(
      [withEntities('one', Object.keys(protections))],
      () => 50,
      { page, filter: noFilter, order: { field: 'LAST_SUCCESS', isDescending } },
      (entities) => Promise.resolve(entities.map(({ externalId }) => protections[externalId] as Protection)),
      never,
    );

  test.each([
    [false, ['never', 'old', 'same', 'partly', 'young', 'lost', 'undated']],
    [true, ['young', 'partly', 'same', 'old', 'never', 'undated', 'lost']],
  ])('has those that are not known at the end, with why (descending: %s)', async (isDescending, expected) => {
    const whole = await ordered(isDescending, {});
    expect(whole.rows.map(({ externalId }) => externalId)).toEqual(expected);
    expect(new Set(whole.problems.map(({ entityId }) => entityId))).toEqual(new Set(['lost', 'partly', 'undated']));
    expect(whole.totalCount).toBeNull();
    for (const [index] of expected.entries()) {
      const after = await ordered(isDescending, { first: 2, after: whole.cursorAt(index) });
      expect(after.rows.map(({ externalId }) => externalId)).toEqual(expected.slice(index + 1, index + 3));
      const before = await ordered(isDescending, { last: 2, before: whole.cursorAt(index) });
      expect(before.rows.map(({ externalId }) => externalId)).toEqual(expected.slice(Math.max(0, index - 2), index));
    }
  });
});
