import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareIds } from '../../../../src/core/order.ts';
import { endToEnd } from '../../../support/fault-proxy.ts';
import { first, idsOf, letPass, open, page, second, walk } from '../../../support/vprotect.ts';

afterEach(() => void vi.restoreAllMocks());

describe('the list of backups', () => {
  it('shows what waits first, and one that is at work without a snapshot as waiting', async () => {
    await using fixture = await open({ history: 5 });
    const waiting = fixture.sandbox.startOutside(first, { script: { queuedSeconds: 100 } }).backup;
    const preparing = fixture.sandbox.startOutside(second, {
      script: { outcome: 'no-snapshot', exportSeconds: 1000 },
    }).backup;
    fixture.pass(10);
    const rows = await walk(fixture.provider);
    expect(idsOf(rows.slice(0, 2)).sort(compareIds)).toEqual([waiting, preparing].sort(compareIds));
    for (const row of rows.slice(0, 2)) expect(row).toMatchObject({ status: 'QUEUED', sortedAt: null, progress: null });
    expect(rows.find(({ localId }) => localId === preparing)?.upstreamStatus).toBe('INPROGRESS');
    expect(await walk(fixture.provider, { statuses: ['QUEUED'] })).toEqual(rows.slice(0, 2));
    expect(await walk(fixture.provider, { statuses: ['RUNNING'] })).toEqual([]);
  });

  it('shows one that fails before its snapshot at its end, as soon as it waits no more', async () => {
    await using fixture = await open({ history: 5 });
    const { backup } = fixture.sandbox.startOutside(first, { script: { outcome: 'no-snapshot', queuedSeconds: 60 } });
    fixture.pass(5);
    expect((await walk(fixture.provider))[0]).toMatchObject({ localId: backup, status: 'QUEUED' });
    fixture.pass(120);
    const [row] = await walk(fixture.provider);
    const facts = fixture.sandbox.backups.find(({ guid }) => guid === backup);
    expect(row).toMatchObject({
      localId: backup,
      status: 'FAILED',
      sortedAt: (facts?.backupTime ?? 0) * 1000,
      startedAt: null,
    });
    expect(row?.errorMessage).toBe('Snapshot could not be created: the guest agent did not answer.');
  });

  for (const timelessRows of ['newest', 'oldest'] as const) {
    it(`finds those without a snapshot also in a list that has grown (${timelessRows})`, async () => {
      await using fixture = await open({ history: 90 });
      fixture.sandbox.timelessRows = timelessRows;
      const others = idsOf(await walk(fixture.provider, { statuses: ['FAILED'] }, { limit: 100 }));
      for (let count = 0; count < 120; count++) fixture.sandbox.addFinished();
      const guid = fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
      letPass(61_000);
      expect(idsOf(await walk(fixture.provider, { statuses: ['FAILED'] }, { limit: 100 }))).toEqual([guid, ...others]);
    });
  }

  it('shows each once, also one that waited when those without a snapshot were read', async () => {
    await using fixture = await open({ history: 5 });
    const { backup } = fixture.sandbox.startOutside(first, { script: { queuedSeconds: 60 } });
    fixture.pass(5);
    await walk(fixture.provider, { statuses: ['FAILED'] });
    fixture.pass(60);
    expect(await walk(fixture.provider, { statuses: ['QUEUED'] })).toEqual([]);
    const ids = idsOf(await walk(fixture.provider, {}, { limit: 1 }));
    expect(ids.filter((id) => id === backup)).toEqual([backup]);
    expect(ids).toHaveLength(6);
  });

  it('shows one that begins between two calls once, as it is then', async () => {
    await using fixture = await open({ history: 200 });
    fixture.sandbox.timelessRows = 'oldest';
    await page(fixture.provider);
    const { backup } = fixture.sandbox.startOutside(first, { script: { queuedSeconds: 60 } });
    fixture.pass(5);
    let release = () => {};
    const isListed = new Promise<void>((resolve) => (release = resolve));
    fixture.proxy.fail({
      name: 'is late with what has a time',
      async apply({ request, response, forward }) {
        if (request.url?.includes('from=1&')) {
          await isListed;
          fixture.pass(60);
        }
        const answer = await forward();
        if (request.url?.includes('status=QUEUED')) response.once('finish', release);
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.pipe(response);
      },
    });
    const { rows } = await page(fixture.provider);
    expect(rows.filter(({ localId }) => localId === backup)).toMatchObject([{ status: 'RUNNING' }]);
  });

  it('asks again for those without a snapshot after a minute', async () => {
    await using fixture = await open({ history: 200 });
    fixture.sandbox.timelessRows = 'oldest';
    await page(fixture.provider);
    const guid = fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null });
    expect(idsOf(await walk(fixture.provider))).not.toContain(guid);
    letPass(61_000);
    expect(idsOf(await walk(fixture.provider))).toContain(guid);
  });
});
