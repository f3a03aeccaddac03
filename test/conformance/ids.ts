/** Reading by id, and ids that somebody made up. */
import { describe, expect } from 'vitest';
import { isFinished, type LocalId } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import { endOf, expectPresentable } from './outcome.ts';
import { known, never, type Suite } from './suite.ts';
import { idsOf, readRows, walk } from './walk.ts';

export function describeIds(suite: Suite): void {
  describe('reading by id', () => {
    describeBackupsById(suite);
    describeEntitiesById(suite);
  });
  describe('an id that somebody made up', () => describeHostileIds(suite));
}

function describeBackupsById(suite: Suite): void {
  const { check, facts } = suite;

  check('gives each backup as the list shows it', [], async () => {
    await using fixture = await suite.open();
    const rows = (await readRows(suite, fixture.provider)).filter(({ status }) => isFinished(status));
    expect(await fixture.provider.getBackups(idsOf(rows), never())).toEqual(rows);
  });

  check(
    'gives one backup alone as the list shows it, also to a provider that has not listed yet',
    ['finishedBackup'],
    async () => {
      await using fixture = await suite.open();
      const id = known(facts.finishedBackup);
      const [alone] = await fixture.provider.getBackups([id], never());
      const rows = await readRows(suite, fixture.provider);
      expect(alone).toEqual(rows.find(({ localId }) => localId === id));
    },
  );

  check(
    'keeps the order of the ids, repeats what is asked twice, and gives null for what is not there',
    [],
    async () => {
      await using fixture = await suite.open();
      const [a = '', b = '', c = ''] = idsOf(await readRows(suite, fixture.provider));
      const asked = [b, facts.unknownBackup, a, b, c, facts.unknownBackup, a];
      const found = await fixture.provider.getBackups(asked, never());
      expect(found.map((backup) => backup?.localId ?? null)).toEqual([b, null, a, b, c, null, a]);
    },
  );

  check('asks nothing for no ids', ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    expect(await fixture.provider.getBackups([], never())).toEqual([]);
    expect(await fixture.provider.getEntities([], never())).toEqual([]);
    expect(fixture.proxy.requests).toEqual([]);
  });

  check(`reads 50 backups with at most ${suite.manners.requestsFor50Ids} requests`, ['SANDBOX'], async () => {
    await using fixture = await suite.openSandbox({ history: 80 });
    const ids = idsOf(await walk(fixture.provider))
      .filter((_, index) => index % 3 !== 1)
      .slice(0, 49);
    const before = fixture.proxy.requests.length;
    const found = await fixture.provider.getBackups([...ids, facts.unknownBackup], never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual([...ids, null]);
    expect(fixture.proxy.requests.length - before).toBeLessThanOrEqual(suite.manners.requestsFor50Ids);
  });
}

function describeEntitiesById({ check, open, facts }: Suite): void {
  check('keeps the order of the entities, and gives null for what is not there', [], async () => {
    await using fixture = await open();
    const entities = await fixture.provider.listEntities(never());
    const backwards = entities.map(({ externalId }) => externalId).reverse();
    const asked = [facts.unknownEntity, ...backwards, ...backwards.slice(0, 1)];
    const expected = [null, ...[...entities].reverse(), entities.at(-1)];
    expect(await fixture.provider.getEntities(asked, never())).toEqual(expected);
  });
}

/** Ids that walk up a path, end it, or mean a row only to a careless parser. */
const hostileIds = (real: LocalId): string[] => [
  ...['..', '.', '', '/', '../../admin', '..%2f..', '%2e%2e', '%2E.', '%', '%00', 'a/b', 'a?b', 'a#b', 'a\\b', 'a&b=c'],
  ...['\0', '\n', '\r\nx: y', '\t', ' ', 'ä', '🦀', '\ud83e', '\udd80', '１', '²'],
  ...[
    '-1',
    '+1',
    '1e3',
    '1.0',
    '01',
    ' 1',
    '1 ',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    'null',
    'undefined',
    '[object Object]',
  ],
  ...['99999999999999999999', '9007199254740993', '-0', '2147483648', '__proto__', 'constructor', 'toString'],
  ...['x'.repeat(20_000), '9'.repeat(20_000), '🦀'.repeat(5000)],
  ...[` ${real}`, `${real} `, `${real}\n`, `${real}\0`, `0${real}`, `+${real}`, `${real}.0`, `${real}e0`, `${real}n`],
  ...[
    `${real}/`,
    `${real}/../${real}`,
    `./${real}`,
    `${real}?x`,
    `${real}#x`,
    `${real};x`,
    `${real},${real}`,
    `${real}%20`,
  ],
];

