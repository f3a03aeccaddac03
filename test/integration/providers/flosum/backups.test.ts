import { describe, expect, it } from 'vitest';
import type { FlosumJob } from '../../../../providers/flosum/sandbox/jobs.ts';
import type { LocalId } from '../../../../src/core/model.ts';
import { failureOf, never } from '../../../support/calls.ts';
import { allStatuses, allTypes, get, idOf, open, walk } from '../../../support/flosum.ts';

describe('reading by id', () => {
  it('finds many of one connection by one dated call', async () => {
    await using fixture = await open({ history: 200, connections: 2 });
    const { ids } = await walk(fixture.provider, { entityIds: ['7'] }, 100);
    fixture.asked();
    const wanted = ids.slice(0, 50);
    expect((await fixture.provider.getBackups(wanted, never())).map((backup) => backup?.localId)).toEqual(wanted);
    expect(fixture.asked()).toHaveLength(1);
  });

  it('of one asks for the two seconds around its start', async () => {
    await using fixture = await open();
    const job = fixture.sandbox.addFinished({ startedDate: '2026-11-20T10:00:00.000Z' });
    await get(fixture.provider, job);
    const dates = 'startedDate=2026-11-20T09:59:59.000Z&endDate=2026-11-20T10:00:01.000Z';
    expect(fixture.asked()).toEqual([
      `GET /7/backups?sortBy=startedDate&order=DESC&page=1&limit=200&${dates}&${allTypes}&${allStatuses}`,
    ]);
  });

  it('of what lies far apart does not read all that lies between', async () => {
    await using fixture = await open({ history: 3000, connections: 1 });
    const { ids } = await walk(fixture.provider, {}, 1000);
    const wanted = [ids[0], ids[1500], ids.at(-1)] as LocalId[];
    fixture.asked();
    expect((await fixture.provider.getBackups(wanted, never())).map((backup) => backup?.localId)).toEqual(wanted);
    const lists = fixture.asked();
    expect(lists.length).toBeLessThanOrEqual(5);
    expect(lists.every((line) => line.includes('page=1&'))).toBe(true);
  });

  it('does not look again for what should have come before the rows that it has seen', async () => {
    await using fixture = await open({ history: 3000, connections: 1 });
    const [newest] = fixture.sandbox.jobs as [FlosumJob];
    const oldest = fixture.sandbox.addFinished({ startedDate: '2025-11-20T10:00:00.000Z' });
    const gone = `7.4711.${Date.parse(newest.startedDate) - 1}`;
    const ids = [idOf(newest), gone, idOf(oldest)];
    expect(await fixture.provider.getBackups(ids, never())).toMatchObject([
      { localId: ids[0] },
      null,
      { localId: ids[2] },
    ]);
    const lists = fixture.asked();
    expect(lists).toHaveLength(2);
    expect(lists[1]).toContain('startedDate=2025-11-20T09:59:59.000Z&endDate=2025-11-20T10:00:01.000Z');
  });

  it('finds what is there where pages are capped, and bounds leave out what lies on them', async () => {
    await using fixture = await open({ history: 60 });
    const { ids } = await walk(fixture.provider);
    fixture.sandbox.maxPageSize = 1;
    fixture.sandbox.bounds = 'exclusive';
    expect((await fixture.provider.getBackups(ids, never())).map((backup) => backup?.localId)).toEqual(ids);
  });

  it('finds those that started in the same instant, page by page', async () => {
    await using fixture = await open({ history: 0 });
    const startedDate = '2026-11-20T10:00:00.000Z';
    const jobs = Array.from({ length: 7 }, () => fixture.sandbox.addFinished({ startedDate }));
    fixture.sandbox.maxPageSize = 2;
    const found = await fixture.provider.getBackups(jobs.map(idOf), never());
    expect(found.map((backup) => backup?.localId)).toEqual(jobs.map(idOf));
    expect(fixture.asked().map((line) => /page=\d+&limit=\d+/.exec(line)?.[0])).toEqual([
      'page=1&limit=1400',
      'page=2&limit=2',
      'page=3&limit=2',
      'page=4&limit=2',
    ]);
  });

  it('gives null for a row of another start, another connection, or a connection that is gone', async () => {
    await using fixture = await open();
    const [job] = fixture.sandbox.jobs as [FlosumJob];
    const at = Date.parse(job.startedDate);
    const ids = [`${job.connectionId}.${job.id}.${at + 1}`, `12.99.${at}`, `4711.${job.id}.${at}`];
    expect(await fixture.provider.getBackups([...ids, idOf(job)], never())).toMatchObject([
      null,
      null,
      null,
      { localId: idOf(job) },
    ]);
  });

  it('gives null for what is no id without asking', async () => {
    await using fixture = await open();
    expect(await fixture.provider.getBackups(['7', '7.1', '7.1.x', '..', '7.1.1.1'], never())).toEqual(
      Array(5).fill(null),
    );
    expect(fixture.asked()).toEqual([]);
  });

  it('fails where one of its connections does not answer', async () => {
    await using fixture = await open();
    const { ids } = await walk(fixture.provider);
    fixture.sandbox.downConnections.add(12);
    expect((await failureOf(fixture.provider.getBackups(ids, never()))).code).toBe('PROVIDER_UNAVAILABLE');
  });
});
