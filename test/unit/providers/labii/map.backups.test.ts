import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type RowOrigin, toBytes, toPlaceInOrder, toBackup as toRowBackup } from '../../../../providers/labii/map.ts';
import { type BackupRow, backupPage, backupRow } from '../../../../providers/labii/wire.ts';
import { formatInstant } from '../../../../src/core/instant.ts';
import { createTimeReader } from '../../../../src/core/time-reader.ts';

const times = createTimeReader('UTC');
const v1: RowOrigin = { provider: 'eln', generation: 'v1', organizationSid: 'og1', times };
const current: RowOrigin = { ...v1, generation: 'current' };

const toBackup = (row: object, origin: RowOrigin) => toRowBackup(backupRow(row) as BackupRow, origin);

/** The row of the seed. */
const seed = {
  sid: 'xxx',
  name: '20180803031606.gz',
  description: 'Data backup on 20180803031606',
  database_size: '47.0 MB',
  date_created: '2018-08-03T03:17:41.438432Z',
  change_permission: false,
};
const clock = (instant: number | null) => (instant === null ? null : formatInstant(instant));

describe('a row of v1', () => {
  it('is a backup that is over, from the time in its name to the time at which it was made', () => {
    const backup = toBackup(seed, v1);
    expect(backup).toMatchObject({
      kind: 'labii',
      provider: 'eln',
      localId: 'og1.xxx',
      externalId: 'xxx',
      entityId: 'og1',
      name: '20180803031606.gz',
      description: 'Data backup on 20180803031606',
      type: 'FULL',
      trigger: 'UNKNOWN',
      status: 'SUCCEEDED',
      upstreamStatus: 'Completed',
      isRemoved: false,
      size: { originalBytes: 49_283_072, storedBytes: null, compressedBytes: null, deduplicatedBytes: null },
      details: { sid: 'xxx', databaseSize: '47.0 MB', canChange: false },
    });
    expect(clock(backup.startedAt)).toBe('2018-08-03T03:16:06.000Z');
    expect(clock(backup.endedAt)).toBe('2018-08-03T03:17:41.438432Z');
    expect(backup.sortedAt).toBe(backup.endedAt);
  });

  it.each([
    ['free text', 'Before the template clean-up'],
    ['a day that is none', '20180230031606.gz'],
    ['an hour that is none', '20180803251606.gz'],
    ['a time after its end', '20180803031742.gz'],
    ['a time more than a day before its end', '20180801031606.gz'],
    ['a time with more after it', '20180803031606.gz.bak'],
  ])('whose name is %s has no start', (_, name) => {
    expect(toBackup({ ...seed, name }, v1)).toMatchObject({ startedAt: null, name, status: 'SUCCEEDED' });
  });

  it('may lack all but its sid', () => {
    const backup = toBackup({ sid: 'xxx' }, v1);
    expect(backup).toMatchObject({ name: null, description: null, startedAt: null, endedAt: null, sortedAt: 0 });
    expect(backup).toMatchObject({ size: { originalBytes: null }, details: { databaseSize: null, canChange: null } });
  });

  it('is not asked for a status that this generation does not have', () => {
    expect(toBackup({ ...seed, status: 'Error' }, v1)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a row of the current generation', () => {
  const row = {
    sid: 'xxx',
    name: '20180803031606.gz',
    status: 'Completed',
    file_size: '1.0\u00a0KB',
    date_created: seed.date_created,
  };

  it('says how it stands, and in a word of its own where we do not know it', () => {
    const statuses = ['In Progress', 'Completed', 'Error', 'Archived', '', null].map((status) => {
      const backup = toBackup({ ...row, status }, current);
      return [backup.status, backup.upstreamStatus];
    });
    expect(statuses).toEqual([
      ['RUNNING', 'In Progress'],
      ['SUCCEEDED', 'Completed'],
      ['FAILED', 'Error'],
      ['UNKNOWN', 'Archived'],
      ['UNKNOWN', 'no status'],
      ['UNKNOWN', 'no status'],
    ]);
  });

  it('is made at the start, has free text for a name, and does not say when it ended', () => {
    const backup = toBackup(row, current);
    expect(clock(backup.startedAt)).toBe('2018-08-03T03:17:41.438432Z');
    expect(backup).toMatchObject({ endedAt: null, sortedAt: backup.startedAt, name: '20180803031606.gz' });
    expect(backup).toMatchObject({ size: { originalBytes: 1024 }, details: { databaseSize: '1.0\u00a0KB' } });
  });

  it('has no size while it runs or where it failed, though it is shown with 0 bytes', () => {
    const sizes = ['In Progress', 'Error', 'Completed'].map(
      (status) => toBackup({ ...row, status, file_size: '0\u00a0bytes' }, current).size.originalBytes,
    );
    expect(sizes).toEqual([null, null, 0]);
  });
});

describe('a size as text', () => {
  it.each([
    ['0\u00a0bytes', 0],
    ['1\u00a0byte', 1],
    ['512 bytes', 512],
    ['47.0 MB', 49_283_072],
    ['112.4\u00a0MB', 117_859_942],
    ['112,4\u00a0MB', 117_859_942],
    ['1,012.4\u00a0MB', 1_061_578_342],
    ['1.012,4\u00a0MB', 1_061_578_342],
    ['1\u00a0012,4\u00a0MB', 1_061_578_342],
    ['1,023 bytes', 1023],
    ['1.2 TB', 1_319_413_953_331],
    ['3 PB', 3_377_699_720_527_872],
    [' 2.0 gb ', 2_147_483_648],
  ])('%s is %i bytes', (text, bytes) => expect(toBytes(text)).toBe(bytes));

  it.each(['', 'MB', 'unknown', '-1 MB', '4 MiB', '4', '.5 MB', '1e3 MB', '9999999 PB', '4 MB of 5 MB'])(
    '%j is none',
    (text) => expect(toBytes(text)).toBeNull(),
  );
});

describe('a reply', () => {
  const contract = JSON.parse(readFileSync(new URL('../../../fixtures/labii/openapi.json', import.meta.url), 'utf8'));

  it('of the contract is read, every example', () => {
    const list = contract.paths['/organizations/backup/list/{level}/{sid}/{serializer}/'];
    const page = {
      page_size: 10,
      page_number: 1,
      page_count: 1,
      count: 1,
      next: null,
      previous: null,
      results: [seed],
    };
    expect(backupPage.parse(page).results).toHaveLength(1);
    const required: string[] = contract.components.schemas.BackupPage.required;
    expect(required).toEqual(expect.arrayContaining(['page_size', 'page_number', 'count', 'results']));
    expect(contract.components.schemas.BackupName.required).toEqual(['sid', 'name']);
    expect(Object.keys(list)).toEqual(expect.arrayContaining(['get', 'post']));
  });

  it('keeps its rows where its count or its page size cannot be read, and no row without a sid', () => {
    const page = { page_size: 10, count: 1, results: [seed] };
    expect(backupPage.safeParse(page).success).toBe(true);
    for (const wrong of [{ count: '1' }, { count: -1 }, { page_size: 0 }]) {
      const read = backupPage.parse({ ...page, ...wrong });
      expect(read, JSON.stringify(wrong)).toMatchObject({ results: [seed] });
      expect(Object.keys(wrong).map((name) => read[name as 'count'])).toEqual([null]);
    }
    for (const row of [{ name: 'x' }, { sid: '' }]) {
      expect(toPlaceInOrder(row, v1)).toBeNull();
      expect(backupRow(row), JSON.stringify(row)).toBeNull();
    }
  });
});
