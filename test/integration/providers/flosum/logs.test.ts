import { describe, expect, it, vi } from 'vitest';
import { failureOf, never } from '../../../support/calls.ts';
import type { Fault } from '../../../support/fault-proxy.ts';
import { answersLoginPage, answersStatus, floods } from '../../../support/faults.ts';
import { get, idOf, open, readLog, refuses, to, whole } from '../../../support/flosum.ts';

describe('the log', () => {
  const lines = ['2026-11-22T09:00:00.000Z INFO  Zubehör__c: 7 records', '請求書__c', '', 'WARN slow'];

  it('of a backup that has ended is its lines as they are', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ lines }));
    const log = await readLog(fixture.provider, backup);
    expect(log).toMatchObject({ firstNumber: 1, hasMore: false, state: 'complete' });
    expect(log.lines).toEqual([
      { text: lines[0], raw: lines[0], at: null, level: 'INFO' },
      { text: lines[1], raw: lines[1], at: null, level: 'UNKNOWN' },
      { text: '', raw: '', at: null, level: 'UNKNOWN' },
      { text: lines[3], raw: lines[3], at: null, level: 'WARNING' },
    ]);
  });

  it('that is read in pages is fetched once', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished({ lines: Array.from({ length: 900 }, (_, index) => `line ${index} ä`) });
    const backup = await get(fixture.provider, job);
    fixture.asked();
    const pages = [];
    for (let offset = 0; offset < 900; offset += 200)
      pages.push(await readLog(fixture.provider, backup, { offset, limit: 200 }));
    expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, true, true, true, false]);
    expect(pages.flatMap((read) => read.lines.map(({ raw }) => raw))).toEqual(
      Array.from({ length: 900 }, (_, index) => `line ${index} ä`),
    );
    expect(fixture.asked().filter((line) => line.includes('/logs/details'))).toEqual([
      `GET /7/jobs/${job.jobId}/logs/details`,
    ]);
    const other = fixture.sandbox.addFinished({ lines: ['another'] });
    expect((await readLog(fixture.provider, await get(fixture.provider, other))).lines).toMatchObject([
      { raw: 'another' },
    ]);
  });

  it('of a running backup is what there is so far, also where the stream stays open', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.startOutside(7, { script: { durationSeconds: 600, logLines: 60 } });
    fixture.sandbox.clock.advance(100_000);
    const running = await get(fixture.provider, job);
    const closed = await readLog(fixture.provider, running);
    fixture.sandbox.followLogs = true;
    const followed = await readLog(fixture.provider, running);
    expect(followed).toEqual(closed);
    expect(followed).toMatchObject({ firstNumber: 1, hasMore: false, state: 'growing' });
    expect(followed.lines).toHaveLength(11);
    fixture.sandbox.clock.advance(100_000);
    const later = await readLog(fixture.provider, running, { offset: 11, limit: null });
    expect(later.firstNumber).toBe(12);
    expect(later.lines).toHaveLength(10);
  });

  it('of a running backup leaves out the line that is being written', async () => {
    await using fixture = await open();
    const running = await get(fixture.provider, fixture.sandbox.startOutside(7));
    const writesOn: Fault = {
      name: 'writes on',
      apply: ({ response }) => void response.writeHead(200).write('one\ntwo\nthr'),
    };
    fixture.proxy.fail(writesOn, to('/logs/'));
    expect((await readLog(fixture.provider, running)).lines.map(({ raw }) => raw)).toEqual(['one', 'two']);
  });

  it('of a running backup that is given up ends at once', async () => {
    await using fixture = await open();
    fixture.sandbox.followLogs = true;
    const running = await get(fixture.provider, fixture.sandbox.startOutside(7));
    const controller = new AbortController();
    const read = fixture.provider.readLog?.(running, whole, controller.signal) ?? Promise.resolve();
    await vi.waitUntil(() => fixture.sandbox.requests.at(-1)?.path.endsWith('/logs/details'));
    controller.abort();
    expect((await failureOf(read)).code).toBe('PROVIDER_TIMEOUT');
  });

  it('is discarded where the server has no such call, or no such job any more', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished({ lines });
    const [ended, running] = [
      await get(fixture.provider, job),
      await get(fixture.provider, fixture.sandbox.startOutside(7)),
    ];
    const discarded = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };
    fixture.proxy.fail(refuses(404, 'no job'), { ...to('/logs/'), times: 1 });
    expect(await readLog(fixture.provider, ended)).toEqual(discarded);
    fixture.sandbox.jobLogs = false;
    expect(await readLog(fixture.provider, ended)).toEqual(discarded);
    expect(await readLog(fixture.provider, running)).toEqual(discarded);
    expect(await fixture.provider.downloadLog?.(ended.localId, never())).toBeNull();
  });

  it('of a backup that is gone is not found', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished({ lines });
    const backup = await get(fixture.provider, job);
    fixture.sandbox.removeJob(job.jobId);
    expect((await failureOf(readLog(fixture.provider, backup))).code).toBe('NOT_FOUND');
  });

  it.each([
    [answersLoginPage(), 'PROVIDER_INVALID_RESPONSE'],
    [floods('chunked'), 'PROVIDER_INVALID_RESPONSE'],
    [answersStatus(500), 'PROVIDER_UNAVAILABLE'],
    [answersStatus(401), 'PROVIDER_UNAUTHENTICATED'],
  ])('that $name is no log', async (fault, code) => {
    await using fixture = await open();
    const ended = await get(fixture.provider, fixture.sandbox.addFinished({ lines }));
    const running = await get(fixture.provider, fixture.sandbox.startOutside(7));
    fixture.proxy.fail(fault, to('/logs/'));
    for (const backup of [ended, running]) expect((await failureOf(readLog(fixture.provider, backup))).code).toBe(code);
  });

  it('is offered for download once the backup has ended', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished({ lines });
    const chunks = [];
    for await (const chunk of (await fixture.provider.downloadLog?.(idOf(job), never())) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n')}\n`);
    const running = fixture.sandbox.startOutside(7);
    for (const id of [idOf(running), '7.4711.1790000000000', 'x']) {
      expect(await fixture.provider.downloadLog?.(id, never())).toBeNull();
    }
  });
});
