import { describe, expect, it } from 'vitest';
import {
  accounting,
  activity,
  ask,
  contents,
  events,
  laptops,
  research,
  start,
  startBackup,
  status,
  stored,
} from '../../../../test/support/borg-sandbox.ts';

describe('the log of a running job', () => {
  it('begins with placeholders, then with the opening of the cache', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    expect(contents(await activity(sandbox, id))).toEqual([
      'Backup is running...',
      '',
      'Processing started, waiting for first log output...',
      '',
      'Note: Showing last 500 lines from in-memory buffer. Full logs not saved to disk.',
    ]);
    expect((await activity(sandbox, id, '?offset=1')).lines).toEqual([]);
    sandbox.clock.advance(1000);
    const types = events(await activity(sandbox, id, '?offset=3&limit=1')).map(({ type }) => type);
    expect(types.slice(0, 6)).toEqual(['archive_progress', ...Array(4).fill('progress_message'), 'archive_progress']);
    expect((await stored(sandbox, id)).lines).toEqual([]);
  });

  it('has about five lines a second whose sizes grow to the end', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(39_900);
    const seen = events(await activity(sandbox, id)).filter(({ type }) => type === 'archive_progress');
    expect(seen.length).toBeGreaterThan(180);
    expect(seen.length).toBeLessThan(220);
    const sizes = seen.map(({ original_size }) => Number(original_size));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    const times = seen.map(({ time }) => Number(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(sizes.at(-1)).toBeGreaterThan(2_300_000_000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(2_400_000_000);
    expect(new Set(seen.map(({ path }) => path)).size).toBeGreaterThan(100);
  });

  it('is a window of 500 lines that slides and is numbered anew', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ linesPerSecond: 100, durationSeconds: 60 });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(10_000);
    const before = await activity(sandbox, id, '?limit=3&offset=400');
    expect([before.total_lines, before.lines.length, before.has_more]).toEqual([500, 500, false]);
    sandbox.clock.advance(1000);
    const after = await activity(sandbox, id);
    expect(after.lines.map(({ line_number }) => line_number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(contents(after).slice(0, 400)).toEqual(contents(before).slice(100));
    sandbox.clock.advance(10_000);
    expect(contents(await activity(sandbox, id))).not.toContain(contents(after).at(-1));
  });

  it('is what is stored for an agent, with real paging', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox, laptops);
    expect((await activity(sandbox, id)).lines).toEqual([]);
    sandbox.clock.advance(10_000);
    const all = await stored(sandbox, id);
    expect(all.lines.length).toBeGreaterThan(40);
    const part = await activity(sandbox, id, '?offset=10&limit=5');
    expect(part.lines.map(({ line_number }) => line_number)).toEqual([11, 12, 13, 14, 15]);
    expect(part.has_more).toBe(true);
    expect(contents(part)).toEqual(contents(all).slice(10, 15));
  });

  it('shows a file that takes long in the record', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ totalBytes: 60_000_000, durationSeconds: 30, paths: ['srv/disk.img'] });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(12_000);
    expect((await status(sandbox, id)).progress_details.current_file).toBe('srv/disk.img');
  });
});

