import { describe, expect, it } from 'vitest';
import { asCancelled, toBackup, toEntity, toStatusWords } from '../../../../providers/vprotect/map.ts';
import { toProgress, wasCancelled } from '../../../../providers/vprotect/task-map.ts';
import { type BackupRow, createWire, type TaskRow } from '../../../../providers/vprotect/wire.ts';
import { parseInstant } from '../../../../src/core/instant.ts';
import { backupStatuses } from '../../../../src/core/model.ts';
import { createTimeReader } from '../../../../src/core/time-reader.ts';

const guid = 'f8f73bf9-2445-4bce-a7dd-753be3b40a67';

/** The row that the vendor's page shows, with values of the product instead of its placeholders. */
const seedRow = {
  guid,
  backupTime: 1451677502000,
  snapshotTime: 1451649601000,
  status: { name: 'SUCCESS', description: 'Success' },
  type: { name: 'FULL', description: 'Full' },
};

const wire = createWire(createTimeReader('UTC'));
const map = (change: object = {}) => toBackup(wire.backup({ ...seedRow, ...change }) as BackupRow, 'machines');

describe('a record as a backup', () => {
  it('is this one for the row of the vendor’s page, which has nothing more', () => {
    expect(map()).toEqual({
      kind: 'vprotect',
      provider: 'machines',
      localId: guid,
      externalId: guid,
      entityId: null,
      name: null,
      description: null,
      type: 'FULL',
      status: 'SUCCEEDED',
      upstreamStatus: 'SUCCESS',
      trigger: 'UNKNOWN',
      sortedAt: parseInstant('2016-01-01T12:00:01Z'),
      startedAt: parseInstant('2016-01-01T12:00:01Z'),
      endedAt: null,
      size: { originalBytes: null, compressedBytes: null, deduplicatedBytes: null, storedBytes: null },
      itemCount: null,
      isRemoved: false,
      progress: null,
      errorMessage: null,
      warnings: [],
      details: {
        guid,
        snapshotTime: parseInstant('2016-01-01T12:00:01Z'),
        backupTime: parseInstant('2016-01-01T19:45:02Z'),
        statusDescription: 'Success',
        typeDescription: 'Full',
        warningsAcknowledged: null,
        parentGuid: null,
      },
    });
  });

  it('has a status of ours for each word, and keeps one that nobody knows', () => {
    const statusOf = (name: string) => map({ status: { name } }).status;
    const words = [
      'QUEUED',
      'INPROGRESS',
      'SUCCESS',
      'SUCCESS_REMOVED',
      'PARTIAL_SUCCESS',
      'FAILED',
      'PAUSED',
      'constructor',
    ];
    expect(words.map(statusOf)).toEqual([
      'QUEUED',
      'RUNNING',
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED_WITH_WARNINGS',
      'FAILED',
      'UNKNOWN',
      'UNKNOWN',
    ]);
    expect(map({ status: 'PAUSED' }).upstreamStatus).toBe('PAUSED');
  });

  it('has lost its data where it says so', () => {
    expect(map({ status: 'SUCCESS_REMOVED' })).toMatchObject({ status: 'SUCCEEDED', isRemoved: true });
  });

  it('has a type of ours for each word', () => {
    const typeOf = (type: unknown) => map({ type }).type;
    const words = ['FULL', 'INCREMENTAL', 'SYNTHETIC', 'SYNCHRONIZATION'];
    expect(words.map(typeOf)).toEqual(words);
    expect(['TEMPLATE', 'UNKNOWN', 'toString', null].map(typeOf)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
  });

  it('takes enums as objects and as bare words', () => {
    const described = map();
    const bare = map({ status: 'SUCCESS', type: 'FULL' });
    expect(described.details).toMatchObject({ statusDescription: 'Success', typeDescription: 'Full' });
    expect(bare).toMatchObject({
      status: 'SUCCEEDED',
      type: 'FULL',
      details: { statusDescription: null, typeDescription: null },
    });
  });

  it('stands at its snapshot, else at its end, and nowhere only while it waits', () => {
    const times = (change: object) => {
      const { status, sortedAt, startedAt } = map(change);
      return [status, sortedAt, startedAt];
    };
    const [snapshot, end] = [seedRow.snapshotTime * 1000, seedRow.backupTime * 1000];
    const none = { snapshotTime: null, backupTime: undefined };
    expect(times({})).toEqual(['SUCCEEDED', snapshot, snapshot]);
    expect(times({ snapshotTime: null, status: 'FAILED' })).toEqual(['FAILED', end, null]);
    expect(times({ ...none, status: 'FAILED' })).toEqual(['FAILED', 0, null]);
    expect(times({ ...none, status: 'QUEUED' })).toEqual(['QUEUED', null, null]);
    expect(times({ ...none, status: 'INPROGRESS' })).toEqual(['QUEUED', null, null]);
    expect(times({ ...none, status: 'INPROGRESS', snapshotTime: 1 })).toEqual(['RUNNING', 1000, 1000]);
    expect(times({ ...none, status: 'NEW' })).toEqual(['UNKNOWN', 0, null]);
  });

  it('has no time where the number is none', () => {
    const read = (snapshotTime: unknown) => wire.backup({ ...seedRow, snapshotTime });
    for (const none of [null, undefined, 0, ''])
      expect(read(none)).toMatchObject({ snapshotTime: null, unreadable: [] });
    for (const odd of [-5, Number.MAX_SAFE_INTEGER, {}, [1451649601000], true, 'soon'])
      expect(read(odd)).toMatchObject({ snapshotTime: null, unreadable: ['snapshotTime'] });
    for (const form of [1451649601000.4, '1451649601000', '2016-01-01T12:00:01+0000'])
      expect(read(form)).toMatchObject({ snapshotTime: 1451649601000000, unreadable: [] });
  });

  it('tells what is stored, and nothing where nothing is yet', () => {
    const stored = (size: number, status: string) => map({ size, status }).size.storedBytes;
    expect([stored(412_000_000_000, 'SUCCESS'), stored(0, 'SUCCESS'), stored(5, 'FAILED')]).toEqual([
      412_000_000_000, 0, 5,
    ]);
    expect([stored(0, 'FAILED'), stored(0, 'QUEUED'), stored(0, 'INPROGRESS'), stored(-1, 'SUCCESS')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(map({ effectiveBackupObjectsCount: 7 }).itemCount).toBe(7);
    expect(map({ effectiveBackupObjectsCount: -7 }).itemCount).toBeNull();
  });

  it('says why it failed, and nothing else that it has to say', () => {
    const reason = (status: string, statusInfo: unknown) => map({ status, statusInfo }).errorMessage;
    expect(reason('FAILED', 'no space left on backup destination')).toBe('No space left on backup destination.');
    expect(reason('FAILED', null)).toBeNull();
    expect(reason('SUCCESS', 'stored in 5 minutes')).toBeNull();
  });

  it('has warnings as texts or as objects, with one mark for all of them', () => {
    const { warnings, details } = map({ warnings: ['a \n b', { value: 'c' }, ' '], warningsAcknowledged: true });
    expect(warnings).toEqual([
      { message: 'a b', acknowledged: true },
      { message: 'c', acknowledged: true },
    ]);
    expect(details.warningsAcknowledged).toBe(true);
    expect(map({ warnings: ['a'] }).warnings).toEqual([{ message: 'a', acknowledged: false }]);
  });

  it('names its entity, and has an empty description for none', () => {
    expect(map({ protectedEntity: { guid: 'x', name: 'erp' }, description: '' })).toMatchObject({
      entityId: 'x',
      description: null,
    });
    expect(map({ description: 'Before the move' }).description).toBe('Before the move');
  });

  it('is cancelled only if it failed', () => {
    expect(asCancelled(map({ status: 'FAILED', statusInfo: 'why' }))).toMatchObject({
      status: 'CANCELLED',
      errorMessage: 'Why.',
    });
    expect(asCancelled(map()).status).toBe('SUCCEEDED');
  });

  it('is asked for by the words that may become its status', () => {
    expect(Object.fromEntries(backupStatuses.map((status) => [status, toStatusWords(status)]))).toEqual({
      QUEUED: ['QUEUED', 'INPROGRESS'],
      RUNNING: ['INPROGRESS'],
      CANCELLING: [],
      SUCCEEDED: ['SUCCESS', 'SUCCESS_REMOVED'],
      SUCCEEDED_WITH_WARNINGS: ['PARTIAL_SUCCESS'],
      FAILED: ['FAILED'],
      CANCELLED: ['FAILED'],
      SKIPPED: [],
      UNKNOWN: null,
    });
  });
});

describe('an entity', () => {
  it('has a type of ours, UNKNOWN for another word, and null for none', () => {
    const typeOf = (type: string | null) =>
      toEntity({ guid, name: 'x', type: type === null ? null : { name: type, description: null } }, 'm').details
        .entityType;
    expect([typeOf('OS_AGENT'), typeOf('TOASTER'), typeOf(null)]).toEqual(['OS_AGENT', 'UNKNOWN', null]);
  });

  it('has its id for a name where it has none', () => {
    expect(toEntity({ guid, name: '', type: null }, 'machines')).toMatchObject({
      externalId: guid,
      name: guid,
      kind: 'vprotect',
    });
  });
});

const task = (type: string, state: string, progress?: number) =>
  wire.task({ guid, type: { name: type }, state, progress }) as TaskRow;

describe('the tasks of a backup', () => {
  it('are two halves of the way', () => {
    const percent = (...tasks: ReturnType<typeof task>[]) => toProgress(tasks, 5).percent;
    expect(percent(task('EXPORT', 'QUEUED', 0))).toBe(0);
    expect(percent(task('EXPORT', 'RUNNING', 66.5))).toBe(33.25);
    expect(percent(task('EXPORT', 'FINISHED'))).toBe(50);
    expect(percent(task('EXPORT', 'FINISHED', 100), task('STORE', 'RUNNING', 50))).toBe(75);
    expect(percent(task('STORE', 'RUNNING', 250))).toBe(100);
    expect(percent(task('RESTORE', 'RUNNING', 50))).toBeNull();
    expect(percent(task('EXPORT', 'RUNNING'))).toBeNull();
    expect(percent()).toBeNull();
    expect(toProgress([], 5).updatedAt).toBe(5);
  });

  it('tell that it was cancelled where one was and none failed by itself', () => {
    expect(wasCancelled([task('EXPORT', 'CANCELLED')])).toBe(true);
    expect(wasCancelled([task('EXPORT', 'FINISHED'), task('STORE', 'CANCELLED')])).toBe(true);
    expect(wasCancelled([task('EXPORT', 'CANCELLED'), task('EXPORT', 'FAILED')])).toBe(false);
    expect(wasCancelled([task('MOUNT', 'CANCELLED')])).toBe(false);
    expect(wasCancelled([])).toBe(false);
  });
});
