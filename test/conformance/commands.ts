/** Starting and stopping: done once, seen in the list, and refused without being done where it cannot be. */
import { describe, expect } from 'vitest';
import { type Backup, isFinished, type LocalId } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { StartRequest } from '../../src/core/provider-commands.ts';
import type { ActiveFault } from '../support/fault-proxy.ts';
import { answersStatus } from '../support/faults.ts';
import { expectValidBackup } from './model.ts';
import { endOf, expectPresentable, failureOf } from './outcome.ts';
import { createRequest, startRequest, startShown } from './starts.ts';
import { type Fixture, isCommand, known, never, type SandboxWorld, type Suite } from './suite.ts';
import { idsOf, readPage, readRows, walk } from './walk.ts';

export function describeCommands(suite: Suite): void {
  describe('starting a backup', () => describeStart(suite));
  describe('creating a backup with the settings of the product', () => describeCreate(suite));
  describe('cancelling a backup', () => describeCancel(suite));
}

function describeStart(suite: Suite): void {
  const { check, facts, manners } = suite;
  const entityId = () => known(facts.entity);

  check('makes exactly one, which the list then shows', ['START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const before = idsOf(await walk(fixture.provider));
    const started = await start(fixture, entityId());
    expectValidBackup(fixture.provider, started);
    expect(started).toMatchObject({ entityId: entityId() });
    const after = await walk(fixture.provider);
    expect(idsOf(after).filter((id) => !before.includes(id))).toEqual([started.localId]);
    expect(after).toHaveLength(before.length + 1);
    expect(commandsOf(suite, fixture)).toHaveLength(1);
  });

  check('answers with a backup that is found by its id', ['START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const { localId, externalId } = await start(fixture, entityId());
    expect(await fixture.provider.getBackups([localId], never())).toMatchObject([{ localId, externalId }]);
  });

  const second =
    manners.secondStart === 'refused' ? 'is refused with CONFLICT and starts nothing' : 'makes another one';
  check(`while one of the same entity runs ${second}`, ['START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    await start(fixture, entityId());
    const before = await walk(fixture.provider);
    const ended = await endOf(start(fixture, entityId()));
    const isRefused = 'error' in ended;
    expect(isRefused ? ended.error.code : 'accepted').toBe(manners.secondStart === 'refused' ? 'CONFLICT' : 'accepted');
    if (isRefused) expectPresentable(ended.error, fixture);
    expect(await walk(fixture.provider)).toHaveLength(before.length + (isRefused ? 0 : 1));
  });

  check('of an entity that is not there is NOT_FOUND and starts nothing', ['START_BACKUP', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const before = idsOf(await walk(fixture.provider));
    const error = await failureOf(start(fixture, facts.unknownEntity));
    expect(error.code).toBe('NOT_FOUND');
    expectPresentable(error, fixture);
    expect(idsOf(await walk(fixture.provider))).toEqual(before);
  });

  for (const field of ['name', 'description'] as const) {
    check(
      `with a ${field} shows it, or says UNSUPPORTED and starts nothing`,
      ['START_BACKUP', 'entity', 'SANDBOX'],
      async () => {
        await using fixture = await suite.openSandbox();
        const ended = await endOf(startShown(fixture, startRequest(entityId(), { [field]: 'Before the move' })));
        if (!('error' in ended)) return expect(ended.value[field]).toContain('Before the move');
        expect(ended.error.code).toBe('UNSUPPORTED');
        expectPresentable(ended.error, fixture);
        expect(commandsOf(suite, fixture)).toEqual([]);
      },
    );
  }

  check('is still known when the product fails right after it', ['START_BACKUP', 'entity', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const failing = failAfterCommand(suite, fixture);
    // What was accepted without being named is looked for later, when the product answers again.
    const send = (request: StartRequest) =>
      fixture.provider.startBackup?.(request, never()).finally(() => failing.stop());
    const ended = await endOf(startShown(fixture, startRequest(entityId()), send));
    if ('error' in ended) expect(ended.error.code).toBe('OUTCOME_UNKNOWN');
    else expect(ended.value).toMatchObject({ entityId: entityId() });
    expect(commandsOf(suite, fixture)).toHaveLength(1);
  });
}

function describeCreate(suite: Suite): void {
  const { check, manners } = suite;

  check('makes exactly one, which the list then shows', ['CREATE_BACKUP', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const before = idsOf(await walk(fixture.provider));
    const created = await create(fixture, suite, manners.createSettings);
    expect(idsOf(await walk(fixture.provider)).filter((id) => !before.includes(id))).toEqual([created.localId]);
    expect(commandsOf(suite, fixture)).toHaveLength(1);
  });

  check('of settings that are none is BAD_USER_INPUT and starts nothing', ['CREATE_BACKUP', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    for (const input of manners.wrongCreateSettings) {
      const error = await failureOf(create(fixture, suite, input));
      expect(error.code, JSON.stringify(input)).toBe('BAD_USER_INPUT');
      expectPresentable(error, fixture);
    }
    expect(commandsOf(suite, fixture)).toEqual([]);
  });
}

