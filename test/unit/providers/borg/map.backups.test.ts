import { describe, expect, it } from 'vitest';
import { toEntity } from '../../../../providers/borg/entity-map.ts';
import { toBackup, toStatus } from '../../../../providers/borg/map.ts';
import { type RepositoryRow, repositoryRow, statusReply } from '../../../../providers/borg/wire.ts';
import { readAt, reading, row } from '../../../support/borg-recorded.ts';
import { recordedRun } from '../../../support/borg-replay.ts';

describe('a job as a backup', () => {
  it('maps every status word, and keeps one that nobody knows', () => {
    const words = [
      'pending',
      'running',
      'completed',
      'completed_with_warnings',
      'failed',
      'cancelled',
      'skipped',
      'paused',
    ];
    expect(words.map(toStatus)).toEqual([
      'QUEUED',
      'RUNNING',
      'SUCCEEDED',
      'SUCCEEDED_WITH_WARNINGS',
      'FAILED',
      'CANCELLED',
      'SKIPPED',
      'UNKNOWN',
    ]);
    expect(toBackup(row('status ok', { status: 'paused' }), reading)).toMatchObject({
      status: 'UNKNOWN',
      upstreamStatus: 'paused',
      progress: null,
    });
    expect(toStatus('constructor')).toBe('UNKNOWN');
  });

  it('has no time while it is queued, and the end of all times when it never had one', () => {
    const timeless = { started_at: null, completed_at: null };
    expect(toBackup(row('status ok', { ...timeless, status: 'pending' }), reading).sortedAt).toBeNull();
    expect(toBackup(row('status ok', { ...timeless, status: 'failed' }), reading).sortedAt).toBe(0);
  });

  it('was started by hand, by a schedule, or by a plan that does not say', () => {
    const trigger = (change: object) => toBackup({ ...row('status ok'), ...change }, reading).trigger;
    expect(trigger({ triggered_by: 'manual' })).toBe('MANUAL');
    expect(trigger({ triggered_by: 'schedule' })).toBe('SCHEDULED');
    expect(trigger({ triggered_by: 'backup_plan' })).toBe('UNKNOWN');
    expect(trigger({ triggered_by: 'moon' })).toBe('UNKNOWN');
    expect(trigger({ triggered_by: null, scheduled_job_id: null })).toBe('MANUAL');
    expect(trigger({ triggered_by: null, scheduled_job_id: 3 })).toBe('SCHEDULED');
    expect(trigger({ triggered_by: null })).toBe('UNKNOWN');
  });

  it('does not take the zeros of a good run for an empty backup', () => {
    const last = recordedRun.findLast(({ request }) => request === 'GET /api/backup/status/4');
    const backup = toBackup(statusReply.parse(last?.reply), reading);
    expect(backup.status).toBe('SUCCEEDED');
    expect(backup.itemCount).toBeNull();
    expect(backup.size).toEqual({
      originalBytes: null,
      compressedBytes: null,
      deduplicatedBytes: null,
      storedBytes: null,
    });
  });

  it('lacks the sizes that Borg 2 does not report', () => {
    const {
      compressed_size: _compressed,
      deduplicated_size: _deduplicated,
      ...details
    } = row('status ok').progress_details ?? {};
    expect(toBackup(row('status ok', { progress_details: details }), reading).size).toEqual({
      originalBytes: 6_000_000,
      compressedBytes: null,
      deduplicatedBytes: null,
      storedBytes: null,
    });
  });

  it('shows neither the stale speed nor the stale rest after the end', () => {
    expect(row('status ok').progress_details).toMatchObject({
      estimated_time_remaining: 2,
      backup_speed: 0.9527646526034237,
    });
    expect(toBackup(row('status ok'), reading).progress).toBeNull();
  });

  it('takes the speed for MiB a second: a recorded 1,000,000 bytes a second is 0.95', () => {
    const progress = toBackup(row('status after cancel', { status: 'running' }), reading).progress;
    expect(progress?.bytesPerSecond).toBeGreaterThan(999_000);
    expect(progress?.bytesPerSecond).toBeLessThan(1_001_000);
  });

  it('takes zeros of a running job for "not known", but for what was counted', () => {
    expect(toBackup(row('status immediately'), reading).progress).toEqual({
      percent: 0,
      processedBytes: 0,
      totalBytes: 6_004_736,
      processedItems: 0,
      currentItem: null,
      bytesPerSecond: null,
      secondsRemaining: null,
      updatedAt: readAt,
    });
  });

  it('knows no percent before the expected size is known', () => {
    const details = { progress_percent: 1, total_expected_size: 0, original_size: 500 };
    expect(toBackup(row('status running', { progress_details: details }), reading).progress?.percent).toBeNull();
  });

  it('is as far as its bytes say, not as the product says, so that the log goes on from there', () => {
    const details = { progress_percent: 43.7, original_size: 7_340_032, total_expected_size: 16_777_216 };
    expect(toBackup(row('status running', { progress_details: details }), reading).progress?.percent).toBe(43.75);
  });

  it('does not reach 100 percent before it has ended', () => {
    const percentOf = (details: object) =>
      toBackup(row('status running', { progress_details: details }), reading).progress?.percent;
    expect(percentOf({ original_size: 300, total_expected_size: 200 })).toBe(99.9);
    expect(percentOf({ progress_percent: 100 })).toBe(99.9);
    expect(percentOf({ progress_percent: 40 })).toBe(40);
  });

  it('shows no more than its own fields', () => {
    const backup = toBackup(row('status fail'), reading);
    expect(backup.details).toEqual({
      jobId: '6',
      repository: '/data/repo1',
      maintenanceStatus: null,
      scheduledJobId: null,
      backupPlanId: null,
      backupPlanName: null,
      hasLog: true,
    });
    expect(JSON.stringify(backup)).not.toContain('Logs saved to');
  });

  it('has the path of its repository for a name where it has none', () => {
    const row = repositoryRow({ path: '/data/x' }) as RepositoryRow;
    expect(toEntity(row, reading).name).toBe('/data/x');
  });
});
