import { describe, expect, it } from 'vitest';
import {
  ask,
  fill,
  nowhere,
  operations,
  sessionOf,
  start,
  statusOf,
} from '../../../../test/support/vprotect-sandbox.ts';

describe('errors', () => {
  it('come nested, flat, or as a page that is not JSON', async () => {
    await using sandbox = await start();
    const asked = `GET /backups/${nowhere}`;
    expect(await ask(sandbox, asked)).toMatchObject({ status: 404, body: { error: { message: 'Backup not found' } } });
    sandbox.errorStyle = 'flat';
    expect((await ask(sandbox, asked)).body).toEqual({ message: 'Backup not found' });
    sandbox.errorStyle = 'html';
    const page = await ask<string>(sandbox, asked, { undescribed: 'errorStyle' });
    expect([page.status, page.headers['content-type'], page.body]).toEqual([
      404,
      expect.stringContaining('text/html'),
      expect.stringMatching(/^<html>.*404.*<\/html>$/),
    ]);
    expect(await statusOf(sandbox, 'GET /session', { cookie: null, undescribed: 'errorStyle' })).toBe(401);
  });

  it('are all there is in an outage', async () => {
    await using sandbox = await start();
    const cookie = await sessionOf(sandbox);
    sandbox.outage = 503;
    for (const { method, path } of operations) {
      expect(await statusOf(sandbox, `${method} ${fill(path)}`, { cookie }), path).toBe(503);
    }
    sandbox.outage = null;
    expect(await statusOf(sandbox, 'GET /session', { cookie })).toBe(204);
  });

  it('answer bodies that are no JSON, and paths that there are not', async () => {
    await using sandbox = await start();
    const cookie = await sessionOf(sandbox);
    const url = `${sandbox.config.url}/tasks/export`;
    const post = (type: string, body: string) =>
      fetch(url, { method: 'POST', headers: { cookie, 'content-type': type }, body }).then(({ status }) => status);
    expect([await post('text/plain', '{}'), await post('application/json', '{')]).toEqual([415, 400]);
    const strange = [
      'GET /nothing',
      'GET /backups/x/y',
      'POST /backups',
      `DELETE /backups/${nowhere}`,
      'GET /tasks/export/x',
    ];
    for (const route of strange) expect(await statusOf(sandbox, route), route).toBe(404);
    expect(sandbox.requests.filter(({ isStray }) => isStray)).toHaveLength(strange.length);
  });
});