function describeCancel(suite: Suite): void {
  const { check, facts } = suite;

  check('ends a running one as CANCELLED', ['CANCEL_BACKUP', 'runningBackup', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const id = known(facts.runningBackup);
    const { backup } = await cancel(fixture.provider, id);
    expect(backup.localId).toBe(id);
    expectValidBackup(fixture.provider, backup);
    expect(await untilFinished(fixture, id)).toMatchObject({ status: 'CANCELLED', localId: id });
    expect(commandsOf(suite, fixture)).toHaveLength(1);
  });

  check('a second time is CONFLICT once it has ended', ['CANCEL_BACKUP', 'runningBackup', 'SANDBOX'], async () => {
    await using fixture = await suite.openSandbox();
    const id = known(facts.runningBackup);
    await cancel(fixture.provider, id);
    const ended = await untilFinished(fixture, id);
    expect((await failureOf(cancel(fixture.provider, id))).code).toBe('CONFLICT');
    expect(await fixture.provider.getBackups([id], never())).toMatchObject([
      { status: ended.status, endedAt: ended.endedAt },
    ]);
  });

  check(
    'is told or OUTCOME_UNKNOWN when the product fails right after it',
    ['CANCEL_BACKUP', 'runningBackup', 'SANDBOX'],
    async () => {
      await using fixture = await suite.openSandbox();
      const id = known(facts.runningBackup);
      failAfterCommand(suite, fixture);
      const ended = await endOf(cancel(fixture.provider, id));
      if ('error' in ended) expect(ended.error.code).toBe('OUTCOME_UNKNOWN');
      else expect(ended.value).toMatchObject({ backup: { localId: id } });
      expect(commandsOf(suite, fixture)).toHaveLength(1);
    },
  );

  check('that has finished is CONFLICT and changes nothing', ['CANCEL_BACKUP', 'finishedBackup'], async () => {
    await using fixture = await suite.open();
    const id = known(facts.finishedBackup);
    const before = await fixture.provider.getBackups([id], never());
    const error = await failureOf(cancel(fixture.provider, id));
    expect(error.code).toBe('CONFLICT');
    expectPresentable(error, null);
    expect(await fixture.provider.getBackups([id], never())).toEqual(before);
  });

  check('that is not there is NOT_FOUND', ['CANCEL_BACKUP'], async () => {
    await using fixture = await suite.open();
    const error = await failureOf(cancel(fixture.provider, facts.unknownBackup));
    expect(error.code).toBe('NOT_FOUND');
    expectPresentable(error, null);
  });
}

/** The one thing that a real server is asked to do: a backup that is stopped again where that is possible. */
export function describeRealStart(suite: Suite): void {
  suite.check(
    'starts a backup that the list then shows, and stops it again where it can',
    ['START_BACKUP', 'entity'],
    async () => {
      await using fixture = await suite.open();
      const before = idsOf(await readRows(suite, fixture.provider));
      const started = await start(fixture, known(suite.facts.entity));
      try {
        expectValidBackup(fixture.provider, started);
        expect(before).not.toContain(started.localId);
        expect(idsOf((await readPage(fixture.provider)).rows)).toContain(started.localId);
      } finally {
        if (suite.can.has('CANCEL_BACKUP')) await stopAgain(fixture, started.localId);
      }
    },
  );
}

/** One that waits cannot always be cancelled, and one that was quick has ended by itself. */
async function stopAgain(fixture: Fixture, id: LocalId): Promise<void> {
  await until(fixture, id, ({ status }) => status !== 'QUEUED');
  const ended = await endOf(cancel(fixture.provider, id), 60_000);
  if ('error' in ended) expect(ended.error.code).toBe('CONFLICT');
  await untilFinished(fixture, id);
}

const start = (fixture: Fixture, entityId: LocalId): Promise<Backup> => startShown(fixture, startRequest(entityId));

function create(fixture: Fixture, suite: Suite, settings: Readonly<Record<string, unknown>>): Promise<Backup> {
  const request = createRequest(known(suite.facts.entity), settings);
  return startShown(fixture, request, () => fixture.provider.createBackup?.(request, never()));
}

const cancel = (provider: Provider, id: LocalId) => known(provider.cancelBackup?.(id, never()) ?? null);

/** The command is done and answered; whatever is asked after it fails. */
function failAfterCommand(suite: Suite, { proxy }: SandboxWorld): ActiveFault {
  let isDone = false;
  return proxy.fail(answersStatus(500), {
    match(method, path) {
      const fails = isDone;
      isDone ||= isCommand(suite, method, path);
      return fails;
    },
  });
}

const commandsOf = (suite: Suite, { proxy }: SandboxWorld) =>
  proxy.requests.filter(({ method, path, isForwarded }) => isForwarded && isCommand(suite, method, path));

const untilFinished = (fixture: Fixture, id: LocalId): Promise<Backup> =>
  until(fixture, id, ({ status }) => isFinished(status));

/** Lets a minute go by, second by second, until the backup is as it is waited for. */
async function until(fixture: Fixture, id: LocalId, isReached: (backup: Backup) => boolean): Promise<Backup> {
  for (let second = 0; second < 60; second++) {
    const [backup] = await fixture.provider.getBackups([id], never());
    if (backup && isReached(backup)) return backup;
    await fixture.pass(1);
  }
  throw new Error(`The backup ${id} has not changed as it should within a minute.`);
}
