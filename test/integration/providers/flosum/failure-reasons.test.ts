/** `errorMessage` of a failed job: rows lack it, and its log has it. */
import { describe, expect, it } from 'vitest';
import { createFailureReasons } from '../../../../providers/flosum/failure-reasons.ts';
import type { FlosumBackup } from '../../../../providers/flosum/map.ts';
import { GatewayError } from '../../../../src/core/errors.ts';
import { never } from '../../../support/calls.ts';
import { answersStatus } from '../../../support/faults.ts';
import { get, idOf, open, page, to } from '../../../support/flosum.ts';

const lines = [
  '2026-11-22T09:00:00.000Z INFO  Account: 7 records',
  '2026-11-22T09:00:01.000Z ERROR Contact: retried',
  '2026-11-22T09:00:02.000Z ERROR REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.',
  '2026-11-22T09:00:03.000Z INFO  Job ended',
];
const failed = { jobStatus: 'Exception', lines };

describe('the reason of a failed job', () => {
  it('is the last error of its log where one backup is asked for, by one more call', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished(failed);
    fixture.asked();
    const backup = await get(fixture.provider, job);
    expect(backup.errorMessage).toBe('REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.');
    expect(backup.unreadable).toBeUndefined();
    expect(fixture.asked().map((line) => line.split('?')[0])).toEqual([
      'GET /7/backups',
      `GET /7/jobs/${job.jobId}/logs/details`,
    ]);
  });

  it('is not looked for in lists, nor for many backups, nor for what did not fail', async () => {
    await using fixture = await open();
    const jobs = [fixture.sandbox.addFinished(failed), fixture.sandbox.addFinished(failed)];
    const succeeded = fixture.sandbox.addFinished({ lines });
    fixture.asked();
    expect((await page(fixture.provider)).rows.map(({ errorMessage }) => errorMessage)).toContain(null);
    const found = await fixture.provider.getBackups(jobs.map(idOf), never());
    expect(found.map((backup) => backup?.errorMessage)).toEqual([null, null]);
    expect((await get(fixture.provider, succeeded)).errorMessage).toBeNull();
    expect(fixture.asked().filter((line) => line.includes('/logs/'))).toEqual([]);
  });

  it.each([
    ['has no error in it', ['2026-11-22T09:00:00.000Z INFO  done', '']],
    ['is empty', []],
    ['has an error without words', ['2026-11-22T09:00:00.000Z ERROR']],
  ])('is null where the log %s', async (_name, own) => {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ ...failed, lines: own }));
    expect(backup).toMatchObject({ status: 'FAILED', errorMessage: null });
    expect(backup.unreadable).toBeUndefined();
  });

  it('is null where the server keeps no log', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished(failed);
    fixture.proxy.fail(answersStatus(404), to('/logs/details'));
    const backup = await get(fixture.provider, job);
    expect(backup).toMatchObject({ status: 'FAILED', errorMessage: null });
    expect(backup.unreadable).toBeUndefined();
  });

  it('costs no more than a few seconds where the log never ends', async () => {
    const lastError = (_backup: unknown, signal: AbortSignal) =>
      new Promise<string>((_resolve, reject) => {
        const late = new GatewayError('PROVIDER_TIMEOUT', 'Too late.');
        signal.addEventListener('abort', () => reject(late));
      });
    const explain = createFailureReasons(lastError, 20);
    const failure = { status: 'FAILED', errorMessage: null } as FlosumBackup;
    expect(await explain([failure], never())).toEqual([{ ...failure, unreadable: ['log'] }]);
  });

  it('costs only itself where the log cannot be read: the backup is there, and says so', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished(failed);
    fixture.proxy.fail(answersStatus(503), to('/logs/details'));
    expect(await get(fixture.provider, job)).toMatchObject({
      status: 'FAILED',
      errorMessage: null,
      unreadable: ['log'],
    });
  });
});
