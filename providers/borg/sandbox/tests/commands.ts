import { describe, expect, it } from 'vitest';
import {
  accounting,
  activity,
  ask,
  events,
  laptops,
  mirror,
  type Row,
  research,
  start,
  startBackup,
  status,
  stored,
} from '../../../../test/support/borg-sandbox.ts';

const key = (name: string) => ({ detail: { key: `backend.errors.${name}` } });

describe('starting', () => {
  it('takes an empty object and fails on the name default', async () => {
    await using sandbox = await start();
    const { status: code, body } = await ask(sandbox, 'POST /api/backup/run', { json: {} });
    expect([code, body.status]).toEqual([200, 'pending']);
    expect(await status(sandbox, 1)).toMatchObject({
      repository: 'default',
      status: 'failed',
      started_at: null,
    });
  });

  it('refuses lists, text and broken JSON', async () => {
    await using sandbox = await start();
    expect((await ask(sandbox, 'POST /api/backup/run', { json: ['x'] })).status).toBe(422);
    const broken = await fetch(`${sandbox.url}/api/backup/start`, {
      method: 'POST',
      body: '{',
      headers: { authorization: `Bearer ${sandbox.personalToken}` },
    });
    expect(broken.status).toBe(422);
  });

  it('names the job that keeps a repository busy once the limit allows more', async () => {
    await using sandbox = await start({ manualLimit: 2 });
    const id = await startBackup(sandbox);
    const busy = await ask(sandbox, 'POST /api/backup/run', { json: { repository: accounting } });
    expect([busy.status, busy.body]).toMatchObject([
      409,
      { detail: { key: 'backend.errors.jobs.repositoryOperationActive', params: { active_job_id: id } } },
    ]);
    await startBackup(sandbox, research);
    const full = await ask(sandbox, 'POST /api/backup/start', { json: { repository: '/nope' } });
    expect(full.body).toEqual({
      detail: { key: 'backend.errors.backup.concurrentLimitReached', params: { limit: 2, active: 2 } },
    });
  });

  it('refuses an observed repository, and a user without the role', async () => {
    await using sandbox = await start();
    for (const route of ['POST /api/backup/start', 'POST /api/backup/run']) {
      const observed = await ask(sandbox, route, { json: { repository: mirror } });
      expect([observed.status, observed.body]).toEqual([400, key('repo.cannotBackupObserveRepository')]);
      sandbox.limitedRole = 'viewer';
      const token = sandbox.limitedUser.personalToken;
      const viewer = await ask(sandbox, route, { json: { repository: accounting }, token });
      expect([viewer.status, viewer.body]).toEqual([403, key('auth.notEnoughPermissions')]);
    }
    sandbox.limitedRole = 'operator';
    expect(await startBackup(sandbox, accounting, sandbox.limitedUser.personalToken)).toBe(1);
  });

  it('keeps a job pending for as long as it is told', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ pendingSeconds: 10 });
    const id = await startBackup(sandbox);
    expect(await status(sandbox, id)).toMatchObject({ status: 'pending', started_at: null, progress: 0 });
    expect((await stored(sandbox, id)).lines).toEqual([]);
    expect((await ask(sandbox, `GET /api/activity/backup/${id}/logs`)).status).toBe(404);
    expect((await ask(sandbox, `GET /api/backup/logs/${id}/download`)).status).toBe(404);
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).body).toEqual(key('backup.canOnlyCancelRunningJobs'));
    sandbox.clock.advance(11_000);
    expect((await status(sandbox, id)).status).toBe('running');
    sandbox.everyRun({ pendingSeconds: Number.POSITIVE_INFINITY });
    sandbox.manualLimit = 2;
    const never = await startBackup(sandbox, research);
    sandbox.clock.advance(1e9);
    expect((await status(sandbox, never)).status).toBe('pending');
  });

  it('lets somebody else start jobs outside, past the limit', async () => {
    await using sandbox = await start();
    const id = sandbox.startOutside(accounting, { script: { outcome: 'skipped' } });
    sandbox.startOutside(research, { isScheduled: true });
    const refused = await ask(sandbox, 'POST /api/backup/start', { json: { repository: laptops } });
    expect(refused.body).toMatchObject({ detail: { params: { limit: 1, active: 1 } } });
    sandbox.clock.advance(2000);
    expect(await status(sandbox, id)).toMatchObject({ status: 'skipped', progress: 0 });
  });
});

