import { describe, expect, it } from 'vitest';
import { acme, byText, create, list, now, start } from '../../../../test/support/flosum-sandbox.ts';

describe('a job', () => {
  it('shows no size while it runs, and at its end what its script says', async () => {
    await using sandbox = await start();
    sandbox.nextRun({ durationSeconds: 3725, sizeBytes: 2 ** 33 + 1, records: 4711, runningDuration: 'growing' });
    sandbox.startOutside(acme);
    const row = async () => (await list(sandbox)).items[0];
    sandbox.clock.advance(61_000);
    const running = { jobStatus: 'In Progress', size: 0, records: 0 };
    expect(await row()).toMatchObject({ ...running, duration: '00:01:01' });
    sandbox.clock.advance(3_663_900);
    expect(await row()).toMatchObject({ ...running, duration: '01:02:04' });
    sandbox.clock.advance(100);
    const done = { jobStatus: 'Completed', duration: '01:02:05', size: 2 ** 33 + 1, records: 4711 };
    expect(await row()).toMatchObject(done);
    sandbox.clock.advance(1e8);
    expect(await row()).toMatchObject(done);
  });

  it('may know its start only to the second, and so have started before it was asked for', async () => {
    await using sandbox = await start({ now: now + 700 });
    const starts = [0, 1, 2].map(() => sandbox.startOutside(acme).startedDate);
    expect(starts.toSorted(byText)).toEqual([
      '2026-11-22T10:00:00.700Z',
      '2026-11-22T10:00:00.700Z',
      '2026-11-22T10:00:00Z',
    ]);
  });

  it('counts hours on past a day', async () => {
    await using sandbox = await start();
    sandbox.startOutside(acme, { script: { durationSeconds: 100_000 } });
    sandbox.clock.advance(1e9);
    expect((await list(sandbox)).items[0]?.duration).toBe('27:46:40');
  });

  it('has an empty duration while it runs, or a growing one, in turn', async () => {
    await using sandbox = await start();
    const durations = [1, 2].map(() => {
      sandbox.startOutside(acme);
      return sandbox.jobs.find(({ jobStatus }) => jobStatus === 'In Progress')?.duration ?? 'none';
    });
    expect(durations.toSorted(byText)).toEqual(['', '00:00:00']);
    sandbox.everyRun({ runningDuration: 'empty' });
    expect([sandbox.startOutside(acme), sandbox.startOutside(acme)].map(({ duration }) => duration)).toEqual(['', '']);
  });

  it.each(['Exception', 'Aborted'] as const)('ends as %s with a part of the whole', async (outcome) => {
    await using sandbox = await start();
    sandbox.everyRun({ outcome, durationSeconds: 10, sizeBytes: 1000, records: 100 });
    await create(sandbox);
    sandbox.clock.advance(10_000);
    expect((await list(sandbox)).items[0]).toMatchObject({
      jobStatus: outcome,
      duration: '00:00:10',
      size: 400,
      records: 40,
    });
  });

  it('follows the next script first, then the one for all', async () => {
    await using sandbox = await start();
    sandbox.everyRun({ durationSeconds: 5 });
    sandbox.nextRun({ durationSeconds: 7 });
    sandbox.nextRun({ durationSeconds: 9 });
    for (const { id } of sandbox.connections) await create(sandbox, {}, id);
    sandbox.startOutside(acme, { script: { durationSeconds: 1 } });
    sandbox.clock.advance(20_000);
    const durations = sandbox.jobs.toSorted((a, b) => a.id - b.id).map(({ duration }) => duration);
    expect(durations.map((text) => Number(text.slice(-2)))).toEqual([7, 9, 5, 5, 5, 1]);
  });

  it('is aborted by somebody else, once', async () => {
    await using sandbox = await start();
    const { jobId } = sandbox.startOutside(acme, { script: { durationSeconds: 40, sizeBytes: 4000, records: 40 } });
    sandbox.clock.advance(10_000);
    sandbox.abort(jobId);
    const [aborted] = (await list(sandbox)).items;
    expect(aborted).toMatchObject({ jobStatus: 'Aborted', duration: '00:00:10', size: 1000, records: 10 });
    sandbox.clock.advance(10_000);
    sandbox.abort(jobId);
    expect((await list(sandbox)).items).toEqual([aborted]);
    expect((await create(sandbox)).status).toBe(201);
    expect(() => sandbox.abort(1)).toThrow('no job 1');
  });
});
