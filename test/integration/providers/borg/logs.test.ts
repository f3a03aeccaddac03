import { describe, expect, it } from 'vitest';
import { borg } from '../../../../providers/borg/index.ts';
import { agentPath, alpha, get, open, readLog } from '../../../support/borg.ts';
import { type RecordedReply, replayOne } from '../../../support/borg-replay.ts';
import { failureOf, never } from '../../../support/calls.ts';

describe('the log of a running backup', () => {
  it('has no line while it waits, and none of the sentences that stand in for lines', async () => {
    await using fixture = await open();
    const nothing = { lines: [], firstNumber: 1, hasMore: false, state: 'growing' };
    const waiting = await get(
      fixture.provider,
      fixture.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } }),
    );
    fixture.asked();
    expect(await readLog(fixture.provider, waiting)).toEqual(nothing);
    expect(fixture.asked()).toEqual([]);
    const fresh = await get(fixture.provider, fixture.sandbox.startOutside('/backups/mail'));
    fixture.asked();
    expect(await readLog(fixture.provider, fresh)).toEqual(nothing);
    expect(fixture.asked()).toEqual([`GET /api/activity/backup/${fresh.localId}/logs`]);
  });

  it('is numbered while the window holds all of it, and not after', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.startOutside(alpha, { script: { durationSeconds: 1000, linesPerSecond: 10 } });
    fixture.sandbox.clock.advance(10_000);
    const early = await readLog(fixture.provider, await get(fixture.provider, id));
    expect(early).toMatchObject({ firstNumber: 1, state: 'growing' });
    expect(early.lines.length).toBeGreaterThan(50);
    fixture.sandbox.clock.advance(90_000);
    const late = await readLog(fixture.provider, await get(fixture.provider, id));
    expect(late).toMatchObject({ firstNumber: null, hasMore: false, state: 'growing' });
    expect(late.lines).toHaveLength(500);
  });

  it.each([30, 300])('that ended in the meantime is read as stored (%i seconds)', async (durationSeconds) => {
    await using fixture = await open();
    const script = { durationSeconds, linesPerSecond: 10, outcome: 'failed' as const };
    const id = fixture.sandbox.startOutside(alpha, { script });
    fixture.sandbox.clock.advance(5000);
    const running = await get(fixture.provider, id);
    const seen = await readLog(fixture.provider, running);
    fixture.sandbox.clock.advance(durationSeconds * 1000);
    const rest = await readLog(fixture.provider, running, { offset: seen.lines.length, limit: null });
    const all = await readLog(fixture.provider, await get(fixture.provider, id));
    expect(all.state).toBe('complete');
    const known = (rest.firstNumber ?? 0) - 1;
    expect([...seen.lines.slice(0, known), ...rest.lines]).toEqual(all.lines);
  });

  it('of an agent is kept, and goes on past the window with its numbers', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.startOutside(agentPath, { script: { durationSeconds: 1000, linesPerSecond: 10 } });
    fixture.sandbox.clock.advance(20_000);
    const early = await readLog(fixture.provider, await get(fixture.provider, id));
    fixture.sandbox.clock.advance(100_000);
    const offset = early.lines.length;
    const late = await readLog(fixture.provider, await get(fixture.provider, id), { offset, limit: null });
    expect(early).toMatchObject({ firstNumber: 1, state: 'growing' });
    expect(late).toMatchObject({ firstNumber: offset + 1, state: 'growing', hasMore: false });
    expect(late.lines.length).toBeGreaterThan(900);
  });

  it('gives a progress that only grows, between the writes of the product', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.startOutside(alpha, { script: { durationSeconds: 60 } });
    const percents: number[] = [];
    for (let second = 0; second < 50; second++) {
      fixture.sandbox.clock.advance(1000);
      const backup = await get(fixture.provider, id);
      const { lines } = await readLog(fixture.provider, backup);
      percents.push(fixture.provider.refineFromLog?.(backup, lines.slice(-50)).progress?.percent ?? -1);
    }
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(new Set(percents).size).toBe(50);
  });
});