function describeHostileIds(suite: Suite): void {
  const { check, facts } = suite;
  const ids = () => hostileIds(known(facts.finishedBackup));

  check('is no backup, alone or among others', ['finishedBackup'], async () => {
    await using fixture = await suite.open();
    for (const id of ids()) expect(await fixture.provider.getBackups([id], never()), name(id)).toEqual([null]);
    const among = [...ids(), known(facts.finishedBackup)];
    const found = await fixture.provider.getBackups(among, never());
    expect(found.map((backup) => backup?.localId ?? null)).toEqual([...ids().map(() => null), facts.finishedBackup]);
    expect(fixture.strays()).toEqual([]);
  });

  check('is no entity, alone or among others', ['finishedBackup'], async () => {
    await using fixture = await suite.open();
    const [real] = await fixture.provider.listEntities(never());
    const all = [...ids(), ...hostileIds(real?.externalId ?? '')];
    for (const id of all) expect(await fixture.provider.getEntities([id], never()), name(id)).toEqual([null]);
    expect(await fixture.provider.getEntities([...all, real?.externalId ?? ''], never())).toEqual([
      ...all.map(() => null),
      real,
    ]);
    expect(fixture.strays()).toEqual([]);
  });

  check('has no log', ['READ_LOG', 'loggedBackup'], async () => {
    await using fixture = await suite.open();
    const [backup] = await fixture.provider.getBackups([known(facts.loggedBackup)], never());
    if (!backup) throw new Error('The logged backup is not there.');
    for (const id of ids()) {
      const forged = { ...backup, localId: id, externalId: id };
      const log = await endOf(fixture.provider.readLog?.(forged, { offset: 0, limit: null }, never()) ?? neverRead());
      if ('error' in log) expect(log.error.code, name(id)).toBe('NOT_FOUND');
      else expect(log.value, name(id)).toMatchObject({ lines: [], state: 'discarded' });
      await expectNothing(id, fixture.provider.downloadLog?.(id, never()));
    }
    expect(fixture.strays()).toEqual([]);
  });

  check('cannot be cancelled', ['CANCEL_BACKUP', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    for (const id of ids()) await expectNotFound(id, fixture.provider.cancelBackup?.(id, never()));
    expect(fixture.strays()).toEqual([]);
  });

  check('cannot be started', ['START_BACKUP', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const before = idsOf(await walk(fixture.provider));
    for (const entityId of [...ids(), ...hostileIds(known(facts.entity))]) {
      await expectNotFound(entityId, startOf(fixture.provider, entityId));
    }
    expect(idsOf(await walk(fixture.provider))).toEqual(before);
    expect(fixture.strays()).toEqual([]);
  });
}

const startOf = (provider: Provider, entityId: LocalId) =>
  provider.startBackup?.({ entityId, name: null, description: null, nonce: 'conform2' }, never());

const neverRead = () => Promise.reject(new Error('This provider cannot read logs.'));

async function expectNotFound(id: LocalId, call: Promise<unknown> | undefined): Promise<void> {
  const ended = await endOf(call ?? Promise.resolve());
  if (!('error' in ended)) throw new Error(`${name(id)} was taken for a real one.`);
  expect(ended.error.code, name(id)).toBe('NOT_FOUND');
  expectPresentable(ended.error, null);
}

async function expectNothing(id: LocalId, call: Promise<unknown> | undefined): Promise<void> {
  const ended = await endOf(call ?? Promise.resolve(null));
  if ('error' in ended) return expectNotFound(id, call);
  expect(ended.value, name(id)).toBeNull();
}

const name = (id: LocalId): string => `the id ${JSON.stringify(id.slice(0, 60))}`;
