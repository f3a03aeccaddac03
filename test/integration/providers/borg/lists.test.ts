import { describe, expect, it } from 'vitest';
import { type BackupFilter, noFilter } from '../../../../src/core/filter.ts';
import { alpha, get, type Options, open, page, start, walk } from '../../../support/borg.ts';
import { failureOf, never } from '../../../support/calls.ts';

describe('the list of backups', () => {
  it('costs one request for an ordinary first page', async () => {
    await using fixture = await open({ history: 200 });
    await page(fixture.provider);
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=60']);
  });

  it('asks who we are once, where a short answer must be told from the end', async () => {
    await using fixture = await open();
    await walk(fixture.provider);
    await walk(fixture.provider);
    expect(fixture.asked().filter((request) => request === 'GET /api/auth/me')).toHaveLength(1);
  });

  it('leaves one repository to the product, and nothing else', async () => {
    await using fixture = await open();
    fixture.sandbox.addFinished({ repository: '/backups/mail', triggered_by: 'manual' });
    const isByHand = (job: { repository: string; triggered_by: string }) =>
      job.repository === '/backups/mail' && job.triggered_by === 'manual';
    const filter = { ...noFilter, entityIds: ['/backups/mail', '/backups/mail'], triggers: ['MANUAL' as const] };
    const { rows } = await page(fixture.provider, { filter });
    expect(rows).toHaveLength(fixture.sandbox.jobs.filter(isByHand).length);
    expect(rows.every(({ trigger, entityId }) => trigger === 'MANUAL' && entityId === '/backups/mail')).toBe(true);
    expect(fixture.asked()).toEqual(['GET /api/backup/jobs?limit=60&repository=%2Fbackups%2Fmail']);
    await page(fixture.provider, { filter: { ...noFilter, entityIds: [alpha, '/x'] } });
    expect(fixture.asked()[0]).toBe('GET /api/backup/jobs?limit=60');
  });

  it('that no job can be in is empty without a request', async () => {
    await using fixture = await open();
    const filters: Partial<BackupFilter>[] = [
      { types: ['INCREMENTAL', 'UNKNOWN'] },
      { statuses: ['CANCELLING'] },
      { entityIds: [] },
      { triggers: [] },
      { statuses: [] },
      { startedAfter: 5, startedBefore: 5 },
    ];
    for (const filter of filters) {
      expect(await page(fixture.provider, { filter: { ...noFilter, ...filter } })).toMatchObject({
        rows: [],
        isEnd: true,
      });
      expect(await fixture.provider.countBackups({ ...noFilter, ...filter }, never())).toBe(0);
    }
    expect(fixture.asked()).toEqual([]);
  });

  it('shows the plans of a backup plan as neither manual nor scheduled', async () => {
    await using fixture = await open();
    const planned = fixture.sandbox.jobs
      .filter(({ triggered_by }) => triggered_by === 'backup_plan')
      .map(({ id }) => `${id}`);
    expect(planned.length).toBeGreaterThan(0);
    const { ids } = await walk(fixture.provider, { triggers: ['UNKNOWN'] });
    expect(new Set(ids)).toEqual(new Set(planned));
  });

  it('keeps a status word that nobody knows', async () => {
    await using fixture = await open();
    const id = fixture.sandbox.addFinished({ status: 'quarantined' });
    expect(await get(fixture.provider, id)).toMatchObject({
      status: 'UNKNOWN',
      upstreamStatus: 'quarantined',
      endedAt: null,
    });
  });

  it('is counted in one call', async () => {
    await using fixture = await open();
    expect(await fixture.provider.countBackups(noFilter, never())).toBe(25);
    expect(await fixture.provider.countBackups({ ...noFilter, statuses: ['CANCELLED'] }, never())).toBe(
      fixture.sandbox.jobs.filter(({ status }) => status === 'cancelled').length,
    );
    expect(fixture.asked().filter((request) => request === 'GET /api/backup/jobs?limit=10000')).toHaveLength(2);
  });
});

describe('an account that may not see every repository', () => {
  const limited: Options = { history: 150, as: ({ limitedUser: { personalToken } }) => ({ token: personalToken }) };

  it('gets every row that it may see, although answers are short before the end', async () => {
    await using fixture = await open(limited);
    const visible = fixture.sandbox.jobs.filter(
      ({ repository }) => !fixture.sandbox.hiddenRepositories.has(repository),
    );
    expect(visible.length).toBeLessThan(fixture.sandbox.jobs.length);
    const { ids } = await walk(fixture.provider);
    expect(ids).toHaveLength(visible.length);
    expect(new Set(ids)).toEqual(new Set(visible.map(({ id }) => `${id}`)));
  });

  it('gets what it may see also where that is little', async () => {
    await using fixture = await open({ ...limited, history: 25 });
    fixture.sandbox.hiddenRepositories.clear();
    for (const { path } of fixture.sandbox.repositories)
      if (path !== alpha) fixture.sandbox.hiddenRepositories.add(path);
    const visible = fixture.sandbox.jobs.filter(({ repository }) => repository === alpha);
    expect((await page(fixture.provider)).rows.map(({ localId }) => localId).sort()).toEqual(
      visible.map(({ id }) => `${id}`).sort(),
    );
    const backwards = await page(fixture.provider, { direction: 'ascending' });
    expect(backwards.rows).toHaveLength(visible.length);
    expect(backwards).toMatchObject({ isEnd: true, problems: [{ error: { code: 'INCOMPLETE' } }] });
  });

  it('is told that the end of the list cannot be proven', async () => {
    await using fixture = await open(limited);
    const { problems } = await walk(fixture.provider);
    expect(problems.map(({ error }) => error.code)).toEqual(['INCOMPLETE']);
    expect(await fixture.provider.countBackups(noFilter, never())).toBeNull();
  });

  it('sees all of a repository or none of it, so its end is certain', async () => {
    await using fixture = await open(limited);
    const expected = fixture.sandbox.jobs.filter(({ repository }) => repository === alpha).length;
    const { ids, problems } = await walk(fixture.provider, { entityIds: [alpha] });
    expect(ids).toHaveLength(expected);
    expect(problems).toEqual([]);
    expect(await fixture.provider.countBackups({ ...noFilter, entityIds: [alpha] }, never())).toBe(expected);
  });

  it('finds no hidden backup by its id', async () => {
    await using fixture = await open(limited);
    const hidden = fixture.sandbox.jobs.find(({ repository }) => fixture.sandbox.hiddenRepositories.has(repository));
    expect(await fixture.provider.getBackups([`${hidden?.id}`], never())).toEqual([null]);
    expect(await fixture.provider.getBackups([`${hidden?.id}`, '3'], never())).toMatchObject([null, { localId: '3' }]);
  });

  it('may not start where it may only read', async () => {
    await using fixture = await open(limited);
    fixture.sandbox.limitedRole = 'viewer';
    expect((await failureOf(start(fixture.provider, alpha))).code).toBe('PROVIDER_FORBIDDEN');
  });
});
