import { describe, expect, it } from 'vitest';
import { agentPath, alpha, answers, cancel, get, open, start, to } from '../../../support/borg.ts';
import { failureOf } from '../../../support/calls.ts';
import { answersStatus, slowly } from '../../../support/faults.ts';

describe('cancelling a backup', () => {
  it('ends it, and says whether a process was ended', async () => {
    await using fixture = await open();
    const { localId } = await start(fixture.provider, alpha);
    fixture.sandbox.clock.advance(5000);
    const result = await cancel(fixture.provider, localId);
    expect(result).toMatchObject({
      processTerminated: true,
      backup: { status: 'CANCELLED', progress: null, errorMessage: 'It was cancelled by a user.' },
    });
  });

  it('whose process was not found says so', async () => {
    await using fixture = await open();
    const { localId } = await start(fixture.provider, alpha);
    fixture.sandbox.clock.advance(5000);
    fixture.sandbox.processFound = false;
    expect(await cancel(fixture.provider, localId)).toMatchObject({
      processTerminated: false,
      backup: { status: 'CANCELLED' },
    });
  });

  it('of an agent only asks: it runs until the agent confirms', async () => {
    await using fixture = await open();
    const { localId } = await start(fixture.provider, agentPath);
    fixture.sandbox.clock.advance(2000);
    expect(await cancel(fixture.provider, localId)).toMatchObject({
      processTerminated: false,
      backup: { status: 'RUNNING' },
    });
    fixture.sandbox.clock.advance(5000);
    expect(await get(fixture.provider, localId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('that waits or is over is a conflict, each in its own words', async () => {
    await using fixture = await open();
    const waiting = fixture.sandbox.startOutside(alpha, { script: { pendingSeconds: 60 } });
    const [early, late] = [
      await failureOf(cancel(fixture.provider, waiting)),
      await failureOf(cancel(fixture.provider, 5)),
    ];
    expect([early.code, late.code]).toEqual(['CONFLICT', 'CONFLICT']);
    expect(early.message).toBe('files has not started this backup yet, and can only stop one that is running.');
    expect(late.message).toBe('files can only stop a backup that is running, and this one is not running.');
  });

  it('that is over stops what the product does afterwards, and leaves the backup as it is', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.startOutside(alpha, { script: { durationSeconds: 10, maintenanceSeconds: 60 } });
    fixture.sandbox.clock.advance(20_000);
    expect(await get(fixture.provider, id)).toMatchObject({
      status: 'SUCCEEDED',
      details: { maintenanceStatus: 'running_prune' },
    });
    expect(await cancel(fixture.provider, id)).toMatchObject({
      backup: { status: 'SUCCEEDED', details: { maintenanceStatus: 'prune_failed' } },
    });
  });

  it('may take longer than a read, since the product waits for the process', async () => {
    await using fixture = await open({ as: ({ personalToken }) => ({ token: personalToken, timeoutSeconds: 0.4 }) });
    const { localId } = await start(fixture.provider, alpha);
    fixture.proxy.fail(slowly(600), to('/cancel/'));
    expect(await cancel(fixture.provider, localId)).toMatchObject({ backup: { status: 'CANCELLED' } });
  });

  it('that may have happened is never taken for done or not done', async () => {
    await using fixture = await open();
    const { localId } = await start(fixture.provider, alpha);
    const fault = fixture.proxy.fail(answers(500, { key: 'backend.errors.backup.failedCancelBackup' }), to('/cancel/'));
    expect((await failureOf(cancel(fixture.provider, localId))).code).toBe('OUTCOME_UNKNOWN');
    fault.stop();
    fixture.proxy.fail(answersStatus(500), to('/backup/status/'));
    expect((await failureOf(cancel(fixture.provider, localId))).code).toBe('OUTCOME_UNKNOWN');
  });
});