describe('the log of an ended job', () => {
  it('follows the policy of the server', async () => {
    await using sandbox = await start();
    const ids = Object.fromEntries(
      (['completed', 'warnings', 'failed'] as const).map((outcome) => [
        outcome,
        sandbox.startOutside(accounting, { script: { outcome, durationSeconds: 5 } }),
      ]),
    );
    const named = sandbox.startOutside(accounting, {
      script: { durationSeconds: 5, paths: ['srv/error_log'] },
    });
    sandbox.clock.advance(9000);
    const codes = async () => {
      const all = [ids.completed, named, ids.warnings, ids.failed];
      const replies = await Promise.all(all.map((id) => ask(sandbox, `GET /api/activity/backup/${id}/logs`)));
      return replies.map((reply) => reply.status);
    };
    expect(await codes()).toEqual([404, 200, 200, 200]);
    sandbox.logPolicy = 'failed_only';
    expect(await codes()).toEqual([404, 404, 404, 200]);
    const cancelled = sandbox.addFinished({ status: 'cancelled' });
    expect((await stored(sandbox, cancelled)).lines.length).toBeGreaterThan(20);
    sandbox.logPolicy = 'all_jobs';
    expect(await codes()).toEqual([200, 200, 200, 200]);
    expect((await stored(sandbox, ids.completed ?? 0)).lines.length).toBeGreaterThan(20);
  });

  it('counts one empty line too many where it is stored, and not where it is paged', async () => {
    await using sandbox = await start();
    const id = sandbox.addFinished({
      status: 'failed',
      error_message: 'No space left',
      lines: ['one', 'two', 'three'],
    });
    expect(contents(await stored(sandbox, id))).toEqual(['one', 'two', 'three', '']);
    expect(await stored(sandbox, id, '?offset=3')).toMatchObject({
      lines: [{ line_number: 4, content: '' }],
      total_lines: 4,
      has_more: false,
    });
    expect((await stored(sandbox, id, '?offset=4')).lines).toEqual([]);
    expect(await activity(sandbox, id, '?offset=1&limit=1')).toEqual({
      lines: [{ line_number: 2, content: 'two' }],
      total_lines: 3,
      has_more: true,
    });
    expect((await ask<string>(sandbox, `GET /api/backup/logs/${id}/download`)).body).toBe('one\ntwo\nthree\n');
  });

  it('carries the warnings and the errors of Borg', async () => {
    await using sandbox = await start();
    const warned = sandbox.startOutside(accounting, { script: { outcome: 'warnings' } });
    const failed = sandbox.startOutside(research, {
      script: { outcome: 'failed', errorMessage: 'Broken pipe' },
    });
    sandbox.clock.advance(60_000);
    const levels = async (id: number) => new Set(events(await stored(sandbox, id)).map(({ levelname }) => levelname));
    expect(await levels(warned)).toEqual(new Set([undefined, 'WARNING']));
    expect(await levels(failed)).toEqual(new Set([undefined, 'ERROR']));
    expect(await status(sandbox, failed)).toMatchObject({
      status: 'failed',
      error_message: 'Broken pipe',
      progress: 1,
    });
    expect((await status(sandbox, warned)).progress_details.original_size).toBe(2_400_000_000);
  });

  it('is refused to whom the repository is hidden, but not by the activity log', async () => {
    await using sandbox = await start();
    const id = sandbox.addFinished({ status: 'failed', lines: ['secret'] });
    sandbox.hiddenRepositories.add(accounting);
    const how = { token: sandbox.limitedUser.personalToken };
    expect((await ask(sandbox, `GET /api/backup/status/${id}`, how)).status).toBe(500);
    const stream = await ask(sandbox, `GET /api/backup/logs/${id}/stream`, how);
    expect([stream.status, stream.body.detail]).toEqual([500, expect.stringContaining('403')]);
    expect((await ask(sandbox, `GET /api/backup/logs/${id}/download`, how)).status).toBe(403);
    expect((await ask(sandbox, `GET /api/activity/backup/${id}/logs`, how)).status).toBe(200);
    expect((await ask(sandbox, 'GET /api/activity/recent', how)).body).toEqual([]);
  });

  it('answers strange kinds, ids and offsets', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, 'GET /api/activity/party/1/logs')).body).toMatchObject({
      detail: { key: 'backend.errors.activity.invalidJobType', params: { jobType: 'party' } },
    });
    expect((await ask(sandbox, 'GET /api/activity/prune/1/logs')).status).toBe(404);
    expect((await ask(sandbox, 'GET /api/activity/backup/1/logs?offset=x')).status).toBe(422);
    expect((await ask(sandbox, 'GET /api/backup/logs/x/stream')).status).toBe(422);
    expect((await ask(sandbox, 'GET /api/backup/logs/x/download')).status).toBe(422);
    const bad = await ask(sandbox, `GET /api/backup/logs/1/download?token=${sandbox.personalToken}`, {
      token: 'no',
    });
    expect(bad.status).toBe(401);
  });
});
