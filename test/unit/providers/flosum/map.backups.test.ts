import { describe, expect, it } from 'vitest';
import { isNumberId, nonceOf, parseLocalId, toBackup, toEntity } from '../../../../providers/flosum/map.ts';
import { type BackupRow, backupRow, type ConnectionRow, connectionRow } from '../../../../providers/flosum/wire.ts';
import { formatInstant } from '../../../../src/core/instant.ts';
import { createTimeReader } from '../../../../src/core/time-reader.ts';

// The example of the contract.
const row = {
  id: 8107,
  name: 'nightly-emea gw-7f3a',
  jobId: 22914,
  jobStatus: 'Completed',
  startedDate: '2026-03-02T01:15:09.000Z',
  duration: '00:04:11',
  size: 734003200,
  records: 128440,
  operationType: 'Composite Backup',
};
const place = { provider: 'salesforce', connectionId: '12', times: createTimeReader('UTC') };
const mapped = (fields: object = {}) => toBackup(backupRow({ ...row, ...fields }) as BackupRow, place);
const entity = (fields: object) => toEntity(connectionRow(fields) as ConnectionRow, 'salesforce');
const time = (instant: number | null) => (instant === null ? null : formatInstant(instant));

describe('a row of the list', () => {
  it('is a whole backup, with an id that finds it again', () => {
    const { sortedAt, startedAt, endedAt, ...backup } = mapped();
    expect([sortedAt, startedAt, endedAt].map(time)).toEqual([
      '2026-03-02T01:15:09.000Z',
      '2026-03-02T01:15:09.000Z',
      '2026-03-02T01:19:20.000Z',
    ]);
    expect(backup).toEqual({
      kind: 'flosum',
      provider: 'salesforce',
      localId: '12.8107.1772414109000',
      externalId: '8107',
      entityId: '12',
      name: 'nightly-emea gw-7f3a',
      description: null,
      type: 'FULL',
      status: 'SUCCEEDED',
      upstreamStatus: 'Completed',
      trigger: 'UNKNOWN',
      size: { originalBytes: 734003200, compressedBytes: null, deduplicatedBytes: null, storedBytes: null },
      itemCount: 128440,
      isRemoved: false,
      progress: null,
      errorMessage: null,
      warnings: [],
      details: { jobId: '22914', recordCount: 128440, operationType: 'Composite Backup', isArchive: false },
    });
  });

  it.each([
    ['Composite Backup', 'FULL', false],
    ['Composite & Sync Backup', 'SYNCHRONIZATION', false],
    ['Templated Backup', 'TEMPLATE', false],
    ['Templated Archive', 'ARCHIVE', true],
    ['Import Backup', 'IMPORT', false],
    ['Import Archive', 'IMPORT', true],
    ['Quantum Backup', 'UNKNOWN', false],
    ['constructor', 'UNKNOWN', false],
  ])('that is a %s is of type %s', (operationType, type, isArchive) => {
    expect(mapped({ operationType })).toMatchObject({ type, details: { operationType, isArchive } });
  });

  it.each([
    ['In Progress', 'RUNNING'],
    ['Completed', 'SUCCEEDED'],
    ['Exception', 'FAILED'],
    ['Aborted', 'CANCELLED'],
    ['Paused', 'UNKNOWN'],
  ])('that is %s is %s, and keeps the word', (jobStatus, status) => {
    expect(mapped({ jobStatus })).toMatchObject({ status, upstreamStatus: jobStatus });
  });

  const unreadable = ['', '251', '4 min', '00:61:00', '04:11', '-1:00:00', null, undefined];
  const durations: readonly (readonly [duration: string | null | undefined, end: string | null])[] = [
    ['00:00:00', '2026-03-02T01:15:09.000Z'],
    ['27:00:01', '2026-03-03T04:15:10.000Z'],
    ['100:00:00', '2026-03-06T05:15:09.000Z'],
    ['1.02:00:00', '2026-03-03T03:15:09.000Z'],
    ['1 day, 02:00:00', '2026-03-03T03:15:09.000Z'],
    ['00:04:11.5', '2026-03-02T01:19:20.000Z'],
    ...unreadable.map((duration) => [duration, null] as const),
  ];
  it('whose end would lie after the year 9999 has none', () => {
    expect(mapped({ startedDate: '9999-12-31T23:59:59Z', duration: '00:04:11' }).endedAt).toBeNull();
  });

  it.each(durations)('of a duration of %j ended at %s', (duration, end) => {
    expect(time(mapped({ duration }).endedAt)).toBe(end);
  });

  it('that runs has no end, and its zeros are not known yet', () => {
    const running = mapped({ jobStatus: 'In Progress', size: 0, records: 0 });
    expect(running).toMatchObject({ endedAt: null, itemCount: null, size: { originalBytes: null }, progress: null });
    expect(running.details.recordCount).toBeNull();
    expect(mapped({ jobStatus: 'In Progress', records: 7 }).itemCount).toBe(7);
    expect(mapped({ jobStatus: 'Paused' }).endedAt).toBeNull();
  });

  it('that has ended keeps its zeros, which may be the truth', () => {
    expect(mapped({ size: 0, records: 0 })).toMatchObject({ itemCount: 0, size: { originalBytes: 0 } });
  });

  it.each([-1, 12.5, 2 ** 53, null, undefined])('with a size of %s has none', (size) => {
    expect(mapped({ size, records: size })).toMatchObject({ itemCount: null, size: { originalBytes: null } });
  });

  it('shows a name without our mark at its end, and any other name as it is', () => {
    const names = ['Nightly gw-0a1b2c3d', '4711 gw-0a1b2c3d', 'gw-0a1b2c3d', 'a gw-0a1b2c3d b', 'a gw-7f3a', '', null];
    expect(names.map((name) => mapped({ name }).name)).toEqual([
      'Nightly',
      '4711',
      'gw-0a1b2c3d',
      'a gw-0a1b2c3d b',
      'a gw-7f3a',
      null,
      null,
    ]);
    expect(nonceOf('Nightly gw-0a1b2c3d')).toBe('0a1b2c3d');
  });

  it('without a readable start comes last, and has no time', () => {
    expect(mapped({ startedDate: 'soon' })).toMatchObject({
      sortedAt: 0,
      startedAt: null,
      endedAt: null,
      localId: '12.8107.0',
    });
  });

  it('may have fields that nobody knows, and needs no more than its id', () => {
    expect(mapped({ colour: 'red' })).toEqual(mapped());
    expect(backupRow({ id: 8107 })?.id).toBe(8107);
    for (const none of ['8107', null, [], {}, { id: '8107' }, { id: 0 }, { id: 1.5 }, { id: 2 ** 53 }, { id: [8107] }])
      expect(backupRow(none)).toBeNull();
  });
});

