import { describe, expect, it } from 'vitest';
import { detail, list, organization, start } from '../../../../test/support/labii-sandbox.ts';

describe('the switches of a test', () => {
  it('start a backup as somebody else would', async () => {
    await using sandbox = await start();
    const sid = sandbox.startOutside(organization(sandbox, 2));
    expect((await detail(sandbox, sid)).status).toBe(406);
    sandbox.clock.advance(95_000);
    expect((await list(sandbox, '', organization(sandbox, 2))).results.map((row) => row.sid)).toEqual([sid]);
    expect(sandbox.billed).toBe(0);
    expect(() => sandbox.startOutside('no')).toThrow('no organization');
  });

  it('insert rows that are as wanted, and change them in place', async () => {
    await using sandbox = await start({ generation: 'current' });
    const organizationSid = organization(sandbox, 1);
    const sid = sandbox.addFinished({ organizationSid, sid: 'Mine', status: 'Archived', sizeBytes: 1536 });
    const read = async () => (await list(sandbox, '', organizationSid)).results[0];
    expect(sid).toBe('Mine');
    expect(await read()).toMatchObject({ sid, status: 'Archived', file_size: '1.5\u00a0KB' });
    const row = sandbox.rows.find((one) => one.sid === sid);
    if (row) row.file_size = 'plenty';
    expect(await read()).toMatchObject({ file_size: 'plenty' });
    expect(() => sandbox.addFinished({ organizationSid: 'no' })).toThrow('no organization');
  });

  it('date a row as told, and its name before it', async () => {
    await using sandbox = await start();
    const date_created = '2018-08-03T03:17:41.438432Z';
    const sid = sandbox.addFinished({ date_created });
    expect((await detail(sandbox, sid)).body).toMatchObject({ date_created, name: '20180803031606.gz' });
  });
});