describe('retrying', () => {
  it('goes on with the lineage of a failed manual job', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ outcome: 'failed', durationSeconds: 5 });
    const first = await startBackup(sandbox);
    sandbox.clock.advance(6000);
    const second = await ask(sandbox, `POST /api/backup/jobs/${first}/retry`);
    sandbox.clock.advance(6000);
    const third = await ask(sandbox, `POST /api/backup/jobs/${String(second.body.job_id)}/retry`);
    expect([third.status, third.body]).toMatchObject([
      202,
      { retry_attempt: 3, retry_original_job_id: first, retry_source_job_id: second.body.job_id },
    ]);
    expect((await ask(sandbox, `POST /api/backup/jobs/${first}/retry`)).status).toBe(409);
  });

  it('refuses scheduled, unknown and foreign jobs', async () => {
    await using sandbox = await start();
    const id = sandbox.startOutside(accounting, { isScheduled: true, script: { outcome: 'failed-at-once' } });
    expect((await ask(sandbox, `POST /api/backup/jobs/${id}/retry`)).status).toBe(400);
    expect((await ask(sandbox, 'POST /api/backup/jobs/99/retry')).status).toBe(404);
    expect((await ask(sandbox, 'POST /api/backup/jobs/x/retry')).status).toBe(422);
    sandbox.limitedRole = 'viewer';
    const { personalToken: token } = sandbox.limitedUser;
    expect((await ask(sandbox, `POST /api/backup/jobs/${id}/retry`, { token })).status).toBe(403);
  });
});

describe('cancelling', () => {
  it('ends a local run with two lines of Borg and its last percent', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.clock.advance(9000);
    const before = await status(sandbox, id);
    await ask(sandbox, `POST /api/backup/cancel/${id}`);
    const after = await status(sandbox, id);
    expect(after).toMatchObject({
      status: 'cancelled',
      progress: 1,
      error_message: '{"key": "backend.errors.backup.cancelledByUser"}',
    });
    const percent = ({ progress_details }: Row) => progress_details.progress_percent ?? 0;
    expect(percent(after)).toBeGreaterThan(percent(before));
    expect(percent(after)).toBeLessThan(100);
    expect(events(await activity(sandbox, id)).slice(-2)).toMatchObject([
      { levelname: 'ERROR', message: 'Received SIGTERM' },
      { levelname: 'ERROR', message: 'terminating with signal status, rc 143' },
    ]);
    sandbox.clock.advance(100_000);
    expect(await status(sandbox, id)).toEqual(after);
  });

  it('waits for the agent, unless the backup ends first', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox, laptops);
    sandbox.clock.advance(9000);
    const { body } = await ask(sandbox, `POST /api/backup/cancel/${id}`);
    expect(body.process_terminated).toBe(false);
    sandbox.clock.advance(3000);
    expect((await status(sandbox, id)).status).toBe('running');
    sandbox.clock.advance(1100);
    expect((await status(sandbox, id)).status).toBe('cancelled');
    const other = await startBackup(sandbox, laptops);
    sandbox.clock.advance(38_000);
    await ask(sandbox, `POST /api/backup/cancel/${other}`);
    sandbox.clock.advance(5000);
    expect((await status(sandbox, other)).status).toBe('completed');
  });

  it('stops the maintenance of a completed job and leaves the backup alone', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 10, maintenanceSeconds: 20 });
    const id = await startBackup(sandbox);
    sandbox.clock.advance(15_000);
    expect((await status(sandbox, id)).maintenance_status).toBe('running_prune');
    const busy = await ask(sandbox, 'POST /api/backup/start', { json: { repository: accounting } });
    expect(busy.body).toMatchObject({ detail: { key: 'backend.errors.jobs.repositoryOperationActive' } });
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).status).toBe(200);
    expect(await status(sandbox, id)).toMatchObject({
      status: 'completed',
      maintenance_status: 'prune_failed',
    });
    sandbox.clock.advance(60_000);
    expect((await status(sandbox, id)).maintenance_status).toBe('prune_failed');
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).status).toBe(400);
  });

  it('says when no process was found, and refuses a viewer and a word', async () => {
    await using sandbox = await start();
    const id = await startBackup(sandbox);
    sandbox.limitedRole = 'viewer';
    const { personalToken: token } = sandbox.limitedUser;
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`, { token })).status).toBe(403);
    expect((await ask(sandbox, 'POST /api/backup/cancel/x')).status).toBe(422);
    sandbox.processFound = false;
    expect((await ask(sandbox, `POST /api/backup/cancel/${id}`)).body.process_terminated).toBe(false);
    expect((await status(sandbox, id)).status).toBe('cancelled');
  });
});