describe('the log of a finished backup', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);

  it('is read whole by one call, without the empty line at its end', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ status: 'failed', lines }));
    fixture.asked();
    const log = await readLog(fixture.provider, backup, { offset: 3, limit: null });
    expect(log.lines.map(({ raw }) => raw)).toEqual(lines.slice(3));
    expect(log).toMatchObject({ firstNumber: 4, hasMore: false, state: 'complete' });
    expect(fixture.asked()).toEqual([`GET /api/backup/logs/${backup.localId}/stream?offset=3`]);
  });

  it('is read in pages where a limit is given', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ status: 'failed', lines }));
    fixture.asked();
    const first = await readLog(fixture.provider, backup, { offset: 0, limit: 10 });
    const second = await readLog(fixture.provider, backup, { offset: 10, limit: 10 });
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    expect([...first.lines, ...second.lines].map(({ raw }) => raw)).toEqual(lines);
    expect(second.firstNumber).toBe(11);
    expect(fixture.asked()[1]).toBe(`GET /api/activity/backup/${backup.localId}/logs?offset=10&limit=10`);
  });

  it('that the policy of the server threw away is discarded, which says nothing of what was in it', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ status: 'completed', lines }));
    const discarded = { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };
    expect(await readLog(fixture.provider, backup)).toEqual(discarded);
    expect(await readLog(fixture.provider, backup, { offset: 0, limit: 5 })).toEqual(discarded);
    expect(backup.details.hasLog).toBe(false);
    fixture.sandbox.logPolicy = 'all_jobs';
    expect((await readLog(fixture.provider, backup)).lines).toHaveLength(12);
  });

  it('whose file was removed is discarded, and its name is not shown', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, 5);
    const gone = {
      lines: [{ line_number: 1, content: 'Log file not found: backup_5.log' }],
      total_lines: 1,
      has_more: false,
    };
    await using replay = await replayOne({ label: 'gone', status: 200, body: gone } satisfies RecordedReply);
    const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
    expect(await readLog(provider, backup, { offset: 7, limit: null })).toMatchObject({
      lines: [],
      state: 'discarded',
    });
    await provider.close();
  });

  const answered = (records: readonly unknown[], more: object = {}): RecordedReply => ({
    label: 'odd',
    status: 200,
    body: { lines: records, total_lines: records.length, has_more: false, ...more },
  });
  async function readAnswered(reply: RecordedReply) {
    await using fixture = await open();
    const backup = await get(fixture.provider, fixture.sandbox.addFinished({ status: 'failed', lines }));
    await using replay = await replayOne(reply);
    const provider = borg.create(borg.config.parse({ name: 'files', kind: 'borg', url: replay.url, token: 'x' }));
    try {
      return await readLog(provider, backup);
    } finally {
      await provider.close();
    }
  }

  it.each([[{}], [null], ['43'], [-1], [0.5], [2 ** 31], [2 ** 53]])(
    'has its numbers from the lines after one that has none: %j',
    async (number) => {
      const records = [
        { line_number: number, content: 'line 43' },
        { line_number: 44, content: 'line 44' },
      ];
      const log = await readAnswered(answered(records, { total_lines: 44 }));
      expect(log).toMatchObject({ firstNumber: 43, state: 'complete' });
      expect(log.lines.map(({ raw }) => raw)).toEqual(['line 43', 'line 44']);
    },
  );

  it.each(['\n', '\r\n', '\n\n'])('is none where one line holds several translated messages (%j)', async (end) => {
    const content = ['{"key": "backend.errors.a"}', 'LOCK_ERROR::/data', '{"key": "backend.errors.b"}'].join(end);
    expect(await readAnswered(answered([{ line_number: 1, content }]))).toMatchObject({ state: 'discarded' });
    const log = await readAnswered(answered([{ line_number: 1, content: `${content}${end}Borg said more` }]));
    expect(log).toMatchObject({ state: 'complete', lines: [{}] });
  });

  it('of a backup that is gone is not found', async () => {
    await using fixture = await open();
    const backup = await get(fixture.provider, 5);
    fixture.sandbox.removeJob(5);
    for (const limit of [null, 5]) {
      expect((await failureOf(readLog(fixture.provider, backup, { offset: 0, limit }))).code).toBe('NOT_FOUND');
    }
  });

  it('is downloaded with a header, never with a token in the address', async () => {
    await using fixture = await open();
    const id = String(fixture.sandbox.addFinished({ status: 'failed', lines }));
    const chunks = [];
    for await (const chunk of (await fixture.provider.downloadLog?.(id, never())) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n')}\n`);
    const { query, headers } = fixture.sandbox.requests.at(-1) ?? {};
    expect(query?.size).toBe(0);
    expect(headers?.authorization).toBe(`Bearer ${fixture.sandbox.personalToken}`);
  });

  it('is not there for download while it runs, nor where none is kept', async () => {
    await using fixture = await open();
    const running = fixture.sandbox.startOutside(alpha);
    fixture.sandbox.clock.advance(2000);
    const clean = fixture.sandbox.addFinished({ status: 'completed', lines });
    for (const id of [running, clean, 4711, 'x'])
      expect(await fixture.provider.downloadLog?.(String(id), never())).toBeNull();
  });
});