describe('a connection', () => {
  const listed = { id: 12, externalId: 4012, name: 'Acme EMEA', userName: 'bot@acme', salesforceOrgType: 'SANDBOX' };

  it('is an entity that goes by its own id', () => {
    expect(entity(listed)).toEqual({
      kind: 'flosum',
      provider: 'salesforce',
      externalId: '12',
      name: 'Acme EMEA',
      details: {
        connectionId: '12',
        externalConnectionId: '4012',
        userName: 'bot@acme',
        userFullName: null,
        salesforceOrgId: null,
        orgType: 'SANDBOX',
      },
    });
  });

  it('read by itself knows its org and who the user is', () => {
    const read = { ...listed, userFullName: 'Backup Bot', salesforceOrgId: '00D000000000001EAA' };
    expect(entity(read).details).toMatchObject({
      userFullName: 'Backup Bot',
      salesforceOrgId: '00D000000000001EAA',
    });
  });

  it('of a kind that nobody knows is UNKNOWN, and without a name goes by its user or its number', () => {
    expect(entity({ ...listed, salesforceOrgType: 'SCRATCH' }).details.orgType).toBe('UNKNOWN');
    expect(entity({ id: 12, name: '', userName: 'bot@acme' }).name).toBe('bot@acme');
    expect(entity({ id: 12, name: '' }).name).toBe('12');
  });
});

describe('an id', () => {
  it('of a backup holds the connection, the row and the start', () => {
    expect(parseLocalId('12.8107.1772414109000')).toEqual({
      connectionId: '12',
      rowId: '8107',
      startMs: 1772414109000,
    });
  });

  it.each([
    '12.8107',
    '12.8107.1.1',
    '012.8107.1',
    '12.08107.1',
    '12.8107.01',
    '12.8107.-01',
    '12.8107.1e3',
    ' 12.8107.1',
  ])('that is %j is no id of a backup', (id) => expect(parseLocalId(id)).toBeNull());

  it('that no number can hold, or no calendar, is none', () => {
    expect(parseLocalId('12.9007199254740993.1')).toBeNull();
    expect(parseLocalId('12.8107.999999999999999')).toBeNull();
    expect([isNumberId('9007199254740991'), isNumberId('9007199254740993'), isNumberId('0')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
