import { describe, expect, it } from 'vitest';
import { toErrorMessage } from '../../../../providers/borg/error-message.ts';
import { createExplain } from '../../../../providers/borg/errors.ts';

describe('the reason of a failure', () => {
  it.each([
    [null, null],
    ['', null],
    ['No space left on device', 'No space left on device.'],
    [
      'LOCK_ERROR::/data/repo1\n{"key": "backend.errors.borg.lockTimeout"}',
      'The repository is locked by another process.',
    ],
    ['{"key": "backend.errors.backup.cancelledByUser"}', 'It was cancelled by a user.'],
    [
      'Pre-backup hook failed with exit code 3\n{"key": "backend.errors.service.preBackupHookFailed"}',
      'Pre-backup hook failed with exit code 3; the script that runs before the backup failed.',
    ],
    ['{"key": "backend.errors.service.postBackupHookFailed", "params": {"x": 1}}', 'Post backup hook failed.'],
    ['{"key": "constructor"}', 'Constructor.'],
    ['{"key": 5}', '{"key": 5}.'],
    [
      'cannot open ssh://anna:secret@vault:22/./x: see backend.errors.borg.noRepo',
      'Cannot open [address] see no repo.',
    ],
  ])('%j is told as %j', (given, told) => {
    expect(toErrorMessage(given)).toBe(told);
  });

  it('stays short', () => {
    expect(toErrorMessage('x'.repeat(5000))).toHaveLength(501);
  });
});

describe('a refusal', () => {
  const explain = createExplain('files');
  const refuse = (status: number, detail: unknown, isCommand = false) =>
    explain({ status, body: { detail }, isCommand });

  it.each([
    ['prune', 'prune job 12'],
    ['repository_check', 'repository check job 12'],
    ['Weird; words', 'another job 12'],
    [null, 'backup job 12'],
  ])('names the operation %j that keeps a repository busy, and else the type of its job', (operation, told) => {
    const params = { active_job_id: 12, active_job_type: 'backup', active_operation: operation };
    expect(refuse(409, { key: 'backend.errors.jobs.repositoryOperationActive', params }, true)?.message).toBe(
      `files is busy with this repository (${told}): ask again when that has ended.`,
    );
  });

  it('names the job that keeps a repository busy', () => {
    const params = { active_job_id: 12, active_job_type: 'backup', repository: '/x' };
    const busy = refuse(409, { key: 'backend.errors.jobs.repositoryOperationActive', params }, true);
    expect(busy?.code).toBe('CONFLICT');
    expect(busy?.message).toBe('files is busy with this repository (backup job 12): ask again when that has ended.');
    expect(refuse(409, { key: 'backend.errors.jobs.repositoryOperationActive' })?.message).toBe(
      'files is busy with this repository (another job): ask again when that has ended.',
    );
  });

  it('for want of a role says so', () => {
    expect(refuse(403, { key: 'backend.errors.auth.notEnoughPermissions' })?.code).toBe('PROVIDER_FORBIDDEN');
    expect(refuse(500, "Failed to fetch logs: 403: {'key': 'backend.errors.auth.notEnoughPermissions'}")?.code).toBe(
      'PROVIDER_FORBIDDEN',
    );
  });

  it('with a 500 leaves open what became of a command', () => {
    expect(refuse(500, { key: 'backend.errors.backup.failedCancelBackup' }, true)).toBeNull();
    expect(refuse(500, { key: 'backend.errors.backup.failedGetBackupStatus' }, true)).toBeNull();
    expect(refuse(500, 'Failed to start backup: 404: x', true)).toBeNull();
  });

  it('that nobody knows is left to its status', () => {
    expect(refuse(409, { key: 'backend.errors.new.thing' })).toBeNull();
    expect(refuse(500, 'database is locked')).toBeNull();
    expect(explain({ status: 502, body: '<html>Bad gateway</html>', isCommand: false })).toBeNull();
    expect(explain({ status: 404, body: { detail: 'Not Found' }, isCommand: true })).toBeNull();
  });

  it('repeats nothing of what it was sent', () => {
    const problem = {
      type: 'string_type',
      loc: ['body', 'http://x/y'],
      msg: 'Input http://x/y is bad',
      input: 'secret',
    };
    expect(refuse(422, [problem])?.message).toBe('files refuses what was asked.');
  });
});
