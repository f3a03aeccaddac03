import { describe, expect, it } from 'vitest';
import {
  accounting,
  ask,
  list,
  mirror,
  type Row,
  research,
  start,
  status,
} from '../../../../test/support/borg-sandbox.ts';

describe('the list of jobs', () => {
  it('is by falling id, 200 long unless asked otherwise, and whole for -1', async () => {
    await using sandbox = await start({ history: 230 });
    const ids = (await list(sandbox)).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 200 }, (_, index) => 230 - index));
    expect(await list(sandbox, '?limit=0')).toHaveLength(0);
    expect(await list(sandbox, '?limit=-1')).toHaveLength(230);
    expect(await list(sandbox, '?limit=7')).toHaveLength(7);
  });

  it('filters by repository and by trigger', async () => {
    await using sandbox = await start({ history: 120 });
    const of = async (query: string) =>
      (await list(sandbox, `?limit=-1&${query}`)) as (Row & { scheduled_job_id: unknown })[];
    const onePath = await of(`repository=${encodeURIComponent(research)}`);
    expect(onePath.length).toBeGreaterThan(10);
    expect(new Set(onePath.map(({ repository }) => repository))).toEqual(new Set([research]));
    expect((await of('scheduled_only=true&manual_only=1')).every((job) => job.scheduled_job_id !== null)).toBe(true);
    const manual = await of('manual_only=yes&scheduled_only=false');
    expect(manual.length).toBeGreaterThan(10);
    expect(manual.every((job) => job.scheduled_job_id === null)).toBe(true);
    expect((await ask(sandbox, 'GET /api/backup/jobs?manual_only=perhaps')).status).toBe(422);
  });

  it('drops what the caller may not see only after the limit', async () => {
    await using sandbox = await start({ history: 60 });
    sandbox.hiddenRepositories.clear();
    sandbox.hiddenRepositories.add(accounting);
    const wanted = sandbox.jobs.slice(0, 30);
    const visible = wanted.filter(({ repository }) => repository !== accounting);
    const { body } = await ask<{ jobs: Row[] }>(sandbox, 'GET /api/backup/jobs?limit=30', {
      token: sandbox.limitedUser.personalToken,
    });
    expect(body.jobs.map(({ id }) => id)).toEqual(visible.map(({ id }) => id));
    expect(visible.length).toBeLessThan(30);
  });

  it('takes a job that appears between two requests, and loses one', async () => {
    await using sandbox = await start({ history: 5 });
    const id = sandbox.addFinished({ repository: mirror, status: 'brand_new_word', lines: ['error'] });
    expect(sandbox.jobs[0]).toMatchObject({ id, repository: mirror, status: 'brand_new_word' });
    sandbox.removeJob(id);
    expect((await list(sandbox)).map((job) => job.id)).toEqual([5, 4, 3, 2, 1]);
    expect(sandbox.addFinished({ status: 'cancelled' })).toBe(id + 1);
    expect(await status(sandbox, id + 1)).toMatchObject({ status: 'cancelled', repository: accounting });
  });
});
