import { describe, expect, it } from 'vitest';
import { acme, create, list, newestFirst, now, start, uat } from '../../../../test/support/flosum-sandbox.ts';
import { startFlosumSandbox } from '../index.ts';

describe('the believable history', () => {
  it('is the same for the same moment, has ended, and goes back eight months', async () => {
    await using one = await start({ history: 300 });
    await using other = await start({ history: 300 });
    expect(one.jobs).toEqual(other.jobs);
    const starts = one.jobs.map(({ startedDate }) => Date.parse(startedDate));
    expect(Math.min(...starts)).toBeLessThan(now - 230 * 86_400_000);
    expect(Math.max(...starts)).toBeGreaterThan(now - 3 * 86_400_000);
    expect(one.jobs.some(({ jobStatus }) => jobStatus === 'In Progress')).toBe(false);
    const byConnection = await Promise.all(one.connections.map(({ id }) => list(one, newestFirst, id)));
    expect(Math.min(...byConnection.map(({ total }) => total))).toBeGreaterThan(50);
  });

  it('shows every type and status even when it is small', async () => {
    await using sandbox = await start({ history: 25 });
    const jobs = sandbox.jobs.filter(({ operationType }) => !operationType.startsWith('Import'));
    expect(jobs).toHaveLength(25);
    expect(new Set(jobs.map(({ jobStatus }) => jobStatus))).toEqual(new Set(['Exception', 'Completed', 'Aborted']));
    expect(new Set(jobs.map(({ operationType }) => operationType)).size).toBe(4);
  });

  it.each([20, 25, 300, 1000])(
    'grows its ids by a digit between two equal starts of one connection (%i jobs)',
    async (history) => {
      await using sandbox = await start({ history });
      const [last, first] = [9999, 10_000].map((id) => sandbox.jobs.find((job) => job.id === id));
      expect(first).toMatchObject({ connectionId: last?.connectionId, jobId: 100_000 });
      expect(last?.jobId).toBe(99_997);
      expect(Date.parse(first?.startedDate ?? '')).toBe(Date.parse(last?.startedDate ?? ''));
    },
  );

  it('has equal starts, some disorder, times of both precisions and large sizes', async () => {
    await using sandbox = await start({ history: 300 });
    const byId = sandbox.jobs.toSorted((a, b) => a.id - b.id);
    expect(new Set(byId.map(({ jobId }) => jobId)).size).toBe(byId.length);
    const starts = byId.map(({ startedDate }) => Date.parse(startedDate));
    expect(new Set(starts).size).toBeLessThan(starts.length - 50);
    const disorder = starts.filter((time, index) => time < (starts[index - 1] ?? 0)).length;
    expect(disorder).toBeGreaterThan(5);
    expect(disorder).toBeLessThan(60);
    const texts = byId.map(({ startedDate }) => startedDate);
    expect(texts.filter((text) => /:\d\dZ$/.test(text)).length).toBeGreaterThan(60);
    expect(texts.filter((text) => /\.000Z$/.test(text)).length).toBeGreaterThan(60);
    expect(texts.filter((text) => /\.(?!000)\d{3}Z$/.test(text)).length).toBeGreaterThan(20);
    expect(byId.filter(({ size }) => size > 2 ** 31).length).toBeGreaterThan(100);
    expect(new Set(byId.map(({ name }) => name)).size).toBeLessThan(60);
  });

  it('has a few jobs under way in a demonstration, one of which fails', async () => {
    await using sandbox = await start({ history: 25, demo: true });
    const running = () => sandbox.jobs.filter(({ jobStatus }) => jobStatus === 'In Progress');
    expect(running()).toHaveLength(3);
    expect((await create(sandbox)).status).toBe(201);
    expect((await create(sandbox, {}, uat)).status).toBe(409);
    sandbox.clock.advance(131_000);
    expect(sandbox.jobs.find(({ connectionId }) => connectionId === uat)).toMatchObject({ jobStatus: 'Exception' });
    expect(running()).toHaveLength(2);
    sandbox.clock.advance(2_600_000);
    expect(running()).toHaveLength(0);
  });

  it('may be empty, and of one connection', async () => {
    await using sandbox = await start({ connections: 1, demo: true });
    expect([sandbox.connections.length, sandbox.jobs.length]).toEqual([1, 0]);
    expect(sandbox.startOutside(acme)).toMatchObject({ id: 10_000, jobId: 100_000 });
  });

  it('is 300 jobs of 5 connections unless told otherwise', async () => {
    await using sandbox = await startFlosumSandbox();
    const totals = await Promise.all(sandbox.connections.map(({ id }) => list(sandbox, newestFirst, id)));
    expect(totals.reduce((sum, { total }) => sum + total, 0)).toBe(303);
    expect(Math.abs(sandbox.clock.now() - Date.now())).toBeLessThan(1000);
  });
});
