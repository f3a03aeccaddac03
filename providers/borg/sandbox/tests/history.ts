import { describe, expect, it } from 'vitest';
import { activity, list, now, research, start, startBackup } from '../../../../test/support/borg-sandbox.ts';

describe('the believable history', () => {
  it('is the same for the same moment, and has ended', async () => {
    await using one = await start({ history: 400 });
    await using other = await start({ history: 400 });
    expect(one.jobs).toEqual(other.jobs);
    const ended = one.jobs.map(({ completed_at }) => Date.parse(completed_at ?? ''));
    expect(Math.max(...ended)).toBeLessThan(now);
    expect(Math.min(...ended)).toBeLessThan(now - 200 * 86_400_000);
    expect(await list(one, '?limit=-1')).toHaveLength(400);
  });

  it('shows every status, error form and maintenance word', async () => {
    await using sandbox = await start({ history: 400 });
    const { jobs } = sandbox;
    expect(new Set(jobs.map((job) => job.status))).toEqual(
      new Set(['completed', 'completed_with_warnings', 'failed', 'cancelled', 'skipped']),
    );
    const errors = jobs.filter((job) => job.status === 'failed').map((job) => job.error_message ?? '');
    for (const form of [/^\{"key"/, /^LOCK_ERROR::/, /^[A-Z][^\n]*\n\{"key"/, /^No space left on device$/]) {
      expect(errors.some((text) => form.test(text))).toBe(true);
    }
    expect(jobs.some((job) => job.status === 'failed' && job.started_at === null)).toBe(true);
    expect(new Set(jobs.map((job) => job.maintenance_status)).size).toBeGreaterThan(6);
    expect(new Set(jobs.map((job) => job.triggered_by))).toEqual(new Set(['manual', 'schedule', 'backup_plan']));
    expect(new Set(jobs.map((job) => job.execution_mode))).toEqual(new Set(['local', 'agent']));
  });

  it('has equal start times, some disorder, large sizes and no deduplicated size for Borg 2', async () => {
    await using sandbox = await start({ history: 400 });
    const oldestFirst = sandbox.jobs.toReversed().flatMap(({ started_at }) => (started_at ? [started_at] : []));
    expect(new Set(oldestFirst).size).toBeLessThan(oldestFirst.length - 50);
    const disorder = oldestFirst.filter((time, index) => time < (oldestFirst[index - 1] ?? ''));
    expect(disorder.length).toBeGreaterThan(5);
    expect(disorder.length).toBeLessThan(60);
    expect(oldestFirst.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(time))).toBe(true);
    const sizes = sandbox.jobs.map(({ progress_details }) => progress_details.original_size);
    expect(Math.max(...sizes)).toBeGreaterThan(2 ** 41);
    const borg2 = sandbox.jobs.filter(({ repository }) => repository === research);
    expect(borg2.every(({ progress_details }) => !('deduplicated_size' in progress_details))).toBe(true);
  });

  it('has a few jobs under way in a demonstration, one of which fails', async () => {
    await using sandbox = await start({ history: 20, demo: true });
    expect(sandbox.jobs.slice(0, 4).map((job) => job.status)).toEqual(['pending', 'running', 'running', 'running']);
    expect(await startBackup(sandbox)).toBe(25);
    sandbox.clock.advance(140_000);
    expect(sandbox.jobs.filter((job) => job.status === 'failed' && job.id > 20)).toHaveLength(1);
    const open = sandbox.jobs.find((job) => job.status === 'running');
    expect((await activity(sandbox, open?.id ?? 0)).lines.length).toBeGreaterThan(100);
  });
});
