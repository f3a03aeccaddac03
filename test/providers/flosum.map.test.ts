import { describe, expect, it } from 'vitest';
import {
  createExplain,
  isArrayRefusal,
  isDescriptionRefusal,
  isMissingRoute,
  plain,
} from '../../providers/flosum/errors.ts';
import { createLineReader, toLogLine } from '../../providers/flosum/log.ts';
import { isNumberId, nonceOf, parseLocalId, toBackup, toEntity } from '../../providers/flosum/map.ts';
import { toStartSettings } from '../../providers/flosum/settings.ts';
import { type BackupRow, backupsReply, connectionsReply } from '../../providers/flosum/wire.ts';
import { isCountedExactly, toWords } from '../../providers/flosum/words.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { formatInstant } from '../../src/core/instant.ts';
import { backupStatuses, backupTypes } from '../../src/core/model.ts';

// The example of the contract.
const row: BackupRow = {
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
const place = { provider: 'salesforce', connectionId: '12' };
const mapped = (fields: Partial<BackupRow> = {}) => toBackup({ ...row, ...fields }, place);
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

  const unreadable = ['', '251', '4 min', '1.02:00:00', '00:04:11.5', '00:61:00', '04:11', '-1:00:00', null, undefined];
  const durations: readonly (readonly [duration: string | null | undefined, end: string | null])[] = [
    ['00:00:00', '2026-03-02T01:15:09.000Z'],
    ['27:00:01', '2026-03-03T04:15:10.000Z'],
    ['100:00:00', '2026-03-06T05:15:09.000Z'],
    ...unreadable.map((duration) => [duration, null] as const),
  ];
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

  it('may have fields that nobody knows, while one of another kind is no page', () => {
    expect(backupsReply.parse({ total: 1, items: [{ ...row, colour: 'red' }] }).items).toEqual([row]);
    expect(backupsReply.safeParse({ total: 1, items: [{ ...row, id: '8107' }] }).success).toBe(false);
    expect(backupsReply.safeParse({ total: 1, items: ['8107'] }).success).toBe(false);
  });
});

describe('a connection', () => {
  const listed = { id: 12, externalId: 4012, name: 'Acme EMEA', userName: 'bot@acme', salesforceOrgType: 'SANDBOX' };

  it('is an entity that goes by its own id', () => {
    const [item] = connectionsReply.parse({ total: 1, items: [listed] }).items;
    expect(item && toEntity(item, 'salesforce')).toEqual({
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
    expect(toEntity(read, 'salesforce').details).toMatchObject({
      userFullName: 'Backup Bot',
      salesforceOrgId: '00D000000000001EAA',
    });
  });

  it('of a kind that nobody knows is UNKNOWN, and without a name goes by its user or its number', () => {
    expect(toEntity({ ...listed, salesforceOrgType: 'SCRATCH' }, 's').details.orgType).toBe('UNKNOWN');
    expect(toEntity({ id: 12, name: '', userName: 'bot@acme' }, 's').name).toBe('bot@acme');
    expect(toEntity({ id: 12, name: '' }, 's').name).toBe('12');
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
    '12.8107.-1',
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

describe('the words of a filter', () => {
  const words = (fields: Partial<BackupFilter>) => toWords({ ...noFilter, ...fields });
  const types = ['full', 'full & sync', 'template', 'archive'];
  const statuses = ['In Progress', 'Exception', 'Completed', 'Aborted'];

  it('are all that there are where nothing is asked', () => {
    expect(words({})).toEqual({ types, statuses, search: null });
  });

  it('are exactly those that find what is asked', () => {
    expect(words({ types: ['SYNCHRONIZATION', 'ARCHIVE', 'INCREMENTAL'] })?.types).toEqual(['full & sync', 'archive']);
    expect(words({ statuses: ['FAILED', 'QUEUED', 'CANCELLED'] })?.statuses).toEqual(['Exception', 'Aborted']);
    expect(words({ search: 'night' })?.search).toBe('night');
  });

  it('are all of them for what has no word', () => {
    expect(words({ types: ['IMPORT', 'FULL'] })?.types).toEqual(types);
    expect(words({ types: ['UNKNOWN'] })?.types).toEqual(types);
    expect(words({ statuses: ['UNKNOWN'] })?.statuses).toEqual(statuses);
  });

  it('leave out a text that is longer than the product takes', () => {
    expect(words({ search: 'x'.repeat(80) })?.search).toHaveLength(80);
    expect(words({ search: 'x'.repeat(81) })?.search).toBeNull();
  });

  it('are none where no backup of this product can match', () => {
    const found = new Set(['FULL', 'SYNCHRONIZATION', 'TEMPLATE', 'ARCHIVE', 'IMPORT', 'UNKNOWN']);
    expect(backupTypes.filter((type) => words({ types: [type] }))).toEqual(
      backupTypes.filter((type) => found.has(type)),
    );
    const had = new Set(['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'UNKNOWN']);
    expect(backupStatuses.filter((status) => words({ statuses: [status] }))).toEqual(
      backupStatuses.filter((status) => had.has(status)),
    );
    const never: Partial<BackupFilter>[] = [
      { triggers: ['MANUAL', 'SCHEDULED'] },
      { triggers: [] },
      { entityIds: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    expect(never.map(words)).toEqual([null, null, null, null]);
    expect(words({ triggers: ['UNKNOWN'] })).not.toBeNull();
  });

  it('are counted by the product where they mean the same to it', () => {
    const exact = (fields: Partial<BackupFilter>) => isCountedExactly({ ...noFilter, ...fields });
    expect([exact({}), exact({ statuses: ['FAILED'] }), exact({ entityIds: ['7'] })]).toEqual([true, true, true]);
    const others: Partial<BackupFilter>[] = [
      { types: ['ARCHIVE'] },
      { statuses: ['UNKNOWN'] },
      { search: 'a' },
      { startedAfter: 1 },
      { startedBefore: 1 },
    ];
    expect(others.map(exact)).toEqual([false, false, false, false, false]);
  });
});

describe('the settings of a start', () => {
  const names =
    'Metadata BinaryObjects BigObjects FeedObjects ShareObjects HistoryObjects CustomMetadataTypeObjects TagObjects';
  const all = Object.fromEntries(names.split(' ').map((name) => [`isInclude${name}`, true]));

  it('are a full backup of everything unless something else is said', () => {
    expect(toStartSettings({})).toEqual({ mode: 'full', settings: all });
    expect(toStartSettings({ mode: 'FULL', templateId: null, settings: null })).toEqual({
      mode: 'full',
      settings: all,
    });
  });

  it('leave out what they are told to, each under its own name', () => {
    for (const name of names.split(' ')) {
      expect(toStartSettings({ settings: { [`include${name}`]: false } }).settings).toEqual({
        ...all,
        [`isInclude${name}`]: false,
      });
    }
  });

  it('are the same where they come as GraphQL makes them', () => {
    const bare = (fields: object) => Object.assign(Object.create(null), fields);
    expect(toStartSettings(bare({ settings: bare({ includeMetadata: false }) })).settings).toEqual({
      ...all,
      isIncludeMetadata: false,
    });
  });

  it('have the template among them', () => {
    expect(toStartSettings({ mode: 'TEMPLATE', templateId: 3 })).toEqual({
      mode: 'template',
      settings: { ...all, templateId: 3 },
    });
  });

  it.each([
    [{ mode: 'TEMPLATE' }, ['input', 'templateId'], 'needs the number of the template'],
    [{ mode: 'FULL', templateId: 3 }, ['input', 'templateId'], 'only with the mode TEMPLATE'],
    [{ templateId: 0, mode: 'TEMPLATE' }, ['input', 'templateId'], '"templateId"'],
    [{ mode: 'HALF' }, ['input', 'mode'], '"mode"'],
    [{ colour: 'red' }, ['input', 'colour'], 'no setting "colour"'],
    [{ settings: { includeAll: true } }, ['input', 'settings', 'includeAll'], 'no setting "includeAll"'],
    [{ settings: { includeMetadata: 1 } }, ['input', 'settings', 'includeMetadata'], '"settings.includeMetadata"'],
  ])('that are %j are refused', (given, field, message) => {
    expect(() => toStartSettings(given)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field, message: expect.stringContaining(message) }),
    );
  });
});

describe('a refusal', () => {
  const explain = createExplain('salesforce');
  const refusal = (status: number, message: unknown, isCommand = false) =>
    explain({ status, body: { message, error: 'x', statusCode: status }, isCommand });

  it.each([
    [
      400,
      ['limit must not be greater than 2000'],
      'BAD_USER_INPUT',
      'salesforce refuses what was asked: limit must not be greater than 2000.',
    ],
    [400, ['a', 'b.', 'a'], 'BAD_USER_INPUT', 'salesforce refuses what was asked: a; b.'],
    [404, 'no connection 999', 'NOT_FOUND', 'salesforce has no such thing: no connection 999.'],
    [409, 'A job is running.', 'CONFLICT', 'salesforce says that something is in the way: A job is running.'],
    [409, undefined, 'CONFLICT', 'salesforce says that something is in the way.'],
    [
      401,
      'Unauthorized',
      'PROVIDER_UNAUTHENTICATED',
      'salesforce refuses the configured token. It may have expired, so put a new one into the configuration.',
    ],
  ])('of %i with %j is %s', (status, message, code, sentence) => {
    expect(refusal(status, message)).toMatchObject({ code, message: sentence });
  });

  it.each([403, 422, 429, 500, 503])('of %i means what that status means everywhere', (status) => {
    expect(refusal(status, 'whatever')).toBeNull();
  });

  it('whose text is long, or holds an address or markup, is shortened and cleaned', () => {
    const text = `<b>Look</b> at https://u:p@h/x and /api/v1/secret\n{"a": 1}${'!'.repeat(600)}`;
    expect(refusal(400, [`${'x'.repeat(249)}🦀`])?.message).toBe(
      `salesforce refuses what was asked: ${'x'.repeat(249)}….`,
    );
    expect(plain('<b>Look</b> at https://u:p@h/x and\n/api/v1/secret {"a": 1}.')).toBe(
      'Look at [address] and [address] a : 1',
    );
    expect(refusal(400, [text])?.message.length).toBeLessThan(400);
    expect(refusal(400, [text])?.message).not.toMatch(/https?:|<b>|\n|\/api\//);
  });

  it('of a call that this server does not have says that the address may be wrong', () => {
    const missing = refusal(404, 'Cannot GET /api/v1/connections');
    expect(missing).toMatchObject({ code: 'PROVIDER_INVALID_RESPONSE' });
    expect(missing?.message).toContain('is its address in the configuration complete');
    expect(isMissingRoute(missing)).toBe(true);
    expect(isMissingRoute(refusal(404, 'no job 4711'))).toBe(false);
    expect(refusal(404, 'Cannot POST /api/v1/x', true)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'salesforce has no such thing.',
    });
  });

  it('tells what it is about to whoever may send it again', () => {
    expect(isArrayRefusal(refusal(400, ['statuses must be an array']))).toBe(true);
    expect(isArrayRefusal(refusal(400, ['limit must be a number']))).toBe(false);
    expect(isDescriptionRefusal(refusal(400, ['description should not be empty']))).toBe(true);
    expect(isDescriptionRefusal(refusal(400, ['name is in the description']))).toBe(false);
    expect(isDescriptionRefusal(refusal(409, 'description should not be empty'))).toBe(false);
  });
});

describe('a line of a log', () => {
  it.each([
    ['2026-11-22T10:00:00.000Z INFO  Account: 7 records', 'INFO'],
    ['2026-11-22T10:00:00.000Z WARN  slow', 'WARNING'],
    ['[ERROR] no', 'ERROR'],
    ['FATAL', 'ERROR'],
    ['DEBUG x', 'DEBUG'],
    ['an error of no importance', 'UNKNOWN'],
    ['ERROR_CODE 7', 'UNKNOWN'],
    [`${'x'.repeat(60)} ERROR`, 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('that is %j is of level %s', (raw, level) => {
    expect(toLogLine(raw)).toEqual({ text: raw, raw, at: null, level });
  });

  it('that was written over itself is one line all the same', () => {
    expect(toLogLine('10 %\r20 %')).toMatchObject({ text: '10 % 20 %', raw: '10 %\r20 %' });
  });
});

describe('a log in pieces', () => {
  const read = (text: string, size: number, isOver = true) => {
    const bytes = Buffer.from(text);
    const reader = createLineReader('salesforce');
    for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
    return reader.finish(isOver).map(({ raw }) => raw);
  };

  it.each([1, 2, 3, 7, 1000])('of %i bytes has whole lines and whole characters', (size) => {
    expect(read('Prüfung\n請求書\r\n\n🦀 end', size)).toEqual(['Prüfung', '請求書', '', '🦀 end']);
    expect(read('one\ntwo\n', size)).toEqual(['one', 'two']);
  });

  it('that still grows leaves out the line that is being written', () => {
    expect(read('one\ntw', 4, false)).toEqual(['one']);
    expect(read('one\ntwo\n', 4, false)).toEqual(['one', 'two']);
  });

  it.each(['<!DOCTYPE html><html>', '\n <html lang="en">'])('that begins with %j is a web page', (text) => {
    expect(() => read(text, 1000)).toThrow(GatewayError);
  });
});
